/// Text that JSON strings hold as it is.
public enum PlainText {
    /// The first place from `start` near which there is a quote, a backslash or a control character: eight bytes are looked at at
    /// once. What is behind the place is to be looked at byte by byte.
    @inlinable
    public static func end(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
        guard let base = bytes.baseAddress else { return start }
        let raw = UnsafeRawPointer(base)
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var i = start
        while i &+ 8 <= end {
            let word = raw.loadUnaligned(fromByteOffset: i, as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let slash = word ^ (ones &* 0x5C)
            // A byte below the subtrahend borrows into its highest bit; bytes of 0x80 and more do not count.
            let found = (quote &- ones) & ~quote | (slash &- ones) & ~slash | (word &- ones &* 0x20) & ~word
            if found & highs != 0 { break }
            i &+= 8
        }
        return i
    }
}
