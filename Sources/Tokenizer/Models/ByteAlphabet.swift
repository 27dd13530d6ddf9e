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
        text.withUnsafeBufferPointer { decode($0, into: &out) }
    }

    static func decode(_ text: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) -> Bool {
        let before = out.count
        guard let p = text.baseAddress else { return true }
        out.append(contentsOf: text)
        let count = out.withUnsafeMutableBufferPointer { out in
            out.baseAddress.flatMap { decode(p, text.count, to: $0 + before) }
        }
        out.removeLast(text.count - (count ?? 0))
        return count != nil
    }

    /// Writes the bytes that a text stands for, at most as many as it has, and returns how many; nil when a character is no such
    /// letter. They may come to lie where the text lies, or before.
    static func decode(_ p: UnsafePointer<UInt8>, _ count: Int, to out: UnsafeMutablePointer<UInt8>) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var n = 0
            var i = 0
            while i < count {
                let lead = p[i]
                var scalar = Int(lead)
                if lead >= 0x80 {
                    guard lead < 0xE0, i &+ 1 < count else { return nil }
                    scalar = Int(lead & 0x1F) &<< 6 | Int(p[i &+ 1] & 0x3F)
                    i &+= 1
                }
                i &+= 1
                guard scalar < bytes.count, bytes[scalar] >= 0 else { return nil }
                out[n] = UInt8(truncatingIfNeeded: bytes[scalar])
                n &+= 1
            }
            return n
        }
    }

    /// The letters for `bytes`, as UTF-8.
    static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var out = [UInt8]()
        for byte in bytes { Scalars.append(UInt32(scalars[Int(byte)]), to: &out) }
        return out
    }
}
