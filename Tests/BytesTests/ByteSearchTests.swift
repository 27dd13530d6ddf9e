import Bytes
import Testing

@Suite struct ByteSearchTests {
    private let text = Array("abcabcab".utf8)

    @Test func findsTheFirstAndTheLast() {
        #expect(ByteSearch.first(Array("ab".utf8), in: text) == 0)
        #expect(ByteSearch.last(Array("ab".utf8), in: text) == 6)
        #expect(ByteSearch.first(Array("ca".utf8), in: text[3...]) == 2)
        #expect(ByteSearch.last(Array("abcab".utf8), in: text) == 3)
        #expect(ByteSearch.first(Array("x".utf8), in: text) == nil)
        #expect(ByteSearch.first(Array("abcabcabc".utf8), in: text) == nil)
    }

    @Test func findsNothingEverywhere() {
        #expect(ByteSearch.first([UInt8](), in: text) == 0)
        #expect(ByteSearch.last([UInt8](), in: text) == 8)
        #expect(ByteSearch.contains([UInt8](), [UInt8]()))
        #expect(!ByteSearch.contains([UInt8](), Array("a".utf8)))
    }
}
