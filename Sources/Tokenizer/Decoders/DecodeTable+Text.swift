import Bytes

/// What many tokens become together.
extension DecodeTable {
    /// More than this no caller can want.
    private static let limit = 1 << 36

    /// So long contents are copied as a whole, with what follows.
    static let near = 32

    /// So many tokens are written, and then it is asked whether they are text while they are near: of each it would be guessed wrong often.
    private static let block = 256

    /// Appends what the tokens become, and returns whether it is UTF-8, which it always is where bytes fall back to characters.
    func decode(
        _ ids: UnsafeBufferPointer<UInt32>, skipSpecialTokens: Bool, to text: inout DecodedText
    ) throws(TokenizerError) -> Bool {
        let skipped = skipSpecialTokens ? DecodeEntry.isSpecial : 0
        var isText = true
        // Where tokens in a row begin that are no text by themselves and maybe are together, and what is among them.
        var open: (id: Int, text: Int)?
        var flags: UInt8 = 0
        var start = 0
        while start < ids.count {
            let end = min(start &+ Self.block, ids.count)
            let block = UnsafeBufferPointer(rebasing: ids[start..<end])
            let before = text.count
            // Somewhat more than there would be if all were as what came until now.
            let expected = start == 0 ? 0 : (before &* 5 / (start &* 4) &+ 1) &* (ids.count &- start)
            flags |= try write(block, skipped, expected, to: &text)
            defer { start = end }
            if flags & DecodeEntry.isBroken == 0 {
                flags = 0
                continue
            }
            let from = open ?? (start, before)
            open = from
            // What is no text by itself may be with what follows in the next block.
            if end < ids.count, !endsInText(block, skipped) { continue }
            if plan.fallsBack {
                try repair(
                    UnsafeBufferPointer(rebasing: ids[from.id..<end]), skipped, flags, from: from.text, in: &text)
            } else if isText {
                isText = text.withBytes(from: from.text, UTF8Check.firstInvalid) == nil
            }
            open = nil
            flags = 0
        }
        return isText
    }

    /// Writes the contents of tokens, and returns the flags that they have together.
    @inline(__always)
    private func write(
        _ ids: UnsafeBufferPointer<UInt32>, _ skipped: UInt8, _ expected: Int, to text: inout DecodedText
    ) throws(TokenizerError) -> UInt8 {
        let (entries, limit) = (UnsafeRawPointer(entries.base), UInt32(truncatingIfNeeded: entries.count))
        let rare = skipped | DecodeEntry.isElsewhere
        var flags: UInt8 = 0
        try reserve(ids.count &* Self.near, expected, in: &text)
        var out = text.end
        for (i, id) in ids.enumerated() {
            if id >= limit { continue }
            let entry = entries + Int(id) &* MemoryLayout<DecodeEntry>.stride
            let tag = entry.load(fromByteOffset: DecodeEntry.tag, as: UInt8.self)
            if tag & rare == 0 {
                flags |= tag
                out += Self.copy(entry, tag, to: out)
            } else if tag & skipped == 0 {
                flags |= tag
                let entry = entry.load(as: DecodeEntry.self)
                if entry.count <= Self.near {
                    let other = UnsafeRawPointer(others.base + entry.place)
                    out.storeBytes(of: other.loadUnaligned(as: SIMD32<UInt8>.self), as: SIMD32<UInt8>.self)
                    out += entry.count
                    continue
                }
                text.close(at: out)
                try append(entry, before: ids.count &- i, expected, to: &text)
                out = text.end
            }
        }
        text.close(at: out)
        return flags
    }

    /// Appends a content, and leaves room for those of `others` tokens that have theirs in their entries.
    @inline(never)
    func append(
        _ entry: DecodeEntry, before others: Int, _ expected: Int, to text: inout DecodedText
    ) throws(TokenizerError) {
        try reserve(entry.count &+ others &* Self.near, expected, in: &text)
        let end = text.end
        text.close(at: end + copy(entry, to: end))
    }

    func reserve(_ more: Int, _ expected: Int, in text: inout DecodedText) throws(TokenizerError) {
        if text.count &+ more > Self.limit { throw TokenizerError(.growsTooLong(limit: Self.limit)) }
        text.reserve(more, expected: expected)
    }

    /// Whether the last of these tokens that becomes anything becomes text.
    private func endsInText(_ ids: UnsafeBufferPointer<UInt32>, _ skipped: UInt8) -> Bool {
        for id in ids.reversed() where Int(id) < entries.count {
            let tag = entries[Int(id)].tag
            if tag != 0, tag & skipped == 0 { return tag & DecodeEntry.isBroken == 0 }
        }
        return false
    }
}
