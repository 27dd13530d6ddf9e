/// The working memory of one `encode` call: nothing is allocated for a word. Made for the call, used by one thread.
final class EncodeScratch {
    /// Words of up to this many symbols are merged by scanning for the lowest rank.
    static let short = 32

    private(set) var ids: UnsafeMutablePointer<UInt32>
    private(set) var capacity: Int
    var count = 0

    /// For `BPE.mergeShort`.
    let ranks: UnsafeMutablePointer<UInt32>
    /// The ends of the next pieces.
    let ends: UnsafeMutablePointer<Int>
    static let endCapacity = 256

    /// Symbols of a word that is not short, and how many bytes each covers.
    var symbols: [UInt32] = []
    var lengths: [UInt32] = []
    var next: [Int32] = []
    var previous: [Int32] = []
    var heap: [UInt64] = []
    /// Set by a word whose symbols do not cover it byte for byte; then `lengths` has the lengths of its tokens.
    var isIrregular = false
    /// Set by an unknown character when the file's `unk_token` is not in the vocabulary.
    var lacksUnknown = false

    init(expected: Int) {
        capacity = max(expected, 64)
        ids = .allocate(capacity: capacity)
        ranks = .allocate(capacity: Self.short)
        ends = .allocate(capacity: Self.endCapacity)
    }

    deinit {
        ids.deallocate()
        ranks.deallocate()
        ends.deallocate()
    }

    /// Makes room for `more` ids.
    @inline(__always)
    func reserve(_ more: Int) {
        if count &+ more > capacity { grow(more) }
    }

    @inline(never)
    private func grow(_ more: Int) {
        let wanted = max(capacity * 2, count + more)
        let new = UnsafeMutablePointer<UInt32>.allocate(capacity: wanted)
        new.update(from: ids, count: count)
        ids.deallocate()
        ids = new
        capacity = wanted
    }
}
