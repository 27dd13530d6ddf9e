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
    /// Of the pairs that the symbols start, in blocks of eight.
    private let keys: UnsafeMutablePointer<Int32>
    private let blocks: Int
    /// A bit for each lane that still has a symbol.
    private(set) var full: UInt64
    /// The lowest key.
    private(set) var lowest: Int32
    private var last = Merge()

    /// A pair that was merged, where the symbols around it are, and where the pairs that it makes with them would be.
    private struct Merge: BitwiseCopyable {
        var at = 0
        var before = 0
        var isFirst = true
        var isLast = true
        var firstHash: UInt64 = 0
        var secondHash: UInt64 = 0
        var first = PairView.Place.none
        var second = PairView.Place.none
        /// Whether anything was merged.
        var isDone = false
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

    /// Merges the lowest pair, of which there must be one; `locate` and `settle` must follow. Where it was no pair after all
    /// they do nothing, and the lowest is another.
    @inline(__always)
    mutating func merge(_ pairs: PairView) {
        let at = Int(lowest & 63)
        let above = full & (~1 &<< UInt64(truncatingIfNeeded: at))
        let below = full & ~(~0 &<< UInt64(truncatingIfNeeded: at))
        let after = above & (above &- 1)
        let right = above.trailingZeroBitCount & 63
        guard let merged = pairs.merge(symbols[at], symbols[right], Self.rank(lowest)) else {
            keys[at] = Self.noKey
            lowest = cscan_lowest(keys, blocks)
            last.isDone = false
            return
        }
        // Where there is no symbol before, or after, that of lane 0 takes its place, and the answer is dropped.
        let before = 63 &- (below | 1).leadingZeroBitCount
        let next = after.trailingZeroBitCount & 63
        full ^= above ^ after
        last = Merge(
            at: at, before: before, isFirst: below == 0, isLast: after == 0,
            firstHash: pairs.hash(symbols[before], merged), secondHash: pairs.hash(merged, symbols[next]),
            isDone: true)
        pairs.expectPlace(last.firstHash)
        pairs.expectPlace(last.secondHash)
        symbols[at] = merged
        keys[before] = Self.noKey
        keys[at] = Self.noKey
        keys[right] = Self.noKey
    }

    /// Has the ranks of the pairs that a merge made brought near.
    @inline(__always)
    mutating func locate(_ pairs: PairView) {
        if !last.isDone { return }
        last.first = pairs.place(last.firstHash)
        last.second = pairs.place(last.secondHash)
        pairs.expect(last.first)
        pairs.expect(last.second)
    }

    /// Moves the symbols that are left to the first lanes, and returns how many they are.
    @inline(__always)
    func gather() -> Int {
        var left = full
        var kept = 0
        // Four at a time: most words end with no more, and lanes behind the last are nobody's.
        repeat {
            for k in 0..<4 {
                symbols[kept &+ k] = symbols[left.trailingZeroBitCount & 63]
                left &= left &- 1
            }
            kept &+= 4
        } while left != 0
        return full.nonzeroBitCount
    }

    /// Finds the ranks of the pairs that a merge made.
    @inline(__always)
    mutating func settle(_ pairs: PairView) {
        if !last.isDone { return }
        let others = cscan_lowest(keys, blocks)
        let firstRank = pairs.likelyRank(last.first)
        let secondRank = pairs.likelyRank(last.second)
        pairs.expect(rank: firstRank)
        pairs.expect(rank: secondRank)
        let first = last.isFirst ? Self.noKey : Self.key(firstRank, last.before)
        let second = last.isLast ? Self.noKey : Self.key(secondRank, last.at)
        keys[last.before] = first
        keys[last.at] = second
        lowest = min(others, first, second)
    }
}
