/// What words of up to fifteen bytes encoded to, up to four tokens each: a table of fixed size in which a word has two
/// places, side by side, and the last two that came there stay. The whole word is compared, so a result is the one that
/// encoding it again would give; what is in the table changes only how fast. One thread uses it at a time.
///
/// A hit costs one load of the word, one multiplication and one cache line; nine of ten words of most texts hit.
struct WordCache {
    static let longestWord = 15
    static let mostTokens = 4

    /// Two words of a key and two of tokens.
    struct Entry: BitwiseCopyable {
        /// The bytes of the word; the length is the last. No word has length 0, so a zero key is free.
        var low: UInt64
        var high: UInt64
        /// The tokens, the first in the low half of the first; above its 24 bits stands how many they are.
        var first: UInt64
        var second: UInt64
    }

    /// Of pairs of entries: 2 MB in all.
    private static let bits: UInt64 = 15
    private let entries: UnsafeMutablePointer<Entry>

    init() {
        let count = 2 << Int(Self.bits)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Entry>.stride, alignment: 64)
        entries = memory.initializeMemory(
            as: Entry.self, repeating: Entry(low: 0, high: 0, first: 0, second: 0), count: count)
    }

    func free() { entries.deallocate() }

    /// The first of the two places for the word of `count` bytes, 1 to 15, at `p`, where 16 may be read; and its key.
    @inline(__always)
    func place(
        _ p: UnsafePointer<UInt8>, _ count: Int
    ) -> (entry: UnsafeMutablePointer<Entry>, low: UInt64, high: UInt64) {
        let raw = UnsafeRawPointer(p)
        let length = UInt64(truncatingIfNeeded: count)
        let lowBits = min(length, 8) &* 8
        let highBits = (max(length, 8) &- 8) &* 8
        let low = UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self)) & (UInt64.max &>> (64 &- lowBits))
        let tail = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        let high = tail & ((1 &<< highBits) &- 1) | length &<< 56
        let product = (low ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: high ^ 0xD6E8_FEB8_6659_FD93)
        let hash = product.high ^ product.low
        return (entries + 2 &* Int(truncatingIfNeeded: hash &>> (64 &- Self.bits)), low, high)
    }

    /// Remembers a word's tokens, at most four, all below 2^24.
    @inline(__always)
    static func store(
        _ entry: UnsafeMutablePointer<Entry>, _ low: UInt64, _ high: UInt64, _ ids: UnsafePointer<UInt32>, _ count: Int
    ) {
        func id(_ i: Int) -> UInt64 { i < count ? UInt64(ids[i]) : 0 }
        entry[1] = entry[0]
        entry[0] = Entry(
            low: low, high: high, first: id(0) | UInt64(truncatingIfNeeded: count) &<< 24 | id(1) &<< 32,
            second: id(2) | id(3) &<< 32)
    }
}
