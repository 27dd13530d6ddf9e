/// For two bytes side by side whether words may be cut between them, in text of ASCII and of the sign for a space that vocabularies of
/// SentencePiece have (U+2581): so 64 bytes are looked at without a branch.
final class CutTable: Sendable {
    private static let joined: UInt8 = 0
    private static let cut: UInt8 = 1
    private static let unknown: UInt8 = 2

    /// The second byte above the first.
    private let kinds: FixedTable<UInt8>

    /// `joins` is asked for two characters, the last byte of the one and the first of the other.
    init(_ joins: (UInt32, UInt32, UInt8, UInt8) -> Bool) {
        kinds = FixedTable(count: 1 << 16, repeating: Self.unknown)
        func set(_ last: UInt8, _ first: UInt8, _ kind: UInt8) { kinds.base[Int(first) << 8 | Int(last)] = kind }
        for a in 0...128 as ClosedRange<UInt32> {
            for b in 0...128 as ClosedRange<UInt32> {
                let (last, first) = (a < 128 ? UInt8(a) : 0x81, b < 128 ? UInt8(b) : 0xE2)
                let isJoined = joins(a < 128 ? a : 0x2581, b < 128 ? b : 0x2581, last, first)
                set(last, first, isJoined ? Self.joined : Self.cut)
            }
        }
        set(0xE2, 0x96, Self.joined)
        set(0x96, 0x81, Self.joined)
    }

    /// A bit for each of the 64 bytes at `p` before which words may be cut; nil where it is not known. One byte is before them, and where
    /// it is not ASCII, it is the last of the sign.
    @inline(__always)
    func cuts(_ p: UnsafePointer<UInt8>) -> UInt64? {
        let kinds = UnsafePointer(kinds.base)
        let raw = UnsafeRawPointer(p - 1)
        var bits: UInt64 = 0
        for part in 0..<4 {
            var seen: UInt8 = 0
            for k in (16 &* part)..<(16 &* part &+ 16) {
                let pair = UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: k, as: UInt16.self))
                let kind = kinds[Int(pair)]
                seen |= kind
                bits |= UInt64(kind) &<< UInt64(truncatingIfNeeded: k)
            }
            if seen & Self.unknown != 0 { return nil }
        }
        return bits
    }

    /// How many of the 64 bytes at `p`, of which `cuts` are known, are whole characters: what the last begins with may be no sign.
    @inline(__always)
    static func whole(_ p: UnsafePointer<UInt8>) -> Int { p[63] == 0xE2 ? 63 : p[62] == 0xE2 ? 62 : 64 }
}
