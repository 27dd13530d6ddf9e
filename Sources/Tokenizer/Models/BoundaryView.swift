/// The tables of `Boundaries`, as pointers, which stay in registers.
struct BoundaryView {
    let pairs: UnsafePointer<UInt64>
    let shift: UInt64
    let bytes: UnsafePointer<UInt8>
    let parts: UnsafePointer<UInt8>

    @inline(__always)
    static func hash(_ a: UInt32, _ b: UInt32) -> UInt64 {
        let key = UInt64(a) &<< 21 | UInt64(b)
        return (key ^ key &>> 17) &* 0x9E37_79B9_7F4A_7C15
    }

    /// The last byte of the character before `place` and the first of the one there, as `bytes` has them.
    @inline(__always)
    static func around(_ place: UnsafeRawPointer) -> UInt16 {
        UInt16(littleEndian: (place - 1).loadUnaligned(as: UInt16.self))
    }

    /// 1 or 0. What it is nobody could foretell, so nothing branches on it.
    @inline(__always)
    func mayJoin(_ a: UInt32, _ b: UInt32, around place: UInt16) -> Int {
        Int((joins(a, b) | joinsParts(part(a), part(b), around: place)) & 1)
    }

    /// The lowest bit says whether some token may have both side by side.
    @inline(__always)
    private func joins(_ a: UInt32, _ b: UInt32) -> UInt8 {
        let bit = Self.hash(a, b) &>> shift
        return UInt8(truncatingIfNeeded: pairs[Int(truncatingIfNeeded: bit &>> 6)] &>> (bit & 63))
    }

    /// The lowest bit says whether some token may have parts around these bytes. That concerns these two only if it has one of them whole,
    /// or neither.
    @inline(__always)
    private func joinsParts(_ partA: UInt8, _ partB: UInt8, around place: UInt16) -> UInt8 {
        let around = bytes[Int(place)]
        return around & (partA | partB &>> 1) | around &>> 1
    }

    @inline(__always)
    private func part(_ scalar: UInt32) -> UInt8 { scalar < 0x10000 ? parts[Int(scalar)] : 3 }

    /// As `Boundaries.fill`, for the characters of three bytes from `i` on, the first of which is one; `a` is the one before, and something
    /// is before `i`. True where there is no more room.
    @inline(__always)
    func fill(
        _ ends: UnsafeMutablePointer<Int>, _ count: inout Int, _ capacity: Int, _ p: UnsafePointer<UInt8>,
        _ i: inout Int, to end: Int, _ a: inout UInt32, hasParts: Bool
    ) -> Bool {
        var partA = hasParts ? part(a) : 0
        var left = min((end &- i) / 3, capacity &- count)
        while left > 0 {
            // The character, above the last byte of the one before.
            let four = UInt32(littleEndian: UnsafeRawPointer(p + i - 1).loadUnaligned(as: UInt32.self))
            if four & 0xF000 != 0xE000 { break }
            let b = four &<< 4 & 0xF000 | four &>> 10 & 0x0FC0 | four &>> 24 & 0x3F
            var joins = joins(a, b)
            if hasParts {
                let partB = parts[Int(b)]
                joins |= joinsParts(partA, partB, around: UInt16(truncatingIfNeeded: four))
                partA = partB
            }
            ends[count] = i
            count &+= 1 &- Int(joins & 1)
            i &+= 3
            a = b
            left &-= 1
        }
        return count == capacity
    }
}
