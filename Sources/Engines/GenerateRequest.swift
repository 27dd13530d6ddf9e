/// A prompt, and what to generate from it.
public struct GenerateRequest: Sendable {
    public let promptIDs: [UInt32]
    public let options: GenerateOptions

    public init(promptIDs: [UInt32], _ options: GenerateOptions) {
        (self.promptIDs, self.options) = (promptIDs, options)
    }
}
