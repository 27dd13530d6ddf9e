import JSON

/// What a `tokenizer.json` says, read and checked. A component that is not known is an error that names it.
struct TokenizerJSON {
    let vocabulary: Vocabulary
    let pairs: PairTable
    let options: BPE.Options
    let normalizers: [Normalizer]
    let steps: [SplitStep]
    let processors: [PostProcessor]
    let decoders: [Decoder]?
    let addedTokens: [AddedToken]
    let info: Object

    init(bytes: [UInt8]) throws(TokenizerError) {
        if bytes.count > Tokenizer.textLimit {
            throw TokenizerError(.textTooLong(count: bytes.count, limit: Tokenizer.textLimit))
        }
        self = try bytes.withUnsafeBufferPointer { buffer throws(TokenizerError) in
            if let sections = ModelSections(buffer), let rest = try? JSONParser.parse(sections.rest(of: buffer)),
                let file = try TokenizerJSON(rest, sections, buffer)
            {
                return file
            }
            let root: Value
            do throws(JSONError) { root = try JSONParser.parse(buffer) } catch { throw TokenizerError(.json(error)) }
            guard let file = try TokenizerJSON(root, nil, buffer) else {
                throw TokenizerError(.invalid(path: "model", reason: "unreadable"))
            }
            return file
        }
    }

    /// With `sections`, `root` lacks the vocabulary and the merges; nil where they are not as regular as they look.
    private init?(
        _ root: Value, _ sections: ModelSections?, _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(TokenizerError) {
        let file = Field(value: root, path: "")
        guard root.object != nil else {
            throw TokenizerError(.field(path: "the file", expected: "an object", found: root.kind))
        }
        if let version = file.optional("version"), try version.text() != "1.0" {
            throw TokenizerError(.unsupported(component: "version", name: try version.text()))
        }
        var normalizers = [Normalizer]()
        if let field = file.optional("normalizer") { try NormalizerReader.read(field, into: &normalizers) }
        self.normalizers = normalizers
        var splits = SplitReader()
        if let field = file.optional("pre_tokenizer") { try splits.read(field) }
        steps = splits.steps
        let modelField = try file.member("model")
        let reader = ModelReader(field: modelField, sections: sections, bytes: bytes)
        guard let model = try reader.read(isByteLevel: splits.isByteLevel) else { return nil }
        (vocabulary, pairs, options) = model
        var processors = [PostProcessor]()
        if let field = file.optional("post_processor") { try ProcessorReader.read(field, into: &processors) }
        self.processors = processors
        if let field = file.optional("decoder") {
            var decoders = [Decoder]()
            try DecoderReader.read(field, into: &decoders)
            self.decoders = decoders
        } else {
            decoders = nil
        }
        var added = [AddedToken]()
        if let field = file.optional("added_tokens") {
            for element in try field.elements() { added.append(try Self.addedToken(element)) }
        }
        if added.reduce(0, { $0 + $1.content.count }) >= TokenTrie.limit {
            throw TokenizerError(.invalid(path: "added_tokens", reason: "more than 16 MB of text"))
        }
        addedTokens = added
        info = Self.info(file)
    }

    private static func addedToken(_ field: Field) throws(TokenizerError) -> AddedToken {
        _ = try field.object()
        return AddedToken(
            id: try field.member("id").id(), content: try field.member("content").bytes(),
            isSpecial: try field.member("special").bool(), isNormalized: try field.member("normalized").bool(),
            stripsLeft: try field.member("lstrip").bool(), stripsRight: try field.member("rstrip").bool(),
            isSingleWord: try field.member("single_word").bool())
    }

    private static func info(_ file: Field) -> Object {
        func kind(_ value: Value?) -> Value {
            guard let object = value?.object else { return .null }
            for key in ["normalizers", "pretokenizers", "processors", "decoders"] {
                if let parts = object[Array(key.utf8)]?.array { return .array(parts.map { $0["type"] ?? .null }) }
            }
            return object["type"] ?? .null
        }
        return Object([
            "model": kind(file.value["model"]), "normalizer": kind(file.value["normalizer"]),
            "pre_tokenizer": kind(file.value["pre_tokenizer"]), "post_processor": kind(file.value["post_processor"]),
            "decoder": kind(file.value["decoder"]), "truncation": file.value["truncation"] ?? .null,
            "padding": file.value["padding"] ?? .null,
        ])
    }
}
