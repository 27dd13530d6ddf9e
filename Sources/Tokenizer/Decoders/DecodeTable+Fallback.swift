import Bytes

/// Tokens that name bytes: where those in a row are UTF-8 they are that text, else each is one U+FFFD (`decoders/byte_fallback.rs`).
extension DecodeTable {
    /// Writes tokens, for which there is room. `run` is where the bytes in a row begin that the text ends with, and nil where it does not.
    func writeBytes(
        _ ids: UnsafeBufferPointer<UInt32>, _ skipped: UInt64, _ run: inout Int?, to text: inout DecodedText
    ) {
        let limit = UInt32(truncatingIfNeeded: entries.count)
        let (entries, blob) = (UnsafePointer(entries.base), UnsafeRawPointer(blob.base))
        var out = text.end
        for id in ids where id < limit {
            let entry = entries[Int(id)]
            // Under an id without a token there is nothing, and it parts nothing.
            if entry & skipped != 0 || entry == 0 { continue }
            if entry & Self.isBroken != 0 {
                if run == nil { run = text.count(at: out) }
            } else if let from = run {
                text.close(at: out)
                closeBytes(from, &text)
                out = text.end
                run = nil
            }
            out += Self.copy(entry, blob, to: out)
        }
        text.close(at: out)
    }

    /// Makes the bytes from `start` on text; there is room for as many characters.
    func closeBytes(_ start: Int, _ text: inout DecodedText) {
        let count = text.count &- start
        let out = text.end - count
        if Self.isCharacter(out, count) || text.withBytes(from: start, UTF8Check.firstInvalid) == nil { return }
        for i in 0..<count {
            out.storeBytes(of: (0xEF, 0xBF, 0xBD), toByteOffset: 3 &* i, as: (UInt8, UInt8, UInt8).self)
        }
        text.close(at: out + 3 &* count)
    }

    /// Whether bytes are a character, as most in a row are; false for some of which more must be asked.
    @inline(__always)
    private static func isCharacter(_ p: UnsafeRawPointer, _ count: Int) -> Bool {
        if count == 1 { return p.load(as: UInt8.self) < 0x80 }
        if count != 3 { return false }
        let (a, b, c) = p.loadUnaligned(as: (UInt8, UInt8, UInt8).self)
        return a &- 0xE1 < 0x0C && b & 0xC0 == 0x80 && c & 0xC0 == 0x80
    }
}
