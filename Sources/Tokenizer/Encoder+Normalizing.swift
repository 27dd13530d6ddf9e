/// Text that is normalized before it is split.
extension Encoder {
    /// Text between tokens that are not normalized.
    mutating func encodeText(_ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, bufferEnd: Int) {
        guard let parts = tokenizer.normalParts else {
            if tokenizer.normalizers.allSatisfy({ $0.leaves(p + start, end - start) }) {
                encodeNormalized(p, start, end, bufferEnd: bufferEnd, nil)
            } else {
                normalize(tokenizer.normalizers, p, start, end)
            }
            return
        }
        // Up to where the text is known to stay as it is.
        let normal = parts.form.map { start + $0.normalCount(p + start, end - start) }
        if normal == end { return encodeNormalized(p, start, end, bufferEnd: bufferEnd, nil) }
        var at = start
        while at < end {
            let next = parts.cuts.next(p, at, end)
            if let form = parts.form, let normal {
                let count = at < normal ? min(normal, next) - at : form.normalCount(p + at, next - at)
                if at + count == next {
                    encodeNormalized(p, at, next, bufferEnd: bufferEnd, nil)
                } else {
                    let text = NormalizedText(p, start: at, end: next, keepsSpans: keepsSpans)
                    encodeNormalized(form.apply(text, from: count))
                }
            } else {
                normalize(at == start ? tokenizer.normalizers : parts.others, p, at, next)
            }
            at = next
        }
    }

    private mutating func normalize(_ steps: [Normalizer], _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int) {
        encodeNormalized(Normalizer.apply(steps, to: p, start, end, keepsSpans: keepsSpans))
    }

    private mutating func encodeNormalized(_ text: NormalizedText) {
        if text.isTooLong {
            normalizedLimit = text.limit
            return
        }
        text.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, buffer.count > 0 else { return }
            encodeNormalized(base, 0, buffer.count, bufferEnd: buffer.count, text)
        }
    }
}
