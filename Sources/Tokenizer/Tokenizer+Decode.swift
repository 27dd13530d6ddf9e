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
        guard let table = decodeTable else {
            return DecodedText(try decodeInSteps(ids, skipSpecialTokens: skipSpecialTokens))
        }
        let plan = table.plan
        var text = DecodedText()
        let first = plan.firstDiffers ? firstToken(ids, skipSpecialTokens: skipSpecialTokens) : nil
        if let first { text.append(plan.first(first.text)) }
        let others = UnsafeBufferPointer(rebasing: ids[(first?.end ?? 0)...])
        if try table.decode(others, skipSpecialTokens: skipSpecialTokens, to: &text) {
            text.removeFirst(text.withBytes { plan.strippedLength($0) })
            return text
        }
        var repaired = [UInt8]()
        repaired.reserveCapacity(text.count + 16)
        text.withBytes { LossyUTF8.append($0, to: &repaired) }
        return DecodedText(repaired)
    }

    /// The text of the first id that has a token, and where the next id is.
    private func firstToken(
        _ ids: UnsafeBufferPointer<UInt32>, skipSpecialTokens: Bool
    ) -> (text: [UInt8], end: Int)? {
        for (i, id) in ids.enumerated() {
            if let text = token(id), !skipSpecialTokens || !added.isSpecial(text) { return (text, i + 1) }
        }
        return nil
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
        texts.limitGrowth()
        for decoder in decoders {
            texts = texts.apply(decoder)
            if texts.isTooLong { throw TokenizerError(.growsTooLong(limit: texts.limit)) }
        }
        return texts.bytes
    }
}
