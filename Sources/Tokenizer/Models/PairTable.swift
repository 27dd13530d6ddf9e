/// Which pairs of symbols merge, at which rank, and into what. Most questions are answered with no, so a small table of
/// bits that stays in a near cache is asked first: a bit that is not set says that no such pair is there. Then comes open
/// addressing on the full key; a slot is one word: 22 bits a symbol and 20 for the rank.
final class PairTable: Sendable {
    static let none = UInt32.max

    /// Ranks from here on do not fit a slot.
    static let rankLimit = 1 << 20 - 1
    private static let free = UInt64.max

    struct Merge {
        var left: UInt32
        var right: UInt32
        var merged: UInt32
        /// Only merges that make the same token may share one.
        var rank: UInt32
    }

    private let slots: FixedTable<UInt64>
    private let filter: FixedTable<UInt64>
    private let shift: UInt64
    private let mask: Int
    private let merged: FixedTable<UInt32>

    /// For each token the lowest rank at which it is a right half, and a left half of what starts a character.
    private let asRight: FixedTable<UInt32>
    private let asLeft: FixedTable<UInt32>
    private let isHalf: FixedTable<Bool>

    /// `merges` in the order of their ranks. A pair that comes twice has its last rank, as in the library's map.
    convenience init(_ merges: [(left: UInt32, right: UInt32, merged: UInt32)], vocabulary: Vocabulary) {
        self.init(
            merges.enumerated().lazy.map { rank, merge in
                Merge(
                    left: merge.left, right: merge.right, merged: merge.merged, rank: UInt32(truncatingIfNeeded: rank))
            }, count: merges.count, limit: merges.count, vocabulary: vocabulary)
    }

    convenience init(_ merges: [Merge], vocabulary: Vocabulary) {
        self.init(
            merges, count: merges.count, limit: merges.reduce(0) { max($0, Int($1.rank) + 1) }, vocabulary: vocabulary)
    }

    /// `limit` is above all ranks.
    private init(_ merges: some Sequence<Merge>, count: Int, limit: Int, vocabulary: Vocabulary) {
        asRight = FixedTable(count: vocabulary.limit, repeating: Self.none)
        asLeft = FixedTable(count: vocabulary.limit, repeating: Self.none)
        isHalf = FixedTable(count: vocabulary.limit, repeating: false)
        var bits: UInt64 = 6
        while 1 << bits < count * 2 { bits += 1 }
        shift = 64 - bits
        mask = 1 << bits - 1
        slots = FixedTable(count: 1 << bits, repeating: Self.free)
        filter = FixedTable(count: 1 << (bits - 4), repeating: 0)
        merged = FixedTable(count: limit, repeating: 0)
        for merge in merges {
            asRight.base[Int(merge.right)] = min(asRight[Int(merge.right)], merge.rank)
            if let first = vocabulary.content(merge.right).first, first & 0xC0 != 0x80 {
                asLeft.base[Int(merge.left)] = min(asLeft[Int(merge.left)], merge.rank)
            }
            isHalf.base[Int(merge.left)] = true
            isHalf.base[Int(merge.right)] = true
            merged.base[Int(merge.rank)] = merge.merged
            let key = Self.key(merge.left, merge.right)
            let hash = Self.hash(key)
            let bit = hash &>> (shift &- 2)
            filter.base[Int(bit >> 6)] |= 1 << (bit & 63)
            var slot = Int(hash &>> shift)
            while slots[slot] != Self.free, slots[slot] >> 20 != key { slot = (slot + 1) & mask }
            slots.base[slot] = key << 20 | UInt64(merge.rank)
        }
    }

    @inline(__always)
    private static func key(_ left: UInt32, _ right: UInt32) -> UInt64 { UInt64(left) &<< 22 | UInt64(right) }

    @inline(__always)
    private static func hash(_ key: UInt64) -> UInt64 { (key ^ key &>> 23) &* 0x9E37_79B9_7F4A_7C15 }

    @inline(__always)
    func rank(_ left: UInt32, _ right: UInt32) -> UInt32 {
        let key = Self.key(left, right)
        let hash = Self.hash(key)
        let bit = hash &>> (shift &- 2)
        if filter[Int(truncatingIfNeeded: bit &>> 6)] &>> (bit & 63) & 1 == 0 { return Self.none }
        var slot = Int(truncatingIfNeeded: hash &>> shift)
        while true {
            let entry = slots[slot]
            if entry &>> 20 == key { return UInt32(truncatingIfNeeded: entry) & 0xF_FFFF }
            if entry == Self.free { return Self.none }
            slot = (slot &+ 1) & mask
        }
    }

    /// What merging makes, each once for each of its ranks.
    var results: UnsafeBufferPointer<UInt32> { UnsafeBufferPointer(start: merged.base, count: merged.count) }

    /// Whether the token is a half of any pair.
    func merges(_ id: UInt32) -> Bool { isHalf[Int(id)] }

    func lowestAsRight(_ id: UInt32) -> UInt32 { asRight[Int(id)] }
    func lowestAsLeft(_ id: UInt32) -> UInt32 { asLeft[Int(id)] }

    /// What the merge of this rank makes.
    @inline(__always)
    func merged(_ rank: UInt32) -> UInt32 { merged[Int(rank)] }
}
