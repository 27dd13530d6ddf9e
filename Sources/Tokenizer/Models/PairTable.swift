import CScan

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
    private let filterShift: UInt64
    private let size: UInt64
    /// Odd and made at random: nobody can write a file whose pairs collide.
    private let multiplier: UInt64
    private let merged: FixedTable<UInt32>

    /// For each token the lowest rank at which it is a right half, and a left half of what starts a character.
    private let asRight: FixedTable<UInt32>
    private let asLeft: FixedTable<UInt32>
    private let isHalf: FixedTable<Bool>

    init?(_ image: ImageReader) {
        guard let numbers = image.numbers(2), let slots = image.table(of: UInt64.self),
            let filter = image.table(of: UInt64.self), let merged = image.table(of: UInt32.self), slots.count > 0,
            numbers[0] <= 58, filter.count == 1 << (58 - Int(numbers[0]))
        else { return nil }
        filterShift = numbers[0]
        multiplier = numbers[1]
        size = UInt64(slots.count)
        (self.slots, self.filter, self.merged) = (slots, filter, merged)
        // Questions of those who make the tables that the image has.
        asRight = FixedTable(count: 0, repeating: 0)
        asLeft = FixedTable(count: 0, repeating: 0)
        isHalf = FixedTable(count: 0, repeating: false)
    }

    func write(to image: inout ImageWriter) {
        image.add(numbers: [filterShift, multiplier])
        image.add(slots)
        image.add(filter)
        image.add(merged)
    }

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
        multiplier = UInt64.random(in: 0 ... .max) | 1
        var bits: UInt64 = 8
        while 1 << bits < count * 8 { bits += 1 }
        filterShift = 64 - bits
        size = UInt64(count * 5 / 3 + 8)
        slots = FixedTable(count: Int(size), repeating: Self.free)
        filter = FixedTable(count: 1 << (bits - 6), repeating: 0)
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
            let hash = hash(key)
            let bit = hash &>> filterShift
            filter.base[Int(bit >> 6)] |= 1 << (bit & 63)
            var slot = slot(hash)
            while slots[slot] != Self.free, slots[slot] >> 20 != key { slot = next(slot) }
            slots.base[slot] = key << 20 | UInt64(merge.rank)
        }
    }

    @inline(__always)
    private static func key(_ left: UInt32, _ right: UInt32) -> UInt64 { UInt64(left) &<< 22 | UInt64(right) }

    @inline(__always)
    private func hash(_ key: UInt64) -> UInt64 { (key ^ key &>> 23) &* multiplier }

    @inline(__always)
    private func slot(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash.multipliedFullWidth(by: size).high) }

    @inline(__always)
    private func next(_ slot: Int) -> Int { slot &+ 1 == slots.count ? 0 : slot &+ 1 }

    /// Has a pair brought near, whose rank will be asked for.
    @inline(__always)
    func expect(_ left: UInt32, _ right: UInt32) {
        let hash = hash(Self.key(left, right))
        cscan_prefetch(filter.base + Int(truncatingIfNeeded: hash &>> (filterShift &+ 6)))
        cscan_prefetch(slots.base + slot(hash))
    }

    /// The same for what the merge of a rank makes.
    @inline(__always)
    func expect(_ rank: UInt32) {
        if rank != Self.none { cscan_prefetch(merged.base + Int(rank)) }
    }

    @inline(__always)
    func rank(_ left: UInt32, _ right: UInt32) -> UInt32 {
        let key = Self.key(left, right)
        let hash = hash(key)
        let bit = hash &>> filterShift
        if filter[Int(truncatingIfNeeded: bit &>> 6)] &>> (bit & 63) & 1 == 0 { return Self.none }
        var slot = slot(hash)
        while true {
            let entry = slots[slot]
            if entry &>> 20 == key {
                let rank = UInt32(truncatingIfNeeded: entry) & 0xF_FFFF
                cscan_prefetch(merged.base + Int(rank))
                return rank
            }
            if entry == Self.free { return Self.none }
            slot = next(slot)
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
