import CScan

/// The ranks of pairs while a tokenizer loads, for those who choose which of them `PairTable` has.
struct PairIndex: ~Copyable {
    private static let free = UInt64.max
    /// By the hash of a pair, or behind that: the pair above twenty bits for its rank.
    private let slots: UnsafeMutablePointer<UInt64>
    private let mask: Int
    private let shift: UInt64
    /// Made at random, so nobody can write a file whose pairs collide.
    private let multiplier = UInt64.random(in: 0 ... .max) | 1

    /// Of a pair that comes twice the last rank counts.
    init(_ merges: [PairTable.Merge]) {
        var bits = 4
        while 1 << bits < merges.count * 2 { bits += 1 }
        mask = 1 << bits - 1
        shift = UInt64(64 - bits)
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: Self.free, count: mask + 1)
        for i in merges.indices {
            if i + 8 < merges.endIndex { expect(merges[i + 8].left, merges[i + 8].right) }
            let key = PairView.key(merges[i].left, merges[i].right)
            var at = place(key)
            while slots[at] != Self.free, slots[at] >> 20 != key { at = (at + 1) & mask }
            slots[at] = key << 20 | UInt64(merges[i].rank)
        }
    }

    deinit { slots.deallocate() }

    @inline(__always)
    private func place(_ key: UInt64) -> Int { Int(truncatingIfNeeded: PairView.hash(key, multiplier) &>> shift) }

    /// Has a pair brought near, whose rank will be asked for.
    @inline(__always)
    func expect(_ left: UInt32, _ right: UInt32) { cscan_prefetch(slots + place(PairView.key(left, right))) }

    /// The rank of a pair, or `PairTable.none`.
    @inline(__always)
    func rank(_ left: UInt32, _ right: UInt32) -> UInt32 {
        let key = PairView.key(left, right)
        var at = place(key)
        while slots[at] != Self.free {
            if slots[at] &>> 20 == key { return UInt32(truncatingIfNeeded: slots[at] & 0xF_FFFF) }
            at = (at &+ 1) & mask
        }
        return PairTable.none
    }
}
