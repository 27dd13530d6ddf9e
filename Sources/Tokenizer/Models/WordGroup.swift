import CScan

/// Words of up to 64 bytes that are merged side by side, and longer ones in windows: sixteen at a time with the processor's vectors, and what
/// one sixteen waits for, memory, the others do not.
struct WordGroup {
    static let capacity = Int(CSCAN_WORDS * CSCAN_GROUPS)
    static let longestWord = EncodeScratch.laneCount
    static let width = Int(CSCAN_WORDS)
    private static let area = Int(CSCAN_WORDS * CSCAN_ROWS)

    private let groups: UnsafeMutablePointer<cscan_group> = .allocate(capacity: Int(CSCAN_GROUPS))
    private let symbols: UnsafeMutablePointer<UInt32> = .allocate(capacity: Int(CSCAN_GROUPS) * area)
    private let keys: UnsafeMutablePointer<Int32> = .allocate(capacity: Int(CSCAN_GROUPS) * area)
    /// How many symbols each has, and then how many tokens.
    private let counts: UnsafeMutablePointer<UInt32> = .allocate(capacity: capacity)
    /// Whose words they are: numbers of the caller's.
    private let indices: UnsafeMutablePointer<Int> = .allocate(capacity: capacity)
    /// Where each lies.
    private let bytes: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>> = .allocate(capacity: capacity)
    /// How many windows the word has that begins here; 0 of its others.
    let windows: UnsafeMutablePointer<Int> = .allocate(capacity: capacity)
    /// The tokens of a word, with room behind them.
    let gathered: UnsafeMutablePointer<UInt32> = .allocate(capacity: longestInWindows + 4)
    private let counter: UnsafeMutablePointer<Int> = .allocate(capacity: 1)

    init() {
        counter.initialize(to: 0)
        symbols.initialize(repeating: 0, count: Int(CSCAN_GROUPS) * Self.area)
        keys.initialize(repeating: 0, count: Int(CSCAN_GROUPS) * Self.area)
        counts.initialize(repeating: 0, count: Self.capacity)
        for i in 0..<Int(CSCAN_GROUPS) {
            (groups + i).initialize(
                to: cscan_group(
                    symbols: symbols + Self.area &* i, keys: keys + Self.area &* i, counts: counts + Self.width &* i,
                    has_keys: 1))
        }
    }

    func free() {
        groups.deallocate()
        symbols.deallocate()
        keys.deallocate()
        counts.deallocate()
        indices.deallocate()
        bytes.deallocate()
        windows.deallocate()
        gathered.deallocate()
        counter.deallocate()
    }

    var count: Int { counter.pointee }
    var isFull: Bool { counter.pointee == Self.capacity }

    /// Drops all words but the first `count`.
    func keep(_ count: Int = 0) {
        for i in count..<counter.pointee { counts[i] = 0 }
        counter.pointee = count
    }

    func index(_ i: Int) -> Int { indices[i] }
    func bytes(_ i: Int) -> UnsafeBufferPointer<UInt8> { bytes[i] }
    /// Of a word that was not merged its symbols, of one that was its tokens.
    func tokenCount(_ i: Int) -> Int { Int(counts[i]) }
    /// A token of a word that was merged.
    func token(_ i: Int, _ k: Int) -> UInt32 { symbols[Self.place(i) &+ Self.width &* k] }

    /// Where the first symbol or key of a word is; the next is `width` behind it.
    @inline(__always)
    private static func place(_ i: Int) -> Int { i / width &* area &+ i % width }

    /// Adds a word of 1 to 64 bytes; there must be room.
    @inline(__always)
    func add(_ p: UnsafePointer<UInt8>, _ length: Int, _ index: Int, _ model: BPE) {
        let count = counter.pointee
        let place = Self.place(count)
        let symbols = symbols + place
        let n = model.start(p, length) { symbols[Self.width &* $0] = $1 }
        let group = groups + count / Self.width
        if count % Self.width == 0 { group.pointee.has_keys = 1 }
        if n == length {
            let keys = keys + place
            let ranks = model.byteRanks.base
            for k in 0..<(n &- 1) {
                let rank = ranks[Int(p[k]) &<< 8 | Int(p[k &+ 1])]
                keys[Self.width &* k] =
                    Int32(truncatingIfNeeded: min(rank, PairView.noRank) &<< 6) | Int32(truncatingIfNeeded: k)
            }
        } else {
            group.pointee.has_keys = 0
        }
        counts[count] = UInt32(truncatingIfNeeded: n)
        indices[count] = index
        windows[count] = 1
        bytes[count] = UnsafeBufferPointer(start: p, count: length)
        counter.pointee = count &+ 1
    }

    /// Merges the words. Their tokens are there until others are added.
    @inline(__always)
    func merge(_ model: BPE, level: Int32 = cscan_levels()) {
        withUnsafePointer(to: model.pairs.view.tables) {
            cscan_merge_at(level, $0, groups, (counter.pointee &+ Self.width &- 1) / Self.width)
        }
    }

    /// Writes tokens of a word that was merged to `gathered` from `place` on: `count` of them from number `first` on.
    @inline(__always)
    func gather(_ i: Int, from first: Int = 0, _ count: Int, at place: Int = 0) {
        let symbols = symbols + (Self.place(i) &+ Self.width &* first)
        let gathered = gathered + place
        var k = 0
        // Four at a time: most words end with no more, and what is behind them is nobody's.
        repeat {
            for next in k..<(k &+ 4) { gathered[next] = symbols[Self.width &* next] }
            k &+= 4
        } while k < count
    }
}
