import Bytes
import Testing

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
        ("Zm9vYmFy", "foobar"),
    ])
    func decodesTheVectorsOfTheRFC(encoded: String, plain: String) {
        #expect(Base64.decode(Array(encoded.utf8)) == Array(plain.utf8))
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "=Zg=", "Zg==Zg==", "Zm9*", "====", "Zm9v\n", "Z===", "_-__"])
    func refusesWhatIsNotBase64(text: String) {
        #expect(Base64.decode(Array(text.utf8)) == nil)
    }

    @Test func decodesEveryByte() {
        #expect(Base64.decode(Array("AP+Afw==".utf8)) == [0x00, 0xFF, 0x80, 0x7F])
    }
}
