/// Words of up to 64 bytes that are merged side by side, and longer ones in windows. A merge waits for memory again and again; the
/// words of a group wait together.
struct WordGroup {
    static let capacity = 64
    /// Room for the symbols of a word.
    static let lanes = longestWord
    static let longestWord = EncodeScratch.laneCount

    let members: UnsafeMutablePointer<Lanes> = .allocate(capacity: capacity)
    private let symbols: UnsafeMutablePointer<UInt32> = .allocate(capacity: capacity * lanes)
    private let keys: UnsafeMutablePointer<Int32> = .allocate(capacity: capacity * lanes + 16)
    private let bytes: UnsafeMutablePointer<UnsafePointer<UInt8>?> = .allocate(capacity: capacity)
    /// How many symbols each has, and then how many tokens.
    let counts: UnsafeMutablePointer<Int> = .allocate(capacity: capacity)
    /// Whose words they are: numbers of the caller's.
    private let indices: UnsafeMutablePointer<Int> = .allocate(capacity: capacity)
    let counter: UnsafeMutablePointer<Int> = .allocate(capacity: 1)
    /// How many windows the word has that begins here; 0 of its others.
    let windows: UnsafeMutablePointer<Int> = .allocate(capacity: capacity)
    /// The tokens of a word of windows.
    let joined: UnsafeMutablePointer<UInt32> = .allocate(capacity: longestInWindows)
    /// Those that have pairs left.
    private let active: UnsafeMutablePointer<Int> = .allocate(capacity: capacity)

    init() { counter.initialize(to: 0) }

    func free() {
        members.deallocate()
        symbols.deallocate()
        keys.deallocate()
        bytes.deallocate()
        counts.deallocate()
        indices.deallocate()
        counter.deallocate()
        windows.deallocate()
        joined.deallocate()
        active.deallocate()
    }

    var count: Int { counter.pointee }
    var isFull: Bool { counter.pointee == Self.capacity }
    func empty() { counter.pointee = 0 }

    func index(_ i: Int) -> Int { indices[i] }
    /// Of a word that was merged.
    func tokens(_ i: Int) -> UnsafeMutablePointer<UInt32> { symbols + Self.lanes &* i }
    func tokenCount(_ i: Int) -> Int { counts[i] }

    /// Adds a word of 1 to 64 bytes; there must be room.
    @inline(__always)
    func add(_ p: UnsafePointer<UInt8>, _ length: Int, _ index: Int, _ model: BPE) {
        let count = counter.pointee
        let symbols = symbols + Self.lanes &* count
        let n = model.start(p, length) { symbols[$0] = $1 }
        bytes[count] = n == length ? p : nil
        if n < length { model.expectPairs(symbols, n, model.pairs.view) }
        counts[count] = n
        indices[count] = index
        windows[count] = 1
        counter.pointee = count &+ 1
    }

    /// Merges the words. Their tokens are there until the group is emptied and has others.
    @inline(__always)
    func merge(_ model: BPE) {
        let pairs = model.pairs.view
        let count = counter.pointee
        for i in 0..<count {
            let symbols = symbols + Self.lanes &* i
            let keys = keys + Self.lanes &* i
            let lowest = model.firstKeys(symbols, keys, counts[i], bytes[i], pairs)
            (members + i).initialize(to: Lanes(symbols, keys, counts[i], lowest, pairs))
            active[i] = i
        }
        var left = count
        while true {
            // Nobody could foretell which are done: a sign is added up, and no branch taken.
            var kept = 0
            for k in 0..<left {
                let i = active[k]
                active[kept] = i
                kept &+= Int(UInt32(bitPattern: members[i].lowest &- Lanes.noKey) &>> 31)
            }
            left = kept
            if left == 0 { break }
            for k in 0..<left { members[active[k]].merge(pairs) }
            for k in 0..<left { members[active[k]].settle(pairs) }
        }
        for i in 0..<count where windows[i] == 1 { counts[i] = members[i].gather() }
    }
}
