import CScan

/// A `PairTable` as the inner loops see it: pointers, which stay in registers.
///
/// Most questions are answered with no, so a small table of bits that stays in a near cache is asked first: a bit that is
/// not set says that no such pair is there. Then comes open addressing on the full key; a slot is one word: 22 bits a
/// symbol and 20 for the rank.
struct PairView {
    static let free = UInt64.max

    let slots: UnsafePointer<UInt64>
    let filter: UnsafePointer<UInt64>
    /// By rank, what merging makes.
    let results: UnsafePointer<UInt32>
    let filterShift: UInt64
    let size: UInt64
    let multiplier: UInt64

    @inline(__always)
    static func key(_ left: UInt32, _ right: UInt32) -> UInt64 { UInt64(left) &<< 22 | UInt64(right) }

    @inline(__always)
    func hash(_ key: UInt64) -> UInt64 { (key ^ key &>> 23) &* multiplier }

    @inline(__always)
    func slot(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash.multipliedFullWidth(by: size).high) }

    @inline(__always)
    func next(_ slot: Int) -> Int { slot &+ 1 == Int(truncatingIfNeeded: size) ? 0 : slot &+ 1 }

    @inline(__always)
    private func mayHave(_ hash: UInt64) -> Bool {
        let bit = hash &>> filterShift
        return filter[Int(truncatingIfNeeded: bit &>> 6)] &>> (bit & 63) & 1 != 0
    }

    /// What merging at this rank makes.
    @inline(__always)
    func merged(_ rank: UInt32) -> UInt32 { results[Int(rank)] }

    /// Has a pair brought near, whose rank will be asked for.
    @inline(__always)
    func expect(_ left: UInt32, _ right: UInt32) {
        let hash = hash(Self.key(left, right))
        cscan_prefetch(filter + Int(truncatingIfNeeded: hash &>> (filterShift &+ 6)))
        cscan_prefetch(slots + slot(hash))
    }

    /// The same for what the merge of a rank makes.
    @inline(__always)
    func expect(_ rank: UInt32) {
        if rank != PairTable.none { cscan_prefetch(results + Int(rank)) }
    }

    @inline(__always)
    func rank(_ left: UInt32, _ right: UInt32) -> UInt32 {
        let key = Self.key(left, right)
        let hash = hash(key)
        return mayHave(hash) ? find(key, slot(hash), true) : PairTable.none
    }

    /// The ranks of the pairs that three symbols make. Whether there is any is one branch, not one for each: nobody can
    /// foretell them.
    @inline(__always)
    func ranks(_ left: UInt32, _ middle: UInt32, _ right: UInt32) -> (UInt32, UInt32) {
        let first = Self.key(left, middle)
        let second = Self.key(middle, right)
        let firstHash = hash(first)
        let secondHash = hash(second)
        let hasFirst = mayHave(firstHash)
        let hasSecond = mayHave(secondHash)
        let firstSlot = slot(firstHash)
        let secondSlot = slot(secondHash)
        cscan_prefetch(slots + firstSlot)
        cscan_prefetch(slots + secondSlot)
        if (hasFirst ? 1 : 0) | (hasSecond ? 1 : 0) == 0 { return (PairTable.none, PairTable.none) }
        return (find(first, firstSlot, hasFirst), find(second, secondSlot, hasSecond))
    }

    /// The rank of a pair, for which the search starts at `start` if the pair may be there at all.
    @inline(__always)
    private func find(_ key: UInt64, _ start: Int, _ mayBe: Bool) -> UInt32 {
        // Of a pair that cannot be there the first slot is read too, and found to be another's.
        var entry = slots[start]
        if mayBe, entry &>> 20 != key, entry != Self.free {
            var slot = start
            repeat {
                slot = next(slot)
                entry = slots[slot]
            } while entry &>> 20 != key && entry != Self.free
        }
        let rank = entry &>> 20 == key ? UInt32(truncatingIfNeeded: entry) & 0xF_FFFF : PairTable.none
        cscan_prefetch(results + (rank == PairTable.none ? 0 : Int(rank)))
        return rank
    }
}
