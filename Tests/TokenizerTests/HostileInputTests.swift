import JSON
import Testing

@testable import Tokenizer

@Suite struct HostileInputTests {
    @Test func invalidUTF8IsRefusedWithItsOffset() throws {
        let tokenizer = try SampleFile().tokenizer()
        #expect(throws: TokenizerError(.invalidUTF8(offset: 2))) {
            try tokenizer.encode([0x61, 0x62, 0xFF, 0x63])
        }
        var ids: [UInt32] = [1, 2, 3]
        #expect(throws: TokenizerError(.invalidUTF8(offset: 0))) {
            try [UInt8]([0xE5, 0xAD]).withUnsafeBufferPointer { text in
                try ids.withUnsafeMutableBufferPointer { try tokenizer.encode(text, into: $0) }
            }
        }
        #expect(ids == [1, 2, 3])
    }

    /// A megabyte of anything takes a moment, not minutes.
    @Test(arguments: ["a", " ", "\n", "字", "'", "1", "\u{301}", "<", "the", "A", "Aa", " a", "\u{1100}\u{1161}"])
    func longRuns(_ unit: String) throws {
        var file = SampleFile()
        file.words += [String(repeating: "a", count: 16), String(repeating: " ", count: 16)]
        file.normalizer = .object(["type": .string("NFC")])
        file.addedTokens = [
            SampleFile.added("<<<<<<<<!", lstrip: true, rstrip: true),
            SampleFile.added("   x", normalized: true, lstrip: true),
        ]
        let tokenizer = try file.tokenizer()
        let text = [UInt8](String(repeating: unit, count: 300_000 / unit.utf8.count).utf8)
        let encoding = try tokenizer.encode(text, options: .init(offsets: true))
        #expect(encoding.ids.count * 2 == encoding.byteOffsets.count)
        #expect(!encoding.ids.isEmpty)
    }

    /// Merging looks at each symbol of a long word a bounded number of times, whatever the word is. (Time is not looked at: it
    /// depends on the machine.)
    @Test(arguments: ["run", "pair", "random", "few", "words", "nested"])
    func workIsLinear(_ kind: String) throws {
        var file = SampleFile()
        file.words += ["aa", "aaaa", String(repeating: "a", count: 64), "ab", "abab", "ba", "bab", "abcabd", "cab"]
        guard case .bpe(let model) = try file.tokenizer().model else {
            Issue.record("not pairs")
            return
        }
        func work(_ count: Int) -> Int {
            var random = SplitMix(state: 8)
            let word = (0..<count).map { i -> UInt8 in
                switch kind {
                case "run": 0x61
                case "pair": 0x61 + UInt8(i % 2)
                case "random": 0x61 + UInt8(random.next(26))
                case "few": 0x61 + UInt8(random.next(3))
                case "words": Array("thehelloing".utf8)[i % 11]
                default: 0x61 + UInt8(i.trailingZeroBitCount % 4)
                }
            }
            let scratch = EncodeScratch(expected: 64)
            model.merge(word, count, scratch)
            return scratch.state.pointee.work
        }
        let (short, long) = (work(20_000), work(160_000))
        #expect(short > 0 && short < 40 * 20_000)
        #expect(long < 9 * short)
    }

    @Test(arguments: [#"\s+(?!\S)|\s+"#, #"(?:a|ab)*c"#, #"a+b"#, #"(?:a+b)+c"#, #"a++b"#, #"[^b]*b|x"#, #"(?:a|a)+b"#])
    func patternsStayLinear(_ pattern: String) throws {
        var file = SampleFile()
        file.preTokenizer = SampleFile.sequence([SampleFile.split(pattern), SampleFile.byteLevel])
        let tokenizer = try file.tokenizer()
        for unit in ["a", "ab", " ", "aab"] {
            let text = String(repeating: unit, count: 20_000)
            #expect(try tokenizer.text(try tokenizer.ids(text)) == text)
        }
    }

    @Test func replacementsThatExplodeAreRefused() throws {
        func double(_ letter: String) -> Value {
            .object([
                "type": .string("Replace"), "pattern": .object(["String": .string(letter)]),
                "content": .string(String(repeating: letter, count: 64)),
            ])
        }
        var file = SampleFile()
        file.normalizer = .object([
            "type": .string("Sequence"), "normalizers": .array(Array(repeating: double("a"), count: 8)),
        ])
        file.decoder = .object([
            "type": .string("Sequence"), "decoders": .array(Array(repeating: double("a"), count: 8)),
        ])
        let tokenizer = try file.tokenizer()
        #expect(throws: TokenizerError(.growsTooLong(limit: 1 << 24))) { try tokenizer.encode([0x61]) }
        #expect(throws: TokenizerError.self) { try tokenizer.text([0x61]) }
        #expect(try tokenizer.ids("b") == [0x62])
    }

    @Test func emptyInput() throws {
        let tokenizer = try SampleFile().tokenizer()
        #expect(try tokenizer.encode(UnsafeBufferPointer(start: nil, count: 0)).ids.isEmpty)
        #expect(try tokenizer.decode(UnsafeBufferPointer(start: nil, count: 0), skipSpecialTokens: true).isEmpty)
    }
}
