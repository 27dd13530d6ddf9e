/// What a template does around turns, found by rendering small chats with the variables of a request.
struct TurnFacts: Sendable {
    /// What follows the last field of a chat that ends with a message of a role, generation prompt and all.
    struct Tail: Sendable {
        var bytes: [UInt8] = []
        /// Where in `bytes` the generation prompt begins.
        var promptStart = 0
    }

    /// `nothing` is a chat without messages: its tail is all of its text.
    enum Ending: Hashable, Sendable { case nothing, user, tool, system, assistant }

    /// Whether the template takes content as a list of parts alone.
    var usesParts = false
    var tails: [Ending: Tail] = [:]
    /// Ranges of the template's source that only ever write a generation prompt.
    var generationSites: Set<Range<Int>> = []
    /// What the template writes between a turn's header and its content in the place of reasoning.
    var placeholders: [[UInt8]] = []
    /// The fields of a message in which the template looks for reasoning.
    var reasoningFields: [[UInt8]] = []
    /// Whether reasoning that stands in the content is shown in the last turn and left out of earlier ones.
    var dropsInlineReasoning = false
    /// What stands around reasoning, without layout.
    var reasoningMarkers: ReasoningMarkers?
    /// The tokens that open turns.
    var openers: Set<UInt32> = []
    /// The beginning-of-text token.
    var beginning: UInt32?
    /// Whether it closes turns, too.
    var beginningCloses = false
    /// The tokens that close turns of the assistant, whatever the model's files say.
    var closers: [UInt32] = []
    /// These, and the stop tokens of the model's files.
    var stops: Set<UInt32> = []
    var mediaTokens: Set<UInt32> = []

    /// The generation prompt behind a user's message.
    var generationPrompt: [UInt8] {
        let tail = tails[.user] ?? Tail()
        return Array(tail.bytes[tail.promptStart...])
    }

    func tail(after role: [UInt8]) -> Tail? { tails[Ending(role)] ?? tails[.user] }
}

extension TurnFacts.Ending {
    init(_ role: [UInt8]) {
        switch MessageRole(role) {
        case .assistant: self = .assistant
        case .tool: self = .tool
        case .other:
            let isSystem = role.elementsEqual("system".utf8) || role.elementsEqual("developer".utf8)
            self = isSystem ? .system : .user
        }
    }
}
