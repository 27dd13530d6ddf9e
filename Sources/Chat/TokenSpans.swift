public import Tokenizer

/// Where the tokens of a prompt are in its text: begin and end of each.
enum TokenSpans: Sendable {
    /// Of ids that have no text.
    case none
    case known(bytes: [UInt32], characters: [UInt32])
    /// Those of the text's tokens that were kept. Found when they are asked for, which most callers never do.
    case encoded(addSpecialTokens: Bool, kept: Range<Int>)

    mutating func keep(_ range: Range<Int>) {
        switch self {
        case .none: break
        case .known(let bytes, let characters):
            let doubled = (range.lowerBound * 2)..<(range.upperBound * 2)
            self = .known(bytes: Array(bytes[doubled]), characters: Array(characters[doubled]))
        case .encoded(let special, let kept):
            let start = kept.lowerBound + range.lowerBound
            self = .encoded(addSpecialTokens: special, kept: start..<(start + range.count))
        }
    }

    /// Moves spans that are known, as far as 0.
    mutating func move(bytes: Int, characters: Int) {
        guard case .known(let byteSpans, let characterSpans) = self else { return }
        func moved(_ spans: [UInt32], _ step: Int) -> [UInt32] {
            spans.map { UInt32(clamping: Int($0) + step) }
        }
        self = .known(bytes: moved(byteSpans, bytes), characters: moved(characterSpans, characters))
    }

    mutating func prepend(_ count: Int) {
        guard case .known(let bytes, let characters) = self else { return }
        let none = [UInt32](repeating: 0, count: 2 * count)
        self = .known(bytes: none + bytes, characters: none + characters)
    }

    mutating func append(byte: Int) {
        guard case .known(var bytes, var characters) = self else { return }
        let character = characters.last ?? 0
        bytes += [UInt32(clamping: byte), UInt32(clamping: byte)]
        characters += [character, character]
        self = .known(bytes: bytes, characters: characters)
    }
}

extension Rendered {
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
