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

    /// Texts of more than a block, broken at one place, at every place of a block.
    @Test func longTextsAreCheckedAsShortOnesAre() {
        var state: UInt64 = 1
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33) % limit
        }
        func firstInvalid(_ bytes: [UInt8]) -> Int? {
            var i = 0
            while i < bytes.count {
                let width = bytes[i...].withUnsafeBufferPointer { buffer in
                    buffer.baseAddress.map { UTF8Check.sequenceLength($0, buffer.count) } ?? 0
                }
                if width == 0 { return i }
                i += width
            }
            return nil
        }
        let pieces = [
            "a", "plain ASCII", "é", "ÿ", "ࠀ", "字", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "😀", "\u{10000}", "\u{10FFFF}",
        ]
        for _ in 0..<20_000 {
            var bytes = [UInt8]()
            let kinds = 1 + random(pieces.count)
            let count = random(400)
            while bytes.count < count { bytes += Array(pieces[random(kinds)].utf8) }
            if random(4) > 0, !bytes.isEmpty {
                let at = random(bytes.count)
                switch random(3) {
                case 0: bytes[at] = UInt8(random(256))
                case 1: bytes.remove(at: at)
                default: bytes.removeLast(at)
                }
            }
            #expect(UTF8Check.firstInvalid(bytes) == firstInvalid(bytes), "\(bytes)")
        }
    }
}
