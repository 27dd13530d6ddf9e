/// The tokens of a vocabulary by their bytes: all that start at a position, or the longest. A step costs one hashed look.
final class PrefixTree: Sendable {
    /// A node and a byte in the upper half, in the lower the next node and whether a token ends there; 0 is free. The root has no edge to it.
    private let edges: FixedTable<UInt64>
    private let mask: Int
    /// Odd and made at random: nobody can write a file whose tokens collide.
    private let multiplier: UInt64
    /// For each node the token that ends there, if one does.
    private let tokens: FixedTable<UInt32>

    private static let isEnd: UInt64 = 1 << 31
    private static let node: UInt64 = 1 << 24 - 1

    /// The most bytes a vocabulary may have in all.
    static let limit = 1 << 23

    init?(_ image: ImageReader) {
        guard let numbers = image.numbers(1), let edges = image.table(of: UInt64.self),
            let tokens = image.table(of: UInt32.self), edges.count.nonzeroBitCount == 1, tokens.count > 0
        else { return nil }
        multiplier = numbers[0]
        mask = edges.count - 1
        (self.edges, self.tokens) = (edges, tokens)
    }

    func write(to image: inout ImageWriter) {
        image.add(numbers: [multiplier])
        image.add(edges)
        image.add(tokens)
    }

    /// What `content` says of tokens. Of equal contents the last counts, and all together have at most `limit` bytes.
    init(_ vocabulary: Vocabulary, content: (UInt32) -> UnsafeBufferPointer<UInt8>?) {
        multiplier = UInt64.random(in: 0 ... .max) | 1
        var expected = 1 << 10
        while expected < 4 * vocabulary.count { expected *= 2 }
        var edges = FixedTable<UInt64>(count: expected, repeating: 0)
        var tokens: [UInt32] = [0]
        for id in 0..<UInt32(truncatingIfNeeded: vocabulary.limit) where vocabulary.contains(id) {
            guard let content = content(id), content.count > 0 else { continue }
            if 2 * (tokens.count + content.count) > edges.count {
                edges = Self.grown(edges, by: content.count, multiplier)
            }
            var slot = 0
            var node: UInt64 = 0
            for byte in content {
                slot = Self.slot(node << 8 | UInt64(byte), edges.base, edges.count - 1, multiplier)
                if edges[slot] == 0 {
                    edges.base[slot] = node << 40 | UInt64(byte) << 32 | UInt64(tokens.count)
                    tokens.append(0)
                }
                node = edges[slot] & Self.node
            }
            edges.base[slot] |= Self.isEnd
            tokens[Int(node)] = id
        }
        mask = edges.count - 1
        self.edges = edges
        self.tokens = FixedTable(tokens)
    }

    private static func grown(
        _ edges: FixedTable<UInt64>, by more: Int, _ multiplier: UInt64
    ) -> FixedTable<UInt64> {
        var count = 2 * edges.count
        while count < 4 * more { count *= 2 }
        let larger = FixedTable<UInt64>(count: count, repeating: 0)
        for i in 0..<edges.count where edges[i] != 0 {
            larger.base[slot(edges[i] >> 32, larger.base, count - 1, multiplier)] = edges[i]
        }
        return larger
    }

    /// Where the edge of a node and a byte is, or belongs.
    @inline(__always)
    private static func slot(
        _ key: UInt64, _ edges: UnsafePointer<UInt64>, _ mask: Int, _ multiplier: UInt64
    ) -> Int {
        var slot = Int(truncatingIfNeeded: (key &* multiplier) &>> 32) & mask
        while edges[slot] != 0, edges[slot] &>> 32 != key { slot = (slot &+ 1) & mask }
        return slot
    }

    /// Calls `body` with the length and the token of every prefix of `p..<p + count`, shortest first.
    @inline(__always)
    func prefixes(_ p: UnsafePointer<UInt8>, _ count: Int, _ body: (Int, UInt32) -> Void) {
        let (edges, tokens, mask, multiplier) = (edges.base, tokens.base, mask, multiplier)
        var node: UInt64 = 0
        var i = 0
        while i < count {
            let edge = edges[Self.slot(node &<< 8 | UInt64(p[i]), edges, mask, multiplier)]
            if edge == 0 { return }
            node = edge & Self.node
            i &+= 1
            if edge & Self.isEnd != 0 { body(i, tokens[Int(node)]) }
        }
    }
}
