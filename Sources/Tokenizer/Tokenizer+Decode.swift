extension Tokenizer {
    /// The text of tokens, valid UTF-8. An id without a token is skipped, as the library skips it.
    public func decode(
        _ ids: UnsafeBufferPointer<UInt32>, skipSpecialTokens: Bool
    ) throws(TokenizerError) -> [UInt8] {
        try decodeText(ids, skipSpecialTokens: skipSpecialTokens).withBytes { Array($0) }
    }

    /// The same in memory that the caller can take over.
    public func decodeText(
        _ ids: UnsafeBufferPointer<UInt32>, skipSpecialTokens: Bool
    ) throws(TokenizerError) -> DecodedText {
        guard let decodeTable else { return DecodedText(try decodeInSteps(ids, skipSpecialTokens: skipSpecialTokens)) }
        let count = try decodeTable.count(ids, skipSpecialTokens: skipSpecialTokens)
        var text = DecodedText(capacity: count)
        var isValid = true
        text.fill {
            isValid = decodeTable.write(ids, skipSpecialTokens: skipSpecialTokens, to: $0)
            return count
        }
        if isValid { return text }
        var repaired = [UInt8]()
        repaired.reserveCapacity(count + 16)
        text.withBytes { LossyUTF8.append($0, to: &repaired) }
        return DecodedText(repaired)
    }

    private func decodeInSteps(
        _ ids: UnsafeBufferPointer<UInt32>, skipSpecialTokens: Bool
    ) throws(TokenizerError) -> [UInt8] {
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
