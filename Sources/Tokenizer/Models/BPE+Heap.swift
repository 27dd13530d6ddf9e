extension BPE {
    /// Merges `scratch.symbols`, of any number, with a heap of candidate pairs over a linked list, and appends what is
    /// left; `scratch.lengths` becomes the lengths of that. A candidate is stale when its pair no longer makes the same
    /// token: the library compares just that (`Word::merge_all`, `models/bpe/word.rs`).
    func mergeLong(_ scratch: EncodeScratch) {
        let count = scratch.symbols.count
        scratch.next = (0..<count).map { Int32(truncatingIfNeeded: $0 + 1 < count ? $0 + 1 : -1) }
        scratch.previous = (0..<count).map { Int32(truncatingIfNeeded: $0 - 1) }
        scratch.heap.removeAll(keepingCapacity: true)
        for i in 0..<max(count - 1, 0) {
            let rank = pairs.rank(scratch.symbols[i], scratch.symbols[i + 1])
            if rank != PairTable.none { scratch.heap.append(UInt64(rank) << 32 | UInt64(i)) }
        }
        MinHeap.order(&scratch.heap)
        while let top = MinHeap.pop(&scratch.heap) {
            let at = Int(UInt32(truncatingIfNeeded: top))
            let merged = pairs.merged(UInt32(truncatingIfNeeded: top >> 32))
            if scratch.lengths[at] == 0 || scratch.next[at] < 0 { continue }
            let right = Int(scratch.next[at])
            let rank = pairs.rank(scratch.symbols[at], scratch.symbols[right])
            if rank == PairTable.none || pairs.merged(rank) != merged { continue }
            scratch.symbols[at] = merged
            scratch.lengths[at] += scratch.lengths[right]
            scratch.lengths[right] = 0
            let after = scratch.next[right]
            scratch.next[at] = after
            if after >= 0 {
                scratch.previous[Int(after)] = Int32(truncatingIfNeeded: at)
                push(at, Int(after), scratch)
            }
            let before = scratch.previous[at]
            if before >= 0 { push(Int(before), at, scratch) }
        }
        scratch.reserve(count)
        var kept = 0
        for i in 0..<count where scratch.lengths[i] > 0 {
            scratch.ids[scratch.count] = scratch.symbols[i]
            scratch.count += 1
            scratch.lengths[kept] = scratch.lengths[i]
            kept += 1
        }
        if count > 65536 {
            scratch.next = []
            scratch.previous = []
            scratch.heap = []
        }
    }

    private func push(_ left: Int, _ right: Int, _ scratch: EncodeScratch) {
        let rank = pairs.rank(scratch.symbols[left], scratch.symbols[right])
        if rank != PairTable.none { MinHeap.push(UInt64(rank) << 32 | UInt64(left), &scratch.heap) }
    }
}

/// A binary heap, smallest first, in an array of the caller's.
enum MinHeap {
    static func order(_ heap: inout [UInt64]) {
        for i in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(&heap, i) }
    }

    static func push(_ value: UInt64, _ heap: inout [UInt64]) {
        heap.append(value)
        var i = heap.count - 1
        while i > 0, heap[(i - 1) / 2] > value {
            heap[i] = heap[(i - 1) / 2]
            i = (i - 1) / 2
        }
        heap[i] = value
    }

    static func pop(_ heap: inout [UInt64]) -> UInt64? {
        guard let top = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            sink(&heap, 0)
        }
        return top
    }

    private static func sink(_ heap: inout [UInt64], _ start: Int) {
        heap.withUnsafeMutableBufferPointer { heap in
            let value = heap[start]
            var i = start
            while true {
                var child = 2 * i + 1
                if child >= heap.count { break }
                if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
                if heap[child] >= value { break }
                heap[i] = heap[child]
                i = child
            }
            heap[i] = value
        }
    }
}
