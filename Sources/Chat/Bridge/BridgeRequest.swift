public import JSON

/// What follows a sampled turn: the members of the request, checked.
public struct BridgeRequest: Sendable {
    /// The new messages, and what else they are rendered with.
    public var chat: RenderRequest
    public var retention = Retention.auto
    /// Whether the conversation has a system message; nil where the caller does not say.
    public var hasSystemMessage: Bool?

    public init(_ fields: Fields) throws(FieldError) {
        chat = try RenderRequest(fields, addGenerationPrompt: true)
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
