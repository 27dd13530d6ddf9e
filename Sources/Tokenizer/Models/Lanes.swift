import CScan

/// The symbols of a word of up to 64, while they are merged. A symbol stays in its lane; who its neighbours are the bits of
/// `full` tell.
struct Lanes: BitwiseCopyable {
    /// No pair: not above the keys of no rank with a lane in the lower bits.
    static let noKey: Int32 = bias | Int32(truncatingIfNeeded: PairView.noRank &<< 6)

    /// Has keys be numbers above zero also where they are compared as floats (`cscan_lowest`).
    private static let bias: Int32 = 1 << 26

    /// A rank above six bits for the lane: the smallest key is the leftmost of the lowest.
    @inline(__always)
    static func key(_ rank: UInt32) -> Int32 { bias | Int32(truncatingIfNeeded: min(rank, PairView.noRank) &<< 6) }

    @inline(__always)
    static func key(_ rank: UInt32, _ lane: Int) -> Int32 { key(rank) | Int32(truncatingIfNeeded: lane) }

    @inline(__always)
    private static func rank(_ key: Int32) -> UInt32 { UInt32(truncatingIfNeeded: key &>> 6) & PairView.noRank }

    let symbols: UnsafeMutablePointer<UInt32>
    /// Of the pairs that the symbols start, in blocks of sixteen.
    private let keys: UnsafeMutablePointer<Int32>
    private let blocks: UInt32
    /// The lowest key.
    private(set) var lowest: Int32
    /// A bit for each lane that still has a symbol.
    private(set) var full: UInt64

    /// Of a word of `count` symbols whose keys are there.
    @inline(__always)
    init(
        _ symbols: UnsafeMutablePointer<UInt32>, _ keys: UnsafeMutablePointer<Int32>, _ count: Int, _ lowest: Int32
    ) {
        self.symbols = symbols
        self.keys = keys
        self.lowest = lowest
        blocks = UInt32(truncatingIfNeeded: (count &+ 15) &>> 4)
        full = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- count)
        // Of which some lie behind: there is room.
        for i in 0..<16 { keys[count &- 1 &+ i] = Self.noKey }
    }

    /// Merges the lowest pair, of which there must be one. Where it was no pair after all, another is the lowest then.
    @inline(__always)
    mutating func merge(_ pairs: PairView) {
        let at = Int(lowest & 63)
        let lane = UInt64(truncatingIfNeeded: at)
        let above = full & (~1 &<< lane)
        let below = full & ((1 &<< lane) &- 1)
        let after = above & (above &- 1)
        let right = above.trailingZeroBitCount & 63
        guard let merged = pairs.merge(symbols[at], symbols[right], Self.rank(lowest)) else {
            keys[at] = Self.noKey
            lowest = cscan_lowest(keys, Int(blocks))
            return
        }
        // Where there is no symbol before, or after, that of lane 0 takes its place, and the answer is dropped.
        let before = 63 &- (below | 1).leadingZeroBitCount
        let next = after.trailingZeroBitCount & 63
        full ^= above ^ after
        let first = pairs.place(symbols[before], merged, ifAny: below)
        let second = pairs.place(merged, symbols[next], ifAny: after)
        pairs.expect(first)
        pairs.expect(second)
        symbols[at] = merged
        keys[before] = Self.noKey
        keys[at] = Self.noKey
        keys[right] = Self.noKey
        let others = cscan_lowest(keys, Int(blocks))
        let firstRank = pairs.likelyRank(first)
        let secondRank = pairs.likelyRank(second)
        pairs.expect(rank: firstRank)
        pairs.expect(rank: secondRank)
        let firstKey = Self.key(firstRank, before)
        let secondKey = Self.key(secondRank, at)
        keys[before] = firstKey
        keys[at] = secondKey
        lowest = min(others, firstKey, secondKey)
    }
}
