import Bytes

/// Tokens that name bytes: where those in a row are UTF-8 they are that text, else each is one U+FFFD (`decoders/byte_fallback.rs`).
extension DecodeTable {
    /// Writes the text of the tokens, for which there must be room for `count` and `slack` bytes, and returns how many bytes it has.
    func writeFallingBack(
        _ ids: UnsafeBufferPointer<UInt32>, skipSpecialTokens: Bool, to base: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let skipped = skipSpecialTokens ? Self.isSpecial : 0
        let limit = UInt32(truncatingIfNeeded: self.entries.count)
        let entries = UnsafePointer(self.entries.base)
        let blob = UnsafeRawPointer(self.blob.base)
        var out = UnsafeMutableRawPointer(base)
        // Where the bytes in a row began.
        var run: UnsafeMutableRawPointer?
        // A block of text is copied as it is; one with bytes is done again token by token, and so is the next at once.
        var hasBytes = false
        var start = 0
        while start < ids.count {
            let end = min(start &+ Self.block, ids.count)
            if !hasBytes {
                let first = out
                var flags: UInt64 = 0
                for i in start..<end {
                    let id = ids[i]
                    if id >= limit { continue }
                    let entry = entries[Int(id)]
                    if entry & skipped != 0 { continue }
                    out += Self.copy(entry, blob, to: out)
                    flags |= entry
                }
                if flags & Self.isBroken == 0 {
                    start = end
                    continue
                }
                out = first
            }
            hasBytes = false
            for i in start..<end {
                let id = ids[i]
                if id >= limit { continue }
                let entry = entries[Int(id)]
                // Under an id without a token there is nothing, and it parts nothing.
                if entry & skipped != 0 || entry == 0 { continue }
                if entry & Self.isBroken != 0 {
                    hasBytes = true
                    if run == nil { run = out }
                } else if let from = run {
                    out = Self.close(from, out)
                    run = nil
                }
                out += Self.copy(entry, blob, to: out)
            }
            hasBytes = hasBytes || run != nil
            start = end
        }
        if let run { out = Self.close(run, out) }
        return out - UnsafeMutableRawPointer(base)
    }

    /// Makes bytes in a row text, and returns its end.
    private static func close(
        _ start: UnsafeMutableRawPointer, _ end: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        let bytes = UnsafeRawBufferPointer(start: start, count: end - start).bindMemory(to: UInt8.self)
        if UTF8Check.firstInvalid(bytes) == nil { return end }
        let count = end - start
        for i in 0..<count {
            start.storeBytes(of: (0xEF, 0xBF, 0xBD), toByteOffset: 3 &* i, as: (UInt8, UInt8, UInt8).self)
        }
        return start + 3 &* count
    }
}
