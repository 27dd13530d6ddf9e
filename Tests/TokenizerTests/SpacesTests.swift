import Testing

@testable import Tokenizer

/// Vocabularies of characters with a sign for spaces: how it comes into the text, and where that is cut.
@Suite struct SpacesTests {
    @Test func bytesAreReplaced() throws {
        var random = SplitMix(state: 7)
        for _ in 0..<4000 {
            let text = (0...random.next(200)).map { _ in UInt8(random.next(random.next(2) == 0 ? 3 : 256)) }
            let content = (0..<random.next(10)).map { _ in UInt8(random.next(256)) }
            let prefix = (0..<random.next(3)).map { _ in UInt8(random.next(256)) }
            let byte = UInt8(random.next(3))
            let blank = NormalizedText(about: 0, text.count, keepsSpans: false)
            let replaced = text.withUnsafeBufferPointer { blank.replacing(byte, with: content, in: $0, behind: prefix) }
            guard 1...8 ~= content.count else {
                #expect(replaced == nil)
                continue
            }
            let wanted = prefix + text.flatMap { $0 == byte ? content : [$0] }
            #expect(replaced?.bytes == wanted, "\(text) \(byte) \(content)")
        }
    }

    @Test func longerThanTheLimitIsLeftToOthers() {
        let text = [UInt8](repeating: 0x20, count: 1 << 22)
        let blank = NormalizedText(about: 0, 1, keepsSpans: false)
        #expect(
            text.withUnsafeBufferPointer { blank.replacing(0x20, with: [1, 2, 3, 4, 5], in: $0, behind: []) } == nil)
        let with = NormalizedText(about: 0, 1, keepsSpans: true)
        #expect(text.withUnsafeBufferPointer { with.replacing(0x20, with: [1], in: $0, behind: []) } == nil)
    }

    private static let merges = [
        ("▁", "a"), ("a", "b"), ("▁a", "é"), ("字", "▁"), ("b", "▁"), ("▁", "▁"), ("é", "a"), ("9", "."),
    ]
    private static let letters = ["▁", "a", "b", "é", "字", "9", ".", "😀"]

    /// The boundaries of a vocabulary of these letters, and its tokens.
    private static func boundaries() throws -> (Boundaries, [String]) {
        let fallbacks = (0..<256).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return "<0x\(digits.count < 2 ? "0" : "")\(digits)>"
        }
        let tokens = merges.map { $0.0 + $0.1 }
        let json = """
            {"version": "1.0", "added_tokens": [], "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
            "pre_tokenizer": {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false},
            "model": {"type": "BPE", "byte_fallback": true,
            "vocab": {\((fallbacks + letters + tokens).enumerated().map { "\"\($0.element)\": \($0.offset)" }.joined(separator: ", "))},
            "merges": [\(merges.map { "[\"\($0.0)\", \"\($0.1)\"]" }.joined(separator: ", "))]}}
            """
        let splitter = try #require(Tokenizer(json: Array(json.utf8)).fastSplitter)
        guard case .parts(let boundaries) = splitter else {
            throw TokenizerError(.invalid(path: "", reason: "the text is not cut into parts"))
        }
        return (boundaries, tokens)
    }

    /// A text that will be changed may be cut where it may be cut when it is.
    @Test func whatIsReplacedIsCutAsItWillBe() throws {
        let (boundaries, _) = try Self.boundaries()
        var random = SplitMix(state: 13)
        var found = 0
        for (byte, content) in [(" ", "▁"), (" ", "ab"), ("9", "字é"), ("a", "."), (".", "b字a"), (" ", "😀")] {
            let (byte, content) = (Array(byte.utf8)[0], Array(content.utf8))
            let others = try #require(Boundaries(boundaries, replacing: byte, by: content))
            for _ in 0..<500 {
                let letters = (0..<40).map { _ in (Self.letters + [" ", " "])[random.next(10)] }
                let text = Array(letters.joined().utf8)
                let changed = text.map { $0 == byte ? content : [$0] }
                var at = changed[0].count
                for i in 1..<text.count {
                    let wanted = Array(changed.joined()).withUnsafeBufferPointer {
                        $0.baseAddress.map { boundaries.isCut($0, at) }
                    }
                    let isCut = text.withUnsafeBufferPointer {
                        $0.baseAddress.map { others.isCut($0, i) }
                    }
                    #expect(isCut == wanted, "\(letters.joined()) at \(i)")
                    found += isCut == true ? 1 : 0
                    at += changed[i].count
                }
            }
        }
        #expect(found > 10_000)
    }

    /// A text is cut wherever no token that merging makes has the characters around side by side, and nowhere else.
    @Test func partsEndWhereNothingIsJoined() throws {
        let (boundaries, tokens) = try Self.boundaries()
        let joined = Set(
            tokens.flatMap { token in zip(token, token.dropFirst()).map { "\($0.0)\($0.1)" } })
        var random = SplitMix(state: 3)
        for _ in 0..<1500 {
            // Every second text has no others than the sign and ASCII, or nearly none.
            let some = ["▁", "a", "b", "9", "."]
            let others = random.next(2) == 0 ? 2 : random.next(2) == 0 ? 0 : 200
            let characters = (0..<(1 + random.next(300))).map { _ in
                others > 0 && random.next(others) == 0
                    ? Self.letters[random.next(Self.letters.count)] : some[random.next(some.count)]
            }
            var wanted = [Int]()
            var at = 0
            for (i, character) in characters.enumerated() {
                at += character.utf8.count
                if i + 1 == characters.count || !joined.contains(character + characters[i + 1]) { wanted.append(at) }
            }
            Array(characters.joined().utf8).withUnsafeBufferPointer { text in
                guard let p = text.baseAddress else { return }
                #expect((1..<text.count).filter { boundaries.isCut(p, $0) } + [text.count] == wanted)
                for capacity in [1, 3, 70, 1000] {
                    var found = [Int]()
                    while (found.last ?? 0) < text.count {
                        var ends = [Int](repeating: 0, count: capacity)
                        let count = boundaries.fill(&ends, capacity: capacity, p, from: found.last ?? 0, to: text.count)
                        #expect(1...capacity ~= count)
                        found += ends.prefix(count)
                    }
                    #expect(found == wanted, "\(characters.joined())")
                }
            }
        }
    }
}
