/// Words that are encoded together, so that none waits for memory alone: pieces, or parts of long ones.
struct WordBatch {
    static let capacity = EncodeScratch.endCapacity
    /// How many words are read ahead of finding them.
    static let block = 96

    let ends: UnsafeMutablePointer<Int> = .allocate(capacity: capacity)
    let keys: UnsafeMutablePointer<WordKey> = .allocate(capacity: capacity)
    /// Where in the tables of words they are or belong, and in the end the entries of all; `unknown` of those that have none.
    let places: UnsafeMutablePointer<UnsafeMutablePointer<WordEntry>> = .allocate(capacity: capacity)
    /// The numbers of those that the vocabulary does not have.
    let missing: UnsafeMutablePointer<UInt16> = .allocate(capacity: capacity + 1)
    /// What those of them were merged to that no cache had: up to four tokens, or more.
    let entries: UnsafeMutablePointer<WordEntry> = .allocate(capacity: capacity)
    let tokens: UnsafeMutablePointer<UInt32> = .allocate(capacity: capacity * WordGroup.longestWord)

    let unknown: UnsafeMutablePointer<WordEntry> = .allocate(capacity: 2)

    // A pair, as the lines of the table.
    init() { unknown.initialize(repeating: .unknown, count: 2) }

    /// How many of `entries` and of `tokens` there are.
    struct Made: BitwiseCopyable {
        var entries = 0
        var tokens = 0
    }

    /// Keeps the tokens of a word that has no entry.
    @inline(__always)
    func add(_ ids: UnsafePointer<UInt32>, _ count: Int, _ i: Int, _ made: inout Made) {
        (tokens + made.tokens).update(from: ids, count: count)
        keys[i] = WordKey(tokensAt: made.tokens, count)
        places[i] = unknown
        made.tokens &+= count
    }

    func free() {
        ends.deallocate()
        keys.deallocate()
        places.deallocate()
        missing.deallocate()
        entries.deallocate()
        tokens.deallocate()
        unknown.deallocate()
    }
}
