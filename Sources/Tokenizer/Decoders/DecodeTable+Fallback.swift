import Bytes

/// Tokens that name bytes: where those in a row are UTF-8 they are that text, else each is one U+FFFD (`decoders/byte_fallback.rs`).
extension DecodeTable {
    /// Writes tokens, for which there is room. `run` is where the bytes in a row begin that the text ends with, and nil where it does not.
    func writeBytes(
        _ ids: UnsafeBufferPointer<UInt32>, _ skipped: UInt64, _ run: inout Int?, to text: inout DecodedText
    ) {
        for id in ids where Int(id) < entries.count {
            let entry = entries[Int(id)]
            // Under an id without a token there is nothing, and it parts nothing.
            if entry & skipped != 0 || entry == 0 { continue }
            if entry & Self.isBroken != 0 {
                if run == nil { run = text.count }
            } else if let from = run {
                closeBytes(from, &text)
                run = nil
            }
            let out = text.end
            text.close(at: out + Self.copy(entry, blob.base, to: out))
        }
    }

    /// Makes the bytes from `start` on text; there is room for as many characters.
    func closeBytes(_ start: Int, _ text: inout DecodedText) {
        if text.withBytes(from: start, UTF8Check.firstInvalid) == nil { return }
        let count = text.count &- start
        let out = text.end - count
        for i in 0..<count {
            out.storeBytes(of: (0xEF, 0xBF, 0xBD), toByteOffset: 3 &* i, as: (UInt8, UInt8, UInt8).self)
        }
        text.close(at: out + 3 &* count)
    }
}
