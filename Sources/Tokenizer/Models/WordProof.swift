/// Which tokens merging makes of their own bytes, found without merging them.
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
    private var halves: [PairTable.Halves]
    private static let none = UInt32.max

    /// Nil where a content has two ids or an id two contents.
    init?(_ model: BPE) {
        let (vocabulary, pairs) = (model.vocabulary, model.pairs)
        guard vocabulary.isOneToOne, let made = pairs.halves else { return nil }
        ranks = Array(repeating: Self.none, count: vocabulary.limit)
        halves = Array(repeating: PairTable.Halves(left: 0, right: 0), count: vocabulary.limit)
        if vocabulary.isByteLevel {
            for byte in 0..<256 where model.byteTokens[byte] != PairTable.none {
                ranks[Int(model.byteTokens[byte])] = 0
            }
        } else {
            // What characters fall back to spells something else.
            for id in 0..<UInt32(vocabulary.limit) where vocabulary.contains(id) && !vocabulary.isBytes(id) {
                let content = vocabulary.content(id)
                if let lead = content.first, Scalars.width(lead) == content.count { ranks[Int(id)] = 0 }
            }
        }
        let view = pairs.view
        ranks.withUnsafeMutableBufferPointer { ranks in
            halves.withUnsafeMutableBufferPointer { halves in
                for (i, pair) in made.enumerated() {
                    if i + 8 < made.count { view.expect(made[i + 8].left, made[i + 8].right) }
                    let rank = UInt32(truncatingIfNeeded: i)
                    let token = Int(view.merged(rank))
                    // Of a pair that is listed twice the last counts.
                    guard ranks[token] == Self.none, ranks[Int(pair.left)] != Self.none,
                        ranks[Int(pair.right)] != Self.none, view.rank(pair.left, pair.right) == rank,
                        !Self.crosses(pair, ranks.baseAddress, halves.baseAddress, view)
                    else { continue }
                    ranks[token] = rank + 1
                    halves[token] = pair
                }
            }
        }
    }

    func holds(for token: UInt32) -> Bool { ranks[Int(token)] != Self.none }

    /// Whether a pair across the middle comes before some step that makes the halves.
    @inline(__always)
    private static func crosses(
        _ pair: PairTable.Halves, _ ranks: UnsafePointer<UInt32>?, _ halves: UnsafePointer<PairTable.Halves>?,
        _ view: PairView
    ) -> Bool {
        guard let ranks, let halves else { return true }
        var (left, right) = (pair.left, pair.right)
        while true {
            let leftRank = ranks[Int(left)]
            let rightRank = ranks[Int(right)]
            if leftRank == 0, rightRank == 0 { return false }
            if leftRank > rightRank {
                left = halves[Int(left)].right
                let rank = view.rank(left, right)
                if rank != PairTable.none, rank &+ 1 < leftRank { return true }
            } else {
                right = halves[Int(right)].left
                // The pair stands before the one of the same rank that made the right symbol.
                let rank = view.rank(left, right)
                if rank != PairTable.none, rank &+ 1 <= rightRank { return true }
            }
        }
    }
}
