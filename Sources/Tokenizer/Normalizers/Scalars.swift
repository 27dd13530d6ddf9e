/// Reading text that is known to be valid UTF-8: nothing here checks.
enum Scalars {
    @inline(__always)
    static func width(_ lead: UInt8) -> Int {
        lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    }

    @inline(__always)
    static func decode(_ p: UnsafePointer<UInt8>) -> (scalar: UInt32, width: Int) {
        let b0 = UInt32(p[0])
        if b0 < 0x80 { return (b0, 1) }
        let b1 = UInt32(p[1] & 0x3F)
        if b0 < 0xE0 { return ((b0 & 0x1F) << 6 | b1, 2) }
        let b2 = UInt32(p[2] & 0x3F)
        if b0 < 0xF0 { return ((b0 & 0x0F) << 12 | b1 << 6 | b2, 3) }
        return ((b0 & 0x07) << 18 | b1 << 12 | b2 << 6 | UInt32(p[3] & 0x3F), 4)
    }

    /// The start of the character that ends before `i`. `i` must be above `start`.
    @inline(__always)
    static func before(_ p: UnsafePointer<UInt8>, _ i: Int) -> Int {
        var at = i &- 1
        while p[at] & 0xC0 == 0x80 { at &-= 1 }
        return at
    }

    @inline(__always)
    static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
        let (packed, width) = encode(scalar)
        for i in 0..<UInt32(width) { bytes.append(UInt8(truncatingIfNeeded: packed >> (8 * i))) }
    }

    /// Writes a character, and returns its width; there must be room for four bytes.
    @inline(__always)
    static func write(_ scalar: UInt32, to p: UnsafeMutablePointer<UInt8>) -> Int {
        let (packed, width) = encode(scalar)
        UnsafeMutableRawPointer(p).storeBytes(of: packed.littleEndian, as: UInt32.self)
        return width
    }

    /// The bytes of a character, the first of them lowest.
    @inline(__always)
    private static func encode(_ scalar: UInt32) -> (packed: UInt32, width: Int) {
        if scalar < 0x80 { return (scalar, 1) }
        let last = scalar & 0x3F
        if scalar < 0x800 { return (0x80C0 | scalar >> 6 | last << 8, 2) }
        let third = scalar >> 6 & 0x3F
        if scalar < 0x10000 { return (0x80_80E0 | scalar >> 12 | third << 8 | last << 16, 3) }
        return (0x8080_80F0 | scalar >> 18 | (scalar >> 12 & 0x3F) << 8 | third << 16 | last << 24, 4)
    }

    /// The code points of valid UTF-8.
    static func array(_ bytes: [UInt8]) -> [UInt32] {
        bytes.withUnsafeBufferPointer { buffer in
            var out = [UInt32]()
            guard let base = buffer.baseAddress else { return out }
            var i = 0
            while i < buffer.count {
                let (scalar, width) = decode(base + i)
                out.append(scalar)
                i += width
            }
            return out
        }
    }
}
