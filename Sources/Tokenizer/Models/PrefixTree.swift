/// The tokens of a vocabulary by their bytes: all that start at a position, or the longest. A step costs one hashed look.
final class PrefixTree: Sendable {
    private static let none = UInt32.max

    /// A node and a byte in the upper 40 bits, the next node in the lower 24; 0 is free. The root has no edge to it.
    private let edges: FixedTable<UInt64>
    private let mask: Int
    /// Odd and made at random: nobody can write a file whose tokens collide.
    private let multiplier = UInt64.random(in: 0 ... .max) | 1
    /// For each node the token that ends there.
    private let tokens: FixedTable<UInt32>

    /// The most bytes a vocabulary may have in all.
    static let limit = 1 << 23

    /// Of equal contents the last counts. `total` is the bytes of all contents, at most `limit`.
    init(_ ids: some Sequence<UInt32>, total: Int, content: (UInt32) -> UnsafeBufferPointer<UInt8>?) {
        var capacity = 16
        while capacity < total * 2 { capacity *= 2 }
        mask = capacity - 1
        edges = FixedTable(count: capacity, repeating: 0)
        tokens = FixedTable(count: total + 1, repeating: Self.none)
        var count: UInt32 = 1
        for id in ids {
            guard let content = content(id) else { continue }
            var node: UInt32 = 0
            for byte in content {
                let key = UInt64(node) << 8 | UInt64(byte)
                var slot = slot(key)
                while edges[slot] != 0, edges[slot] >> 24 != key { slot = (slot + 1) & mask }
                if edges[slot] == 0 {
                    edges.base[slot] = key << 24 | UInt64(count)
                    count += 1
                }
                node = UInt32(truncatingIfNeeded: edges[slot] & 0xFF_FFFF)
            }
            tokens.base[Int(node)] = id
        }
    }

    @inline(__always)
    private func slot(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* multiplier) >> 32) & mask
    }

    /// The node below `node`, or 0.
    @inline(__always)
    private func next(_ node: UInt32, _ byte: UInt8) -> UInt32 {
        let key = UInt64(node) << 8 | UInt64(byte)
        var slot = slot(key)
        while true {
            let edge = edges[slot]
            if edge == 0 { return 0 }
            if edge >> 24 == key { return UInt32(truncatingIfNeeded: edge & 0xFF_FFFF) }
            slot = (slot &+ 1) & mask
        }
    }

    /// Calls `body` with the length and the token of every prefix of `p..<p + count`, shortest first.
    @inline(__always)
    func prefixes(_ p: UnsafePointer<UInt8>, _ count: Int, _ body: (Int, UInt32) -> Void) {
        var node: UInt32 = 0
        var i = 0
        while i < count {
            node = next(node, p[i])
            if node == 0 { return }
            i &+= 1
            let token = tokens[Int(node)]
            if token != Self.none { body(i, token) }
        }
    }
}
