import JSON

/// The special tokens that have names, as templates see them: `bos_token`, `eos_token`…
///
/// transformers 5.23: what tokenizer_config gives, and what special_tokens_map.json gives where tokenizer_config has no
/// `added_tokens_decoder`; a token is a string or an object with `content`; null means that the template finds nothing.
enum SpecialTokens {
    static let names: [StaticString] = [
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
    ]

    static func read(_ parts: ModelParts) throws(ChatError) -> Object {
        var tokens = Object()
        for name in names {
            var token: [UInt8]?
            if let config = parts.tokenizerConfig { token = try read(name, config) }
            if let map = parts.specialTokensMap, parts.tokenizerConfig?.object["added_tokens_decoder"] == nil {
                token = try read(name, map) ?? token
            }
            if let token { tokens.set(String(describing: name), .string(token)) }
        }
        return tokens
    }

    private static func read(_ name: StaticString, _ config: ModelParts.Config) throws(ChatError) -> [UInt8]? {
        try rethrowing({ .file(path: config.name, .field($0)) }) { () throws(FieldError) -> [UInt8]? in
            let fields = Fields(config.object)
            guard let value = fields.value(name) else { return nil }
            if let text = value.stringBytes { return text }
            if let content = value["content"]?.stringBytes { return content }
            throw fields.error(name, .wrongKind(expected: "a string or an object with a content", found: value.kind))
        }
    }
}
