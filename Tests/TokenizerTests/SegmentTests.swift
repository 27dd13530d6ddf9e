import JSON
import Testing

@testable import Tokenizer

/// Where texts are cut into segments, and what is remembered of them.
@Suite struct SegmentTests {
    static let characters =
        ScannerTests.characters + [
            "d", "m", "'ll", "'S", "、", "，", "！", "は", "ア", "ー", "ン", "Я", "я", "к", "뷁", "한", "各", "龥", "\u{4DC0}",
            "é",
            "\r\n", "\n\n", "\n    ", "\n\t", "\n/", "!\n", "...\n\n", "{", "}", ":", "#", "42", "x_1", " a", "b ",
            "\u{301}",
            "\u{328}", "\u{9FFF}", "\u{3040}", "\u{3097}", "ゟ",
        ]

    static func text(_ random: inout SplitMix, _ count: Int) -> [UInt8] {
        Array((0..<count).map { _ in characters[random.next(characters.count)] }.joined().utf8)
    }

    /// The pieces of the parts on both sides of a cut are those of the whole, at every place that may be cut.
    @Test(arguments: MaskScannerTests.fillable + [-1])
    func cutsChangeNoPieces(_ index: Int) throws {
        let known = index < 0 ? Splitter.sequence(SequenceScanner()) : KnownPatterns.all[index].splitter
        let splitters: [Splitter] =
            index < 0
            ? [.numbers(NumberScanner(limit: 3)), .hanKana(HanKanaScanner()), .symbols(SymbolScanner())] : [known]
        let cuts = try #require(known.cuts)
        var random = SplitMix(state: UInt64(index + 2) &* 71)
        var found = 0
        for _ in 0..<8000 {
            let bytes = Self.text(&random, 4 + random.next(12))
            bytes.withUnsafeBufferPointer { buffer in
                guard let p = buffer.baseAddress else { return }
                let whole = MaskScannerTests.ends(splitters, p, buffer.count)
                for i in 3..<max(buffer.count, 3) where p[i] & 0xC0 != 0x80 {
                    let isLine = !cuts.isByteLevel && p[i - 1] == 0x0A && cuts.isLineStart(p, i, buffer.count)
                    guard isLine || cuts.isWordEnd(p, i) else { continue }
                    found += 1
                    let before = MaskScannerTests.ends(splitters, p, i)
                    let after = MaskScannerTests.ends(splitters, p + i, buffer.count - i).map { $0 + i }
                    if before + after != whole {
                        Issue.record("\(String(decoding: buffer, as: UTF8.self).debugDescription) at \(i)")
                    }
                }
            }
        }
        #expect(found > 4000)
    }

    /// The parts on both sides of a cut, each brought to NFC and split by itself, are those of the whole.
    @Test(arguments: MaskScannerTests.fillable)
    func cutsChangeNoNormalForm(_ index: Int) throws {
        let splitter = KnownPatterns.all[index].splitter
        let cuts = try #require(splitter.cuts)
        let characters =
            Self.characters + [
                "\u{338}", "\u{3099}", "\u{11A8}", "\u{1161}", "\u{1100}", "\u{212B}", "\u{F900}", "\u{344}", "<", ">",
                "か",
                "은", "\u{340}", "\u{41}", "е", "\u{306}",
            ]
        var random = SplitMix(state: UInt64(index) &* 73 &+ 5)
        func pieces(_ bytes: ArraySlice<UInt8>) -> [[UInt8]] {
            let normal = bytes.withUnsafeBufferPointer { buffer -> [UInt8] in
                guard let p = buffer.baseAddress else { return [] }
                return UnicodeForm.nfc.apply(NormalizedText(p, start: 0, end: buffer.count, keepsSpans: false)).bytes
            }
            var start = 0
            return normal.withUnsafeBufferPointer { buffer in
                guard let p = buffer.baseAddress else { return [] }
                return MaskScannerTests.ends(splitter, p, buffer.count).map { end in
                    defer { start = end }
                    return Array(normal[start..<end])
                }
            }
        }
        var found = 0
        for _ in 0..<6000 {
            let bytes = Array(
                (0..<(4 + random.next(12))).map { _ in characters[random.next(characters.count)] }.joined().utf8)
            let places = bytes.withUnsafeBufferPointer { buffer -> [Int] in
                guard let p = buffer.baseAddress else { return [] }
                return (3..<max(buffer.count, 3)).filter { i in
                    p[i] & 0xC0 != 0x80
                        && (!cuts.isByteLevel && p[i - 1] == 0x0A && cuts.isLineStart(p, i, buffer.count)
                            || cuts.isWordEnd(p, i))
                }
            }
            for i in places {
                found += 1
                if pieces(bytes[..<i]) + pieces(bytes[i...]) != pieces(bytes[...]) {
                    Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription) at \(i)")
                }
            }
        }
        #expect(found > 3000)
    }

    /// None but the last is short or very long, and some way behind an insertion they are as they were.
    @Test func cutsDependOnWhatIsAround() throws {
        let cuts = SegmentCuts()
        func all(_ bytes: [UInt8]) -> [Int] {
            var ends = [Int]()
            bytes.withUnsafeBufferPointer { buffer in
                guard let p = buffer.baseAddress else { return }
                while (ends.last ?? 0) < buffer.count { ends.append(cuts.next(p, ends.last ?? 0, buffer.count)) }
            }
            return ends
        }
        var random = SplitMix(state: 5)
        func lines(_ count: Int, of words: [String]) -> [UInt8] {
            let lines = (0..<count).map { _ in
                (0...random.next(12)).map { _ in words[random.next(words.count)] }.joined(separator: " ")
            }
            return Array(lines.joined(separator: "\n").utf8)
        }
        // Of so few words hardly any place is chosen.
        let uniform = lines(12_000, of: ["word", "Text", "x1", "{", "字"])
        let uniformEnds = all(uniform)
        let inserted = all(Array("An insertion.\n".utf8) + uniform).map { $0 - 14 }
        #expect(Set(uniformEnds).subtracting(inserted).count < uniformEnds.count / 2)
        let words =
            ["{", "x1", "字"]
            + (0..<300).map { String(repeating: "Text", count: 1 + $0 % 2) + String($0, radix: 36) + "en" }
        let text = lines(5000, of: words)
        for ends in [uniformEnds, all(text)] {
            #expect(
                zip(ends, ends.dropFirst()).dropLast().allSatisfy {
                    $1 - $0 >= cuts.shortest && $1 - $0 < 4 * cuts.shortest
                })
        }
        for (text, limit) in [(text, 15), (text.map { $0 == 0x0A ? 0x20 : $0 }, 90)] {
            let ends = Set(all(text))
            var changed = 0
            for _ in 0..<20 {
                let place = random.next(text.count / 4)
                let count = 1 + random.next(3000)
                let inserted = text[..<place] + [UInt8](repeating: 0x2D, count: count) + text[place...]
                changed += all(Array(inserted)).prefix { $0 <= place || !ends.contains($0 - count) }.count {
                    $0 > place
                }
            }
            #expect(changed < 20 * limit, "\(changed)")
        }
        #expect(all([UInt8](repeating: 0x61, count: 100_000)) == [100_000])
        // A long text that cannot be cut ends not far behind where it can.
        for count in [3000, 60_000, 67_000, 70_000, 90_000, 300_000] {
            let text =
                [UInt8](repeating: 0x61, count: count) + Array(repeatElement(Array(" word".utf8), count: 2000).joined())
            let end = all(text)[0]
            #expect(count...(count + cuts.shortest + 512) ~= end && text[end] == 0x20)
        }
    }

    static func file(_ pattern: String) -> SampleFile {
        var file = SampleFile()
        file.preTokenizer = SampleFile.sequence([SampleFile.split(pattern), SampleFile.byteLevel])
        return file
    }

    /// The first time, when it is stored, and when it is known a text has the same tokens, with spans and without.
    @Test(arguments: MaskScannerTests.fillable.map { KnownPatterns.all[$0].pattern } + ["a+"])
    func resultsDoNotDependOnWhatIsKnown(_ pattern: String) throws {
        let tokenizer = try Self.file(pattern).tokenizer()
        var random = SplitMix(state: 21)
        var options = Tokenizer.EncodeOptions(offsets: true)
        for round in 0..<60 {
            var text = Self.text(&random, 10 + random.next(3000))
            if round % 3 == 0 { text += Array("<|end|>".utf8) + Self.text(&random, 900) }
            options.specialTokensAsText = round % 2 == 0
            options.plainRanges = round % 5 == 0 ? [(text.count - 30)..<(text.count - 2)] : []
            options.usesCaches = false
            let expected = try tokenizer.encode(text, options: options)
            options.usesCaches = true
            for pass in 0..<4 {
                options.offsets = pass % 2 == 0
                let found = try tokenizer.encode(text, options: options)
                #expect(found.ids == expected.ids)
                if options.offsets { #expect(found == expected) }
            }
            options.offsets = true
        }
    }

    /// A text between added tokens that is not cut is one segment, unless its place in the whole matters.
    @Test(arguments: ["always", "first", "never"])
    func wholeTexts(_ scheme: String) throws {
        var file = SampleFile()
        file.preTokenizer = .object([
            "type": .string("Metaspace"), "replacement": .string("▁"), "prepend_scheme": .string(scheme),
            "split": .bool(true),
        ])
        let tokenizer = try file.tokenizer()
        let sentence = String(repeating: "the hello ing ", count: 20)
        let text = Array("\(sentence)<|end|>\(sentence)<|end|>\(sentence)".utf8)
        var options = Tokenizer.EncodeOptions()
        options.usesCaches = false
        let expected = try tokenizer.encode(text, options: options)
        for _ in 0..<4 { #expect(try tokenizer.encode(text) == expected) }
    }

    /// Texts do not take each other's places before they come for the second time.
    @Test func textsAreNotForgottenForOthers() throws {
        let cache = try #require(SegmentCache())
        var random = SplitMix(state: 4)
        let hashes = (0..<300).map { _ in
            let text = (0..<64).map { _ in UInt8(random.next(256)) }
            return cache.hash(text, text.count)
        }
        #expect(hashes.allSatisfy { cache.look($0) == .new })
        #expect(hashes.allSatisfy { cache.look($0) == .seen })
    }

    /// Of a long text not all bytes are in its hash: two of the same hash are told apart.
    @Test func textsOfOneHash() throws {
        let cache = try #require(SegmentCache())
        let tokenizer = try Self.file(KnownPatterns.all[0].pattern).tokenizer()
        var random = SplitMix(state: 8)
        var same = 0
        for _ in 0..<40 {
            let text = (0..<(1000 + random.next(1000))).map { _ in UInt8(0x61 + random.next(4)) } + [0x20]
            var other = text
            for _ in 0..<3 { other[200 + random.next(700)] ^= 3 }
            if cache.hash(text, text.count) == cache.hash(other, other.count) { same += 1 }
            var options = Tokenizer.EncodeOptions()
            options.usesCaches = false
            let expected = try [text, other].map { try tokenizer.encode($0, options: options).ids }
            for _ in 0..<4 {
                #expect(try [text, other].map { try tokenizer.encode($0).ids } == expected)
            }
        }
        #expect(same > 4)
    }

    /// However much is stored, what is found is what was stored, and the newest is found.
    @Test func ringsWrapAround() throws {
        let cache = try #require(SegmentCache())
        let scratch = EncodeScratch(expected: 64)
        var random = SplitMix(state: 3)
        var kept = [(text: [UInt8], ids: [UInt32])]()
        func find(_ text: [UInt8]) -> SegmentCache.Finding {
            scratch.reset()
            let hash = cache.hash(text, text.count)
            let finding = cache.look(hash)
            return finding == .known && !cache.append(text, text.count, hash, to: scratch) ? .new : finding
        }
        var known = 0
        for round in 0..<2500 {
            let text = (0..<(64 + random.next(16_000))).map { _ in UInt8(random.next(256)) }
            let ids = (0..<random.next(text.count)).map { UInt32($0 ^ round) }
            #expect(find(text) == .new)
            #expect(find(text) == .seen)
            cache.store(text, text.count, cache.hash(text, text.count), ids, ids.count)
            #expect(find(text) == .known)
            kept.append((text, ids))
            if kept.count > 100 { kept.removeFirst() }
            let old = kept[random.next(kept.count)]
            if find(old.text) != .known { continue }
            known += 1
            #expect(Array(UnsafeBufferPointer(start: scratch.ids, count: scratch.count)) == old.ids)
        }
        #expect(known > 1200)
    }
}
