public import JSON

/// What follows a sampled turn: the members of the request, checked.
public struct BridgeRequest: Sendable {
    /// The new messages, and what else they are rendered with.
    public var chat: RenderRequest
    public var retention = Retention.auto
    /// Whether the conversation has a system message; nil where the caller does not say.
    public var hasSystemMessage: Bool?
    /// The turn that the new messages answer, where it is known as a message: it has the names of the tools that were called.
    var called: Object?

    public init(_ fields: Fields) throws(FieldError) {
        try self.init(RenderRequest(fields, addGenerationPrompt: true), fields)
    }

    /// Of a conversation that is known.
    init(_ conversation: RenderRequest, options: Fields) throws(FieldError) {
        var chat = conversation
        try chat.readOptions(options, addGenerationPrompt: true)
        try self.init(chat, options)
    }

    private init(_ chat: RenderRequest, _ fields: Fields) throws(FieldError) {
        self.chat = chat
        if chat.continuedField != nil {
            throw fields.error("continue_final_message", .notAllowed("does not go with a bridge"))
        }
        if let name = try fields.text("thinking_retention") {
            guard let policy = Retention(rawValue: name) else {
                let names = Retention.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
                throw fields.error("thinking_retention", .notAllowed("must be one of \(names)"))
            }
            retention = policy
        }
        hasSystemMessage = try fields.bool("has_system_message")
    }
}
