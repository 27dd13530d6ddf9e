extension WordTable {
    /// How many tokens words are made of for a table: what most texts need, and fast enough while a tokenizer loads.
    private static let most = 1 << 15

    /// Room for what `insertTokens` inserts.
    convenience init(tokensOf vocabulary: Vocabulary) { self.init(capacity: min(vocabulary.limit, Self.most)) }

    /// What the first tokens encode to as words, with a model other than of pairs.
    func insertTokens(
        of vocabulary: Vocabulary, encode: (UInt32, UnsafeBufferPointer<UInt8>, EncodeScratch) -> Void
    ) {
        let scratch = EncodeScratch(expected: 256)
        for id in 0..<UInt32(min(vocabulary.limit, Self.most)) where vocabulary.contains(id) {
            let content = vocabulary.content(id)
            // Of tokens that share a content it is found under one id.
            guard let p = content.baseAddress, 1...WordEntry.longestWord ~= content.count,
                vocabulary.isOneToOne || vocabulary.find(p, content.count, isBytes: false) == id
            else { continue }
            scratch.reset()
            encode(id, content, scratch)
            let count = scratch.count
            if scratch.state.pointee.lacksUnknown || !(1...WordEntry.mostTokens ~= count) { continue }
            insert(WordEntry(WordKey(careful: p, content.count), scratch.ids, count))
        }
    }
}
