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
        let pairs = byteKeys.base
        for i in 0..<(count &- 1) {
            keys[i] = pairs[Int(bytes[i &+ 1]) &<< 8 | Int(bytes[i])] | Int32(truncatingIfNeeded: i)
        }
        endKeys(keys + (count &- 1))
    }

    /// Writes the symbols and the keys of a word of 1 to 15 bytes, each of which is a symbol: always of eight bytes, as how long a word is
    /// nobody could foretell. There must be room for a block, and for the keys of one more.
    @inline(__always)
    func start(
        _ word: WordKey, _ count: Int, _ symbols: UnsafeMutablePointer<UInt32>, _ keys: UnsafeMutablePointer<Int32>
    ) {
        let (tokens, pairs) = (byteTokens.base, byteKeys.base)
        @inline(__always)
        func put(_ bytes: UInt64, _ from: Int, as at: Int, _ n: Int) {
            for i in 0..<n {
                let shift = UInt64(truncatingIfNeeded: 8 &* i)
                keys[at &+ i] = pairs[Int(bytes &>> shift & 0xFFFF)] | Int32(truncatingIfNeeded: at &+ i)
            }
            for i in from..<8 {
                let shift = UInt64(truncatingIfNeeded: 8 &* i)
                symbols[at &+ i] = tokens[Int(bytes &>> shift & 0xFF)]
            }
        }
        put(word.low, 0, as: 0, 7)
        if count > 8 { put(word.low &>> 56 | word.high &<< 8, 1, as: 7, 7) }
        endKeys(keys + (count &- 1))
    }

    /// Whether a word of 1 to 15 bytes should be started from each of them: no two of its characters may be tokens.
    @inline(__always)
    func startsFromBytes(_ word: WordKey) -> Bool {
        let high: UInt64 = 0x8080_8080_8080_8080
        // No byte is high at the same place in both: of the length, and behind a word, there is no such bit.
        let all = word.low & high | (word.high & high) &>> 1
        let others = all & (all &- 1)
        return (vocabulary.isByteLevel ? others & (others &- 1) : all) == 0
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
