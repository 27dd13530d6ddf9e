import Testing

@testable import Tokenizer

/// When a text is left as it is.
@Suite struct UnicodeFormTests {
    /// What is said to be in a form does not change, and what is not does. What the reference makes of texts is tested against it elsewhere.
    @Test(arguments: ["NFC", "NFD", "NFKC", "NFKD"])
    func normalIsWhatDoesNotChange(_ name: String) throws {
        let form = try #require(UnicodeForm(name: name))
        let characters =
            SegmentTests.characters + [
                "\u{338}", "\u{3099}", "\u{11A8}", "\u{1161}", "\u{1100}", "\u{212B}", "\u{F900}", "\u{344}", "か", "가",
                "\u{323}", "\u{94D}", "क", "\u{93C}", "\u{1037}", "\u{103A}", "မ", "\u{FB01}", "\u{FF0C}", "\u{3A9}",
                "\u{2126}",
                "\u{DDC}", "\u{DCA}", "\u{DD9}", "\u{DCF}",
            ]
        var random = SplitMix(state: 99)
        var normal = 0
        for _ in 0..<30_000 {
            let bytes = Array(
                (0..<(1 + random.next(6))).map { _ in characters[random.next(characters.count)] }.joined().utf8)
            bytes.withUnsafeBufferPointer { buffer in
                guard let p = buffer.baseAddress else { return }
                let changed = form.apply(NormalizedText(p, start: 0, end: buffer.count, keepsSpans: false)).bytes
                let isNormal = form.isNormal(p, buffer.count)
                normal += isNormal ? 1 : 0
                if isNormal != (changed == bytes) {
                    Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription): \(isNormal)")
                }
            }
        }
        #expect(normal > 1000 && normal < 29_000, "\(normal)")
    }

    /// Of long runs of marks nothing is said to stay that does not, wherever they are looked at no farther.
    @Test(arguments: ["NFC", "NFD", "NFKC", "NFKD"])
    func longRunsAreNotTakenForNormal(_ name: String) throws {
        let form = try #require(UnicodeForm(name: name))
        let firsts = ["a", "\u{1EAD}", "\u{1EA5}", "\u{AC01}", "\u{1F82}", "\u{E9}", ""]
        for first in firsts {
            for last in ["\u{323}", "\u{301}", "\u{11A8}", "b\u{301}"] {
                for count in 0..<150 {
                    let bytes = Array((first + String(repeating: "\u{30D}", count: count) + last).utf8)
                    bytes.withUnsafeBufferPointer { buffer in
                        guard let p = buffer.baseAddress else { return }
                        let text = NormalizedText(p, start: 0, end: buffer.count, keepsSpans: false)
                        let changed = form.apply(text).bytes
                        let kept = form.normalCount(p, buffer.count)
                        #expect(kept < buffer.count || changed == bytes, "\(first.debugDescription) \(count) \(last)")
                        #expect(form.apply(text, from: kept).bytes == changed)
                    }
                }
            }
        }
    }

    /// What a text comes to counts, not what it might have.
    @Test func marksThatFitAreNotTooLong() throws {
        let form = try #require(UnicodeForm(name: "NFC"))
        var text = NormalizedText(about: 0, 1, keepsSpans: false)
        var marks = Array("\u{301}\u{323}".utf8)
        while marks.count <= text.limit / 2 { marks += marks }
        marks.removeLast(text.limit / 4)
        text.append(marks)
        let result = form.apply(text)
        #expect(!result.isTooLong && result.bytes.count == marks.count)
        #expect(result.bytes.starts(with: "\u{323}".utf8) && result.bytes.suffix(2).elementsEqual("\u{301}".utf8))
    }
}
