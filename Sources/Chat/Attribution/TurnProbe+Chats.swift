import JSON
import Template

/// The messages that probes are made of. Their words stand in no template.
extension TurnProbe {
    static let question = "Uq4Wx9question"
    static let answer = "Cw4xTb9answer"
    static let thought = "Rq7mVz2thought"

    static func message(_ role: String, _ content: String) -> Object {
        Object(["role": .string(role), "content": .string(content)])
    }

    static let user = message("user", question)
    static let assistant = message("assistant", answer)
    static let reasoned = thoughtful(assistant)

    /// Calls in the forms that templates take.
    static let calls: [Object] = {
        let object = Value.object(Object(["a": .string("b")]))
        return [object, .string(Dumps().bytes(object))].flatMap { arguments in
            let function = Object(["name": .string("f"), "arguments": arguments])
            let call = Object(["id": .string("call00001"), "type": .string("function"), "function": .object(function)])
            return [Value.string(""), nil].map { content in
                var message = Object(["role": .string("assistant")])
                message.set("content", content)
                message.set("tool_calls", .array([.object(call)]))
                return message
            }
        }
    }()

    static let result = Object([
        "role": .string("tool"), "content": .string(question), "tool_call_id": .string("call00001"),
        "name": .string("f"),
    ])

    static let tool = SampleTool.value(named: "f")

    /// Chats that end with the assistant, and what may follow.
    static let growths: [([Object], [Object])] = {
        let next = [[user], [user, assistant]]
        let heads = [[user], [message("system", question), user], [user, assistant, user]]
        var growths = [([Object], [Object])]()
        for head in heads {
            for turn in [assistant, reasoned] { growths += next.map { (head + [turn], $0) } }
        }
        for call in calls.flatMap({ [$0, thoughtful($0)] }) {
            growths += [[result], [result, assistant], [result, reasoned], [result, assistant, user]].map {
                ([user, call], $0)
            }
            for turn in [assistant, reasoned] { growths += next.map { ([user, call, result, turn], $0) } }
        }
        return growths
    }()

    static func thoughtful(_ message: Object) -> Object {
        var message = message
        for field in Messages.reasoningFields { message[field] = .string(thought) }
        return message
    }

    static func inParts(_ message: Object) -> Object {
        guard case .string? = message["content"], let text = message["content"] else { return message }
        var message = message
        message.set("content", .array([.object(Object(["type": .string("text"), "text": text]))]))
        return message
    }
}
