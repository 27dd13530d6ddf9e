/// As `WordCache`, for words of up to 64 bytes and up to 24 tokens: runs of Han and Kana, indentation, identifiers, which
/// cost much to merge and come again. A word has one place.
struct LongWordCache {
    static let longestWord = 64
    static let mostTokens = 24
    /// How many bytes must be readable at a word: eight are read at a time.
    static let readable = longestWord + 8

    // A slot: the length in four bytes, 0 where it is free, the count of tokens in four, the word and zeros, the tokens.
    private static let text = 8
    private static let tokens = 8 + longestWord
    private static let stride = 192
    private static let bits: UInt64 = 13

    private let slots: UnsafeMutableRawPointer

    init() {
        slots = UnsafeMutableRawPointer(ZeroedMemory.allocate(Self.stride << Int(Self.bits), of: UInt8.self))
    }

    func free() { ZeroedMemory.free(slots) }

    /// The eight bytes of the word from `i` on, with zeros behind its end.
    @inline(__always)
    private static func chunk(_ p: UnsafePointer<UInt8>, _ i: Int, _ count: Int) -> UInt64 {
        let word = UnsafeRawPointer(p + i).loadUnaligned(as: UInt64.self)
        let left = UInt64(truncatingIfNeeded: count &- i)
        return left >= 8 ? word : UInt64(littleEndian: word) & ((1 &<< (left &* 8)) &- 1)
    }

    @inline(__always)
    private func slot(_ p: UnsafePointer<UInt8>, _ count: Int) -> UnsafeMutableRawPointer {
        var state = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
        var i = 0
        while i < count {
            let product = (state ^ Self.chunk(p, i, count)).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
            state = product.high ^ product.low
            i &+= 8
        }
        return slots + Int(truncatingIfNeeded: state &>> (64 &- Self.bits)) &* Self.stride
    }

    /// Writes the tokens of the word of `count` bytes, 1 to 64, to `out`, which has room for the most, and returns how
    /// many they are; nil where the word is not here.
    @inline(__always)
    func find(_ p: UnsafePointer<UInt8>, _ count: Int, _ out: UnsafeMutablePointer<UInt32>) -> Int? {
        let slot = slot(p, count)
        guard slot.load(as: UInt32.self) == UInt32(truncatingIfNeeded: count) else { return nil }
        var i = 0
        while i < count {
            let kept = UInt64(littleEndian: slot.load(fromByteOffset: Self.text &+ i, as: UInt64.self))
            if kept != UInt64(littleEndian: Self.chunk(p, i, count)) { return nil }
            i &+= 8
        }
        let tokens = Int(slot.load(fromByteOffset: 4, as: UInt32.self))
        for k in 0..<tokens { out[k] = slot.load(fromByteOffset: Self.tokens &+ 4 &* k, as: UInt32.self) }
        return tokens
    }

    /// Remembers a word's tokens, at most 24.
    @inline(__always)
    func store(_ p: UnsafePointer<UInt8>, _ count: Int, _ ids: UnsafePointer<UInt32>, _ tokens: Int) {
        let slot = slot(p, count)
        slot.storeBytes(of: UInt32(truncatingIfNeeded: count), as: UInt32.self)
        slot.storeBytes(of: UInt32(truncatingIfNeeded: tokens), toByteOffset: 4, as: UInt32.self)
        var i = 0
        while i < count {
            slot.storeBytes(of: Self.chunk(p, i, count), toByteOffset: Self.text &+ i, as: UInt64.self)
            i &+= 8
        }
        for k in 0..<tokens {
            slot.storeBytes(of: ids[k], toByteOffset: Self.tokens &+ 4 &* k, as: UInt32.self)
        }
    }
}
