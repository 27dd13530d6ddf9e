import JSON

/// What transformers 5.23 does to messages before a template sees them.
enum Messages {
    /// The names under which templates look for reasoning, in the order in which a message's own is looked for.
    static let reasoningFields: [[UInt8]] = ["reasoning_content", "thinking", "reasoning"].map { Array($0.utf8) }

    /// Members that are null are dropped; a message with reasoning under one name gets it under the others that
    /// templates read, without overwriting what is there: `thinking` in front, `reasoning_content` in its place or last.
    static func prepared(_ messages: [Object]) throws(FieldError) -> [Object] {
        if messages.isEmpty {
            throw FieldError(path: "messages", problem: .notAllowed("must hold at least one message"))
        }
        var result = [Object]()
        result.reserveCapacity(messages.count)
        for message in messages {
            // Most messages are as they should be, and are not copied.
            let hasNull = message.members.contains { $0.value.isNull }
            result.append(aliased(hasNull ? Object(message.members.filter { !$0.value.isNull }) : message))
        }
        return result
    }

    private static func aliased(_ message: Object) -> Object {
        var reasoning: Value?
        for field in reasoningFields {
            if let value = message[field], !value.isNull {
                reasoning = value
                break
            }
        }
        guard let reasoning else { return message }
        let thinking = reasoningFields[1]
        var members = [Object.Member(key: thinking, value: message[thinking] ?? reasoning)]
        members += message.members.filter { $0.key != thinking }
        var result = Object(members)
        result[reasoningFields[0]] = reasoning
        return result
    }
}
