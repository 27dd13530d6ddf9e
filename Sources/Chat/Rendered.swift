/// What a model rendered: one prompt, or several one after the other in flat arrays.
public struct Rendered: Sendable {
    public private(set) var ids: [UInt32] = []
    /// Begin and end of each id in its prompt's text, in bytes; (0, 0) for prompts given as ids.
    public private(set) var byteOffsets: [UInt32] = []
    public private(set) var characterOffsets: [UInt32] = []
    /// Where each prompt's ids begin, and the end of the last.
    public private(set) var starts: [Int] = [0]
    /// Empty for a prompt that was given as ids.
    public private(set) var texts: [[UInt8]] = []
    /// One a prompt, where it was asked for.
    public private(set) var attributions: [Attribution] = []
    /// 1 for the ids that are learned from; empty but for training samples.
    public private(set) var lossMask: [UInt8] = []

    init() {}

    mutating func append(_ prompt: Prompt) {
        ids += prompt.ids
        byteOffsets += prompt.byteOffsets
        characterOffsets += prompt.characterOffsets
        texts.append(prompt.text)
        if let attribution = prompt.attribution { attributions.append(attribution) }
        lossMask += prompt.lossMask
        starts.append(ids.count)
    }

    /// One prompt on its way into the arrays.
    struct Prompt {
        var ids: [UInt32]
        var byteOffsets: [UInt32]
        var characterOffsets: [UInt32]
        var text: [UInt8]
        /// Every byte of every token; empty where nobody asked.
        var wholeSpans: [UInt32] = []
        var attribution: Attribution?
        var lossMask: [UInt8] = []

        /// Keeps the ids at `range` and their spans; the text stays whole, so that spans mean the same.
        mutating func keep(_ range: Range<Int>) {
            ids = Array(ids[range])
            byteOffsets = Array(byteOffsets[(range.lowerBound * 2)..<(range.upperBound * 2)])
            characterOffsets = Array(characterOffsets[(range.lowerBound * 2)..<(range.upperBound * 2)])
            attribution?.keep(range)
            if !lossMask.isEmpty { lossMask = Array(lossMask[range]) }
        }

        /// Takes the first token out, and its text.
        mutating func dropFirst(_ bytes: [UInt8]) {
            keep(min(1, ids.count)..<ids.count)
            if text.starts(with: bytes) { moveText(from: bytes.count) }
        }

        /// Makes the text begin at `start`, which no token is in front of; spans move along.
        mutating func moveText(from start: Int) {
            let cut = text[..<start]
            let characters = cut.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
            text.removeSubrange(..<start)
            for i in byteOffsets.indices { byteOffsets[i] &-= min(byteOffsets[i], UInt32(truncatingIfNeeded: start)) }
            for i in characterOffsets.indices {
                characterOffsets[i] &-= min(characterOffsets[i], UInt32(truncatingIfNeeded: characters))
            }
        }

        /// Puts tokens in front that belong to nobody.
        mutating func prepend(ids new: [UInt32], text before: [UInt8]) {
            let characters = before.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
            text.insert(contentsOf: before, at: 0)
            if !byteOffsets.isEmpty {
                byteOffsets =
                    Array(repeating: 0, count: 2 * new.count)
                    + byteOffsets.map { $0 &+ UInt32(truncatingIfNeeded: before.count) }
                characterOffsets =
                    Array(repeating: 0, count: 2 * new.count)
                    + characterOffsets.map { $0 &+ UInt32(truncatingIfNeeded: characters) }
            }
            ids.insert(contentsOf: new, at: 0)
            attribution?.prepend(new.count)
        }
    }
}
