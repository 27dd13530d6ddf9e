public import Tokenizer

/// The texts of prompts and where their tokens are in them: what is looked at when somebody asks for it.
public struct PromptTexts: Sendable {
    public private(set) var starts: [Int] = [0]
    public private(set) var texts: [[UInt8]] = []
    private var spans: [TokenSpans] = []

    mutating func append(_ text: [UInt8], _ spans: TokenSpans, end: Int) {
        texts.append(text)
        self.spans.append(spans)
        starts.append(end)
    }

    /// Begin and end of each id in its prompt's text, in bytes and in characters; zeros for prompts without a text.
    public func offsets(_ tokenizer: Tokenizer) -> (bytes: [UInt32], characters: [UInt32]) {
        var all: (bytes: [UInt32], characters: [UInt32]) = ([], [])
        for (i, spans) in spans.enumerated() {
            switch spans {
            case .none: break
            case .known(let bytes, let characters):
                all.bytes += bytes
                all.characters += characters
            case .encoded(let special, let kept):
                let options = Tokenizer.EncodeOptions(addSpecialTokens: special, offsets: true)
                // What was encoded once is encoded again.
                guard let encoding = try? tokenizer.encode(texts[i], options: options),
                    encoding.ids.count >= kept.upperBound
                else { break }
                all.bytes += encoding.byteOffsets[(2 * kept.lowerBound)..<(2 * kept.upperBound)]
                all.characters += encoding.characterOffsets[(2 * kept.lowerBound)..<(2 * kept.upperBound)]
            }
            let missing = 2 * starts[i + 1] - all.bytes.count
            if missing > 0 {
                all.bytes += repeatElement(0, count: missing)
                all.characters += repeatElement(0, count: missing)
            }
        }
        return all
    }
}
