extension BPE {
    /// Merges the symbols of `scratch`'s word, of any number, with a heap of candidate pairs over a linked list, and
    /// appends what is left; the word's lengths become the lengths of that. A candidate is stale when its pair no longer
    /// makes the same token: the library compares just that (`Word::merge_all`, `models/bpe/word.rs`).
    func mergeWithHeap(_ scratch: EncodeScratch) {
        let memory = scratch.state.pointee.word.heapMemory()
        let word = scratch.state.pointee.word
        let count = word.count
        let symbols = word.symbols
        let lengths = word.lengths
        var heap = MinHeap(memory)
        for i in 0..<count {
            word.next[i] = Int32(truncatingIfNeeded: i &+ 1 < count ? i &+ 1 : -1)
            word.previous[i] = Int32(truncatingIfNeeded: i &- 1)
        }
        for i in 0..<max(count &- 1, 0) {
            let rank = pairs.rank(symbols[i], symbols[i &+ 1])
            if rank != PairTable.none { heap.add(UInt64(rank) << 32 | UInt64(truncatingIfNeeded: i)) }
        }
        heap.order()
        scratch.spend(count)
        while let top = heap.pop() {
            scratch.spend(1)
            let at = Int(UInt32(truncatingIfNeeded: top))
            let merged = pairs.merged(UInt32(truncatingIfNeeded: top >> 32))
            if lengths[at] == 0 || word.next[at] < 0 { continue }
            let right = Int(word.next[at])
            let rank = pairs.rank(symbols[at], symbols[right])
            if rank == PairTable.none || pairs.merged(rank) != merged { continue }
            symbols[at] = merged
            lengths[at] &+= lengths[right]
            lengths[right] = 0
            let after = word.next[right]
            word.next[at] = after
            if after >= 0 {
                word.previous[Int(after)] = Int32(truncatingIfNeeded: at)
                let rank = pairs.rank(merged, symbols[Int(after)])
                if rank != PairTable.none { heap.push(UInt64(rank) << 32 | UInt64(truncatingIfNeeded: at)) }
            }
            let before = word.previous[at]
            if before >= 0 {
                let rank = pairs.rank(symbols[Int(before)], merged)
                if rank != PairTable.none { heap.push(UInt64(rank) << 32 | UInt64(truncatingIfNeeded: Int(before))) }
            }
        }
        scratch.reserve(count)
        let ids = scratch.ids + scratch.count
        var kept = 0
        for i in 0..<count where lengths[i] > 0 {
            ids[kept] = symbols[i]
            lengths[kept] = lengths[i]
            kept &+= 1
        }
        scratch.state.pointee.count &+= kept
    }
}

/// A binary heap, smallest first, in memory of the caller's, which must have room for all that is ever in it.
struct MinHeap {
    private let base: UnsafeMutablePointer<UInt64>
    private var count = 0

    init(_ base: UnsafeMutablePointer<UInt64>) { self.base = base }

    /// Adds a value without regard to order; `order` must follow.
    @inline(__always)
    mutating func add(_ value: UInt64) {
        base[count] = value
        count &+= 1
    }

    mutating func order() {
        for i in stride(from: count / 2 - 1, through: 0, by: -1) { sink(base[i], i) }
    }

    @inline(__always)
    mutating func push(_ value: UInt64) {
        var i = count
        count &+= 1
        while i > 0 {
            let parent = (i &- 1) / 2
            if base[parent] <= value { break }
            base[i] = base[parent]
            i = parent
        }
        base[i] = value
    }

    @inline(__always)
    mutating func pop() -> UInt64? {
        if count == 0 { return nil }
        let top = base[0]
        count &-= 1
        if count > 0 { sink(base[count], 0) }
        return top
    }

    @inline(__always)
    private func sink(_ value: UInt64, _ start: Int) {
        var i = start
        while true {
            var child = 2 &* i &+ 1
            if child >= count { break }
            if child &+ 1 < count, base[child &+ 1] < base[child] { child &+= 1 }
            if base[child] >= value { break }
            base[i] = base[child]
            i = child
        }
        base[i] = value
    }
}
