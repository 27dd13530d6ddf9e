extension BPE {
    /// Merges the first `count` lanes, 1 to 64, of a regular word, and appends what is left. `bytes` is the word, where
    /// each byte is a symbol.
    @inline(__always)
    func mergeShort(_ count: Int, bytes: UnsafePointer<UInt8>?, _ scratch: EncodeScratch) {
        let symbols = scratch.lanes
        let pairs = pairs.view
        if bytes == nil { expectPairs(symbols, count, pairs) }
        let lowest = firstKeys(symbols, scratch.pairKeys, count, bytes, pairs)
        var left = mergeLanes(count, lowest, pairs, scratch)
        scratch.reserve(count)
        let ids = scratch.ids + scratch.count
        var kept = 0
        while left != 0 {
            ids[kept] = symbols[left.trailingZeroBitCount]
            kept &+= 1
            left &= left &- 1
        }
        scratch.state.pointee.count &+= kept
    }

    /// Has the pairs of symbols side by side brought near.
    @inline(__always)
    func expectPairs(_ symbols: UnsafePointer<UInt32>, _ count: Int, _ pairs: PairView) {
        for i in 0..<(count &- 1) { pairs.expect(symbols[i], symbols[i &+ 1]) }
    }

    /// The keys of the pairs of a word's symbols, and the lowest of them. `bytes` is the word, where each byte is a symbol.
    @inline(__always)
    func firstKeys(
        _ symbols: UnsafePointer<UInt32>, _ keys: UnsafeMutablePointer<Int32>, _ count: Int,
        _ bytes: UnsafePointer<UInt8>?, _ pairs: PairView
    ) -> Int32 {
        var lowest = Lanes.noKey
        @inline(__always)
        func put(_ rank: UInt32, _ i: Int) {
            pairs.expect(rank: rank)
            let key = Lanes.key(rank, i)
            keys[i] = key
            lowest = min(lowest, key)
        }
        if let bytes {
            let ranks = byteRanks.base
            for i in 0..<(count &- 1) { put(ranks[Int(bytes[i]) &<< 8 | Int(bytes[i &+ 1])], i) }
        } else {
            for i in 0..<(count &- 1) { put(pairs.likelyRank(pairs.place(symbols[i], symbols[i &+ 1])), i) }
        }
        return lowest
    }

    /// Merges the symbols of the first `count` lanes, whose keys are those of the pairs they start, and returns a bit for
    /// each lane that still has a symbol.
    @inline(__always)
    func mergeLanes(_ count: Int, _ lowest: Int32, _ pairs: PairView, _ scratch: EncodeScratch) -> UInt64 {
        var lanes = Lanes(scratch.lanes, scratch.pairKeys, count, lowest)
        while lanes.lowest < Lanes.noKey { lanes.merge(pairs) }
        return lanes.full
    }
}
