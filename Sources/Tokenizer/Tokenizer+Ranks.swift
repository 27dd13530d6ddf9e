import JSON

extension Tokenizer {
    /// A tiktoken rank file with the split pattern and the special tokens that belong to it; ids are as given. Special
    /// tokens are recognised in the text (`allowed_special="all"`) unless the options say otherwise.
    ///
    /// The pattern's classes have the Unicode version of the `tokenizers` library. A byte that is no token of the file is
    /// left out.
    public convenience init(
        tiktoken bytes: [UInt8], pattern: [UInt8], specialTokens: [(content: [UInt8], id: UInt32)]
    ) throws(TokenizerError) {
        let (vocabulary, model) = try RankFile(tiktoken: bytes).model(first: 0)
        try self.init(
            TokenizerJSON(vocabulary, model, pattern: pattern, specialTokens: specialTokens, kind: "tiktoken"))
    }

    /// A `tekken.json`. Its special tokens come before all others; those it does not name are `<SPECIAL_0>` and on.
    public convenience init(tekken bytes: [UInt8]) throws(TokenizerError) {
        let root: Value
        do throws(JSONError) { root = try JSONParser.parse(bytes) } catch { throw TokenizerError(.json(error)) }
        let file = Field(value: root, path: "")
        let config = try file.member("config")
        let count = try config.member("default_num_special_tokens").id()
        let size = try config.member("default_vocab_size").count()
        guard count < Vocabulary.idLimit / 2, size <= Vocabulary.idLimit / 2, size >= Int(count) else {
            throw config.invalid("sizes that make no sense")
        }
        var names = [[UInt8]?](repeating: nil, count: Int(count))
        if let special = file.optional("special_tokens") {
            for element in try special.elements() {
                let rank = try element.member("rank")
                guard try rank.id() < count else { throw rank.invalid("not below \(count)") }
                names[Int(try rank.id())] = try element.member("token_str").bytes()
            }
        } else {
            for (i, name) in Self.tekkenNames.enumerated() where i < names.count { names[i] = Array(name.utf8) }
        }
        let tokens = names.enumerated().map { i, name in
            (content: name ?? Array("<SPECIAL_\(i)>".utf8), id: UInt32(truncatingIfNeeded: i))
        }
        let ranks = try RankFile(tekken: try file.member("vocab"), count: size - Int(count))
        let (vocabulary, model) = try ranks.model(first: count)
        try self.init(
            TokenizerJSON(
                vocabulary, model, pattern: try config.member("pattern").bytes(), specialTokens: tokens,
                kind: "tekken"))
    }

    /// The special tokens of the files that do not list them.
    private static let tekkenNames = [
        "<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_RESULTS]",
        "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]", "[IMG_END]", "[PREFIX]", "[MIDDLE]",
        "[SUFFIX]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CONTENT]",
    ]
}
