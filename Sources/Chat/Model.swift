import Bytes
public import JSON
public import Template
public import Tokenizer

/// A tokenizer, chat templates and a model's settings. Immutable; making one compiles the templates and the tokenizer,
/// using it copies nothing.
public final class Model: Sendable {
    /// A template with its source, which `continue_final_message` looks into.
    public struct NamedTemplate: Sendable {
        public var name: String
        public var source: [UInt8]
        public var template: Template
    }

    public let tokenizer: Tokenizer
    public let templates: [NamedTemplate]
    /// `bos_token` and its kind: variables of every template.
    public let specialTokens: Object
    /// Where a sampled turn ends: eos_token_id of generation_config, else of config, and the eos token.
    public let stopTokenIDs: [UInt32]
    /// One more than the largest id the model takes: the rows of its embedding where config.json says, else the
    /// tokenizer's ids.
    public let vocabularyLimit: Int
    /// Positions the model was made for, where config.json says. A server may serve fewer.
    public let window: Int?
    /// `do_lower_case` of the encoder config: completion prompts are lowercased before they are encoded, as vLLM does.
    public let lowercasesPrompts: Bool
    /// Messages of requests, so that those of a conversation that has grown are parsed once.
    private let knownMessages = ParsedObjects()
    let turns = TurnFactsCache()
    let turnShapes = TurnShapeCache()
    let grammars = GrammarCache()
    /// A format that was given, and is not to be found out.
    let givenFormat: Format?

    public init(_ parts: ModelParts) throws(ChatError) {
        switch parts.tokenizer {
        case .file(let path): tokenizer = try ModelDirectory.tokenizer(path)
        case .text(let source):
            tokenizer = try rethrowing({ .file(path: source.name, .tokenizer($0)) }) { () throws(TokenizerError) in
                try Tokenizer(json: source.bytes)
            }
        }
        specialTokens = try SpecialTokens.read(parts)
        templates = try Model.templates(parts, tokenizer)
        stopTokenIDs = try Model.stopTokens(parts, tokenizer, specialTokens)
        let config = try Model.numbers(parts)
        vocabularyLimit = config.vocabulary ?? tokenizer.idLimit
        window = config.window
        lowercasesPrompts = try Model.lowercases(parts)
        givenFormat = parts.format
    }

    /// The same model with a format of the caller's.
    public init(_ other: Model, format: Format) {
        tokenizer = other.tokenizer
        templates = other.templates
        specialTokens = other.specialTokens
        stopTokenIDs = other.stopTokenIDs
        vocabularyLimit = other.vocabularyLimit
        window = other.window
        lowercasesPrompts = other.lowercasesPrompts
        givenFormat = format
    }

    public convenience init(directory: String) throws(ChatError) {
        try self.init(ModelDirectory.read(directory))
    }

    /// A request's JSON. Messages that the model has seen before are not parsed again.
    public func parse(request text: UnsafeBufferPointer<UInt8>) throws(JSONError) -> Value {
        try JSONParser.parse(text, listing: "messages", known: knownMessages)
    }

    private static func templates(
        _ parts: ModelParts, _ tokenizer: Tokenizer
    ) throws(ChatError) -> [NamedTemplate] {
        var sources = parts.templates
        if sources.isEmpty, let config = parts.tokenizerConfig {
            sources = try rethrowing({ .file(path: config.name, .field($0)) }) { () throws(FieldError) in
                try embedded(config)
            }
        }
        if sources.isEmpty, let shipped = ShippedTemplate.source(for: parts.config?.object, tokenizer) {
            sources = [(name: "default", source: shipped)]
        }
        var templates = [NamedTemplate]()
        for (name, source) in sources {
            if let offset = UTF8Check.firstInvalid(source.bytes) {
                throw .file(path: source.name, .unreadable(reason: "is not UTF-8: invalid byte at offset \(offset)"))
            }
            let template = try rethrowing({ .file(path: source.name, .template($0)) }) { () throws(TemplateError) in
                try Template(source: source.bytes)
            }
            templates.append(NamedTemplate(name: name, source: source.bytes, template: template))
        }
        return templates
    }

    /// `chat_template` of tokenizer_config: one source, or a list of {"name", "template"}.
    private static func embedded(
        _ config: ModelParts.Config
    ) throws(FieldError) -> [(name: String, source: ModelParts.Source)] {
        let fields = Fields(config.object)
        guard let value = fields.value("chat_template") else { return [] }
        if let source = value.stringBytes {
            return [(name: "default", source: ModelParts.Source(name: config.name, bytes: source))]
        }
        guard let list = value.array else {
            throw fields.error("chat_template", .wrongKind(expected: "a string or an array", found: value.kind))
        }
        var sources = [(name: String, source: ModelParts.Source)]()
        for (i, item) in list.enumerated() {
            guard let name = item["name"]?.text, let template = item["template"]?.stringBytes else {
                throw FieldError(
                    path: "chat_template[\(i)]",
                    problem: .wrongKind(expected: "an object with strings name and template", found: item.kind))
            }
            sources.append((name: name, source: ModelParts.Source(name: config.name, bytes: template)))
        }
        return sources
    }

    private static func stopTokens(
        _ parts: ModelParts, _ tokenizer: Tokenizer, _ specialTokens: Object
    ) throws(ChatError) -> [UInt32] {
        var ids = [UInt32]()
        func add(_ id: Int, _ config: ModelParts.Config) throws(ChatError) {
            guard let id = UInt32(exactly: id) else {
                throw .file(
                    path: config.name,
                    .field(FieldError(path: "eos_token_id", problem: .notAllowed("must be an id: 0 or more"))))
            }
            if !ids.contains(id) { ids.append(id) }
        }
        if let eos = specialTokens["eos_token"]?.stringBytes, let id = tokenizer.id(of: eos) { ids.append(id) }
        for config in [parts.generationConfig, parts.config].compactMap({ $0 }) {
            guard let value = Fields(config.object).value("eos_token_id") else { continue }
            switch value {
            case .integer(let id): try add(id, config)
            case .array(let list):
                for item in list { try add(item.integer ?? -1, config) }
            default: try add(-1, config)
            }
            break
        }
        return ids
    }

    private static func lowercases(_ parts: ModelParts) throws(ChatError) -> Bool {
        guard let config = parts.encoderConfig else { return false }
        return try rethrowing({ .file(path: config.name, .field($0)) }) { () throws(FieldError) in
            try Fields(config.object).bool("do_lower_case") ?? false
        }
    }

    /// `vocab_size` and the window of config.json, which multimodal models keep in `text_config`.
    private static func numbers(_ parts: ModelParts) throws(ChatError) -> (vocabulary: Int?, window: Int?) {
        guard let config = parts.config else { return (nil, nil) }
        return try rethrowing({ .file(path: config.name, .field($0)) }) { () throws(FieldError) in
            let top = Fields(config.object)
            let text = try top.fields("text_config")
            var vocabulary = try top.integer("vocab_size")
            var window = try top.integer("max_position_embeddings")
            if vocabulary == nil, let text { vocabulary = try text.integer("vocab_size") }
            if window == nil, let text { window = try text.integer("max_position_embeddings") }
            if let vocabulary, vocabulary <= 0 { throw top.error("vocab_size", .notAllowed("must be at least 1")) }
            return (vocabulary, window)
        }
    }
}
