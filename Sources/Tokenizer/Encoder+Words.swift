import CScan

/// Words without their offsets: the fast way, through the tables of words.
extension Encoder {
    /// Appends the tokens of the `count` pieces that end at `ends`; returns the last end.
    ///
    /// Nothing waits for memory: first all words of a batch are read and their lines in the table asked for, then each is found
    /// there or its place in the cache asked for, then those that are in neither are merged side by side, and then tokens are
    /// written.
    @inline(__always)
    func encodeWords(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ ends: UnsafeMutablePointer<Int>, _ count: Int, bufferEnd: Int
    ) -> Int {
        var at = start
        var piece = 0
        while piece < count {
            let first = at
            let words = readWords(p, &at, ends, &piece, count, bufferEnd: bufferEnd)
            let missing = findWords(words)
            if missing > 0 { mergeWords(p, first, missing) }
            writeWords(p, first, words)
        }
        return at
    }

    /// The ends and keys of words, and their lines in the table, which are asked for. Long words are taken apart where they may
    /// be; where not they have no key, and any line. Reads on from `at` and `piece` and returns how many words there are.
    @inline(__always)
    private func readWords(
        _ p: UnsafePointer<UInt8>, _ at: inout Int, _ ends: UnsafeMutablePointer<Int>, _ piece: inout Int, _ count: Int,
        bufferEnd: Int
    ) -> Int {
        let batch = scratch.batch
        let table = words
        @inline(__always)
        func read(_ i: Int, _ start: Int, _ end: Int) {
            let length = end &- start
            batch.ends[i] = end
            if length > WordEntry.longestWord {
                batch.keys[i] = .none
                batch.places[i] = table.base
                return
            }
            let key = bufferEnd &- start >= 16 ? WordKey(p + start, length) : WordKey(careful: p + start, length)
            let line = table.line(key.hash)
            cscan_prefetch(line)
            batch.keys[i] = key
            batch.places[i] = line
        }
        var n = 0
        while piece < count, n < WordBatch.capacity {
            let end = ends[piece]
            if end &- at > WordEntry.longestWord, let boundaries {
                let parts = boundaries._withUnsafeGuaranteedRef {
                    $0.fill(batch.ends + n, capacity: WordBatch.capacity &- n, p, from: at, to: end)
                }
                for _ in 0..<parts {
                    let partEnd = batch.ends[n]
                    read(n, at, partEnd)
                    at = partEnd
                    n &+= 1
                }
                if at == end { piece &+= 1 }
                continue
            }
            read(n, at, end)
            at = end
            n &+= 1
            piece &+= 1
        }
        return n
    }

    /// Turns lines of the table into the entries in them, or into places in the cache; returns how many words are missing.
    @inline(__always)
    private func findWords(_ count: Int) -> Int {
        let batch = scratch.batch
        let table = words
        let cache = options.usesCaches ? scratch.cache : nil
        var missing = 0
        for i in 0..<count {
            let key = batch.keys[i]
            let line = batch.places[i]
            // Which of the two it is nobody could foretell.
            let place = line + (line[1].key == key ? 1 : 0)
            batch.places[i] = place
            if place[0].key == key || key.high == .max { continue }
            if let entry = table.findFarther(key, line) {
                batch.places[i] = entry
                continue
            }
            batch.missing[missing] = UInt16(truncatingIfNeeded: i)
            missing &+= 1
            if let cache {
                batch.places[i] = cache.place(key.hash)
                cscan_prefetch(batch.places[i])
            }
        }
        return missing
    }

    /// Merges those of the first `count` missing words that the cache does not have either, and points to what they come to.
    @inline(never)
    private func mergeWords(_ p: UnsafePointer<UInt8>, _ start: Int, _ count: Int) {
        guard let pairs else { return }
        pairs._withUnsafeGuaranteedRef { model in
            guard model.canGroup else { return }
            let batch = scratch.batch
            let cache = options.usesCaches ? scratch.cache : nil
            var entries = 0
            var tokens = 0
            func merge() {
                scratch.group.merge(model) { i, ids, count in
                    let key = batch.keys[i]
                    if count > WordEntry.mostTokens {
                        (batch.tokens + tokens).update(from: ids, count: count)
                        batch.keys[i] = WordKey(tokensAt: tokens, count)
                        tokens &+= count
                        return
                    }
                    let entry = WordEntry(key, ids, count)
                    if let cache { cache.store(entry, at: batch.places[i]) }
                    batch.entries[entries] = entry
                    batch.places[i] = batch.entries + entries
                    entries &+= 1
                }
            }
            for k in 0..<count {
                let i = Int(batch.missing[k])
                let key = batch.keys[i]
                let place = batch.places[i]
                if cache != nil, place[0].key == key || place[1].key == key { continue }
                let at = i > 0 ? batch.ends[i &- 1] : start
                scratch.group.add(p + at, batch.ends[i] &- at, i, model)
                if scratch.group.isFull { merge() }
            }
            if !scratch.group.isEmpty { merge() }
        }
    }

    @inline(__always)
    private func writeWords(_ p: UnsafePointer<UInt8>, _ start: Int, _ count: Int) {
        let state = scratch.state
        let batch = scratch.batch
        scratch.reserve(WordEntry.mostTokens &* (count &+ 1))
        var out = UnsafeMutableRawPointer(state.pointee.ids + state.pointee.count)
        for i in 0..<count {
            let key = batch.keys[i]
            let place = batch.places[i]
            if place[0].key == key {
                out += place[0].write(to: out) &* 4
            } else if key.high != .max, place[1].key == key {
                out += place[1].write(to: out) &* 4
            } else {
                state.pointee.count = (out - UnsafeMutableRawPointer(state.pointee.ids)) &>> 2
                let at = i > 0 ? batch.ends[i &- 1] : start
                encodeNewWord(p + at, batch.ends[i] &- at, key)
                scratch.reserve(WordEntry.mostTokens &* (count &- i &+ 1))
                out = UnsafeMutableRawPointer(state.pointee.ids + state.pointee.count)
            }
        }
        state.pointee.count = (out - UnsafeMutableRawPointer(state.pointee.ids)) &>> 2
    }

    /// A word of a model whose words are not taken apart, in parts that are merged; false where it is to be encoded whole.
    private func encodeParts(_ model: BPE, _ p: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        guard model.partsAreNoWords, let boundaries = model.boundaries, !model.isWhole(p, length) else { return false }
        let ends = scratch.partEnds
        var at = 0
        while at < length {
            let count = boundaries.fill(ends, capacity: EncodeScratch.endCapacity, p, from: at, to: length)
            if at == 0, count == 1, ends[0] == length { return false }
            for i in 0..<count {
                model.merge(p + at, ends[i] &- at, scratch)
                at = ends[i]
            }
        }
        return true
    }

    /// A word that no table has: from the cache of long words, or from the model, and then a cache has it.
    @inline(never)
    private func encodeNewWord(_ p: UnsafePointer<UInt8>, _ length: Int, _ key: WordKey) {
        if let tokens = key.tokens {
            scratch.reserve(tokens.count)
            (scratch.ids + scratch.count).update(from: scratch.batch.tokens + tokens.start, count: tokens.count)
            scratch.state.pointee.count &+= tokens.count
            return
        }
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
        if let pairs {
            pairs._withUnsafeGuaranteedRef { model in
                if length <= WordEntry.longestWord || !encodeParts(model, p, length) {
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
