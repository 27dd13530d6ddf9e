import JSON

/// The calls that a probe makes, in one of the forms that templates take.
struct CallWitness {
    struct Call {
        var name: [UInt8]
        var id: [UInt8]
        var arguments: Object
    }

    static let keys = ["kq1Xa", "kq2Xb"].map { Array($0.utf8) }
    static let values = ["Vq1Xaw", "Vq2Xbw"].map { Array($0.utf8) }
    static let number = Array("90417".utf8)

    static func text(_ count: Int) -> Object {
        Object(zip(keys, values).prefix(count).map { Object.Member(key: $0.0, value: .string($0.1)) })
    }

    static let numeric = Object([Object.Member(key: keys[0], value: .integer(90417))])

    static let first = Call(name: Array("fq8Zname".utf8), id: Array("cq1Xid001".utf8), arguments: text(2))
    static let second = Call(name: Array("gq8Zother".utf8), id: Array("dq2Xid002".utf8), arguments: text(2))

    /// How a template wants arguments and content.
    struct Form {
        var asText: Bool
        var content: Value?
        var hasReasoning = false
    }

    static let forms: [Form] = {
        var forms = [Form]()
        for content in [Value.string(""), nil, .string(TurnProbe.answer)] {
            forms += [Form(asText: false, content: content), Form(asText: true, content: content)]
        }
        return forms
    }()

    static func message(_ calls: [Call], _ form: Form) -> Object {
        var message = Object(["role": .string("assistant")])
        message.set("content", form.content)
        let list = calls.map { call -> Value in
            let object = Value.object(call.arguments)
            let arguments = form.asText ? .string(Dumps().bytes(object)) : object
            let function = Object(["name": .string(call.name), "arguments": arguments])
            return .object(
                Object(["id": .string(call.id), "type": .string("function"), "function": .object(function)]))
        }
        message.set("tool_calls", .array(list))
        return form.hasReasoning ? TurnProbe.thoughtful(message) : message
    }
}
