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
