import JSON

/// What a `tokenizer.json` says, read and checked. A component that is not known is an error that names it.
struct TokenizerJSON {
    let vocabulary: Vocabulary
    let model: Model
    let normalizers: [Normalizer]
    let steps: [SplitStep]
    let processors: [PostProcessor]
    let truncation: Truncation?
    let padding: Padding?
    let decoders: [Decoder]?
    let addedTokens: [AddedToken]
    /// Whether the ids of added tokens are as given, not renumbered.
    let keepsIDs: Bool
    let info: Object
    /// Where the tables come from that are made already.
    let image: ImageReader?
    /// The file without its vocabulary, merges and added tokens, where they could be taken out.
    private(set) var rest: [UInt8]?

    /// A byte-level vocabulary that comes without such a file.
    init(
        _ vocabulary: Vocabulary, _ model: Model, pattern: [UInt8],
        specialTokens: [(content: [UInt8], id: UInt32)], kind: StaticString
    ) throws(TokenizerError) {
        self.vocabulary = vocabulary
        self.model = model
        normalizers = []
        let splitter: Splitter
        if let known = KnownPatterns.splitter(for: pattern) {
            splitter = known
        } else {
            splitter = .pattern(try PatternReader.program(Field(value: .string(pattern), path: "pattern")))
        }
        steps = [.split(splitter, .isolated, inverted: false)]
        processors = []
        truncation = nil
        padding = nil
        decoders = [.byteLevel]
        var added = [AddedToken]()
        for token in specialTokens {
            if token.id >= Vocabulary.idLimit || !UTF8Text.isValid(token.content) {
                throw TokenizerError(.invalid(path: "special tokens", reason: "the token of id \(token.id)"))
            }
            added.append(AddedToken(id: token.id, content: token.content, isSpecial: true, isNormalized: false))
        }
        addedTokens = added
        keepsIDs = true
        image = nil
        info = Object([JSON.Object.Member(key: Array("model".utf8), value: .string("\(kind)"))])
    }

    init(bytes: [UInt8]) throws(TokenizerError) {
        if bytes.count > Tokenizer.textLimit {
            throw TokenizerError(.textTooLong(count: bytes.count, limit: Tokenizer.textLimit))
        }
        self = try bytes.withUnsafeBufferPointer { buffer throws(TokenizerError) in
            if let sections = ModelSections(buffer) {
                let bytes = sections.rest(of: buffer)
                if let rest = try? JSONParser.parse(bytes),
                    var file = try TokenizerJSON(rest, sections, buffer, image: nil)
                {
                    file.rest = file.withoutAddedTokens(rest)
                    return file
                }
            }
            let root: Value
            do throws(JSONError) { root = try JSONParser.parse(buffer) } catch { throw TokenizerError(.json(error)) }
            guard let file = try TokenizerJSON(root, nil, buffer, image: nil) else {
                throw TokenizerError(.invalid(path: "model", reason: "unreadable"))
            }
            return file
        }
    }

    /// Nil where a token is listed twice or shares its id: what that means depends on the list.
    private func withoutAddedTokens(_ root: Value) -> [UInt8]? {
        guard var object = root.object, !vocabulary.sharesIDs,
            Set(addedTokens.map(\.content)).count == addedTokens.count
        else { return nil }
        object.set("added_tokens", .array([]))
        return Dumps.compact.bytes(.object(object))
    }

    /// From the parts that `Tokenizer.write` put into an image; nil where it is not one of these.
    init?(_ image: ImageReader) {
        guard let rest = image.bytes, let root = try? JSONParser.parse(rest),
            let file = try? TokenizerJSON(root, nil, UnsafeBufferPointer(start: nil, count: 0), image: image)
        else { return nil }
        self = file
    }

    /// With `sections` or an image, `root` lacks the vocabulary and the merges; nil where they are not as regular as they look.
    private init?(
        _ root: Value, _ sections: ModelSections?, _ bytes: UnsafeBufferPointer<UInt8>, image: ImageReader?
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
        let modelField = try file.member("model")
        let reader = ModelReader(field: modelField, sections: sections, bytes: bytes, image: image)
        if try reader.type() != "BPE" { splits.showLetters() }
        guard let model = try reader.read(isByteLevel: splits.isByteLevel) else { return nil }
        (vocabulary, self.model) = model
        steps = splits.steps
        var processors = [PostProcessor]()
        if let field = file.optional("post_processor") { try ProcessorReader.read(field, into: &processors) }
        self.processors = processors
        truncation = try file.optional("truncation").map { field throws(TokenizerError) in
            try LengthReader.truncation(field)
        }
        padding = try file.optional("padding").map { field throws(TokenizerError) in try LengthReader.padding(field) }
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
        if let image {
            guard let tokens = AddedToken.tokens(image) else { return nil }
            added = tokens
        }
        if added.reduce(0, { $0 + $1.content.count }) >= TokenTrie.limit {
            throw TokenizerError(.invalid(path: "added_tokens", reason: "more than 16 MB of text"))
        }
        addedTokens = added
        keepsIDs = image != nil
        self.image = image
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
