import Bytes
import Testing

@Suite struct UTF8CheckTests {
    @Test func acceptsExactlyWhatTheStandardLibraryDecodes() {
        // All sequences of up to three bytes from around every boundary of the encoding.
        let edges: [UInt8] =
            [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEE]
            + [0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF]
        for a in edges {
            for b in edges {
                for c in edges {
                    for d in edges {
                        let bytes = [a, b, c, d]
                        #expect(
                            (UTF8Check.firstInvalid(bytes) == nil) == (String(validating: bytes, as: UTF8.self) != nil))
                    }
                }
            }
        }
    }

    @Test func saysWhereTheFirstInvalidByteIs() {
        #expect(UTF8Check.firstInvalid(Array("plain text, and longer than a word".utf8)) == nil)
        #expect(UTF8Check.firstInvalid(Array("0123456789".utf8) + [0xFF]) == 10)
        #expect(UTF8Check.firstInvalid(Array("é".utf8) + [0xC3]) == 2)
        #expect(UTF8Check.firstInvalid([0xED, 0xA0, 0x80]) == 0)
        #expect(UTF8Check.firstInvalid([]) == nil)
    }
}
