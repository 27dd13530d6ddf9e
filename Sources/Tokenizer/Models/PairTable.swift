/// Which pairs of symbols merge, at which rank, and into what; `PairView` is how it is asked.
final class PairTable: Sendable {
    static let none = UInt32.max

    /// Ranks from here on do not fit a slot.
    static let rankLimit = 1 << 20 - 1

    struct Merge {
        var left: UInt32
        var right: UInt32
        var merged: UInt32
        /// Only merges that make the same token may share one.
        var rank: UInt32
    }

    struct Halves: BitwiseCopyable {
        var left: UInt32
        var right: UInt32
    }

    /// The pair of each rank, where merges came one by one: for those who make other tables, and in no image.
    let halves: [Halves]?

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
        halves = nil
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
    convenience init(_ merges: [MergeBatch.Merge], vocabulary: Vocabulary) {
        self.init(
            merges.indices.lazy.map { rank in
                let merge = merges[rank]
                return Merge(
                    left: merge.left, right: merge.right, merged: merge.merged, rank: UInt32(truncatingIfNeeded: rank))
            }, limit: merges.count, vocabulary: vocabulary,
            halves: merges.map { Halves(left: $0.left, right: $0.right) })
    }

    convenience init(_ merges: [Merge], vocabulary: Vocabulary) {
        self.init(
            merges, limit: merges.reduce(0) { max($0, Int($1.rank) + 1) }, vocabulary: vocabulary, halves: nil)
    }

    /// `limit` is above all ranks.
    private init<Merges: RandomAccessCollection>(
        _ merges: Merges, limit: Int, vocabulary: Vocabulary, halves: [Halves]?
    ) where Merges.Element == Merge, Merges.Index == Int {
        self.halves = halves
        asRight = FixedTable(count: vocabulary.limit, repeating: Self.none)
        asLeft = FixedTable(count: vocabulary.limit, repeating: Self.none)
        isHalf = FixedTable(count: vocabulary.limit, repeating: false)
        multiplier = UInt64.random(in: 0 ... .max) | 1
        var bits: UInt64 = 8
        while 1 << bits < merges.count * 8 { bits += 1 }
        filterShift = 64 - bits
        size = UInt64(merges.count * 2 + 8)
        slots = FixedTable(count: Int(size), repeating: PairView.free)
        filter = FixedTable(count: 1 << (bits - 6), repeating: 0)
        merged = FixedTable(count: limit, repeating: 0)
        let view = view
        for i in merges.indices {
            if i + 8 < merges.endIndex {
                view.expect(merges[i + 8].left, merges[i + 8].right)
                vocabulary.expectContent(of: merges[i + 8].right)
            }
            let merge = merges[i]
            asRight.base[Int(merge.right)] = min(asRight[Int(merge.right)], merge.rank)
            if let first = vocabulary.content(merge.right).first, first & 0xC0 != 0x80 {
                asLeft.base[Int(merge.left)] = min(asLeft[Int(merge.left)], merge.rank)
            }
            isHalf.base[Int(merge.left)] = true
            isHalf.base[Int(merge.right)] = true
            merged.base[Int(merge.rank)] = merge.merged
            let key = PairView.key(merge.left, merge.right)
            let hash = view.hash(key)
            let bit = hash &>> filterShift
            filter.base[Int(bit >> 6)] |= 1 << (bit & 63)
            var slot = view.slot(hash)
            while slots[slot] != PairView.free, slots[slot] >> 20 != key { slot = view.next(slot) }
            slots.base[slot] = key << 20 | UInt64(merge.rank)
        }
    }

    var view: PairView {
        PairView(
            slots: slots.base, filter: filter.base, results: merged.base, filterShift: filterShift, size: size,
            multiplier: multiplier)
    }

    func rank(_ left: UInt32, _ right: UInt32) -> UInt32 { view.rank(left, right) }

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
