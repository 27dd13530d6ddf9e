extension Tokenizer {
    /// The text of tokens, valid UTF-8. An id without a token is skipped, as the library skips it.
    public func decode(
        _ ids: UnsafeBufferPointer<UInt32>, skipSpecialTokens: Bool
    ) throws(TokenizerError) -> [UInt8] {
        if let decodeTable { return try decodeTable.decode(ids, skipSpecialTokens: skipSpecialTokens) }
        var texts = TokenTexts()
        for id in ids {
            guard let text = token(id) else { continue }
            if skipSpecialTokens, added.isSpecial(text) { continue }
            texts.append(text)
        }
        guard let decoders else {
            var joined = [UInt8]()
            var start = 0
            for (i, end) in texts.ends.enumerated() {
                if i > 0 { joined.append(0x20) }
                joined.append(contentsOf: texts.bytes[start..<end])
                start = end
            }
            return joined
        }
        texts.limit = max(1 << 24, 64 * texts.bytes.count)
        for decoder in decoders {
            texts = texts.apply(decoder)
            if texts.isTooLong { throw TokenizerError(.growsTooLong(limit: texts.limit)) }
        }
        return texts.bytes
    }
}
