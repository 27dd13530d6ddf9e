import CScan

/// A `PairTable` as the inner loops see it: pointers, which stay in registers.
///
/// Every pair that merges has a slot of its own, so a question is one place and no search. A pair is hashed into a bucket; the
/// bucket's displacement, chosen while the table was made, says how the hash becomes a slot. What is asked most is whether a
/// pair merges at all, and mostly it does not: `marks`, small enough for a near cache, answers with the rank, and once in four
/// thousand times with that of another pair. What the pair of a rank is, and makes, is read when it is to be merged. Nothing
/// branches on what the answer is: nobody could foretell it.
struct PairView {
    static let free = UInt64.max

    /// The rank of a pair that has none, as `marks` says it.
    static let noRank: UInt32 = 0xF_FFFF

    /// What symbols of a word are merged by, the lowest first: the rank above six bits for which symbol of the word begins the pair.
    @inline(__always)
    static func key(rank: UInt32, at symbol: Int = 0) -> Int32 {
        Int32(truncatingIfNeeded: min(rank, noRank) &<< 6) | Int32(truncatingIfNeeded: symbol)
    }

    /// `marks` has twelve bits of the hash above twenty for the rank. Where each rank has one pair, `merges` has by rank the pair above twenty
    /// bits for what it makes; else `slots` has by slot the pair above twenty bits for its rank, and `results` by rank what merging makes.
    let tables: cscan_pairs

    /// Where a pair would be.
    struct Place: BitwiseCopyable {
        let slot: UInt32
        /// What a mark there begins with, if it is this pair's.
        fileprivate let tag: UInt32
    }

    @inline(__always)
    static func key(_ left: UInt32, _ right: UInt32) -> UInt64 { UInt64(left) &<< 22 | UInt64(right) }

    /// Of different keys with one multiplier the hashes differ.
    @inline(__always)
    static func hash(_ key: UInt64, _ multiplier: UInt64) -> UInt64 { (key ^ key &>> 23) &* multiplier }

    @inline(__always)
    static func slot(_ hash: UInt64, _ displacement: UInt32, _ size: UInt64) -> UInt32 {
        let spread = UInt32(truncatingIfNeeded: hash &>> 16) &* (displacement &<< 1 | 1)
        return UInt32(truncatingIfNeeded: (UInt64(spread) &* size) &>> 32)
    }

    @inline(__always)
    static func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash) &<< 16 & 0xFFF0_0000 }

    @inline(__always)
    func hash(_ left: UInt32, _ right: UInt32) -> UInt64 { Self.hash(Self.key(left, right), tables.multiplier) }

    @inline(__always)
    func place(_ left: UInt32, _ right: UInt32) -> Place { place(hash(left, right)) }

    @inline(__always)
    private func place(_ hash: UInt64) -> Place {
        let displacement = UInt32(tables.displacements[Int(truncatingIfNeeded: hash &>> tables.bucket_shift)])
        return Place(slot: Self.slot(hash, displacement, tables.size), tag: Self.tag(hash))
    }

    /// A hash whose place is none of any pair's.
    func hashOfNone() -> UInt64? {
        (1...1000 as ClosedRange<UInt64>).lazy.map { $0 &* 0x9E37_79B9_7F4A_7C15 }
            .first { likelyRank(place($0)) == Self.noRank }
    }

    /// Has a pair brought near, whose rank will be asked for.
    @inline(__always)
    func expect(_ place: Place) { cscan_prefetch(tables.marks + Int(place.slot)) }

    @inline(__always)
    func expect(_ left: UInt32, _ right: UInt32) { expect(place(left, right)) }

    /// The rank of the pair that has this place, if it has one; `noRank`, or some other pair's rank, if not.
    @inline(__always)
    func likelyRank(_ place: Place) -> UInt32 {
        // With another tag what is left is above all ranks.
        min(tables.marks[Int(place.slot)] ^ place.tag, Self.noRank)
    }

    /// What a pair makes at the rank that `likelyRank` gave, or nil if it has not that rank.
    @inline(__always)
    func merge(_ left: UInt32, _ right: UInt32, _ rank: UInt32) -> UInt32? {
        let key = Self.key(left, right)
        if tables.has_merges != 0 {
            let merge = tables.merges[Int(rank)]
            return merge &>> 20 == key ? UInt32(truncatingIfNeeded: merge) & 0xF_FFFF : nil
        }
        return tables.slots[Int(place(left, right).slot)] &>> 20 == key ? tables.results[Int(rank)] : nil
    }

    /// The rank of a pair, or `PairTable.none`.
    @inline(__always)
    func rank(_ left: UInt32, _ right: UInt32) -> UInt32 {
        let rank = likelyRank(place(left, right))
        return rank < Self.noRank && merge(left, right, rank) != nil ? rank : PairTable.none
    }

    /// What merging at this rank makes.
    @inline(__always)
    func merged(_ rank: UInt32) -> UInt32 {
        tables.has_merges != 0
            ? UInt32(truncatingIfNeeded: tables.merges[Int(rank)]) & 0xF_FFFF : tables.results[Int(rank)]
    }
}
