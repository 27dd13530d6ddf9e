public import JSON

/// A tokenizer as a `tokenizer.json` describes it. Its ids, offsets and texts are those of the `tokenizers` library.
///
/// Immutable: any number of threads may use one at once, without locks. Loading costs a fraction of a second and some
/// tens of megabytes for a vocabulary of 150,000 tokens. Encoding costs time in proportion to the text (times a
/// logarithm where a word is very long), for any text. Words are remembered between calls, in at most 5 MB for each thread
/// that encodes at the same time, and stretches of text that come again, in at most 33 MB; that changes how fast a text is
/// encoded, never what to.
///
/// The sections `truncation` and `padding` of the file are applied where the options say so; `info` reports them.
public final class Tokenizer: Sendable {
    let vocabulary: Vocabulary
    let model: Model
    let added: AddedVocabulary
    let normalizers: [Normalizer]
    let steps: [SplitStep]
    /// What all splits come to, where that needs no array of pieces.
    let fastSplitter: Splitter?
    /// Where text that must be normalized is cut before that; nil where the parts might not be those of the whole.
    let normalParts: NormalParts?
    /// Whether pre-tokenization changes the text between splits.
    let changesText: Bool
    /// Whether a split asks where in the original text a character was.
    let needsSpans: Bool
    /// What the post-processors make of one text and of two, with the tokens they add and without.
    let single: Assembly
    let plainSingle: Assembly
    let pair: Assembly?
    let plainPair: Assembly?
    let truncation: Truncation?
    let padding: Padding?
    let scratches = ScratchPool()
    let segments = SegmentCache()
    /// Only where a table can say what the decoders do.
    let decodeTable: DecodeTable?
    /// Nil where the file has none: then tokens are joined with spaces.
    let decoders: [Decoder]?
    /// Kinds of the components and counts, for diagnosis. `truncation` and `padding` are as in the file.
    public let info: Object

    public convenience init(json: [UInt8]) throws(TokenizerError) {
        try self.init(TokenizerJSON(bytes: json))
    }

    init(_ file: TokenizerJSON) throws(TokenizerError) {
        vocabulary = file.vocabulary
        model = file.model
        normalizers = file.normalizers
        steps = file.steps
        truncation = file.truncation
        padding = file.padding
        guard let single = Assembly(file.processors, isPair: false, addsTokens: true),
            let plainSingle = Assembly(file.processors, isPair: false, addsTokens: false)
        else { throw TokenizerError(.invalid(path: "post_processor", reason: "no place for a single text")) }
        self.single = single
        self.plainSingle = plainSingle
        pair = Assembly(file.processors, isPair: true, addsTokens: true)
        plainPair = Assembly(file.processors, isPair: true, addsTokens: false)
        decoders = file.decoders
        added = try AddedVocabulary(
            file.addedTokens, vocabulary: file.vocabulary, normalizers: file.normalizers, keepsIDs: file.keepsIDs)
        fastSplitter = Splitter(file.steps, file.normalizers, file.model)
        normalParts = added.hasNormalized ? nil : NormalParts(file.normalizers, fastSplitter)
        changesText = file.steps.contains { $0.changesText }
        needsSpans = file.steps.contains { $0.needsSpans }
        let limit = max(file.vocabulary.limit, added.tokens.last.map { Int($0.id) + 1 } ?? 0)
        let (added, vocabulary) = (added, file.vocabulary)
        decodeTable = DecodePlan(decoders, isByteLevel: vocabulary.isByteLevel).flatMap { plan in
            file.image.flatMap { DecodeTable($0, plan, limit: limit) }
                ?? DecodeTable(plan, vocabulary, added, limit: limit)
        }
        var info = file.info
        info.set("added_tokens", .integer(added.tokens.count))
        info.set("vocabulary", .integer(vocabulary.count))
        self.info = info
        let contents = added.contents
        vocabularySize = vocabulary.count + contents.count { vocabulary.id(of: $0) == nil }
    }

    /// Tokens with the added ones, as `get_vocab_size(True)` counts them.
    public let vocabularySize: Int

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
