/// Decodes ids as they come. What it gives out, put together, is what `decode` gives for all ids at once, and at any time
/// it is whole characters. Memory and time go with what is new, except after decoders that need the end of the text.
public struct StreamingDecoder: Sendable {
    private let tokenizer: Tokenizer
    private let skipsSpecialTokens: Bool
    /// Where a table says what tokens become; else the stages do.
    private var table: TableStream?
    private var stages: [DecodingStage] = []
    private var hasText = false

    init(_ tokenizer: Tokenizer, skipSpecialTokens: Bool) {
        self.tokenizer = tokenizer
        skipsSpecialTokens = skipSpecialTokens
        table = TableStream(tokenizer, skipSpecialTokens: skipSpecialTokens)
        if table != nil { return }
        var isFused = false
        for decoder in tokenizer.decoders ?? [] {
            stages.append(DecodingStage(decoder, isFused: isFused))
            isFused = isFused || DecodingStage.fuses(decoder)
        }
    }

    /// The text that is certain with these ids; it may be empty.
    public mutating func push(_ ids: some Sequence<UInt32>) throws(TokenizerError) -> [UInt8] {
        var bytes = [UInt8]()
        try push(ids, to: &bytes)
        return bytes
    }

    public mutating func push(_ id: UInt32) throws(TokenizerError) -> [UInt8] { try push(CollectionOfOne(id)) }

    /// Appends the text that is certain with this id.
    mutating func push(_ id: UInt32, to bytes: inout [UInt8]) throws(TokenizerError) {
        try push(CollectionOfOne(id), to: &bytes)
    }

    private mutating func push(_ ids: some Sequence<UInt32>, to bytes: inout [UInt8]) throws(TokenizerError) {
        if table == nil { return try pushInStages(ids, isLast: false, to: &bytes) }
        for id in ids { table?.push(id, to: &bytes) }
    }

    /// What was held back: the end of the text. The decoder is used up.
    public mutating func finish() throws(TokenizerError) -> [UInt8] {
        var bytes = [UInt8]()
        try finish(to: &bytes)
        return bytes
    }

    mutating func finish(to bytes: inout [UInt8]) throws(TokenizerError) {
        if table == nil { return try pushInStages(EmptyCollection(), isLast: true, to: &bytes) }
        table?.finish(to: &bytes)
    }

    private mutating func pushInStages(
        _ ids: some Sequence<UInt32>, isLast: Bool, to bytes: inout [UInt8]
    ) throws(TokenizerError) {
        var texts = TokenTexts()
        for id in ids {
            guard let text = tokenizer.token(id) else { continue }
            if skipsSpecialTokens, tokenizer.added.isSpecial(text) { continue }
            // Without decoders a space stands between tokens.
            if tokenizer.decoders == nil, hasText { texts.append([0x20]) }
            hasText = true
            texts.append(text)
        }
        texts.limitGrowth()
        for i in stages.indices {
            let limit = texts.limit
            texts = stages[i].push(texts, isLast: isLast)
            texts.limit = limit
            if texts.isTooLong { throw TokenizerError(.growsTooLong(limit: limit)) }
        }
        bytes += texts.bytes
    }
}

extension Tokenizer {
    /// A decoder for ids that come one after the other.
    public func streamingDecoder(skipSpecialTokens: Bool) -> StreamingDecoder {
        StreamingDecoder(self, skipSpecialTokens: skipSpecialTokens)
    }
}
