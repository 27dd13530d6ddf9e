import CScan

/// The symbols of a word of up to 64, while they are merged. A symbol stays in its lane; who its neighbours are the bits of
/// `full` tell.
struct Lanes: BitwiseCopyable {
    /// No pair: above the keys of all ranks, also with a lane in the lower bits.
    static let noKey: Int32 = 0x7FFF_FFC0

    /// A rank above six bits for the lane: the smallest key is the leftmost of the lowest.
    @inline(__always)
    static func key(_ rank: UInt32) -> Int32 { Int32(truncatingIfNeeded: min(rank, 0x1FF_FFFF) &<< 6) }

    @inline(__always)
    static func key(_ rank: UInt32, _ lane: Int) -> Int32 { key(rank) | Int32(truncatingIfNeeded: lane) }

    let symbols: UnsafeMutablePointer<UInt32>
    /// Of the pairs that the symbols start, in blocks of eight.
    private let keys: UnsafeMutablePointer<Int32>
    private let blocks: Int
    /// A bit for each lane that still has a symbol.
    private(set) var full: UInt64
    /// The lowest key.
    private(set) var lowest: Int32

    /// A pair that was merged, and where the symbols around it are.
    struct Merge: BitwiseCopyable {
        fileprivate var at = 0
        fileprivate var before = 0
        fileprivate var next = 0
        fileprivate var isFirst = true
        fileprivate var isLast = true
    }

    /// Of a word of `count` symbols whose keys are there.
    @inline(__always)
    init(
        _ symbols: UnsafeMutablePointer<UInt32>, _ keys: UnsafeMutablePointer<Int32>, _ count: Int, _ lowest: Int32
    ) {
        self.symbols = symbols
        self.keys = keys
        self.lowest = lowest
        blocks = (count &+ 7) &>> 3
        full = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- count)
        for i in (count &- 1)..<(blocks &* 8) { keys[i] = Self.noKey }
    }

    /// Merges the lowest pair. `settle` must follow.
    @inline(__always)
    mutating func merge(_ pairs: PairView) -> Merge {
        let at = Int(lowest & 63)
        let above = full & (~1 &<< UInt64(truncatingIfNeeded: at))
        let below = full & ~(~0 &<< UInt64(truncatingIfNeeded: at))
        let after = above & (above &- 1)
        // Where there is no symbol before, or after, that of lane 0 takes its place, and the answer is dropped.
        let merge = Merge(
            at: at, before: 63 &- (below | 1).leadingZeroBitCount, next: after.trailingZeroBitCount & 63,
            isFirst: below == 0, isLast: after == 0)
        full ^= above ^ after
        symbols[at] = pairs.merged(UInt32(truncatingIfNeeded: lowest &>> 6))
        keys[merge.before] = Self.noKey
        keys[at] = Self.noKey
        keys[above.trailingZeroBitCount] = Self.noKey
        return merge
    }

    /// Moves the symbols that are left to the first lanes, and returns how many they are.
    @inline(__always)
    func gather() -> Int {
        var kept = 0
        var left = full
        while left != 0 {
            symbols[kept] = symbols[left.trailingZeroBitCount]
            kept &+= 1
            left &= left &- 1
        }
        return kept
    }

    /// Has the pairs that a merge made brought near.
    @inline(__always)
    func expect(_ merge: Merge, _ pairs: PairView) {
        pairs.expect(symbols[merge.before], symbols[merge.at])
        pairs.expect(symbols[merge.at], symbols[merge.next])
    }

    /// Finds the ranks of the pairs that a merge made.
    @inline(__always)
    mutating func settle(_ merge: Merge, _ pairs: PairView) {
        // The lowest of the others is found while the ranks of the new pairs are on their way.
        let others = cscan_lowest(keys, blocks)
        let ranks = pairs.ranks(symbols[merge.before], symbols[merge.at], symbols[merge.next])
        let first = merge.isFirst ? Self.noKey : Self.key(ranks.0, merge.before)
        let second = merge.isLast ? Self.noKey : Self.key(ranks.1, merge.at)
        keys[merge.before] = first
        keys[merge.at] = second
        lowest = min(others, first, second)
    }
}
