/// The pair that was asked for last, and its rank: in a run of one character the next is the same.
struct LastPair {
    private var left = PairTable.none
    private var right = PairTable.none
    private var rank = PairTable.none

    @inline(__always)
    mutating func rank(_ left: UInt32, _ right: UInt32, _ pairs: PairView) -> UInt32 {
        if left == self.left, right == self.right { return rank }
        (self.left, self.right) = (left, right)
        rank = pairs.rank(left, right)
        return rank
    }
}

extension BPE {
    /// Words with fewer symbols than this have no passes.
    private static let shortest = 256

    /// Merges in passes as long as that pays: a pass finds the lowest rank and merges all its pairs from the left. That
    /// is the order of the one-by-one way as long as no merge makes a pair of a lower rank; where one does the pass ends
    /// behind it, and the next finds that pair. A run of one character halves with every pass, so a megabyte of spaces
    /// takes eight or so; where a pass merges less than a sixteenth the rest is left to others.
    ///
    /// Returns how many symbols are left; `ranks` stays what it is in `pass`. Only for words whose lengths nobody reads.
    func mergeInPasses(
        _ symbols: UnsafeMutablePointer<UInt32>, _ ranks: UnsafeMutablePointer<UInt32>, _ count: Int,
        _ scratch: EncodeScratch
    ) -> Int {
        var count = count
        guard count >= Self.shortest else { return count }
        while count > 1 {
            var lowest = PairTable.none
            for i in 0..<(count &- 1) { lowest = min(lowest, ranks[i]) }
            scratch.spend(count)
            if lowest == PairTable.none { return count }
            let left = pass(lowest, symbols, ranks, count)
            let isSlow = (count &- left) &* 16 < count
            count = left
            if isSlow { return count }
        }
        return count
    }

    /// Merges the pairs of this rank, the lowest there is, in place; returns how many symbols are left. `ranks[i]` is the
    /// rank of symbols i and i + 1.
    private func pass(
        _ rank: UInt32, _ symbols: UnsafeMutablePointer<UInt32>, _ ranks: UnsafeMutablePointer<UInt32>, _ count: Int
    ) -> Int {
        let view = pairs.view
        let merged = pairs.merged(rank)
        var (before, behind) = (LastPair(), LastPair())
        var isStopped = false
        var out = 0
        var i = 0
        while i < count {
            if isStopped || i &+ 1 == count || ranks[i] != rank {
                symbols[out] = symbols[i]
                ranks[out] = ranks[i]
                out &+= 1
                i &+= 1
                continue
            }
            i &+= 2
            symbols[out] = merged
            if out > 0 {
                ranks[out &- 1] = before.rank(symbols[out &- 1], merged, view)
                if ranks[out &- 1] < rank { isStopped = true }
            }
            if i < count {
                ranks[out] = behind.rank(merged, symbols[i], view)
                if ranks[out] < rank { isStopped = true }
            }
            out &+= 1
        }
        return out
    }
}
