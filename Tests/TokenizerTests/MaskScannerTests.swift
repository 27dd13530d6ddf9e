import CScan
import CUnicode
import Testing

@testable import Tokenizer

/// Blocks of 64 bytes against the exact scanners, and every instruction set against plain C.
@Suite struct MaskScannerTests {
    static let rare = ScannerTests.characters
    static let common = [
        "a", "b", "the", "word", "A", "HTTP", "é", "字", "か", "ß", "Я", "я", "'", "'s", "'ll", "'T", "'lL", "'Re",
        "A'vE", "don't", " ", " ",
        " ",
        "  ", "\n", "\n\n", "\r\n", "\t", "    ", "1", "23", "4567890", ".", ",", "!", "//", "/", "{", "}", "—", "“",
        "”", "。",
        "\n  \n    ", "!\n/", "\u{17F}", "x'\u{17F}", "\u{4DFF}", "\u{4E00}", "\u{4FFF}", "\u{8FFF}", "\u{9000}",
        "\u{9F7F}",
        "\u{9F80}", "\u{9FA6}", "カー", "\u{3040}", "\u{3097}", "\u{3099}", "・", "ヾ", "ゝ", "ヿ", "、", "「」", "〄", "々", "，",
        "（", "１", "Ａ", "…",
        "\u{2028}", "\u{AFFF}", "\u{B000}", "\u{CFFF}", "\u{D000}",
    ]

    static func ends(_ splitter: Splitter, _ p: UnsafePointer<UInt8>, _ count: Int) -> [Int] {
        var ends = [Int]()
        var buffer = [Int](repeating: 0, count: 80)
        while (ends.last ?? 0) < count {
            let found = splitter.fill(&buffer, capacity: 80, p, from: ends.last ?? 0, to: count) ?? 0
            if found == 0 { break }
            ends += buffer[..<found]
        }
        return ends
    }

    /// The ends of the pieces that splits one after the other make.
    static func ends(_ splitters: [Splitter], _ p: UnsafePointer<UInt8>, _ count: Int) -> [Int] {
        var pieces = [Piece(start: 0, end: count)]
        for splitter in splitters {
            var matches = [Match]()
            for piece in pieces { splitter.matches(p, piece, into: &matches) }
            pieces = matches.map(\.piece)
        }
        return pieces.map(\.end)
    }

    static func check(_ splitter: Splitter, _ text: String, like splitters: [Splitter]? = nil) {
        let bytes = Array(text.utf8)
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let exact = ends(splitters ?? [splitter], base, buffer.count)
            let found = ends(splitter, base, buffer.count)
            if found != exact {
                Issue.record("\(splitter) on \(text.debugDescription)")
            }
        }
    }

    static let fillable = KnownPatterns.all.indices.filter { KnownPatterns.all[$0].splitter.canFill }

    @Test(arguments: fillable)
    func blocksEqualTheExactScanner(_ index: Int) {
        let splitter = KnownPatterns.all[index].splitter
        var random = SplitMix(state: UInt64(index) + 77)
        for round in 0..<6000 {
            let rareness = [0, 1, 4, 30][round % 4]
            let length = 20 + random.next(120)
            var text = ""
            for _ in 0..<length {
                let isRare = random.next(30) < rareness
                text += isRare ? Self.rare[random.next(Self.rare.count)] : Self.common[random.next(Self.common.count)]
            }
            Self.check(splitter, text)
        }
    }

    /// Few different characters make long runs that cross the ends of blocks.
    @Test(arguments: fillable)
    func runsAcrossBlocks(_ index: Int) {
        let splitter = KnownPatterns.all[index].splitter
        var random = SplitMix(state: UInt64(index) + 7)
        for _ in 0..<6000 {
            var text = ""
            while text.utf8.count < 300 {
                let unit = Self.common[random.next(Self.common.count)]
                for _ in 0...(random.next(4) == 0 ? random.next(90) : random.next(3)) { text += unit }
            }
            Self.check(splitter, text)
        }
    }

    /// The three splits of DeepSeek-V3 and the one that does all of them.
    @Test func sequenceEqualsItsSplits() {
        let splitters: [Splitter] = [
            .numbers(NumberScanner(limit: 3)), .hanKana(HanKanaScanner()), .symbols(SymbolScanner()),
        ]
        let kana = ["ア・イ", "・", "ー", "\u{3097}", "\u{3097}\u{1}", "字字字", "かな", "\u{1}", "\u{7F}", "\u{3099}", "゛"]
        var random = SplitMix(state: 99)
        for round in 0..<12000 {
            let rareness = [0, 1, 4, 30][round % 4]
            var text = ""
            for _ in 0..<(1 + random.next(90)) {
                switch random.next(30) {
                case 0: text += kana[random.next(kana.count)]
                case 1..<(1 + rareness): text += Self.rare[random.next(Self.rare.count)]
                default: text += Self.common[random.next(Self.common.count)]
                }
            }
            Self.check(.sequence(SequenceScanner()), text, like: splitters)
        }
    }

    @Test func instructionSetsAgree() {
        var random = SplitMix(state: 5)
        for _ in 0..<2000 {
            let bytes = (0..<64).map { _ in UInt8(random.next(256)) }
            var plain = cscan_classes()
            cscan_classify_at(0, bytes, &plain)
            for level in 1...cscan_levels() {
                var other = cscan_classes()
                cscan_classify_at(level, bytes, &other)
                withUnsafeBytes(of: plain) { plain in
                    withUnsafeBytes(of: other) { #expect($0.elementsEqual(plain)) }
                }
            }
        }
    }

    /// What `cscan_classes` says of characters beyond ASCII, and what is taken for granted of them.
    @Test func whatIsKnownOfCharactersBeyondASCII() throws {
        let normal = UInt8(1 | 4)
        let parts = UInt8(2 | 8)
        let hanSigns: [ClosedRange<UInt32>] = [0x3001...0x3003, 0x3008...0x3011]
        let signs = hanSigns + [0x2010...0x2027, 0xFF01...0xFF0F, 0xFF1A...0xFF20]
        let kana: [ClosedRange<UInt32>] = [0x3041...0x3096, 0x30A1...0x30FA, 0x30FC...0x30FE]
        for scalar in UInt32(0x80)..<0x12000 where Unicode.Scalar(scalar) != nil {
            func isIn(_ ranges: [ClosedRange<UInt32>]) -> Bool { ranges.contains { $0.contains(scalar) } }
            let isHan = 0x4E00...0x9F7F ~= scalar
            let isHangul = 0xB000...0xCFFF ~= scalar
            let (isKana, isSign) = (isIn(kana), isIn(signs))
            let bytes = Array(String(try #require(Unicode.Scalar(scalar))).utf8) + [UInt8](repeating: 0x20, count: 62)
            var classes = cscan_classes()
            for level in 0...cscan_levels() {
                cscan_classify_at(level, bytes, &classes)
                let found = [classes.han, classes.hangul, classes.kana, classes.sign]
                #expect(found == [isHan, isHangul, isKana, isSign].map { $0 ? 1 : 0 }, "\(scalar)")
                let stays = isHan || isIn(hanSigns)
                #expect(cscan_leads_at(level, bytes, 0) == (stays || isHangul || isKana ? 0 : 1), "\(scalar)")
                #expect(cscan_leads_at(level, bytes, 1) == (stays ? 0 : 1), "\(scalar)")
            }
            let form = cunicode_tokenizer_form(scalar)
            if isHan || isHangul || isKana || isIn(hanSigns) { #expect(form & normal == 0, "\(scalar)") }
            if isHan || isIn(hanSigns) { #expect(form & parts == 0, "\(scalar)") }
            if isHan || isHangul { #expect(CharacterSet.otherLetter.contains(scalar), "\(scalar)") }
            if isKana { #expect(CharacterSet.otherLetter.union(.modifier).contains(scalar), "\(scalar)") }
            if isHan || isKana { #expect(SequenceScanner.isHanKana(scalar), "\(scalar)") }
            if isSign { #expect(CharacterSet.punctuation.union(.symbol).contains(scalar), "\(scalar)") }
        }
    }

    /// The masks put them with the others of their kind without a look at the patterns.
    @Test func patternsMakeNoDifferenceBetweenThem() {
        let rules = KnownPatterns.all.compactMap { known -> MaskRules? in
            switch known.splitter {
            case .letters(let scanner): scanner.rules
            case .cases(let scanner): scanner.rules
            case .sequence: SequenceScanner.rules
            default: nil
            }
        }
        #expect(rules.count > 5)
        for rules in rules + [SequenceScanner.rules] {
            for set in [rules.letters, rules.undecided] {
                let isLetter = set.bits & CharacterSet.otherLetter.bits != 0
                #expect(isLetter == (set.bits & CharacterSet.modifier.bits != 0))
                #expect(set.bits & CharacterSet.punctuation.union(.symbol).bits == 0)
            }
        }
    }

    /// Added tokens, the longest of the first that begin: found by two bytes, by one, or by looking at each.
    @Test func addedTokensAreFound() {
        var random = SplitMix(state: 9)
        for round in 0..<3000 {
            let range = [3, 12, 64][round % 3]
            func byte() -> UInt8 { UInt8(60 + random.next(range)) }
            let shortest = 1 + round % 2
            let tokens = (0..<(1 + random.next(12))).map { _ in (0..<(shortest + random.next(3))).map { _ in byte() } }
            var bytes = (0..<random.next(200)).map { _ in byte() }
            if round % 5 == 0 { bytes += tokens[0] }
            let trie = TokenTrie(tokens)
            let from = random.next(bytes.count + 1)
            let start = (from..<bytes.count).first { i in tokens.contains { bytes[i...].starts(with: $0) } }
            let longest = start.flatMap { i in
                tokens.filter { bytes[i...].starts(with: $0) }.max { $0.count < $1.count }
            }
            let found = bytes.withUnsafeBufferPointer { buffer in
                buffer.baseAddress.flatMap { trie.find($0, from: from, to: buffer.count) }
            }
            #expect(found?.start == start && found.map { Array(bytes[$0.start..<$0.end]) } == longest)
            #expect(found.map { tokens[$0.pattern] } == longest)
        }
    }
}
