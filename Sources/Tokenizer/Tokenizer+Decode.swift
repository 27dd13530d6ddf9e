extension Tokenizer {
    /// The text of tokens, valid UTF-8. An id without a token is skipped, as the library skips it.
    public func decode(
        _ ids: UnsafeBufferPointer<UInt32>, skipSpecialTokens: Bool
    ) throws(TokenizerError) -> [UInt8] {
        if let decoders, decoders.count == 1, case .byteLevel = decoders[0], vocabulary.isByteLevel {
            return decodeBytes(ids, skipSpecialTokens)
        }
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

    /// The way of byte-level vocabularies: contents one after the other, made valid at the end.
    private func decodeBytes(_ ids: UnsafeBufferPointer<UInt32>, _ skipSpecialTokens: Bool) -> [UInt8] {
        var raw = [UInt8]()
        raw.reserveCapacity(ids.count * 5)
        for id in ids {
            if let index = added.index(of: id) {
                let text = added.decoded[index]
                if skipSpecialTokens, added.isSpecial(text) { continue }
                if !ByteAlphabet.decode(text, into: &raw) { raw.append(contentsOf: text) }
            } else if vocabulary.contains(id) {
                raw.append(contentsOf: vocabulary.content(id))
            }
        }
        if UTF8Text.isValid(raw) { return raw }
        var result = [UInt8]()
        result.reserveCapacity(raw.count + 16)
        raw.withUnsafeBufferPointer { LossyUTF8.append($0, to: &result) }
        return result
    }
}
