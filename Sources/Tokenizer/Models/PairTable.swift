import CScan

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

    private let marks: FixedTable<UInt32>
    private let displacements: FixedTable<UInt16>
    private let bucketShift: UInt64
    private let size: UInt64
    private let multiplier: UInt64
    /// A hash that looks like no pair's, found when the tables are there.
    nonisolated(unsafe) private var none: UInt64 = 0
    /// Either has the merges, or the others have them: see `PairView`.
    private let merges: FixedTable<UInt64>
    private let slots: FixedTable<UInt64>
    private let merged: FixedTable<UInt32>

    /// For each token the lowest rank at which it is a right half, and a left half of what starts a character.
    private let asRight: FixedTable<UInt32>
    private let asLeft: FixedTable<UInt32>

    init?(_ image: ImageReader) {
        guard let numbers = image.numbers(2), let marks = image.table(of: UInt32.self, isMapped: true),
            let displacements = image.table(of: UInt16.self, isMapped: true),
            let merges = image.table(of: UInt64.self, isMapped: true),
            let slots = image.table(of: UInt64.self), let merged = image.table(of: UInt32.self), marks.count > 0,
            marks.count <= UInt32.max, 1...60 ~= numbers[0], displacements.count == 1 << (64 - Int(numbers[0])),
            merges.count == 0 ? slots.count == marks.count - 1 : slots.count == 0 && merged.count == 0
        else { return nil }
        bucketShift = numbers[0]
        multiplier = numbers[1]
        size = UInt64(marks.count - 1)
        (self.marks, self.displacements, self.merges, self.slots, self.merged) =
            (marks, displacements, merges, slots, merged)
        // Questions of those who make the tables that the image has.
        asRight = FixedTable(count: 0, repeating: 0)
        asLeft = FixedTable(count: 0, repeating: 0)
        guard let none = view.hashOfNone() else { return nil }
        self.none = none
    }

    func write(to image: inout ImageWriter) {
        image.add(numbers: [bucketShift, multiplier])
        image.add(marks)
        image.add(displacements)
        image.add(merges)
        image.add(slots)
        image.add(merged)
    }

    /// `merges` in ascending order of their ranks. A pair that comes twice has its last rank, as in the library's map.
    init(_ merges: [Merge], vocabulary: Vocabulary) {
        let limit = merges.last.map { Int($0.rank) + 1 } ?? 0
        asRight = FixedTable(count: vocabulary.limit, repeating: Self.none)
        asLeft = FixedTable(count: vocabulary.limit, repeating: Self.none)
        let placement = PairPlacement(merges.map { PairView.key($0.left, $0.right) })
        multiplier = placement.multiplier
        bucketShift = placement.bucketShift
        size = placement.size
        displacements = FixedTable(placement.displacements)
        marks = FixedTable(count: Int(size) + 1, repeating: .max)
        let isOneByOne =
            limit > 0 && vocabulary.limit <= 1 << 20 && merges.enumerated().allSatisfy { Int($1.rank) == $0 }
        self.merges = FixedTable(count: isOneByOne ? limit : 0, repeating: PairView.free)
        slots = FixedTable(count: isOneByOne ? 0 : Int(size), repeating: PairView.free)
        merged = FixedTable(count: isOneByOne ? 0 : limit, repeating: 0)
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
            let key = PairView.key(merge.left, merge.right)
            let slot = Int(view.place(merge.left, merge.right).slot)
            marks.base[slot] = PairView.tag(PairView.hash(key, multiplier)) | merge.rank
            if isOneByOne {
                self.merges.base[Int(merge.rank)] = key << 20 | UInt64(merge.merged)
            } else {
                slots.base[slot] = key << 20 | UInt64(merge.rank)
                merged.base[Int(merge.rank)] = merge.merged
            }
        }
        // Of four slots one is free, so there is one at once.
        none = view.hashOfNone() ?? 0
    }

    var view: PairView {
        PairView(
            tables: cscan_pairs(
                marks: marks.base, displacements: displacements.base, merges: merges.base, slots: slots.base,
                results: merged.base, bucket_shift: bucketShift, size: size, multiplier: multiplier,
                none: none, last_rank: max(limit, 1) - 1, has_merges: merges.count > 0 ? 1 : 0))
    }

    func rank(_ left: UInt32, _ right: UInt32) -> UInt32 { view.rank(left, right) }

    /// Above all ranks.
    var limit: UInt32 { UInt32(truncatingIfNeeded: max(merges.count, merged.count)) }

    func lowestAsRight(_ id: UInt32) -> UInt32 { asRight[Int(id)] }
    func lowestAsLeft(_ id: UInt32) -> UInt32 { asLeft[Int(id)] }

    /// What the merge of this rank makes.
    @inline(__always)
    func merged(_ rank: UInt32) -> UInt32 { view.merged(rank) }
}
