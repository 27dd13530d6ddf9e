public import JSON

/// A parsed message as JSON.
extension ParsedMessage {
    /// As OpenAI has messages of the assistant: what is rendered in the next request. Calls are those that can be made; their
    /// arguments are objects where the template takes no text.
    public var message: Object {
        var message = Object(["role": .string("assistant"), "content": .string(content)])
        if let reasoning {
            message.set("reasoning_content", .string(reasoning))
            if let reasoningField { message[reasoningField] = .string(reasoning) }
        }
        var list = [Value]()
        for (i, call) in calls.enumerated() where call.status == .ok || call.status == .unknownTool {
            let given = takesObjects ? try? JSONParser.parse(call.arguments) : nil
            let function = Object(["name": .string(call.name ?? []), "arguments": given ?? .string(call.arguments)])
            list.append(
                .object(
                    Object([
                        "id": .string(call.id ?? ParsedMessage.id(i)), "type": .string("function"),
                        "function": .object(function),
                    ])))
        }
        if !list.isEmpty { message.set("tool_calls", .array(list)) }
        return message
    }

    /// An id for a call that has none: nine letters and digits, which all templates take.
    static func id(_ index: Int) -> [UInt8] {
        let digits = String(index % 100_000)
        return Array(("call" + String(repeating: "0", count: 5 - digits.count) + digits).utf8)
    }

    /// Everything that was found, in order.
    public var value: Value {
        var list = [Value]()
        for piece in pieces {
            switch piece {
            case .content(let text): list.append(.object(Object(["type": .string("content"), "text": .string(text)])))
            case .reasoning(let text):
                if text.isEmpty { continue }
                list.append(.object(Object(["type": .string("reasoning"), "text": .string(text)])))
            case .call(let index):
                list.append(.object(Object(["type": .string("tool_call"), "index": .integer(index)])))
            }
        }
        return .object(
            Object([
                "content": .string(content), "reasoning_content": reasoning.map { .string($0) } ?? .null,
                "reasoning_complete": reasoningComplete.map { .bool($0) } ?? .null,
                "tool_calls": .array(calls.map(ParsedMessage.value)), "pieces": .array(list),
            ]))
    }

    private static func value(_ call: ParsedCall) -> Value {
        guard var object = call.summary.object else { return .null }
        object.set("arguments", .string(call.arguments))
        return .object(object)
    }
}

extension ParsedCall {
    /// Everything but the arguments.
    public var summary: Value {
        .object(
            Object([
                "id": id.map { .string($0) } ?? .null, "name": name.map { .string($0) } ?? .null,
                "status": .string(status.rawValue), "raw": .string(raw),
                "token_span": .array([.integer(tokens.lowerBound), .integer(tokens.upperBound)]),
            ]))
    }
}
