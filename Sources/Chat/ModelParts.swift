public import JSON

/// The pieces that a model is made of, read but not yet judged. `name` says what errors call a piece: a member of the
/// caller's struct, or the path of a file.
public struct ModelParts: Sendable {
    public struct Source: Sendable {
        public var name: String
        public var bytes: [UInt8]

        public init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    public struct Config: Sendable {
        public var name: String
        public var object: Object

        public init(name: String, object: Object) {
            self.name = name
            self.object = object
        }
    }

    /// Where tokenizer.json is.
    public enum TokenizerSource: Sendable {
        case text(Source)
        /// A path: what was made of the file before is used where that can be.
        case file(String)
    }

    public var tokenizer: TokenizerSource
    /// Named templates, "default" among them, that come from files of their own.
    public var templates: [(name: String, source: Source)]
    public var tokenizerConfig: Config?
    /// `special_tokens_map.json`: read only where tokenizer_config has no `added_tokens_decoder`, as in transformers.
    public var specialTokensMap: Config?
    public var generationConfig: Config?
    public var config: Config?
    /// `sentence_bert_config.json`, the encoder config of embedding models.
    public var encoderConfig: Config?
    /// How the model writes what it says, where that is not to be found out from the template.
    public var format: Format?

    public init(tokenizer: TokenizerSource, templates: [(name: String, source: Source)] = []) {
        self.tokenizer = tokenizer
        self.templates = templates
    }

    /// The `config` of `typecase_model_parts`: members named after the files, and members of tokenizer_config beside them.
    public mutating func setConfig(_ fields: Fields) throws(FieldError) {
        var tokenizerConfig = try fields.fields("tokenizer_config")?.object ?? Object()
        for member in fields.object.members {
            switch String(decoding: member.key, as: UTF8.self) {
            case "tokenizer_config": continue
            case "special_tokens_map":
                specialTokensMap = try named(fields.fields("special_tokens_map"), "special_tokens_map")
            case "generation_config":
                generationConfig = try named(fields.fields("generation_config"), "generation_config")
            case "config": config = try named(fields.fields("config"), "config")
            case "sentence_bert_config":
                encoderConfig = try named(fields.fields("sentence_bert_config"), "sentence_bert_config")
            default: tokenizerConfig[member.key] = member.value
            }
        }
        self.tokenizerConfig = Config(name: "config", object: tokenizerConfig)
    }

    private func named(_ fields: Fields?, _ name: String) -> Config? {
        fields.map { Config(name: "config." + name, object: $0.object) }
    }
}
