public import JSON
import Synchronization
import Template
import Tokenizer

/// A conversation with a model, which grows: messages and tools, read once and made ready for the template once.
///
/// Rendering may go on in many threads at once; appending only where nobody else uses the chat.
public final class Chat: @unchecked Sendable {
    // Unchecked: what changes is changed by `append` alone.
    public let model: Model
    /// What all renders share: tools, documents, variables. Its messages are kept apart.
    private let shared: RenderRequest
    public private(set) var messages: [Object] = []
    /// The first message of a system.
    private var firstSystem: Int?
    /// The variables of a render, without origins and without what differs from render to render.
    private var context: Context
    /// What was rendered last: a conversation that has grown begins like it.
    private let last = Mutex<EncodedPrefix?>(nil)

    /// - Parameter fields: as for a render; messages may be missing.
    public init(_ model: Model, _ fields: Fields) throws(ChatError) {
        self.model = model
        var object = fields.object
        let first = object["messages"] ?? .array([])
        object.set("messages", .array([]))
        shared = try rethrowing(ChatError.field) { () throws(FieldError) in try RenderRequest(Fields(object)) }
        var variables = model.specialTokens
        for member in shared.templateVariables.members { variables[member.key] = member.value }
        variables.set("messages", .array([]))
        variables.set("tools", shared.tools)
        variables.set("documents", shared.documents)
        context = try rethrowing(ChatError.template) { () throws(TemplateError) in
            try Context(variables, origins: false)
        }
        try append(first)
    }

    /// Adds messages, all or none. Costs what they are.
    public func append(_ list: Value) throws(ChatError) {
        guard let values = list.array else {
            throw .field(
                FieldError(path: "messages", problem: .wrongKind(expected: "an array", found: list.kind)))
        }
        let new = try rethrowing(ChatError.field) { () throws(FieldError) in
            try RenderRequest.objects(values, "messages")
        }
        if new.isEmpty { return }
        var request = shared
        request.messages = new
        let prepared = try model.prepared(request)
        try rethrowing(ChatError.template) { () throws(TemplateError) in
            try context.append(messages: prepared.map { .object($0) })
        }
        if firstSystem == nil, let i = new.firstIndex(where: Chat.isSystem) { firstSystem = messages.count + i }
        messages += new
    }

    /// The chat rendered and encoded, as `Model.render` does it. The C function is `typecase_chat_render`.
    public func render(_ options: Fields) throws(ChatError) -> Rendered {
        var request = try request(options)
        let shown = try messages(options)
        let isPlain = !request.attribution && request.contentTokens.isPlain
        guard isPlain, request.continuedField == nil, !messages.isEmpty, shown.count == messages.count else {
            request.messages = Array(shown)
            return try model.render(request)
        }
        var context = context
        try rethrowing(ChatError.template) { () throws(TemplateError) in
            for member in options.object["chat_template_kwargs"]?.object?.members ?? [] {
                try context.set(member.key, member.value)
            }
            try context.set("add_generation_prompt", .bool(request.addGenerationPrompt))
            try context.settleMessages()
        }
        let text = try model.template(request).render(context, now: request.now)
        let ids = try encode(text)
        var rendered = Rendered()
        rendered.append(
            Rendered.Prompt(ids: ids, text: text, spans: .encoded(addSpecialTokens: false, kept: ids.indices)))
        return rendered
    }

    private func encode(_ text: [UInt8]) throws(ChatError) -> [UInt32] {
        // Nobody waits for another thread's render.
        let known = last.withLockIfAvailable { $0 } ?? nil
        let encoded = try rethrowing(ChatError.tokenizer) { () throws(TokenizerError) in
            try model.tokenizer.encode(text, behind: known)
        }
        _ = last.withLockIfAvailable { $0 = encoded }
        return encoded.ids
    }

    /// Goes on behind the last turn of the assistant with the messages that follow it. The C function is
    /// `typecase_chat_bridge`.
    public func bridge(
        prompt: UnsafeBufferPointer<UInt32>, completion: UnsafeBufferPointer<UInt32>, _ options: Fields
    ) throws(ChatError) -> Rendered {
        var request = try rethrowing(ChatError.field) { () throws(FieldError) in
            try BridgeRequest(shared, options: try own(options))
        }
        let messages = try messages(options)
        let isTurn = { (message: Object) in MessageRole(message["role"]?.stringBytes ?? []) == .assistant }
        let last = messages.lastIndex(where: isTurn)
        request.chat.messages = Array(messages[(last.map { $0 + 1 } ?? 0)...])
        request.hasSystemMessage = firstSystem.map { $0 < messages.endIndex } ?? false
        if let last { request.called = messages[last] }
        return try model.bridge(prompt: prompt, completion: completion, request)
    }

    private static func isSystem(_ message: Object) -> Bool {
        let role = message["role"]?.text
        return role == "system" || role == "developer"
    }

    /// `message_count`: the first so many.
    private func messages(_ options: Fields) throws(ChatError) -> ArraySlice<Object> {
        try rethrowing(ChatError.field) { () throws(FieldError) in
            guard let count = try options.integer("message_count") else { return messages[...] }
            guard messages.indices.contains(count) || count == messages.count else {
                throw options.error("message_count", .notAllowed("must be from 0 to \(messages.count)"))
            }
            return messages[..<count]
        }
    }

    private func request(_ options: Fields) throws(ChatError) -> RenderRequest {
        try rethrowing(ChatError.field) { () throws(FieldError) in
            var request = shared
            try request.readOptions(own(options))
            return request
        }
    }

    /// Refuses options that are the chat's.
    private func own(_ options: Fields) throws(FieldError) -> Fields {
        for member in options.object.members {
            let name = String(decoding: member.key, as: UTF8.self)
            if ["messages", "tools", "documents", "chat_template", "mode"].contains(name) {
                throw FieldError(path: name, problem: .notAllowed("is the chat's: it is given when the chat is made"))
            }
        }
        return options
    }
}
