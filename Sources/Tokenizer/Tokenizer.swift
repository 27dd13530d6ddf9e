public import JSON

/// A tokenizer as a `tokenizer.json` describes it. Its ids, offsets and texts are those of the `tokenizers` library.
///
/// Immutable: any number of threads may use one at once, without locks. Loading costs a fraction of a second and some
/// tens of megabytes for a vocabulary of 150,000 tokens. Encoding costs time in proportion to the text (times a
/// logarithm where a word is very long), for any text; nothing is cached between calls.
///
/// Not applied: the sections `truncation` and `padding` of the file, which `info` reports.
public final class Tokenizer: Sendable {
    let vocabulary: Vocabulary
    let model: BPE
    let added: AddedVocabulary
    let normalizers: [Normalizer]
    let steps: [SplitStep]
    /// The only split, where it is one that needs no array of pieces.
    let fastSplitter: Splitter?
    let insertsPrefixSpaces: Bool
    let processors: [PostProcessor]
    /// Nil where the file has none: then tokens are joined with spaces.
    let decoders: [Decoder]?
    /// Ids before and after a text.
    let prefix: [UInt32]
    let suffix: [UInt32]
    /// Kinds of the components and counts, for diagnosis. `truncation` and `padding` are as in the file.
    public let info: Object

    public convenience init(json: [UInt8]) throws(TokenizerError) {
        try self.init(TokenizerJSON(bytes: json))
    }

    init(_ file: TokenizerJSON) throws(TokenizerError) {
        vocabulary = file.vocabulary
        model = BPE(vocabulary: file.vocabulary, pairs: file.pairs, options: file.options)
        normalizers = file.normalizers
        steps = file.steps
        processors = file.processors
        decoders = file.decoders
        added = try AddedVocabulary(file.addedTokens, vocabulary: file.vocabulary, normalizers: file.normalizers)
        if file.steps.count == 1, case .split(let splitter, .isolated, _) = file.steps[0], splitter.canFill {
            fastSplitter = splitter
        } else {
            fastSplitter = nil
        }
        insertsPrefixSpaces = file.steps.contains { if case .prefixSpace = $0 { true } else { false } }
        var prefix = [UInt32]()
        var suffix = [UInt32]()
        for case .surround(let before, let after) in file.processors {
            prefix += before
            suffix += after
        }
        self.prefix = prefix
        self.suffix = suffix
        var info = file.info
        info.set("added_tokens", .integer(added.tokens.count))
        info.set("vocabulary", .integer(file.vocabulary.count))
        self.info = info
    }

    /// Tokens with the added ones, as `get_vocab_size(True)` counts them.
    public var vocabularySize: Int {
        vocabulary.count + added.tokens.count { vocabulary.id(of: $0.content) == nil }
    }

    /// One past the largest id.
    public var idLimit: Int {
        max(vocabulary.limit, added.tokens.last.map { Int($0.id) + 1 } ?? 0)
    }

    /// By ascending id.
    public var addedTokens: [AddedToken] { added.tokens }

    /// The id of a token by its text, an added one first.
    public func id(of token: [UInt8]) -> UInt32? { added.id(of: token) ?? vocabulary.id(of: token) }

    /// The text of a token: of a byte-level token its byte letters, as `id_to_token` gives it.
    public func token(_ id: UInt32) -> [UInt8]? {
        if let index = added.index(of: id) { return added.decoded[index] }
        return vocabulary.text(id)
    }

    /// The bytes that a token stands for; they need not be UTF-8.
    public func bytes(of id: UInt32) -> [UInt8]? {
        if let index = added.index(of: id) { return added.tokens[index].content }
        return vocabulary.contains(id) ? Array(vocabulary.content(id)) : nil
    }

    /// Whether decoding without special tokens leaves the token out.
    public func isSpecial(_ id: UInt32) -> Bool { token(id).map { added.isSpecial($0) } ?? false }

    public func isAdded(_ id: UInt32) -> Bool { added.index(of: id) != nil }
}
