extension BPE {
    /// Finds the tokens that a word equal to them encodes to, and files what the short ones encode to. Returns those that merging does not
    /// make, where words are looked up before; nil where that is not known.
    func markWords(_ proof: WordProof?) -> UnmergedTokens? {
        let scratch = EncodeScratch(expected: 256)
        var unmerged = [UInt64]()
        // Entries whose lines in the table are on their way.
        var waiting = [WordEntry]()
        func insert() {
            for entry in waiting { words.insert(entry) }
            waiting.removeAll(keepingCapacity: true)
        }
        func mark(_ id: UInt32, _ ids: UnsafePointer<UInt32>, _ count: Int) {
            if count == 1, ids[0] == id { vocabulary.markWord(id) }
            let content = vocabulary.content(id)
            guard let p = content.baseAddress, content.count <= WordEntry.longestWord, count <= WordEntry.mostTokens
            else { return }
            let key = WordKey(careful: p, content.count)
            words.expect(key)
            waiting.append(WordEntry(key, ids, count))
            if waiting.count == 32 { insert() }
        }
        /// Takes what merging makes of a token.
        func take(_ id: UInt32, _ ids: UnsafePointer<UInt32>, _ count: Int) {
            if !options.ignoresMerges { return mark(id, ids, count) }
            if count == 1, ids[0] == id { return }
            let content = vocabulary.content(id)
            if let p = content.baseAddress { unmerged.append(UnmergedTokens.hash(p, content.count)) }
        }
        func merge() {
            let group = scratch.group
            group.merge(self)
            for i in 0..<group.count {
                let count = group.gather(i, group.full(i))
                take(UInt32(truncatingIfNeeded: group.index(i)), group.gathered, count)
            }
            group.keep()
        }
        for id in 0..<UInt32(vocabulary.limit) {
            guard vocabulary.contains(id), vocabulary.isBytes(id) == vocabulary.isByteLevel else { continue }
            let content = vocabulary.content(id)
            guard let p = content.baseAddress, content.count > 0 else { continue }
            // Two tokens may share an id; only the content that is found under the id counts.
            guard
                vocabulary.isOneToOne || vocabulary.find(p, content.count, isBytes: vocabulary.isByteLevel) == id
            else { continue }
            if options.ignoresMerges {
                withUnsafePointer(to: id) { mark(id, $0, 1) }
                if characterTokens == nil || proof?.holds(for: id) == true { continue }
            } else if let proof, proof.holds(for: id) {
                withUnsafePointer(to: id) { mark(id, $0, 1) }
                continue
            }
            if characterTokens != nil, content.count <= WordEntry.longestWord {
                scratch.group.add(p, content.count, Int(id), self)
                if scratch.group.isFull { merge() }
                continue
            }
            scratch.state.pointee.count = 0
            scratch.state.pointee.isIrregular = false
            self.merge(p, content.count, scratch)
            if scratch.state.pointee.isIrregular, !options.ignoresMerges { continue }
            take(id, scratch.ids, scratch.count)
        }
        if scratch.group.count > 0 { merge() }
        insert()
        return options.ignoresMerges && characterTokens != nil ? UnmergedTokens(unmerged) : nil
    }
}
