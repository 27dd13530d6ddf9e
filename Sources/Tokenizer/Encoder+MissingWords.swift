import CScan

/// Words that the table does not have: from a cache, or from the model.
extension Encoder {
    /// Brings the tokens of the missing words of a batch, whose tokens begin with `firstToken`, between those of the others.
    @inline(never)
    func encodeMissing(_ p: UnsafePointer<UInt8>, _ start: Int, _ count: Int, _ firstToken: Int) {
        let batch = scratch.batch
        let made = mergeWords(p, start, count)
        let first = Int(batch.missing[0].tokens)
        let others = scratch.count &- firstToken &- first
        batch.others.update(from: scratch.ids + firstToken + first, count: others)
        scratch.state.pointee.count = firstToken &+ first
        func makeRoom(_ k: Int, _ copied: Int) -> UnsafeMutableRawPointer {
            scratch.reserve(others &- copied &+ WordEntry.mostTokens &* (count &- k) &+ WordBatch.slack)
            return UnsafeMutableRawPointer(scratch.ids + scratch.count)
        }
        var out = makeRoom(0, 0)
        var copied = 0
        for k in 0..<count {
            let written = batch.places[k].pointee.write(to: out)
            if written != WordEntry.unknownCount {
                out += written &* 4
            } else {
                let i = Int(batch.missing[k].word)
                let at = batch.start(of: i, start)
                scratch.state.pointee.count = (out - UnsafeMutableRawPointer(scratch.ids)) &>> 2
                encodeNewWord(p + at, batch.words[i].end &- at, batch.words[i].key)
                out = makeRoom(k, copied)
            }
            let next = k &+ 1 < count ? Int(batch.missing[k &+ 1].tokens) &- first : others
            // Some at a time, and more than there are: there is room.
            let from = UnsafeRawPointer(batch.others)
            var at = copied
            repeat {
                let some = (from + at &* 4).loadUnaligned(as: SIMD16<UInt32>.self)
                (out + (at &- copied) &* 4).storeBytes(of: some, as: SIMD16<UInt32>.self)
                at &+= 16
            } while at < next
            out += (next &- copied) &* 4
            copied = next
        }
        scratch.state.pointee.count = (out - UnsafeMutableRawPointer(scratch.ids)) &>> 2
        storeWords(made)
    }

    /// Points to what the first `count` missing words come to: what the cache has, else what they are merged to. Returns how many
    /// entries were made, which the cache shall have when nobody points into it.
    @inline(__always)
    private func mergeWords(_ p: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Int {
        let batch = scratch.batch
        let canGroup = pairs?._withUnsafeGuaranteedRef { $0.canGroup } ?? false
        guard let pairs, canGroup else {
            for k in 0..<count { batch.places[k] = batch.unknown }
            return 0
        }
        return pairs._withUnsafeGuaranteedRef { model in
            let group = scratch.group
            var made = WordBatch.Made()
            let new = findCached(count)
            for n in 0..<new {
                let k = Int(batch.new[n])
                let i = Int(batch.missing[k].word)
                let key = batch.words[i].key
                let at = batch.start(of: i, start)
                let length = batch.words[i].end &- at
                if key == .none {
                    batch.places[k] = batch.unknown
                    continue
                }
                if key == .long, findLong(p + at, length, k, i, &made) { continue }
                group.add(p + at, length, k, model)
                if group.isFull { made = mergeGroup(p, start, model, made) }
            }
            if group.count > 0 { made = mergeGroup(p, start, model, made) }
            return made.entries
        }
    }

    /// Keeps the tokens of a missing word, for the text and for the cache.
    @inline(__always)
    private func keep(
        _ ids: UnsafePointer<UInt32>, _ count: Int, _ p: UnsafePointer<UInt8>, _ length: Int, _ k: Int, _ i: Int,
        _ made: inout WordBatch.Made
    ) {
        let batch = scratch.batch
        let isLong = batch.words[i].key == .long
        if isLong, options.usesCaches {
            scratch.longCache?.store(p, length, LongWordCache.hash(p, length), ids, count)
        }
        if isLong || count > WordEntry.mostTokens {
            batch.add(ids, count, k, i, &made)
            return
        }
        batch.entries[made.entries] = WordEntry(batch.words[i].key, ids, count)
        batch.places[k] = batch.entries + made.entries
        made.entries &+= 1
    }

    /// How many places in the cache are asked for before the first is looked at.
    private static let ahead = 24

    /// Points to those of the first `count` missing words that the cache has, and returns how many it has not: `WordBatch.new`.
    @inline(__always)
    private func findCached(_ count: Int) -> Int {
        let batch = scratch.batch
        guard options.usesCaches, let cache = scratch.cache else {
            for k in 0..<count { batch.new[k] = UInt32(truncatingIfNeeded: k) }
            return count
        }
        @inline(__always)
        func key(_ k: Int) -> WordKey { batch.words[Int(batch.missing[k].word)].key }
        @inline(__always)
        func expect(_ k: Int) {
            batch.places[k] = cache.place(key(k).hash)
            cscan_prefetch(batch.places[k])
        }
        for k in 0..<min(Self.ahead, count) { expect(k) }
        var new = 0
        for k in 0..<count {
            if k &+ Self.ahead < count { expect(k &+ Self.ahead) }
            let key = key(k)
            // As in the table of words, and here nobody could even guess.
            let place = batch.places[k] + (batch.places[k][1].key == key ? 1 : 0)
            batch.places[k] = place
            batch.new[new] = UInt32(truncatingIfNeeded: k)
            new &+= place[0].key == key ? 0 : 1
        }
        return new
    }

    /// Takes the tokens of a long word from the cache, if it has them.
    @inline(__always)
    private func findLong(_ p: UnsafePointer<UInt8>, _ length: Int, _ k: Int, _ i: Int, _ made: inout WordBatch.Made)
        -> Bool
    {
        guard options.usesCaches,
            let ids = scratch.longCache?.find(p, length, LongWordCache.hash(p, length)), let base = ids.baseAddress
        else { return false }
        scratch.batch.add(base, ids.count, k, i, &made)
        return true
    }

    /// Merges the words of the group behind those that were made before, and returns what is made by then.
    private func mergeGroup(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ model: BPE, _ before: WordBatch.Made
    ) -> WordBatch.Made {
        let (batch, group) = (scratch.batch, scratch.group)
        var made = before
        group.merge(model)
        for member in 0..<group.count {
            let k = group.index(member)
            let i = Int(batch.missing[k].word)
            let at = batch.start(of: i, start)
            keep(group.tokens(member), group.tokenCount(member), p + at, batch.words[i].end &- at, k, i, &made)
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
