/// Which ASCII characters tokens have beside the sign for a space (U+2581) of vocabularies of SentencePiece: of their texts every second
/// question of `Boundaries` that is not of ASCII alone is of this.
struct SpaceJoins: BitwiseCopyable {
    /// A bit for each of 128.
    struct Characters: BitwiseCopyable {
        private var low: UInt64 = 0
        private var high: UInt64 = 0

        init() {}

        init(_ isIn: (UInt32) -> Bool) {
            for i in 0..<64 as Range<UInt32> {
                if isIn(i) { low |= 1 << UInt64(i) }
                if isIn(64 + i) { high |= 1 << UInt64(i) }
            }
        }

        /// 1 or 0.
        @inline(__always)
        func has(_ scalar: UInt32) -> Int {
            let half = low ^ (low ^ high) & (0 &- UInt64(scalar &>> 6))
            return Int(truncatingIfNeeded: half &>> UInt64(scalar & 63) & 1)
        }
    }

    private(set) var before = Characters()
    private(set) var after = Characters()

    init() {}

    /// `joins` is asked for two characters, the last byte of the one and the first of the other.
    init(_ joins: (UInt32, UInt32, UInt8, UInt8) -> Bool) {
        before = Characters { joins($0, 0x2581, UInt8($0), 0xE2) }
        after = Characters { joins(0x2581, $0, 0x81, UInt8($0)) }
    }

    /// Whether the sign begins at `p`, where three bytes may be read.
    @inline(__always)
    static func isAt(_ p: UnsafePointer<UInt8>) -> Bool { p[0] == 0xE2 && p[1] == 0x96 && p[2] == 0x81 }
}
