/// Tokens as bytes, one after the other, with the places where they end. The bytes are those of the decoded text, but that a
/// byte-level vocabulary's may not be UTF-8: characters that tokens share are put together by whoever reads them.
public struct TokenStream: Sendable {
    private let tokenizer: Tokenizer
    /// Only where contents are one after the other.
    private let contents: DecodeTable?
    /// Nil where the table says all.
    private var decoder: StreamingDecoder?

    init(_ tokenizer: Tokenizer) {
        self.tokenizer = tokenizer
        contents = tokenizer.decodeTable.flatMap { $0.plan.isByteLevel ? $0 : nil }
        if contents == nil { decoder = tokenizer.streamingDecoder(skipSpecialTokens: false) }
    }

    /// Appends what tokens stand for, and where each of them ends. Of tokenizers whose decoders look ahead a token's text may
    /// come with a later one.
    public mutating func push(
        _ ids: UnsafeBufferPointer<UInt32>, to bytes: inout [UInt8], ends: inout [Int]
    ) {
        if let contents { return contents.append(ids, to: &bytes, &ends) }
        for id in ids {
            // A text that grows beyond all measure is given up on: what came before stays.
            if let text = try? decoder?.push(id) { bytes.append(contentsOf: text) }
            ends.append(bytes.count)
        }
    }

    /// Appends what was held back.
    public mutating func finish(to bytes: inout [UInt8]) {
        if let text = try? decoder?.finish() { bytes.append(contentsOf: text) }
        decoder = nil
    }
}

extension Tokenizer {
    public func tokenStream() -> TokenStream { TokenStream(self) }
}
