/// What a stretch of a prompt is. The numbers are those of `TYPECASE_KIND_…`.
public enum TokenKind: UInt8, Sendable {
    /// Text of the template: headers, markers, closers, and the roles and names in them.
    case scaffold = 0
    /// What a message says.
    case content = 1
    case reasoning = 2
    case toolName = 3
    case toolArguments = 4
    /// The rest of a tool call that a message holds: its id, its type.
    case toolCall = 5
    /// What a message of a tool says.
    case toolResult = 6
    /// Definitions of tools.
    case tools = 7
    case documents = 8
    /// A placeholder of an image, a video or a sound.
    case media = 9
    case generationPrompt = 10
    /// What a special token's variable printed (bos_token, eos_token…).
    case special = 11
}
