/// Which pairs of symbols merge, at which rank, and into what. Pairs of single bytes, half of all questions, are answered
/// by a dense table; the others by open addressing on the full key.
final class PairTable: Sendable {
    static let none = UInt32.max

    struct Entry: BitwiseCopyable {
        var key: UInt64
        var rank: UInt32
        var padding: UInt32 = 0
    }

    private let entries: FixedTable<Entry>
    private let shift: UInt64
    private let mask: Int
    private let merged: FixedTable<UInt32>

    /// For each token the lowest rank at which it is a right half, and a left half of what starts a character.
    private let asRight: FixedTable<UInt32>
    private let asLeft: FixedTable<UInt32>

    /// `merges` in the order of their ranks. A pair that comes twice has its last rank, as in the library's map.
    init(_ merges: [(left: UInt32, right: UInt32, merged: UInt32)], vocabulary: Vocabulary) {
        asRight = FixedTable(count: vocabulary.limit, repeating: Self.none)
        asLeft = FixedTable(count: vocabulary.limit, repeating: Self.none)
        for (rank, merge) in merges.enumerated() {
            let rank = UInt32(truncatingIfNeeded: rank)
            asRight.base[Int(merge.right)] = min(asRight[Int(merge.right)], rank)
            guard let first = vocabulary.content(merge.right).first, first & 0xC0 != 0x80 else { continue }
            asLeft.base[Int(merge.left)] = min(asLeft[Int(merge.left)], rank)
        }
        var bits: UInt64 = 6
        while 1 << bits < merges.count * 2 { bits += 1 }
        shift = 64 - bits
        mask = 1 << bits - 1
        entries = FixedTable(count: 1 << bits, repeating: Entry(key: .max, rank: Self.none))
        merged = FixedTable(count: merges.count, repeating: 0)
        for (rank, merge) in merges.enumerated() {
            merged.base[rank] = merge.merged
            let key = Self.key(merge.left, merge.right)
            var slot = slot(key)
            while entries[slot].key != .max, entries[slot].key != key { slot = (slot + 1) & mask }
            entries.base[slot] = Entry(key: key, rank: UInt32(truncatingIfNeeded: rank))
        }
    }

    @inline(__always)
    private static func key(_ left: UInt32, _ right: UInt32) -> UInt64 { UInt64(left) << 32 | UInt64(right) }

    @inline(__always)
    private func slot(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: ((key ^ key >> 29) &* 0x9E37_79B9_7F4A_7C15) &>> shift)
    }

    @inline(__always)
    func rank(_ left: UInt32, _ right: UInt32) -> UInt32 {
        let key = Self.key(left, right)
        var slot = slot(key)
        while true {
            let entry = entries[slot]
            if entry.key == key { return entry.rank }
            if entry.key == .max { return Self.none }
            slot = (slot &+ 1) & mask
        }
    }

    func lowestAsRight(_ id: UInt32) -> UInt32 { asRight[Int(id)] }
    func lowestAsLeft(_ id: UInt32) -> UInt32 { asLeft[Int(id)] }

    /// What the merge of this rank makes.
    @inline(__always)
    func merged(_ rank: UInt32) -> UInt32 { merged[Int(rank)] }
}
