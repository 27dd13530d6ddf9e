/// The tokens that merging does not make of their own bytes, of a vocabulary whose words are looked up before they are merged: only a word
/// that is one of them, or a part of a word, is anything else than what merging makes. It errs to the safe side: a table of bits.
final class UnmergedTokens: Sendable {
    private let bits: FixedTable<UInt64>
    private let shift: UInt64

    /// Takes the hashes of all.
    init(_ hashes: [UInt64]) {
        var size: UInt64 = 6
        while 1 << size < hashes.count * 64 { size += 1 }
        shift = 64 - size
        bits = FixedTable(count: hashes.isEmpty ? 0 : 1 << Int(size - 6), repeating: 0)
        for hash in hashes { bits.base[Int((hash >> shift) >> 6)] |= 1 << ((hash >> shift) & 63) }
    }

    init?(_ image: ImageReader) {
        guard let bits = image.table(of: UInt64.self), bits.count & (bits.count - 1) == 0 else { return nil }
        self.bits = bits
        shift = UInt64(64 - 6 - max(bits.count, 1).trailingZeroBitCount)
    }

    func write(to image: inout ImageWriter) { image.add(bits) }

    var isEmpty: Bool { bits.count == 0 }

    /// Of one byte or more.
    @inline(__always)
    static func hash(_ p: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        count > WordEntry.longestWord ? LongWordCache.hash(p, count) : WordKey(careful: p, count).hash
    }

    /// Whether what has this hash may be one of the tokens, of which there are some.
    @inline(__always)
    func mayHave(_ hash: UInt64) -> Bool {
        let bit = hash &>> shift
        return bits[Int(truncatingIfNeeded: bit &>> 6)] &>> (bit & 63) & 1 != 0
    }

    @inline(__always)
    func mayHave(_ p: UnsafePointer<UInt8>, _ count: Int) -> Bool { mayHave(Self.hash(p, count)) }
}
