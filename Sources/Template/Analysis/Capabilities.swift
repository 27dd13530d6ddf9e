import Bytes
public import JSON

/// What a template does with a chat, found by rendering small chats that are marked with words no template knows. A
/// capability is there when its word comes out; an error means that it is not.
public struct Capabilities: Sendable, Equatable {
    /// A system message in front is rendered.
    public var system = false
    /// A developer message in front is rendered.
    public var developer = false
    /// Tools are rendered.
    public var tools = false
    /// The calls of an assistant message are rendered.
    public var toolCalls = false
    /// A message of role "tool" is rendered.
    public var toolResults = false
    /// Documents are rendered.
    public var documents = false
    /// The reasoning of an assistant message is rendered, under one of the names that templates read.
    public var reasoning = false
    /// Content may be a list of parts.
    public var parts = false
    /// The kinds of media parts that leave a mark: "image", "video", "audio".
    public var media: [String] = []
    /// add_generation_prompt changes the text.
    public var generationPrompt = false
}

/// The chats that find capabilities out. A probe costs a render of a chat of one to three messages.
struct Probe {
    private static let word = "Zq4Wx9Kv"

    let template: Template
    /// `bos_token` and its kind, which templates may need.
    let variables: Object

    func capabilities() -> Capabilities {
        var found = Capabilities()
        let question = message("user", .string("Hi"))
        found.system = finds([message("system", marked), question])
        found.developer = finds([message("developer", marked), question])
        found.tools = finds([question], ["tools": .array([SampleTool.value(named: Probe.word)])])
        found.toolCalls = calls(of: Probe.word, argument: Probe.word).contains { finds([question, $0]) }
        found.toolResults = calls(of: "f", argument: "b").contains { call in
            finds([question, call, result], ["tools": .array([SampleTool.value(named: "f")])])
                || finds([question, call, result])
        }
        found.documents = finds([question], ["documents": .array([document])])
        found.reasoning = finds([question, thought])
        found.parts = finds([message("user", .array([part("text", ["text": marked])]))])
        found.media = found.parts ? ["image", "video", "audio"].filter(marks) : []
        found.generationPrompt =
            render([question], ["add_generation_prompt": .bool(true)])
            != render([question], ["add_generation_prompt": .bool(false)])
        return found
    }

    private var marked: Value { .string(Probe.word) }

    private var result: Value {
        .object(
            Object([
                "role": .string("tool"), "content": marked, "tool_call_id": .string("call00001"), "name": .string("f"),
            ]))
    }

    private var thought: Value {
        let members: KeyValuePairs<String, Value> = [
            "role": .string("assistant"), "content": .string("Yes"), "reasoning_content": marked, "thinking": marked,
            "reasoning": marked,
        ]
        return .object(Object(members))
    }

    private var document: Value {
        .object(Object(["title": .string("T"), "text": marked, "content": marked, "doc_id": .integer(1)]))
    }

    private func message(_ role: String, _ content: Value) -> Value {
        .object(Object(["role": .string(role), "content": content]))
    }

    private func part(_ type: String, _ members: KeyValuePairs<String, Value>) -> Value {
        var object = Object(["type": .string(type)])
        for (key, value) in members { object.set(key, value) }
        return .object(object)
    }

    /// Assistant messages with a call, in the forms that templates take: arguments as an object or as text, and content
    /// that is empty, null or not there.
    private func calls(of name: String, argument: String) -> [Value] {
        let object = Value.object(Object(["a": .string(argument)]))
        var messages = [Value]()
        for arguments in [object, .string(Dumps().bytes(object))] {
            let function = Object(["name": .string(name), "arguments": arguments])
            // Some templates want an id of exactly nine letters or digits.
            let call = Object(["id": .string("call00001"), "type": .string("function"), "function": .object(function)])
            for content in [Value.string(""), .null, nil] {
                var message = Object(["role": .string("assistant")])
                message.set("content", content)
                message.set("tool_calls", .array([.object(call)]))
                messages.append(.object(message))
            }
        }
        return messages
    }

    /// Whether a part of a kind leaves a mark of its own beside the text.
    private func marks(_ type: String) -> Bool {
        let text = part("text", ["text": marked])
        let media = part(type, [type: .string("x"), "\(type)_url": .object(Object(["url": .string("x")]))])
        guard let with = render([message("user", .array([media, text]))]),
            let without = render([message("user", .array([text]))])
        else { return false }
        return with != without && contains(with)
    }

    private func finds(_ messages: [Value], _ more: KeyValuePairs<String, Value> = [:]) -> Bool {
        render(messages, more).map(contains) ?? false
    }

    /// Whether the word is there, and not inside a list of parts that was printed as it is.
    private func contains(_ text: [UInt8]) -> Bool {
        ByteSearch.contains(text, Array(Probe.word.utf8))
            && !ByteSearch.contains(text, Array("'text': '\(Probe.word)".utf8))
            && !ByteSearch.contains(text, Array("\"text\": \"\(Probe.word)".utf8))
    }

    private func render(_ messages: [Value], _ more: KeyValuePairs<String, Value> = [:]) -> [UInt8]? {
        var object = variables
        object.set("messages", .array(messages))
        object.set("tools", .null)
        object.set("documents", .null)
        object.set("add_generation_prompt", .bool(false))
        for (key, value) in more { object.set(key, value) }
        guard let context = try? Context(object, origins: false) else { return nil }
        return try? template.render(context).bytes
    }
}

extension Template {
    /// What the template does with a chat. Renders about twenty small chats.
    ///
    /// - Parameter variables: what the template gets beside the chat, such as its special tokens.
    public func capabilities(_ variables: Object = Object()) -> Capabilities {
        Probe(template: self, variables: variables).capabilities()
    }
}
