/// Words without offsets: the fast way, through the caches.
extension Encoder {
    /// The `count` words that end at `ends`, without offsets; returns the last end.
    @inline(__always)
    func encodeWords(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ ends: UnsafeMutablePointer<Int>, _ count: Int, bufferEnd: Int,
        areParts: Bool
    ) -> Int {
        let state = scratch.state
        let cache = scratch.cache
        scratch.reserve(WordCache.mostTokens &* (count &+ 1))
        var out = UnsafeMutableRawPointer(state.pointee.ids + state.pointee.count)
        var at = start
        var i = 0
        while i < count {
            let next = ends[i]
            let length = next &- at
            i &+= 1
            if length <= WordCache.longestWord, bufferEnd &- at >= 16 {
                let (found, low, high) = cache.place(p + at, length)
                let isFirst = found.pointee.low == low && found.pointee.high == high
                let entry = isFirst ? found : found + 1
                if entry.pointee.low == low, entry.pointee.high == high {
                    // All four are written, and only those that count are kept.
                    let first = entry.pointee.first
                    out.storeBytes(of: first & 0xFFFF_FFFF_00FF_FFFF, as: UInt64.self)
                    out.storeBytes(of: entry.pointee.second, toByteOffset: 8, as: UInt64.self)
                    out += Int(truncatingIfNeeded: (first &>> 24) & 0xFF) &* 4
                    at = next
                    continue
                }
            }
            state.pointee.count = (out - UnsafeMutableRawPointer(state.pointee.ids)) &>> 2
            encodeNewWord(p + at, length, readable: bufferEnd &- at, isPart: areParts)
            scratch.reserve(WordCache.mostTokens &* (count &- i &+ 1))
            out = UnsafeMutableRawPointer(state.pointee.ids + state.pointee.count)
            at = next
        }
        state.pointee.count = (out - UnsafeMutableRawPointer(state.pointee.ids)) &>> 2
        return at
    }

    /// A long word in parts, where it has any; false where it is to be encoded whole.
    private func encodeParts(_ p: UnsafePointer<UInt8>, _ length: Int, readable: Int) -> Bool {
        guard case .bpe(let model) = tokenizer.model, let boundaries = model.boundaries else { return false }
        if model.isWhole(p, length) { return false }
        let ends = scratch.partEnds
        var at = 0
        while at < length {
            let count = boundaries.fill(ends, capacity: EncodeScratch.endCapacity, p, from: at, to: length)
            if at == 0, count == 1, ends[0] == length { return false }
            if !model.partsAreNoWords {
                at = encodeWords(p, at, ends, count, bufferEnd: readable, areParts: true)
                continue
            }
            for i in 0..<count {
                model.merge(p + at, ends[i] &- at, scratch)
                at = ends[i]
            }
        }
        return true
    }

    /// A word that is not in the first cache: in parts, from the second, or from the model, and then a cache has it.
    @inline(never)
    private func encodeNewWord(_ p: UnsafePointer<UInt8>, _ length: Int, readable: Int, isPart: Bool) {
        if !isPart, length > WordCache.longestWord, encodeParts(p, length, readable: readable) { return }
        let isLong = length <= LongWordCache.longestWord && readable >= LongWordCache.readable
        if isLong {
            scratch.reserve(LongWordCache.mostTokens)
            if let count = scratch.longCache.find(p, length, scratch.ids + scratch.count) {
                scratch.state.pointee.count &+= count
                return
            }
        }
        let before = scratch.count
        tokenizer.model.encode(p, length, readable: readable, scratch)
        let count = scratch.count &- before
        if scratch.state.pointee.lacksUnknown { return }
        if length <= WordCache.longestWord, readable >= 16, count <= WordCache.mostTokens {
            let (entry, low, high) = scratch.cache.place(p, length)
            WordCache.store(entry, low, high, scratch.ids + before, count)
        } else if isLong, count <= LongWordCache.mostTokens {
            scratch.longCache.store(p, length, scratch.ids + before, count)
        }
    }
}
