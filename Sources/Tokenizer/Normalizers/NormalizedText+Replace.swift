import CScan

extension NormalizedText {
    /// The most bytes that are put for one here.
    static let most = 8

    /// The text with every such byte replaced by a few, which is what vocabularies of SentencePiece do with spaces: in one pass. Nil where
    /// spans are kept, or the bytes are more or none, or the text would become too long.
    func replacing(_ byte: UInt8, with content: [UInt8]) -> NormalizedText? {
        bytes.withUnsafeBufferPointer { replacing(byte, with: content, in: $0, behind: []) }
    }

    /// The same of another text, behind a prefix that is left as it is.
    func replacing(
        _ byte: UInt8, with content: [UInt8], in text: UnsafeBufferPointer<UInt8>, behind prefix: [UInt8]
    ) -> NormalizedText? {
        guard !keepsSpans, 1...Self.most ~= content.count, let from = text.baseAddress else { return nil }
        let level = cscan_levels()
        let found = cscan_count_at(level, from, text.count, byte)
        let count = prefix.count + text.count + found * (content.count - 1)
        guard count <= limit else { return nil }
        var replacement = cscan_replacement()
        replacement.byte = byte
        replacement.length = UInt8(content.count)
        withUnsafeMutableBytes(of: &replacement.content) { $0.copyBytes(from: content) }
        var result = blank(capacity: 0)
        result.bytes = [UInt8](unsafeUninitializedCapacity: count + Int(CSCAN_SLACK)) { out, written in
            written = count
            guard let base = out.baseAddress else { return }
            base.initialize(from: prefix, count: prefix.count)
            _ = cscan_replace_at(level, from, text.count, &replacement, base + prefix.count)
        }
        return result
    }
}
