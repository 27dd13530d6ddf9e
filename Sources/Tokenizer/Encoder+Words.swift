import CScan

/// Words without their offsets: the fast way, through the tables of words.
extension Encoder {
    /// Appends the tokens of the `count` words that end at `ends`; returns the last end.
    ///
    /// Nothing waits for memory: first all words are read and their lines in the table asked for, then each is found there
    /// or its place in the cache asked for, and then tokens are written.
    @inline(__always)
    func encodeWords(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ ends: UnsafeMutablePointer<Int>, _ count: Int, bufferEnd: Int,
        areParts: Bool
    ) -> Int {
        let state = scratch.state
        let keys = areParts ? scratch.partKeys : scratch.keys
        let places = areParts ? scratch.partPlaces : scratch.places
        readWords(p, start, ends, count, bufferEnd: bufferEnd, keys, places)
        findWords(count, keys, places)
        scratch.reserve(WordEntry.mostTokens &* (count &+ 1))
        var out = UnsafeMutableRawPointer(state.pointee.ids + state.pointee.count)
        for i in 0..<count {
            let key = keys[i]
            let place = places[i]
            if place[0].key == key {
                out += place[0].write(to: out) &* 4
            } else if key.high != .max, place[1].key == key {
                out += place[1].write(to: out) &* 4
            } else {
                state.pointee.count = (out - UnsafeMutableRawPointer(state.pointee.ids)) &>> 2
                let at = i > 0 ? ends[i &- 1] : start
                encodeNewWord(p + at, ends[i] &- at, key, readable: bufferEnd &- at, isPart: areParts)
                scratch.reserve(WordEntry.mostTokens &* (count &- i &+ 1))
                out = UnsafeMutableRawPointer(state.pointee.ids + state.pointee.count)
            }
        }
        state.pointee.count = (out - UnsafeMutableRawPointer(state.pointee.ids)) &>> 2
        return count > 0 ? ends[count &- 1] : start
    }

    /// The keys of words and their lines in the table, which are asked for. Long words have no key and any line.
    @inline(__always)
    private func readWords(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ ends: UnsafeMutablePointer<Int>, _ count: Int, bufferEnd: Int,
        _ keys: UnsafeMutablePointer<WordKey>, _ places: UnsafeMutablePointer<UnsafeMutablePointer<WordEntry>>
    ) {
        let table = words
        var at = start
        for i in 0..<count {
            let length = ends[i] &- at
            if length > WordEntry.longestWord {
                keys[i] = .none
                places[i] = table.base
            } else {
                let key = bufferEnd &- at >= 16 ? WordKey(p + at, length) : WordKey(careful: p + at, length)
                let line = table.line(key.hash)
                cscan_prefetch(line)
                keys[i] = key
                places[i] = line
            }
            at = ends[i]
        }
    }

    /// Turns lines of the table into the entries in them, or into places in the cache.
    @inline(__always)
    private func findWords(
        _ count: Int, _ keys: UnsafeMutablePointer<WordKey>,
        _ places: UnsafeMutablePointer<UnsafeMutablePointer<WordEntry>>
    ) {
        let table = words
        let cache = options.usesCaches ? scratch.cache : nil
        for i in 0..<count {
            let key = keys[i]
            let line = places[i]
            // Which of the two it is nobody could foretell.
            let place = line + (line[1].key == key ? 1 : 0)
            places[i] = place
            if place[0].key == key || key.high == .max { continue }
            if let entry = table.findFarther(key, line) {
                places[i] = entry
            } else if let cache {
                places[i] = cache.place(key.hash)
                cscan_prefetch(places[i])
            }
        }
    }

    /// A long word in parts, where it has any; false where it is to be encoded whole.
    private func encodeParts(_ model: BPE, _ p: UnsafePointer<UInt8>, _ length: Int, readable: Int) -> Bool {
        guard let boundaries = model.boundaries else { return false }
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
        let usesCaches = options.usesCaches
        let isLong = usesCaches && length >= LongWordCache.shortestWord && length <= LongWordCache.longestWord
        let hash = isLong ? LongWordCache.hash(p, length) : 0
        if isLong, let ids = scratch.longCache?.find(p, length, hash), let base = ids.baseAddress {
            scratch.reserve(ids.count)
            (scratch.ids + scratch.count).update(from: base, count: ids.count)
            scratch.state.pointee.count &+= ids.count
            return
        }
        let before = scratch.count
        let mayHaveParts = !isPart && length > WordEntry.longestWord
        if let pairs {
            pairs._withUnsafeGuaranteedRef { model in
                if !mayHaveParts || !encodeParts(model, p, length, readable: readable) {
                    model.encodeNew(p, length, scratch)
                }
            }
        } else {
            tokenizer.model.encode(p, length, scratch)
        }
        let count = scratch.count &- before
        if scratch.state.pointee.lacksUnknown || !usesCaches { return }
        if length <= WordEntry.longestWord, count <= WordEntry.mostTokens {
            guard let cache = scratch.cache else { return }
            cache.store(WordEntry(key, scratch.ids + before, count), at: cache.place(key.hash))
        } else if isLong {
            scratch.longCache?.store(p, length, hash, scratch.ids + before, count)
        }
    }
}
