public import Bytes
import JSON

/// A prompt, or several, and what to generate from it.
public struct GenerateRequest: Sendable {
    /// The ids of all prompts, one after the other.
    public let promptIDs: FlatArray<UInt32>
    /// 0 where there are none.
    public let largestID: UInt32
    public let options: GenerateOptions
    /// Where each prompt stands in them.
    let prompts: [Range<Int>]

    /// The lengths of several prompts must add up to the ids that there are.
    public init(promptIDs: FlatArray<UInt32>, _ options: GenerateOptions) {
        (self.promptIDs, self.options) = (promptIDs, options)
        largestID = promptIDs.withBuffer { $0.max() ?? 0 }
        var end = 0
        prompts =
            options.promptLengths.map { lengths in
                lengths.map { length in
                    defer { end += length }
                    return end..<end + length
                }
            } ?? [0..<promptIDs.count]
    }

    /// How many ids the longest prompt has.
    public var longest: Int { prompts.reduce(0) { max($0, $1.count) } }

    /// Choices stand prompt by prompt, n for each.
    func isFirstOfItsPrompt(_ choice: Int) -> Bool { choice % (options.sampling.n ?? 1) == 0 }

    /// How many positions an engine tells the experts of that it does not count itself: all but the last, from where it was asked to begin.
    func routedPositions(ofChoice choice: Int, sampled: Int) -> Int {
        let prompt = choice / (options.sampling.n ?? 1)
        let length = prompts.count == 1 ? promptIDs.count : prompts.indices.contains(prompt) ? prompts[prompt].count : 0
        let positions = length + sampled - 1
        let start = options.extra["routed_experts_start_len"]?.integer ?? 0
        return (0...max(positions, 0)).contains(start) ? positions - start : 0
    }

    /// What gives the prompts of choices. One that all of them have is copied once.
    public func promptOfChoice() -> @Sendable (Int) -> [UInt32] {
        guard prompts.count == 1 else { return { prompt(ofChoice: $0) } }
        let only = prompt(ofChoice: 0)
        return { _ in only }
    }

    func prompt(ofChoice choice: Int) -> [UInt32] {
        let prompt = prompts.count == 1 ? 0 : choice / (options.sampling.n ?? 1)
        return prompts.indices.contains(prompt) ? promptIDs.withBuffer { Array($0[prompts[prompt]]) } : []
    }
}
