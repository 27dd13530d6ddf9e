import Bytes

/// Tokens that name bytes: where those in a row are UTF-8 they are that text, else each is one U+FFFD (`decoders/byte_fallback.rs`).
extension DecodeTable {
    /// Makes what tokens with these flags have become, from `start` to the end, text. Before and behind them is text, or nothing.
    func repair(
        _ ids: UnsafeBufferPointer<UInt32>, _ skipped: UInt8, _ flags: UInt8, from start: Int,
        in text: inout DecodedText
    ) throws(TokenizerError) {
        // Between texts, bytes are valid if all is valid together. But an empty token parts them, and leaves no trace.
        let isTraced = flags & DecodeEntry.isEmpty == 0
        if isTraced, text.withBytes(from: start, UTF8Check.firstInvalid) == nil { return }
        text.removeLast(text.count &- start)
        // Where the bytes in a row begin that the text ends with.
        var run: Int?
        for id in ids where Int(id) < entries.count {
            let entry = entries[Int(id)]
            // Under an id without a token there is nothing, and it parts nothing.
            if entry.tag == 0 || entry.tag & skipped != 0 { continue }
            if entry.tag & DecodeEntry.isBroken != 0 {
                run = run ?? text.count
            } else if let from = run {
                try closeBytes(from, &text)
                run = nil
            }
            try append(entry, before: 0, 0, to: &text)
        }
        if let run { try closeBytes(run, &text) }
    }

    /// Makes the bytes from `start` on text.
    private func closeBytes(_ start: Int, _ text: inout DecodedText) throws(TokenizerError) {
        if text.withBytes(from: start, UTF8Check.firstInvalid) == nil { return }
        let count = text.count &- start
        text.removeLast(count)
        try reserve(3 &* count, 0, in: &text)
        let out = text.end
        for i in 0..<count {
            out.storeBytes(of: (0xEF, 0xBF, 0xBD), toByteOffset: 3 &* i, as: (UInt8, UInt8, UInt8).self)
        }
        text.close(at: out + 3 &* count)
    }
}
