/// What a model rendered: one prompt, or several one after the other in flat arrays.
public struct Rendered: Sendable {
    public private(set) var ids: [UInt32] = []
    /// Where each prompt's ids begin, and the end of the last.
    public private(set) var starts: [Int] = [0]
    /// Empty for a prompt that was given as ids.
    public private(set) var texts: [[UInt8]] = []
    /// One a prompt, where it was asked for.
    public private(set) var attributions: [Attribution] = []
    /// 1 for the ids that are learned from; empty but for training samples.
    public private(set) var lossMask: [UInt8] = []
    /// One a prompt.
    private(set) var spans: [TokenSpans] = []

    init() {}

    mutating func append(_ prompt: Prompt) {
        // Most results are one prompt: its arrays are taken as they are.
        if ids.isEmpty { ids = prompt.ids } else { ids += prompt.ids }
        texts.append(prompt.text)
        spans.append(prompt.spans)
        if let attribution = prompt.attribution { attributions.append(attribution) }
        if lossMask.isEmpty { lossMask = prompt.lossMask } else { lossMask += prompt.lossMask }
        starts.append(ids.count)
    }
}
