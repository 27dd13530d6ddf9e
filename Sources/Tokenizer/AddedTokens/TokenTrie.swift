import CScan

/// Finds added tokens in a text: the leftmost, and of those that start there the longest.
///
/// Bytes that start no token cost one table look each. A position where some token starts costs up to the length of the
/// longest token, so a text costs at most its length times that.
final class TokenTrie: Sendable {
    /// For a node and a byte the next node: key (node << 8 | byte) + 1 in the high half, node in the low.
    private let edges: FixedTable<UInt64>
    private let mask: Int
    /// Odd and made at random: nobody can write a file whose tokens collide.
    private let multiplier: UInt64
    /// For each node the index of the pattern that ends there, or -1.
    private let patterns: FixedTable<Int32>
    /// For each byte the node below the root, or 0.
    private let roots: FixedTable<UInt32>
    /// The bytes that tokens start with, and those that come next; nil where they start with more than eight.
    private let starts: FixedTable<cscan_starts>?
    let isEmpty: Bool

    /// Of equal patterns the first counts. Empty patterns are ignored.
    init(_ contents: [[UInt8]]) {
        let total = contents.reduce(0) { $0 + $1.count }
        var capacity = 16
        while capacity < total * 2 { capacity *= 2 }
        let roots = FixedTable<UInt32>(count: 256, repeating: 0)
        edges = FixedTable(count: capacity, repeating: 0)
        mask = capacity - 1
        multiplier = UInt64.random(in: 0 ... .max) | 1
        patterns = FixedTable(count: total + 1, repeating: -1)
        var count: UInt32 = 1
        for (index, content) in contents.enumerated() where !content.isEmpty {
            var node: UInt32 = 0
            for byte in content {
                let key = (UInt64(node) << 8 | UInt64(byte)) + 1
                var slot = Int(truncatingIfNeeded: (key &- 1) &* multiplier >> 32) & mask
                while edges[slot] != 0, edges[slot] >> 24 != key { slot = (slot + 1) & mask }
                if edges[slot] == 0 {
                    edges.base[slot] = key << 24 | UInt64(count)
                    if node == 0 { roots.base[Int(byte)] = count }
                    count += 1
                }
                node = UInt32(truncatingIfNeeded: edges[slot] & 0xFF_FFFF)
            }
            if patterns[Int(node)] < 0 { patterns.base[Int(node)] = Int32(truncatingIfNeeded: index) }
        }
        self.roots = roots
        starts = Self.starts(contents.filter { !$0.isEmpty })
        isEmpty = count == 1
    }

    private static func starts(_ contents: [[UInt8]]) -> FixedTable<cscan_starts>? {
        let firsts = Set(contents.map { $0[0] }).sorted()
        var seconds = contents.contains { $0.count == 1 } ? [] : Set(contents.map { $0[1] }).sorted()
        if seconds.count > 8 { seconds = [] }
        guard 1...8 ~= firsts.count else { return nil }
        let table = FixedTable(count: 1, repeating: cscan_starts())
        table.base.pointee.first_count = UInt8(firsts.count)
        table.base.pointee.second_count = UInt8(seconds.count)
        for i in 0..<8 {
            withUnsafeMutableBytes(of: &table.base.pointee.first) { $0[i] = firsts[i % firsts.count] }
            if seconds.isEmpty { continue }
            withUnsafeMutableBytes(of: &table.base.pointee.second) { $0[i] = seconds[i % seconds.count] }
        }
        return table
    }

    /// The most nodes a trie may have: an edge holds a node in 24 bits.
    static let limit = 1 << 24

    @inline(__always)
    private func next(_ node: UInt32, _ byte: UInt8) -> UInt32? {
        let key = UInt64(node) << 8 | UInt64(byte)
        var slot = Int(truncatingIfNeeded: key &* multiplier >> 32) & mask
        while edges[slot] != 0 {
            if edges[slot] >> 24 == key &+ 1 { return UInt32(truncatingIfNeeded: edges[slot] & 0xFF_FFFF) }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    /// The next match in `from..<to`: where it starts and ends, and which pattern it is.
    @inline(__always)
    func find(_ p: UnsafePointer<UInt8>, from: Int, to: Int) -> (start: Int, end: Int, pattern: Int)? {
        var i = from
        while i < to {
            if let starts {
                i &+= cscan_find_start(p + i, to &- i, starts.base)
                if i == to { break }
            }
            var node = roots[Int(p[i])]
            if node != 0 {
                var at = i &+ 1
                var found: (end: Int, pattern: Int)?
                while true {
                    if patterns[Int(node)] >= 0 { found = (at, Int(patterns[Int(node)])) }
                    guard at < to, let below = next(node, p[at]) else { break }
                    node = below
                    at &+= 1
                }
                if let found { return (i, found.end, found.pattern) }
            }
            i &+= 1
        }
        return nil
    }
}
