import CScan

/// Words of up to 64 symbols, which stay in their lanes while they are merged.
extension BPE {
    /// Merges the first `count` lanes, 1 to 64, of a regular word, and appends what is left. `bytes` is the word, where
    /// each byte is a symbol.
    @inline(__always)
    func mergeShort(_ count: Int, bytes: UnsafePointer<UInt8>?, _ scratch: EncodeScratch) {
        if let bytes { setKeys(scratch.pairKeys, bytes, count) }
        var left = mergeLanes(count, hasKeys: bytes != nil, scratch)
        scratch.reserve(count)
        let ids = scratch.ids + scratch.count
        var kept = 0
        while left != 0 {
            ids[kept] = scratch.lanes[left.trailingZeroBitCount]
            kept &+= 1
            left &= left &- 1
        }
        scratch.state.pointee.count &+= kept
    }

    /// Merges the symbols of the first `count` lanes, whose keys are in `pairKeys` if `hasKeys`, and returns a bit for each lane that
    /// still has a symbol.
    func mergeLanes(_ count: Int, hasKeys: Bool, _ scratch: EncodeScratch) -> UInt64 {
        var word = cscan_word(scratch.lanes, scratch.pairKeys, count, hasKeys: hasKeys)
        withUnsafePointer(to: pairs.view.tables) { cscan_merge_at(cscan_levels(), $0, &word, 1) }
        return word.full
    }

    /// Writes the keys of the pairs of a word each byte of which is a symbol. There must be room for a block more.
    @inline(__always)
    func setKeys(_ keys: UnsafeMutablePointer<Int32>, _ bytes: UnsafePointer<UInt8>, _ count: Int) {
        let ranks = byteRanks.base
        for i in 0..<(count &- 1) {
            keys[i] = PairView.key(rank: ranks[Int(bytes[i]) &<< 8 | Int(bytes[i &+ 1])], at: i)
        }
        endKeys(keys + (count &- 1))
    }

    /// Keys come in blocks: behind the last there are others, of no pair.
    @inline(__always)
    func endKeys(_ end: UnsafeMutablePointer<Int32>) {
        let none = SIMD16(repeating: PairView.key(rank: PairView.noRank))
        UnsafeMutableRawPointer(end).storeBytes(of: none, as: SIMD16<Int32>.self)
    }
}

extension cscan_word {
    static let block = Int(CSCAN_BLOCK)

    @inline(__always)
    init(_ symbols: UnsafeMutablePointer<UInt32>, _ keys: UnsafeMutablePointer<Int32>, _ count: Int, hasKeys: Bool) {
        self.init(
            symbols: symbols, keys: keys, full: UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- count), first: 0,
            second: 0, lowest: 0, has_keys: hasKeys ? 1 : 0, at: 0, before: 0)
    }
}
