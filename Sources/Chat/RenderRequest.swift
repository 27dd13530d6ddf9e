public import JSON

/// What a chat is rendered from: the members of the request, checked.
public struct RenderRequest: Sendable {
    /// What happens to the messages before the template sees them.
    public enum Mode: Sendable {
        /// What transformers 5.23 does in apply_chat_template: see `Messages.prepared`.
        case applyChatTemplate
        /// Nothing: the template sees the messages as they came.
        case render
    }

    public var messages: [Object]
    public var tools: Value = .null
    public var documents: Value = .null
    public var addGenerationPrompt = false
    /// The message field to continue ("content" or one of the reasoning fields), or nil.
    public var continuedField: [UInt8]?
    public var templateVariables = Object()
    public var templateName: String?
    public var mode = Mode.applyChatTemplate
    /// What strftime_now sees; nil is the clock.
    public var now: [UInt8]?
    /// Whether to say whose each token is.
    public var attribution = false
    public var contentTokens = ContentTokens()

    /// - Parameter addGenerationPrompt: the value where the request says nothing.
    public init(_ fields: Fields, addGenerationPrompt defaultGenerationPrompt: Bool = false) throws(FieldError) {
        let list = try fields.required("messages", fields.array("messages"))
        messages = try RenderRequest.objects(list, fields.path("messages"))
        if let tools = try fields.array("tools") { self.tools = .array(tools) }
        if let documents = try fields.array("documents") {
            _ = try RenderRequest.objects(documents, fields.path("documents"))
            self.documents = .array(documents)
        }
        templateName = try fields.text("chat_template")
        switch try fields.text("mode") {
        case nil, "apply_chat_template": mode = .applyChatTemplate
        case "render": mode = .render
        default: throw fields.error("mode", .notAllowed("must be \"apply_chat_template\" or \"render\""))
        }
        try readOptions(fields, addGenerationPrompt: defaultGenerationPrompt)
    }

    /// What differs from render to render of one conversation.
    mutating func readOptions(
        _ fields: Fields, addGenerationPrompt defaultGenerationPrompt: Bool = false
    ) throws(FieldError) {
        continuedField = try RenderRequest.continuedField(fields)
        addGenerationPrompt =
            try fields.bool("add_generation_prompt") ?? (continuedField == nil && defaultGenerationPrompt)
        if continuedField != nil, addGenerationPrompt {
            throw fields.error(
                "continue_final_message",
                .notAllowed(
                    "cannot go with add_generation_prompt: the text either continues the last message or opens a new one"
                ))
        }
        for member in try fields.fields("chat_template_kwargs")?.object.members ?? [] {
            let name = String(decoding: member.key, as: UTF8.self)
            if ["messages", "tools", "documents", "add_generation_prompt"].contains(name) {
                throw FieldError(
                    path: fields.path("chat_template_kwargs") + "." + name,
                    problem: .notAllowed("is a member of the request itself"))
            }
            templateVariables[member.key] = member.value
        }
        now = try fields.string("now")
        attribution = try fields.bool("attribution") ?? false
        contentTokens = try ContentTokens(fields)
    }

    static func objects(_ list: [Value], _ path: String) throws(FieldError) -> [Object] {
        var objects = [Object]()
        objects.reserveCapacity(list.count)
        for (i, value) in list.enumerated() {
            guard let object = value.object else {
                throw FieldError(path: "\(path)[\(i)]", problem: .wrongKind(expected: "an object", found: value.kind))
            }
            objects.append(object)
        }
        return objects
    }

    /// true means the content, as in transformers.
    private static func continuedField(_ fields: Fields) throws(FieldError) -> [UInt8]? {
        switch fields.value("continue_final_message") {
        case nil, .bool(false): nil
        case .bool(true): Array("content".utf8)
        case .string(let name): name
        case .some(let other):
            throw fields.error(
                "continue_final_message",
                .wrongKind(expected: "a boolean or the name of a message field", found: other.kind))
        }
    }
}
