/// What a model rendered: one prompt, or several one after the other in flat arrays.
public struct Rendered: Sendable {
    public private(set) var ids: [UInt32] = []
    /// The texts, and where in them the ids are.
    public private(set) var prompts = PromptTexts()
    /// One a prompt, where it was asked for.
    public private(set) var attributions: [Attribution] = []
    /// 1 for the ids that are learned from; empty but for training samples.
    public private(set) var lossMask: [UInt8] = []

    /// Where each prompt's ids begin, and the end of the last.
    public var starts: [Int] { prompts.starts }
    /// Empty for a prompt that was given as ids.
    public var texts: [[UInt8]] { prompts.texts }

    init() {}

    mutating func append(_ prompt: Prompt) {
        // Most results are one prompt: its arrays are taken as they are.
        if ids.isEmpty { ids = prompt.ids } else { ids += prompt.ids }
        if let attribution = prompt.attribution { attributions.append(attribution) }
        if lossMask.isEmpty { lossMask = prompt.lossMask } else { lossMask += prompt.lossMask }
        prompts.append(prompt.text, prompt.spans, end: ids.count)
    }
}
