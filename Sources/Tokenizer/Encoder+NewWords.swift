import CScan

/// Missing words that no cache has, side by side.
extension Encoder {
    /// Points to what the first `count` missing words come to: what the cache has, else what they are merged to. Returns how many
    /// entries were made, which the cache shall have when nobody points into it.
    @inline(__always)
    func mergeWords(_ p: UnsafePointer<UInt8>, _ count: Int) -> Int {
        let batch = scratch.batch
        let canGroup = pairs?._withUnsafeGuaranteedRef { $0.canGroup } ?? false
        guard let pairs, canGroup else {
            for k in 0..<count { batch.places[k] = batch.unknown }
            return 0
        }
        return pairs._withUnsafeGuaranteedRef { model in
            let group = scratch.group
            var made = WordBatch.Made()
            let (new, repeats) = batch.setRepeatsApart(findCached(count))
            let order = new > Int(CSCAN_ACTIVE) ? sortedByLength(new) : batch.new
            for n in 0..<new {
                let k = Int(order[n])
                let key = batch.missing[k].key
                let at = p + batch.missing[k].start
                let length = Int(batch.missing[k].length)
                if length > WordEntry.longestWord {
                    made.longBytes &+= length
                    if key == .none || length > WordGroup.longestInWindows || made.longBytes > WordBatch.longRoom {
                        leave(k)
                        continue
                    }
                    if key == .long, findLong(at, length, k, &made) { continue }
                }
                if length > WordGroup.longestWord {
                    made = addWindows(p, k, model, made)
                    continue
                }
                if key.isNone == 0, model.startsFromBytes(key) {
                    group.add(key, length, k, model)
                } else {
                    group.add(at, length, k, model)
                }
                if group.isFull { made = mergeGroup(p, model, made) }
            }
            if group.count > 0 { made = mergeGroup(p, model, made) }
            batch.resolveRepeats(repeats)
            return made.entries
        }
    }

    /// The first `count` of `WordBatch.new`, the longest first: as `cscan_merge_at` should have them.
    private func sortedByLength(_ count: Int) -> UnsafeMutablePointer<UInt32> {
        let batch = scratch.batch
        let longest = WordGroup.longestWord
        withUnsafeTemporaryAllocation(of: Int.self, capacity: longest + 2) { places in
            places.initialize(repeating: 0)
            func place(_ k: UInt32) -> Int { longest &- min(Int(batch.missing[Int(k)].length), longest) }
            for n in 0..<count { places[place(batch.new[n]) &+ 1] &+= 1 }
            for i in 1..<places.count { places[i] &+= places[i &- 1] }
            for n in 0..<count {
                let k = batch.new[n]
                let place = place(k)
                batch.sorted[places[place]] = k
                places[place] &+= 1
            }
        }
        return batch.sorted
    }

    /// Keeps the tokens of a missing word, for the text and for the cache.
    @inline(__always)
    private func keep(
        _ ids: UnsafePointer<UInt32>, _ count: Int, _ p: UnsafePointer<UInt8>, _ k: Int, _ made: inout WordBatch.Made
    ) {
        let batch = scratch.batch
        let missing = batch.missing[k]
        let isLong = missing.key == .long
        if isLong, options.usesCaches {
            let (at, length) = (p + missing.start, Int(missing.length))
            scratch.longCache?.store(at, length, LongWordCache.hash(at, length), ids, count)
        }
        if isLong || missing.key == .part || count > WordEntry.mostTokens {
            batch.add(ids, count, k, &made)
            return
        }
        batch.entries[made.entries] = WordEntry(missing.key, ids, count)
        batch.places[k] = batch.entries + made.entries
        made.entries &+= 1
    }

    /// Points to those of the first `count` missing words that the cache has, and returns how many it has not: `WordBatch.new`.
    @inline(__always)
    private func findCached(_ count: Int) -> Int {
        let batch = scratch.batch
        guard cache != nil else {
            for k in 0..<count { batch.new[k] = UInt32(truncatingIfNeeded: k) }
            return count
        }
        var new = 0
        for k in 0..<count {
            let key = batch.missing[k].key
            // As in the table of words, and here nobody could even guess.
            let place = batch.places[k] + (1 &- key.differs(from: batch.places[k][1].key))
            batch.places[k] = place
            batch.new[new] = UInt32(truncatingIfNeeded: k)
            new &+= key.differs(from: place[0].key)
        }
        return new
    }

    /// Takes the tokens of a long word from the cache, if it has them.
    @inline(__always)
    private func findLong(_ p: UnsafePointer<UInt8>, _ length: Int, _ k: Int, _ made: inout WordBatch.Made) -> Bool {
        guard options.usesCaches,
            let ids = scratch.longCache?.find(p, length, LongWordCache.hash(p, length)), let base = ids.baseAddress
        else { return false }
        scratch.batch.add(base, ids.count, k, &made)
        return true
    }

    /// Merges the words of the group behind those that were made before, and returns what is made by then.
    private func mergeGroup(
        _ p: UnsafePointer<UInt8>, _ model: BPE, _ before: WordBatch.Made
    ) -> WordBatch.Made {
        let group = scratch.group
        var made = before
        group.merge(model)
        var member = 0
        while member < group.count {
            let k = group.index(member)
            if group.windows[member] == 1 {
                let count = group.gather(member, group.full(member))
                keep(group.gathered, count, p, k, &made)
            } else if let count = group.join(member) {
                keep(group.gathered, count, p, k, &made)
            } else {
                leave(k)
            }
            member &+= group.windows[member]
        }
        group.keep()
        return made
    }

    /// Adds a word of more than 64 bytes to the group, and returns what is made by then.
    private func addWindows(
        _ p: UnsafePointer<UInt8>, _ k: Int, _ model: BPE, _ before: WordBatch.Made
    ) -> WordBatch.Made {
        let group = scratch.group
        let missing = scratch.batch.missing[k]
        var made = before
        if group.count &+ WordGroup.windowCount(Int(missing.length)) > WordGroup.capacity {
            made = mergeGroup(p, model, made)
        }
        if !group.addWindows(p + missing.start, Int(missing.length), k, model) { leave(k) }
        return group.isFull ? mergeGroup(p, model, made) : made
    }

    /// Leaves a long word to `encodeNewWord`.
    private func leave(_ k: Int) {
        let batch = scratch.batch
        if !(batch.missing[k].key == .part) { batch.missing[k].key = .none }
        batch.places[k] = batch.unknown
    }

    func storeWords(_ count: Int) {
        guard options.usesCaches, let cache = scratch.cache else { return }
        for k in 0..<count {
            let entry = scratch.batch.entries[k]
            let place = cache.place(entry.key.hash)
            // A word may have come twice.
            if !(place[0].key == entry.key) { cache.store(entry, at: place) }
        }
    }
}
