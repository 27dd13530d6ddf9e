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
            var words = 0
            var found = 0
            var missing = 0
            repeat {
                let read = readWords(p, &at, ends, &piece, count, from: words, bufferEnd: bufferEnd)
                missing = findWords(found..<words, missing)
                found = words
                words = read
            } while piece < count && words < WordBatch.capacity
            missing = findWords(found..<words, missing)
            let made = missing > 0 ? mergeWords(p, first, missing) : 0
            writeWords(p, first, words)
            if made > 0 { storeWords(made) }
        }
        return at
    }

    /// The ends and keys of words, and their lines in the table, which are asked for. Long words are taken apart where they may
    /// be; where not they have no key, and no line. Reads some words on from `at` and `piece`, as many as a near cache has room for the
    /// lines of, behind the first `n`, and returns how many words there are then.
    @inline(__always)
    private func readWords(
        _ p: UnsafePointer<UInt8>, _ at: inout Int, _ ends: UnsafeMutablePointer<Int>, _ piece: inout Int, _ count: Int,
        from n: Int, bufferEnd: Int
    ) -> Int {
        let batch = scratch.batch
        let limit = min(n &+ WordBatch.block, WordBatch.capacity)
        let table = words
        @inline(__always)
        func read(_ i: Int, _ start: Int, _ end: Int) {
            let length = end &- start
            batch.ends[i] = end
            if length > WordEntry.longestWord {
                batch.keys[i] = length <= longestInGroup ? .long : .none
                batch.places[i] = batch.unknown
                return
            }
            let key = bufferEnd &- start >= 16 ? WordKey(p + start, length) : WordKey(careful: p + start, length)
            let line = table.line(key.hash)
            cscan_prefetch(line)
            batch.keys[i] = key
            batch.places[i] = line
        }
        var n = n
        while piece < count, n < limit {
            let end = ends[piece]
            if end &- at > WordEntry.longestWord, let boundaries {
                let parts = boundaries._withUnsafeGuaranteedRef {
                    $0.fill(batch.ends + n, capacity: limit &- n, p, from: at, to: end)
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

    /// Turns lines of the table into the entries in them, or into places in the cache. `before` is how many words were missing
    /// before these, and what is returned how many are with them.
    @inline(__always)
    private func findWords(_ range: Range<Int>, _ before: Int) -> Int {
        let batch = scratch.batch
        let table = words
        var missing = before
        for i in range {
            let key = batch.keys[i]
            let line = batch.places[i]
            // Which of the two it is, or whether any, nobody could foretell.
            let place = line + (line[1].key == key ? 1 : 0)
            let isHere = place[0].key == key
            let isLong = key == .none
            if !isHere, !isLong, line[0].isFull, let entry = table.findFarther(key, line) {
                batch.places[i] = entry
                continue
            }
            batch.places[i] = isHere ? place : line
            batch.missing[missing] = UInt16(truncatingIfNeeded: i)
            missing &+= isHere || isLong ? 0 : 1
        }
        if options.usesCaches, let cache = scratch.cache {
            for k in before..<missing {
                let i = Int(batch.missing[k])
                batch.places[i] = cache.place(batch.keys[i].hash)
                cscan_prefetch(batch.places[i])
            }
        }
        return missing
    }

    /// Points to what the first `count` missing words come to: what the cache has, else what they are merged to. Returns how many
    /// entries were made, which the cache shall have when nobody points into it.
    @inline(never)
    private func mergeWords(_ p: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Int {
        let batch = scratch.batch
        let canGroup = pairs?._withUnsafeGuaranteedRef { $0.canGroup } ?? false
        guard let pairs, canGroup else {
            for k in 0..<count { batch.places[Int(batch.missing[k])] = batch.unknown }
            return 0
        }
        return pairs._withUnsafeGuaranteedRef { model in
            let group = scratch.group
            let usesCache = options.usesCaches && scratch.cache != nil
            var made = WordBatch.Made()
            for k in 0..<count {
                let i = Int(batch.missing[k])
                let key = batch.keys[i]
                let place = batch.places[i]
                let at = i > 0 ? batch.ends[i &- 1] : start
                let length = batch.ends[i] &- at
                if key == .long {
                    if findLong(p + at, length, i, &made) { continue }
                } else if usesCache {
                    if place[0].key == key { continue }
                    if place[1].key == key {
                        batch.places[i] = place + 1
                        continue
                    }
                }
                group.add(p + at, length, i, model)
                if group.isFull { made = mergeGroup(p, start, model, made) }
            }
            if group.count > 0 { made = mergeGroup(p, start, model, made) }
            return made.entries
        }
    }

    /// Takes the tokens of a long word from the cache, if it has them.
    @inline(__always)
    private func findLong(_ p: UnsafePointer<UInt8>, _ length: Int, _ i: Int, _ made: inout WordBatch.Made) -> Bool {
        guard options.usesCaches,
            let ids = scratch.longCache?.find(p, length, LongWordCache.hash(p, length)), let base = ids.baseAddress
        else { return false }
        scratch.batch.add(base, ids.count, i, &made)
        return true
    }

    /// Merges the words of the group behind those that were made before, and returns what is made by then.
    private func mergeGroup(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ model: BPE, _ before: WordBatch.Made
    ) -> WordBatch.Made {
        let (batch, group) = (scratch.batch, scratch.group)
        var made = before
        group.merge(model)
        for k in 0..<group.count {
            let i = group.index(k)
            let count = group.tokenCount(k)
            let isLong = batch.keys[i] == .long
            if isLong || count > WordEntry.mostTokens {
                if isLong, options.usesCaches {
                    let at = i > 0 ? batch.ends[i &- 1] : start
                    let length = batch.ends[i] &- at
                    let hash = LongWordCache.hash(p + at, length)
                    scratch.longCache?.store(p + at, length, hash, group.tokens(k), count)
                }
                batch.add(group.tokens(k), count, i, &made)
                continue
            }
            batch.entries[made.entries] = WordEntry(batch.keys[i], group.tokens(k), count)
            batch.places[i] = batch.entries + made.entries
            made.entries &+= 1
        }
        group.empty()
        return made
    }

    private func storeWords(_ count: Int) {
        guard options.usesCaches, let cache = scratch.cache else { return }
        for k in 0..<count {
            let entry = scratch.batch.entries[k]
            let place = cache.place(entry.key.hash)
            // A word may have come twice.
            if !(place[0].key == entry.key) { cache.store(entry, at: place) }
        }
    }

    @inline(__always)
    private func writeWords(_ p: UnsafePointer<UInt8>, _ start: Int, _ count: Int) {
        let state = scratch.state
        let batch = scratch.batch
        scratch.reserve(WordEntry.mostTokens &* (count &+ 1))
        var out = UnsafeMutableRawPointer(state.pointee.ids + state.pointee.count)
        for i in 0..<count {
            let written = batch.places[i].pointee.write(to: out)
            if written == WordEntry.unknownCount {
                state.pointee.count = (out - UnsafeMutableRawPointer(state.pointee.ids)) &>> 2
                let at = i > 0 ? batch.ends[i &- 1] : start
                encodeNewWord(p + at, batch.ends[i] &- at, batch.keys[i])
                scratch.reserve(WordEntry.mostTokens &* (count &- i &+ 1))
                out = UnsafeMutableRawPointer(state.pointee.ids + state.pointee.count)
                continue
            }
            out += written &* 4
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

    /// A word that no entry is known of: from a cache, or from the model, and then a cache has it.
    @inline(never)
    private func encodeNewWord(_ p: UnsafePointer<UInt8>, _ length: Int, _ key: WordKey) {
        if let tokens = key.tokens {
            scratch.reserve(tokens.count)
            (scratch.ids + scratch.count).update(from: scratch.batch.tokens + tokens.start, count: tokens.count)
            scratch.state.pointee.count &+= tokens.count
            return
        }
        let usesCaches = options.usesCaches
        if usesCaches, length <= WordEntry.longestWord, let place = scratch.cache?.place(key.hash) {
            let known = place[0].key == key ? place : place[1].key == key ? place + 1 : nil
            if let known {
                scratch.reserve(WordEntry.mostTokens)
                scratch.state.pointee.count &+= known.pointee.write(to: scratch.ids + scratch.count)
                return
            }
        }
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
