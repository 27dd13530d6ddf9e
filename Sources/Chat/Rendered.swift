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
    }
}
