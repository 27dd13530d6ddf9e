/// The letters that stand for bytes in byte-level vocabularies: printable characters of Latin-1 stand for themselves,
/// the other 68 bytes for U+0100 and up, in order (`tokenizers` 0.23 `bytes_char`, `byte_level.rs`).
enum ByteAlphabet {
    /// The code point for a byte.
    static let scalars: [UInt16] = {
        var next: UInt16 = 256
        return (0..<256).map { byte in
            if (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174 { return UInt16(byte) }
            next += 1
            return next - 1
        }
    }()

    /// The byte for a code point below 324, or -1.
    private static let bytes: [Int16] = {
        var table = [Int16](repeating: -1, count: 324)
        for (byte, scalar) in scalars.enumerated() { table[Int(scalar)] = Int16(byte) }
        return table
    }()

    /// Appends the bytes that `text` stands for; false, with nothing appended, when a character is no such letter.
    static func decode(_ text: [UInt8], into out: inout [UInt8]) -> Bool {
        let before = out.count
        var i = 0
        while i < text.count {
            let lead = text[i]
            var scalar = Int(lead)
            if lead >= 0x80 {
                guard lead < 0xE0, i + 1 < text.count else {
                    out.removeLast(out.count - before)
                    return false
                }
                scalar = Int(lead & 0x1F) << 6 | Int(text[i + 1] & 0x3F)
                i += 1
            }
            i += 1
            guard scalar < bytes.count, bytes[scalar] >= 0 else {
                out.removeLast(out.count - before)
                return false
            }
            out.append(UInt8(truncatingIfNeeded: bytes[scalar]))
        }
        return true
    }

    /// The letters for `bytes`, as UTF-8.
    static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var out = [UInt8]()
        for byte in bytes { Scalars.append(UInt32(scalars[Int(byte)]), to: &out) }
        return out
    }
}
