/// Words of up to fifteen bytes that are merged side by side. A merge waits for memory again and again; eight words wait
/// together.
struct WordGroup {
    static let capacity = 8
    /// Room for the symbols of a word.
    private static let lanes = 16

    struct Member: BitwiseCopyable {
        var lanes: Lanes
        var merge: Lanes.Merge
        /// Whose word it is: a number of the caller's.
        var index: Int
    }

    private let members: UnsafeMutablePointer<Member> = .allocate(capacity: capacity)
    private let symbols: UnsafeMutablePointer<UInt32> = .allocate(capacity: capacity * lanes)
    private let keys: UnsafeMutablePointer<Int32> = .allocate(capacity: capacity * lanes)
    private let bytes: UnsafeMutablePointer<UnsafePointer<UInt8>?> = .allocate(capacity: capacity)
    private let counts: UnsafeMutablePointer<Int> = .allocate(capacity: capacity)
    private let indices: UnsafeMutablePointer<Int> = .allocate(capacity: capacity)
    private let counter: UnsafeMutablePointer<Int> = .allocate(capacity: 1)

    init() { counter.initialize(to: 0) }

    func free() {
        members.deallocate()
        symbols.deallocate()
        keys.deallocate()
        bytes.deallocate()
        counts.deallocate()
        indices.deallocate()
        counter.deallocate()
    }

    var isFull: Bool { counter.pointee == Self.capacity }
    var isEmpty: Bool { counter.pointee == 0 }

    /// Adds a word of 1 to 15 bytes; there must be room.
    @inline(__always)
    func add(_ p: UnsafePointer<UInt8>, _ length: Int, _ index: Int, _ model: BPE) {
        let count = counter.pointee
        let symbols = symbols + Self.lanes &* count
        let n = model.start(p, length) { symbols[$0] = $1 }
        bytes[count] = n == length ? p : nil
        if n < length { model.expectPairs(symbols, n, model.pairs.view) }
        counts[count] = n
        indices[count] = index
        counter.pointee = count &+ 1
    }

    /// Merges the words and empties the group; `take` gets each word's index and tokens.
    @inline(__always)
    func merge(_ model: BPE, _ take: (Int, UnsafePointer<UInt32>, Int) -> Void) {
        let pairs = model.pairs.view
        let count = counter.pointee
        for i in 0..<count {
            let symbols = symbols + Self.lanes &* i
            let keys = keys + Self.lanes &* i
            let lowest = model.firstKeys(symbols, keys, counts[i], bytes[i], pairs)
            let lanes = Lanes(symbols, keys, counts[i], lowest)
            (members + i).initialize(to: Member(lanes: lanes, merge: Lanes.Merge(), index: indices[i]))
        }
        var left = count
        counter.pointee = 0
        while left > 0 {
            var i = 0
            while i < left {
                if members[i].lanes.lowest < Lanes.noKey {
                    members[i].merge = members[i].lanes.merge(pairs)
                    members[i].lanes.expect(members[i].merge, pairs)
                    i &+= 1
                    continue
                }
                let tokens = members[i].lanes.gather()
                take(members[i].index, members[i].lanes.symbols, tokens)
                left &-= 1
                members[i] = members[left]
            }
            for i in 0..<left { members[i].lanes.settle(members[i].merge, pairs) }
        }
    }
}
