import CScan

extension BPE {
    /// No pair: above the keys of all ranks, also with a lane in the lower bits.
    private static let noKey: Int32 = 0x7FFF_FFC0

    /// A rank above six bits for the lane: the smallest key is the leftmost of the lowest.
    @inline(__always)
    static func key(_ rank: UInt32) -> Int32 { Int32(truncatingIfNeeded: min(rank, 0x1FF_FFFF) &<< 6) }

    @inline(__always)
    private static func key(_ rank: UInt32, _ lane: Int) -> Int32 { key(rank) | Int32(truncatingIfNeeded: lane) }

    /// Merges the first `count` lanes, 1 to 64, of a regular word, and appends what is left. `bytes` is the word, where
    /// each byte is a symbol.
    @inline(__always)
    func mergeShort(_ count: Int, bytes: UnsafePointer<UInt8>?, _ scratch: EncodeScratch) {
        let symbols = scratch.lanes
        let keys = scratch.pairKeys
        let pairs = pairs.view
        var lowest = Self.noKey
        if let bytes {
            let ranks = byteRanks.base
            for i in 0..<(count &- 1) {
                let rank = ranks[Int(bytes[i]) &<< 8 | Int(bytes[i &+ 1])]
                pairs.expect(rank)
                keys[i] = Self.key(rank, i)
                lowest = min(lowest, keys[i])
            }
        } else {
            for i in 0..<(count &- 1) { pairs.expect(symbols[i], symbols[i &+ 1]) }
            for i in 0..<(count &- 1) {
                keys[i] = Self.key(pairs.rank(symbols[i], symbols[i &+ 1]), i)
                lowest = min(lowest, keys[i])
            }
        }
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

    /// Merges the symbols of the first `count` lanes, whose keys are those of the pairs they start, and returns a bit for
    /// each lane that still has a symbol. A symbol stays in its lane; who its neighbours are the bits tell.
    @inline(__always)
    func mergeLanes(_ count: Int, _ lowest: Int32, _ pairs: PairView, _ scratch: EncodeScratch) -> UInt64 {
        let symbols = scratch.lanes
        let keys = scratch.pairKeys
        let blocks = (count &+ 7) &>> 3
        for i in (count &- 1)..<(blocks &* 8) { keys[i] = Self.noKey }
        var full = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- count)
        var lowest = lowest
        while lowest < Self.noKey {
            let at = Int(lowest & 63)
            let merged = pairs.merged(UInt32(truncatingIfNeeded: lowest &>> 6))
            let above = full & (~1 &<< UInt64(truncatingIfNeeded: at))
            let below = full & ~(~0 &<< UInt64(truncatingIfNeeded: at))
            let after = above & (above &- 1)
            // Where there is no symbol before, or after, that of lane 0 takes its place, and the answer is dropped.
            let next = after.trailingZeroBitCount & 63
            let before = 63 &- (below | 1).leadingZeroBitCount
            full ^= above ^ after
            symbols[at] = merged
            // The lowest of the others is found while the ranks of the new pairs are on their way.
            keys[before] = Self.noKey
            keys[at] = Self.noKey
            keys[above.trailingZeroBitCount] = Self.noKey
            let others = cscan_lowest(keys, blocks)
            let ranks = pairs.ranks(symbols[before], merged, symbols[next])
            let first = below == 0 ? Self.noKey : Self.key(ranks.0, before)
            let second = after == 0 ? Self.noKey : Self.key(ranks.1, at)
            keys[before] = first
            keys[at] = second
            lowest = min(others, first, second)
        }
        return full
    }
}
