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
    /// The bytes that tokens start with, where they are eight or fewer, repeated, and how many they are; else 0.
    private let firsts: UInt64
    private let firstCount: Int
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
        let firsts = (0..<256).filter { roots[$0] != 0 }
        firstCount = firsts.count <= 8 ? firsts.count : 0
        self.firsts = (0..<8).reduce(0) { word, i in
            firsts.isEmpty ? 0 : word | UInt64(firsts[i % firsts.count]) << UInt64(8 * i)
        }
        isEmpty = count == 1
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

    /// The next byte that some token starts with.
    @inline(__always)
    private func skip(_ p: UnsafePointer<UInt8>, _ i: Int, _ to: Int) -> Int {
        withUnsafeBytes(of: firsts.littleEndian) { set in
            guard let set = set.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return i }
            return i &+ cscan_find_any(p + i, to &- i, set, firstCount)
        }
    }

    /// The next match in `from..<to`: where it starts and ends, and which pattern it is.
    @inline(__always)
    func find(_ p: UnsafePointer<UInt8>, from: Int, to: Int) -> (start: Int, end: Int, pattern: Int)? {
        var i = from
        while i < to {
            if firstCount > 0 {
                i = skip(p, i, to)
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
