import CScan

/// The working memory of one `encode` call: nothing is allocated for a word. Used by one thread at a time.
///
/// All of it is reached through pointers that live as long as the object, so that the inner loops pay neither for
/// bounds nor for exclusivity; every write is preceded by a `reserve` that counts what may be written.
final class EncodeScratch {
    /// Words of up to this many symbols are merged by scanning for the lowest rank, longer ones in parts of so many.
    static let laneCount = 64
    /// How many ends of pieces are found at a time.
    static let endCapacity = 8192

    /// The best way to a position in a word, for `Unigram`.
    struct Step: BitwiseCopyable {
        var score: Double
        var start: Int32
        var id: UInt32
    }

    struct State {
        /// The tokens so far.
        var ids: UnsafeMutablePointer<UInt32>
        var capacity: Int
        var count = 0
        /// The own memory, where `ids` is the caller's.
        var own: UnsafeMutableBufferPointer<UInt32>?
        /// Set by a word whose symbols do not cover it byte for byte; then `lengths` has the lengths of its tokens.
        var isIrregular = false
        /// Set where the tokens of an irregular word also have their starts, in `word.next`: they may overlap.
        var isPlaced = false
        var path: UnsafeMutablePointer<Step> = .allocate(capacity: 1)
        var pathCapacity = 1
        /// Set by an unknown character when the file's `unk_token` is not in the vocabulary.
        var lacksUnknown = false
        var word = Word()
        /// How many symbols merging looked at, counted in debug builds: what tests of hostile texts measure.
        var work = 0
    }

    /// The symbols of a word that is not short or not simple, linked, with how many bytes each covers.
    struct Word {
        var symbols: UnsafeMutablePointer<UInt32>
        var lengths: UnsafeMutablePointer<UInt32>
        var next: UnsafeMutablePointer<Int32>
        var previous: UnsafeMutablePointer<Int32>
        /// What few words need has no memory before one does.
        private var heap: UnsafeMutablePointer<UInt64>?
        var capacity: Int
        var count = 0

        init(capacity: Int = 64) {
            self.capacity = capacity
            symbols = .allocate(capacity: capacity)
            lengths = .allocate(capacity: capacity)
            next = .allocate(capacity: capacity)
            previous = .allocate(capacity: capacity)
        }

        /// Room for one candidate for each pair at the start, and at most two more for each merge.
        mutating func heapMemory() -> UnsafeMutablePointer<UInt64> {
            if let heap { return heap }
            let new = UnsafeMutablePointer<UInt64>.allocate(capacity: 3 * capacity)
            heap = new
            return new
        }

        func free() {
            symbols.deallocate()
            lengths.deallocate()
            next.deallocate()
            previous.deallocate()
            heap?.deallocate()
        }

        @inline(__always)
        mutating func append(_ symbol: UInt32, length: UInt32) {
            assert(count < capacity)
            symbols[count] = symbol
            lengths[count] = length
            count &+= 1
        }
    }

    /// Capacities beyond these are not kept between calls.
    private static let keptTokens = 1 << 20
    private static let keptSymbols = 1 << 16

    let state: UnsafeMutablePointer<State>
    /// Words that had to be merged.
    let cache = WordCache()
    var longCache = LongWordCache()
    /// For `BPE.mergeLanes`: symbols, with room for those of three times as many bytes, and the keys of pairs.
    let lanes: UnsafeMutablePointer<UInt32>
    let pairKeys: UnsafeMutablePointer<Int32>
    /// The ends of the next pieces, and of the parts of one of them.
    let ends: UnsafeMutablePointer<Int>
    let partEnds: UnsafeMutablePointer<Int>
    var lastWindow = LastWindow()
    let batch = WordBatch()
    let group = WordGroup()

    init(expected: Int) {
        let capacity = max(expected, 64)
        state = .allocate(capacity: 1)
        state.initialize(to: State(ids: .allocate(capacity: capacity), capacity: capacity))
        lanes = .allocate(capacity: 3 * Self.laneCount)
        pairKeys = .allocate(capacity: Self.laneCount + cscan_word.block)
        ends = .allocate(capacity: Self.endCapacity)
        partEnds = .allocate(capacity: Self.endCapacity)
    }

    deinit {
        _ = giveBack()
        cache?.free()
        longCache?.free()
        state.pointee.ids.deallocate()
        state.pointee.word.free()
        state.pointee.path.deallocate()
        state.deallocate()
        lanes.deallocate()
        pairKeys.deallocate()
        ends.deallocate()
        partEnds.deallocate()
        lastWindow.free()
        batch.free()
        group.free()
    }

    /// Has the memory be there that longer texts use: some calls of the system in the place of two hundred faults while words wait.
    func populate() {
        cache?.populate()
        longCache?.populate()
        batch.populate()
        group.populate()
        ZeroedMemory.populate(ends, Self.endCapacity)
    }

    /// As after `init`, but for the cache. Memory that one very long text needed is given back.
    func reset() {
        _ = giveBack()
        state.pointee.count = 0
        state.pointee.isIrregular = false
        state.pointee.isPlaced = false
        state.pointee.lacksUnknown = false
        if state.pointee.capacity > Self.keptTokens {
            state.pointee.ids.deallocate()
            state.pointee.ids = .allocate(capacity: 64)
            state.pointee.capacity = 64
        }
        if state.pointee.word.capacity > Self.keptSymbols {
            state.pointee.word.free()
            state.pointee.word = Word()
        }
        if state.pointee.pathCapacity > Self.keptSymbols {
            state.pointee.path.deallocate()
            state.pointee.path = .allocate(capacity: 1)
            state.pointee.pathCapacity = 1
        }
    }

    /// Counts work in debug builds.
    @inline(__always)
    func spend(_ symbols: Int) {
        assert(
            {
                state.pointee.work &+= symbols
                return true
            }())
    }

    var count: Int { state.pointee.count }
    var ids: UnsafeMutablePointer<UInt32> { state.pointee.ids }

    @inline(__always)
    func append(_ id: UInt32) {
        reserve(1)
        state.pointee.ids[state.pointee.count] = id
        state.pointee.count &+= 1
    }

    /// Has tokens written to memory of the caller's, until they no longer fit or `giveBack` is called. There are none yet.
    func borrow(_ room: UnsafeMutableBufferPointer<UInt32>) {
        guard let base = room.baseAddress else { return }
        state.pointee.own = UnsafeMutableBufferPointer(start: state.pointee.ids, count: state.pointee.capacity)
        state.pointee.ids = base
        state.pointee.capacity = room.count
    }

    /// Ends `borrow`; returns whether the tokens are in the caller's memory, and there are none here.
    func giveBack() -> Bool {
        guard let own = state.pointee.own, let base = own.baseAddress else { return false }
        state.pointee.ids = base
        state.pointee.capacity = own.count
        state.pointee.own = nil
        state.pointee.count = 0
        return true
    }

    /// Makes room for `more` ids.
    @inline(__always)
    func reserve(_ more: Int) {
        if state.pointee.count &+ more > state.pointee.capacity { grow(more) }
    }

    @inline(never)
    private func grow(_ more: Int) {
        let wanted = max(state.pointee.capacity * 2, state.pointee.count + more)
        let new = UnsafeMutablePointer<UInt32>.allocate(capacity: wanted)
        new.update(from: state.pointee.ids, count: state.pointee.count)
        if let own = state.pointee.own {
            own.baseAddress?.deallocate()
            state.pointee.own = nil
        } else {
            state.pointee.ids.deallocate()
        }
        state.pointee.ids = new
        state.pointee.capacity = wanted
    }

    /// Empties `word` and makes room for `count` symbols.
    @inline(__always)
    func startWord(_ count: Int) {
        state.pointee.word.count = 0
        if count > state.pointee.word.capacity { growWord(count) }
    }

    @inline(never)
    private func growWord(_ count: Int) {
        let capacity = max(count, state.pointee.word.capacity * 2)
        state.pointee.word.free()
        state.pointee.word = Word(capacity: capacity)
    }

    /// Room for `count` steps.
    func path(_ count: Int) -> UnsafeMutablePointer<Step> {
        if count > state.pointee.pathCapacity {
            state.pointee.path.deallocate()
            state.pointee.pathCapacity = max(count, 2 * state.pointee.pathCapacity)
            state.pointee.path = .allocate(capacity: state.pointee.pathCapacity)
        }
        return state.pointee.path
    }

    /// Starts a word of at most `count` tokens that say where they are.
    func startPlacedWord(_ count: Int) {
        startWord(count)
        state.pointee.isIrregular = true
        state.pointee.isPlaced = true
    }

    /// A token of such a word. With `isText` it goes by the text it covers and not by its own.
    @inline(__always)
    func appendPlaced(_ id: UInt32, _ start: Int, _ length: Int, isText: Bool = false) {
        state.pointee.word.previous[state.pointee.word.count] = isText ? 1 : 0
        state.pointee.word.next[state.pointee.word.count] = Int32(truncatingIfNeeded: start)
        state.pointee.word.append(id, length: UInt32(truncatingIfNeeded: length))
        append(id)
    }
}
