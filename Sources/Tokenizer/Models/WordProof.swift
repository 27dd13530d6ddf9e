/// Which tokens merging makes of their own bytes, found without merging them, and by which merge.
///
/// Let a token be made of `left` and `right` at a rank above those that made the two, and let merging make each of these of
/// its own bytes, in steps of ascending rank. In their bytes side by side the steps of both come in the order of their ranks,
/// those on the left first where ranks are equal, unless a pair across the middle comes before the next step. Only the
/// innermost symbols make such a pair: what `left` ended with, and `right` began with, after each step. So those are followed
/// back from `left` and `right` to the symbols words start from, always through the step that came last, and where no pair of the two has a rank
/// that would have come before that step, merging makes `left` and `right`, and then the token: again in steps of ascending rank.
struct WordProof {
    /// For each token the rank that made it, plus one: 0 of a symbol that words start from, `none` where nothing is proven.
    private var ranks: [UInt32]
    /// What such a token is made of.
    private var halves: [Halves]
    private static let none = UInt32.max

    private struct Halves: BitwiseCopyable {
        var left: UInt32
        var right: UInt32
    }

    /// `merges` in ascending order of their ranks; `bytes` are the tokens of the bytes that are symbols by themselves. Nil where a content has two
    /// ids or an id two contents.
    init?(_ vocabulary: Vocabulary, _ merges: [PairTable.Merge], bytes: FixedTable<UInt32>) {
        guard vocabulary.isOneToOne else { return nil }
        ranks = Array(repeating: Self.none, count: vocabulary.limit)
        halves = Array(repeating: Halves(left: 0, right: 0), count: vocabulary.limit)
        if vocabulary.isByteLevel {
            for byte in 0..<256 where bytes[byte] != PairTable.none { ranks[Int(bytes[byte])] = 0 }
        } else {
            // What characters fall back to spells something else.
            for id in 0..<UInt32(vocabulary.limit) where vocabulary.contains(id) && !vocabulary.isBytes(id) {
                let content = vocabulary.content(id)
                if let lead = content.first, Scalars.width(lead) == content.count { ranks[Int(id)] = 0 }
            }
        }
        let index = PairIndex(merges)
        ranks.withUnsafeMutableBufferPointer { ranks in
            halves.withUnsafeMutableBufferPointer { halves in
                for (i, merge) in merges.enumerated() {
                    if i + 8 < merges.count { index.expect(merges[i + 8].left, merges[i + 8].right) }
                    let token = Int(merge.merged)
                    let pair = Halves(left: merge.left, right: merge.right)
                    // Of a pair that is listed twice the last counts.
                    guard ranks[token] == Self.none, ranks[Int(pair.left)] != Self.none,
                        ranks[Int(pair.right)] != Self.none, index.rank(pair.left, pair.right) == merge.rank,
                        !Self.crosses(pair, ranks.baseAddress, halves.baseAddress, index)
                    else { continue }
                    ranks[token] = merge.rank + 1
                    halves[token] = pair
                }
            }
        }
    }

    func holds(for token: UInt32) -> Bool { ranks[Int(token)] != Self.none }

    /// The merges that can come to pass, or of which nothing is proven, with ranks that have no gaps.
    ///
    /// When a token is made in a text no merge has crossed its ends, so what was done between them was done as in the token's
    /// bytes alone, and the last step is the one that makes it there. So of the pairs that would make a token one does, at most.
    func needed(_ merges: [PairTable.Merge]) -> [PairTable.Merge] {
        var needed = [PairTable.Merge]()
        needed.reserveCapacity(merges.count)
        var last: (from: UInt32, to: UInt32)?
        for var merge in merges {
            let token = Int(merge.merged)
            let isProven = ranks[token] != Self.none && ranks[token] != 0
            if isProven {
                let pair = halves[token]
                if merge.rank + 1 != ranks[token] || merge.left != pair.left || merge.right != pair.right { continue }
            }
            let to = last.map { $0.from == merge.rank ? $0.to : $0.to + 1 } ?? 0
            last = (merge.rank, to)
            merge.rank = to
            needed.append(merge)
        }
        return needed
    }

    /// Whether a pair across the middle comes before some step that makes the halves.
    @inline(__always)
    private static func crosses(
        _ pair: Halves, _ ranks: UnsafePointer<UInt32>?, _ halves: UnsafePointer<Halves>?, _ index: borrowing PairIndex
    ) -> Bool {
        guard let ranks, let halves else { return true }
        var (left, right) = (pair.left, pair.right)
        while true {
            let leftRank = ranks[Int(left)]
            let rightRank = ranks[Int(right)]
            if leftRank == 0, rightRank == 0 { return false }
            if leftRank > rightRank {
                left = halves[Int(left)].right
                let rank = index.rank(left, right)
                if rank != PairTable.none, rank &+ 1 < leftRank { return true }
            } else {
                right = halves[Int(right)].left
                // The pair stands before the one of the same rank that made the right symbol.
                let rank = index.rank(left, right)
                if rank != PairTable.none, rank &+ 1 <= rightRank { return true }
            }
        }
    }
}
