/// Tokens as bytes, one after the other, with the places where they end. The bytes are those of the decoded text, but that a
/// byte-level vocabulary's may not be UTF-8: characters that tokens share are put together by whoever reads them.
public struct TokenStream: Sendable {
    private enum Way: Sendable {
        /// Contents are one after the other.
        case contents(DecodeTable)
        case decoder(StreamingDecoder)
        case ended
    }

    private var way: Way

    init(_ tokenizer: Tokenizer) {
        if let table = tokenizer.decodeTable, table.plan.isByteLevel {
            way = .contents(table)
        } else {
            way = .decoder(tokenizer.streamingDecoder(skipSpecialTokens: false))
        }
    }

    /// Appends what tokens stand for, and where each of them ends. Of tokenizers whose decoders look ahead a token's text may
    /// come with a later one.
    public mutating func push(
        _ ids: UnsafeBufferPointer<UInt32>, to bytes: inout [UInt8], ends: inout [Int]
    ) {
        switch way {
        case .contents(let table): table.append(ids, to: &bytes, &ends)
        case .decoder(var decoder):
            way = .ended
            for id in ids {
                // A text that grows beyond all measure is given up on: what came before stays.
                try? decoder.push(id, to: &bytes)
                ends.append(bytes.count)
            }
            way = .decoder(decoder)
        case .ended: for _ in ids { ends.append(bytes.count) }
        }
    }

    /// Appends what was held back.
    public mutating func finish(to bytes: inout [UInt8]) {
        if case .decoder(var decoder) = way { try? decoder.finish(to: &bytes) }
        way = .ended
    }
}

extension Tokenizer {
    public func tokenStream() -> TokenStream { TokenStream(self) }
}
