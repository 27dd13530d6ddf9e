/// Text that JSON strings hold as it is.
public enum PlainText {
    /// The first place from `start` near which there is a quote, a backslash or a control character: 32 bytes are looked at at
    /// once, then eight. What is behind the place is to be looked at byte by byte.
    @inlinable
    public static func end(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
        guard let base = bytes.baseAddress else { return start }
        let raw = UnsafeRawPointer(base)
        var i = start
        while i &+ 32 <= end {
            let found = found(in: raw.loadUnaligned(fromByteOffset: i, as: SIMD4<UInt64>.self))
            if found[0] | found[1] | found[2] | found[3] != 0 { break }
            i &+= 32
        }
        while i &+ 8 <= end {
            let word = raw.loadUnaligned(fromByteOffset: i, as: UInt64.self)
            if found(in: SIMD2(word, word))[0] != 0 { break }
            i &+= 8
        }
        return i
    }

    /// The highest bit of bytes that are no plain text. A byte below the subtrahend borrows into its highest bit; bytes of 0x80
    /// and more do not count.
    @inlinable @inline(__always)
    static func found<Words: SIMD>(in words: Words) -> Words where Words.Scalar == UInt64 {
        let ones = Words(repeating: 0x0101_0101_0101_0101)
        let quote = words ^ Words(repeating: 0x2222_2222_2222_2222)
        let slash = words ^ Words(repeating: 0x5C5C_5C5C_5C5C_5C5C)
        let low = words &- Words(repeating: 0x2020_2020_2020_2020)
        let found = (quote &- ones) & ~quote | (slash &- ones) & ~slash | low & ~words
        return found & Words(repeating: 0x8080_8080_8080_8080)
    }
}
