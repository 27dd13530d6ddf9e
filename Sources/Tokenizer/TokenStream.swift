/// Tokens as bytes, one after the other, with the places where they end. The bytes are those of the decoded text, but that a
/// byte-level vocabulary's may not be UTF-8: characters that tokens share are put together by whoever reads them.
public struct TokenStream: Sendable {
    private let tokenizer: Tokenizer
    /// Nil where the table says all.
    private var decoder: StreamingDecoder?

    init(_ tokenizer: Tokenizer) {
        self.tokenizer = tokenizer
        if tokenizer.decodeTable == nil { decoder = tokenizer.streamingDecoder(skipSpecialTokens: false) }
    }

    /// Appends what a token stands for. Of tokenizers whose decoders look ahead it may come with a later one.
    @inline(__always)
    public mutating func push(_ id: UInt32, to bytes: inout [UInt8]) {
        if let table = tokenizer.decodeTable {
            table.append(id, to: &bytes)
        } else {
            // A text that grows beyond all measure is given up on: what came before stays.
            if let text = try? decoder?.push(id) { bytes.append(contentsOf: text) }
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
