extension BPE {
    /// How many symbols two windows share at first, and where they came to no token in common.
    private static let overlaps = [14, 40]

    /// Merges the symbols of `scratch`'s word, which is regular and has any number of them, and appends what is left.
    ///
    /// Symbols are merged in windows that overlap, each with no regard to what is around it, and where a window and the
    /// next have a token in common, the one is taken up to it and the other from it. That is what merging the whole
    /// makes:
    /// - Tokens side by side, out of the tokens of any symbols, are what their own symbols merge to: no merge crossed their
    ///   ends, and the others came in the same order.
    /// - If each token and its next are what the symbols of the two merge to, all of them are what all symbols merge to.
    ///   Think of the first merge across an end. Up to there the symbols of the two tokens around it went the way they go
    ///   alone, and alone that merge would have been the lowest there too.
    ///
    /// Where there is no such token although the windows share much, the heap merges the whole: so the work stays linear
    /// in all else.
    func mergeLong(_ scratch: EncodeScratch) {
        var word = scratch.state.pointee.word
        word.previous.withMemoryRebound(to: UInt32.self, capacity: word.capacity) { ranks in
            let view = pairs.view
            var last = LastPair()
            for i in 0..<(word.count &- 1) { ranks[i] = last.rank(word.symbols[i], word.symbols[i &+ 1], view) }
            word.count = mergeInPasses(word.symbols, ranks, word.count, scratch)
            for i in 0..<(word.count &- 1) { word.next[i] = PairView.key(rank: ranks[i]) }
        }
        scratch.state.pointee.word.count = word.count
        scratch.reserve(word.count)
        if let kept = mergeInWindows(word, scratch) {
            scratch.state.pointee.count &+= kept
            return
        }
        for i in 0..<word.count { word.lengths[i] = 1 }
        mergeWithHeap(scratch)
    }

    /// Writes the tokens behind those of `scratch` and returns how many they are; nil where windows do not meet. `next`
    /// has the keys of the pairs, without lanes; `lengths` gets the starts of the tokens.
    private func mergeInWindows(_ word: EncodeScratch.Word, _ scratch: EncodeScratch) -> Int? {
        let ids = scratch.ids + scratch.count
        let starts = word.lengths
        var kept = 0
        var start = 0
        var end = 0
        while true {
            var joined: (kept: Int, full: UInt64, start: Int)?
            for overlap in Self.overlaps {
                var from = kept
                while from > 0, Int(starts[from &- 1]) > end &- overlap { from &-= 1 }
                from = max(from &- 1, 0)
                let next = kept > 0 ? Int(starts[from]) : 0
                // One that ends where the last did can tell nothing new.
                if kept > 0, next <= start { return nil }
                let count = min(EncodeScratch.laneCount, word.count &- next)
                let full = mergeWindow(word, next, count, scratch)
                if kept == 0 {
                    joined = (0, full, next)
                } else if let (old, new) = Self.common(starts, from, kept, end, full, next, next &+ count) {
                    joined = (old, new, next)
                }
                if joined != nil { break }
            }
            guard let joined else { return nil }
            kept = joined.kept
            var full = joined.full
            start = joined.start
            end = min(start &+ EncodeScratch.laneCount, word.count)
            while full != 0 {
                let lane = full.trailingZeroBitCount
                ids[kept] = scratch.lanes[lane]
                starts[kept] = UInt32(truncatingIfNeeded: start &+ lane)
                kept &+= 1
                full &= full &- 1
            }
            if end == word.count { return kept }
        }
    }

    @inline(never)
    private func mergeWindow(
        _ word: EncodeScratch.Word, _ start: Int, _ count: Int, _ scratch: EncodeScratch
    ) -> UInt64 {
        for i in 0..<count { scratch.lanes[i] = word.symbols[start &+ i] }
        if let full = scratch.lastWindow.take(scratch.lanes, count) { return full }
        scratch.lastWindow.expect(scratch.lanes, count)
        scratch.spend(count)
        for i in 0..<(count &- 1) {
            scratch.pairKeys[i] = word.next[start &+ i] | Int32(truncatingIfNeeded: i)
        }
        endKeys(scratch.pairKeys + (count &- 1))
        let full = mergeLanes(count, hasKeys: true, scratch)
        scratch.lastWindow.keep(scratch.lanes, count, full)
        return full
    }

    /// Looks for the first token that both windows have. The tokens of the one have the numbers from `old` to `count` and
    /// end at `oldEnd`; the others are the bits of `full`, from `start` to `newEnd`. Returns the number of the token in
    /// the one and the bits from it on in the other.
    @inline(__always)
    private static func common(
        _ starts: UnsafePointer<UInt32>, _ old: Int, _ count: Int, _ oldEnd: Int, _ full: UInt64, _ start: Int,
        _ newEnd: Int
    ) -> (Int, UInt64)? {
        var old = old
        var new = full
        while old < count, new != 0 {
            let oldAt = Int(starts[old])
            let newAt = start &+ new.trailingZeroBitCount
            let later = new & (new &- 1)
            if oldAt == newAt {
                let oldNext = old &+ 1 < count ? Int(starts[old &+ 1]) : oldEnd
                let newNext = later != 0 ? start &+ later.trailingZeroBitCount : newEnd
                if oldNext == newNext { return (old, new) }
            }
            if oldAt <= newAt { old &+= 1 }
            if newAt <= oldAt { new = later }
        }
        return nil
    }
}
