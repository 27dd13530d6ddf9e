import CScan

/// Words of up to 64 bytes that are merged side by side, and longer ones in windows: what one waits for, memory, the others do not.
struct WordGroup {
    static let capacity = 256
    static let longestWord = EncodeScratch.laneCount

    private let words: UnsafeMutablePointer<cscan_word> = .allocate(capacity: capacity)
    private let symbols: UnsafeMutablePointer<UInt32> = .allocate(capacity: capacity * longestWord + cscan_word.block)
    private let keys: UnsafeMutablePointer<Int32> = .allocate(capacity: capacity * longestWord + cscan_word.block)
    /// Whose words they are: numbers of the caller's.
    private let indices: UnsafeMutablePointer<Int> = .allocate(capacity: capacity)
    /// How many windows the word has that begins here; 0 of its others.
    let windows: UnsafeMutablePointer<Int> = .allocate(capacity: capacity)
    /// The tokens of a word, with room behind them.
    let gathered: UnsafeMutablePointer<UInt32> = .allocate(capacity: longestInWindows + 4)

    private struct Used {
        var words = 0
        var symbols = 0
    }

    private let used: UnsafeMutablePointer<Used> = .allocate(capacity: 1)

    init() {
        used.initialize(to: Used())
    }

    /// Of short words, as most are.
    func populate() {
        ZeroedMemory.populate(words, Self.capacity)
        ZeroedMemory.populate(symbols, Self.capacity * cscan_word.block)
        ZeroedMemory.populate(keys, Self.capacity * cscan_word.block)
    }

    func free() {
        words.deallocate()
        symbols.deallocate()
        keys.deallocate()
        indices.deallocate()
        windows.deallocate()
        gathered.deallocate()
        used.deallocate()
    }

    var count: Int { used.pointee.words }
    var isFull: Bool { used.pointee.words == Self.capacity }

    /// Drops all words but the first `count`.
    func keep(_ count: Int = 0) {
        if count < used.pointee.words { used.pointee = Used(words: count, symbols: words[count].symbols - symbols) }
    }

    func index(_ i: Int) -> Int { indices[i] }

    /// A bit for each symbol of a word, and where it was merged for each of those that a token is left of.
    func full(_ i: Int) -> UInt64 { words[i].full }

    /// Adds a word of 1 to 64 bytes, and returns how many symbols it has; there must be room.
    @inline(__always)
    @discardableResult
    func add(_ p: UnsafePointer<UInt8>, _ length: Int, _ index: Int, _ model: BPE) -> Int {
        assert(length <= Self.longestWord)
        let (symbols, keys) = (symbols + used.pointee.symbols, keys + used.pointee.symbols)
        let n = model.start(p, length) { symbols[$0] = $1 }
        if n == length { model.setKeys(keys, p, n) }
        add(symbols, keys, n, hasKeys: n == length, index)
        return n
    }

    /// Adds a word of 1 to 15 bytes, each of which is a symbol.
    @inline(__always)
    func add(_ word: WordKey, _ length: Int, _ index: Int, _ model: BPE) {
        let (symbols, keys) = (symbols + used.pointee.symbols, keys + used.pointee.symbols)
        model.start(word, length, symbols, keys)
        add(symbols, keys, length, hasKeys: true, index)
    }

    @inline(__always)
    private func add(
        _ symbols: UnsafeMutablePointer<UInt32>, _ keys: UnsafeMutablePointer<Int32>, _ n: Int, hasKeys: Bool,
        _ index: Int
    ) {
        let (count, place) = (used.pointee.words, used.pointee.symbols)
        assert(count < Self.capacity && place <= count &* Self.longestWord)
        words[count] = cscan_word(symbols, keys, n, hasKeys: hasKeys)
        indices[count] = index
        windows[count] = 1
        let room = (n &+ cscan_word.block &- 1) & ~(cscan_word.block &- 1)
        used.pointee = Used(words: count &+ 1, symbols: place &+ room)
    }

    /// Merges the words. Their tokens are there until others are added.
    @inline(__always)
    func merge(_ model: BPE, level: Int32 = cscan_levels()) {
        withUnsafePointer(to: model.pairs.view.tables) { cscan_merge_at(level, $0, words, used.pointee.words) }
    }

    /// Writes the tokens of a word that was merged, of `full` of its symbols, to `gathered` from `place` on; returns how many they are.
    @inline(__always)
    func gather(_ i: Int, _ full: UInt64, at place: Int = 0) -> Int {
        let (symbols, gathered) = (words[i].symbols, gathered + place)
        var left = full
        var k = 0
        // Four at a time: most words end with no more, and what is behind them is nobody's.
        repeat {
            for next in k..<(k &+ 4) {
                gathered[next] = symbols[left.trailingZeroBitCount & 63]
                left &= left &- 1
            }
            k &+= 4
        } while left != 0
        return full.nonzeroBitCount
    }
}
