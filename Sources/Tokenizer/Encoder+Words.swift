import CScan

/// Words without their offsets: the fast way, through the tables of words.
extension Encoder {
    /// Appends the tokens of the `count` words that end at `ends`; returns the last end.
    ///
    /// First the words are read and their places in the table asked for, then they are looked up: by then the places are
    /// in the near cache.
    @inline(__always)
    func encodeWords(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ ends: UnsafeMutablePointer<Int>, _ count: Int, bufferEnd: Int,
        areParts: Bool
    ) -> Int {
        let state = scratch.state
        let keys = areParts ? scratch.partKeys : scratch.keys
        let lines = areParts ? scratch.partLines : scratch.lines
        let table = words
        readWords(p, start, ends, count, bufferEnd: bufferEnd, keys, lines)
        scratch.reserve(WordEntry.mostTokens &* (count &+ 1))
        var out = UnsafeMutableRawPointer(state.pointee.ids + state.pointee.count)
        var at = start
        var i = 0
        while i < count {
            let key = keys[i]
            let line = lines[i]
            if line[0].key == key {
                out += line[0].write(to: out) &* 4
            } else if line[1].key == key {
                out += line[1].write(to: out) &* 4
            } else if let entry = key.high == .max ? nil : table.findFarther(key, line) ?? scratch.cache.find(key) {
                out += entry.pointee.write(to: out) &* 4
            } else {
                state.pointee.count = (out - UnsafeMutableRawPointer(state.pointee.ids)) &>> 2
                encodeNewWord(p + at, ends[i] &- at, key, readable: bufferEnd &- at, isPart: areParts)
                scratch.reserve(WordEntry.mostTokens &* (count &- i &+ 1))
                out = UnsafeMutableRawPointer(state.pointee.ids + state.pointee.count)
            }
            at = ends[i]
            i &+= 1
        }
        state.pointee.count = (out - UnsafeMutableRawPointer(state.pointee.ids)) &>> 2
        return at
    }

    /// The keys of words and their lines in the table.
    @inline(__always)
    private func readWords(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ ends: UnsafeMutablePointer<Int>, _ count: Int, bufferEnd: Int,
        _ keys: UnsafeMutablePointer<WordKey>, _ lines: UnsafeMutablePointer<UnsafeMutablePointer<WordEntry>>
    ) {
        let table = words
        var at = start
        for i in 0..<count {
            let length = ends[i] &- at
            if length > WordEntry.longestWord {
                keys[i] = .none
                lines[i] = table.base
            } else {
                let key = bufferEnd &- at >= 16 ? WordKey(p + at, length) : WordKey(careful: p + at, length)
                let line = table.line(key.hash)
                cscan_prefetch(line)
                keys[i] = key
                lines[i] = line
            }
            at = ends[i]
        }
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

    /// A word that no table has: in parts, from the cache of long words, or from the model, and then a cache has it.
    @inline(never)
    private func encodeNewWord(
        _ p: UnsafePointer<UInt8>, _ length: Int, _ key: WordKey, readable: Int, isPart: Bool
    ) {
        if !isPart, length > WordEntry.longestWord, encodeParts(p, length, readable: readable) { return }
        let isLong =
            length > WordEntry.longestWord && length <= LongWordCache.longestWord && readable >= LongWordCache.readable
        if isLong {
            scratch.reserve(LongWordCache.mostTokens)
            if let count = scratch.longCache.find(p, length, scratch.ids + scratch.count) {
                scratch.state.pointee.count &+= count
                return
            }
        }
        let before = scratch.count
        tokenizer.model.encode(p, length, scratch)
        let count = scratch.count &- before
        if scratch.state.pointee.lacksUnknown { return }
        if length <= WordEntry.longestWord, count <= WordEntry.mostTokens {
            scratch.cache.store(WordEntry(key, scratch.ids + before, count))
        } else if isLong, count <= LongWordCache.mostTokens {
            scratch.longCache.store(p, length, scratch.ids + before, count)
        }
    }
}
