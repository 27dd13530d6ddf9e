import Testing

@testable import Tokenizer

/// Every scanner against the general engine, which reads the pattern itself.
@Suite struct ScannerTests {
    static let characters: [String] = [
        "a", "b", "s", "S", "T", "re", "LL", "'", "'", "’", "\u{17F}", " ", " ", "\n", "\r", "\t", "\u{A0}", "\u{3000}",
        "1", "٣", "½", "Ⅷ", "A", "ǅ",
        "ʰ", "é", "E\u{301}", "\u{301}", "\u{903}", "字", "か", "\u{3099}", "・", "가", "!", "/", "-", "$", "€", "_", "。",
        "😀", "\u{200D}", "\u{200B}",
        "\u{85}", "\u{0}", "\u{378}", "\u{E000}",
    ]

    @Test(arguments: KnownPatterns.all.indices)
    func scannerEqualsPattern(_ index: Int) throws {
        let (pattern, splitter) = KnownPatterns.all[index]
        let program = try PatternProgram(Array(pattern.utf8))
        var random = SplitMix(state: UInt64(index) + 1)
        for _ in 0..<4000 {
            let text = (0..<random.next(14)).map { _ in Self.characters[random.next(Self.characters.count)] }.joined()
            let bytes = Array(text.utf8)
            bytes.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                let whole = Piece(start: 0, end: buffer.count)
                var ours = [Match]()
                var theirs = [Match]()
                splitter.matches(base, whole, into: &ours)
                program.matches(base, whole, into: &theirs)
                #expect(ours == theirs, "\(pattern) on \(text.debugDescription)")
                guard splitter.canFill else { return }
                var ends = [Int](repeating: 0, count: 64)
                let count = splitter.fill(&ends, capacity: 64, base, from: 0, to: buffer.count)
                #expect(Array(ends.prefix(count ?? 0)) == ours.map(\.piece.end))
            }
        }
    }
}

/// A small random generator with a seed: a failure can be repeated.
struct SplitMix {
    var state: UInt64

    mutating func next(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ z >> 31) % UInt64(max(limit, 1)))
    }
}
