/// Words that the table does not have: from a cache, or from the model.
extension Encoder {
    /// Appends the `tokens` tokens of a batch, and between them those of the words of it that are missing.
    @inline(never)
    func encodeMissing(_ p: UnsafePointer<UInt8>, _ count: Int, _ tokens: Int) {
        let batch = scratch.batch
        let made = count > 0 ? mergeWords(p, count) : 0
        func makeRoom(_ k: Int, _ copied: Int) -> UnsafeMutableRawPointer {
            scratch.reserve(tokens &- copied &+ WordEntry.mostTokens &* (count &- k) &+ WordBatch.slack)
            return UnsafeMutableRawPointer(scratch.ids + scratch.count)
        }
        var out = makeRoom(0, 0)
        var copied = 0
        /// Some at a time, and more than there are: there is room.
        @inline(__always)
        func copy(to next: Int) {
            let from = UnsafeRawPointer(batch.found)
            var at = copied
            repeat {
                let some = (from + at &* 4).loadUnaligned(as: SIMD16<UInt32>.self)
                (out + (at &- copied) &* 4).storeBytes(of: some, as: SIMD16<UInt32>.self)
                at &+= 16
            } while at < next
            out += (next &- copied) &* 4
            copied = next
        }
        for k in 0..<count {
            copy(to: Int(batch.missing[k].tokens))
            let written = WordEntry.write(batch.places[k], to: out)
            if written != WordEntry.unknownCount {
                out += written &* 4
                continue
            }
            let missing = batch.missing[k]
            scratch.state.pointee.count = (out - UnsafeMutableRawPointer(scratch.ids)) &>> 2
            encodeNewWord(p + missing.start, Int(missing.length), missing.key)
            out = makeRoom(k, copied)
        }
        copy(to: tokens)
        scratch.state.pointee.count = (out - UnsafeMutableRawPointer(scratch.ids)) &>> 2
        storeWords(made)
    }

    /// A word by itself, of a model other than of pairs.
    @inline(__always)
    func encodeAlone(_ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, bufferEnd: Int) {
        let length = end &- start
        if length > WordEntry.longestWord { return encodeNewWord(p + start, length, .none) }
        let key = bufferEnd &- start >= 16 ? WordKey(p + start, length) : WordKey(careful: p + start, length)
        let line = words.line(key.hash)
        let known = line[0].key == key ? line : line[1].key == key ? line + 1 : words.findFarther(key, key.hash, line)
        guard let known else { return encodeNewWord(p + start, length, key) }
        scratch.reserve(WordEntry.mostTokens)
        scratch.state.pointee.count &+= WordEntry.write(known, to: scratch.ids + scratch.count)
    }

    /// A word that is looked up before it is merged, in parts that are merged; false where it is a token, or is not to be cut.
    private func encodeParts(_ model: BPE, _ p: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        guard model.options.ignoresMerges, let boundaries = model.boundaries, !model.isWhole(p, length) else {
            return false
        }
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
        if key == .part, let pairs {
            pairs._withUnsafeGuaranteedRef { $0.merge(p, length, scratch) }
            return
        }
        let usesCaches = options.usesCaches
        if usesCaches, length <= WordEntry.longestWord, let place = scratch.cache?.place(key.hash) {
            let known = place[0].key == key ? place : place[1].key == key ? place + 1 : nil
            if let known {
                scratch.reserve(WordEntry.mostTokens)
                scratch.state.pointee.count &+= WordEntry.write(known, to: scratch.ids + scratch.count)
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
