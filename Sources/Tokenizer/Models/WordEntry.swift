import CScan

/// A word of up to fifteen bytes and the tokens, up to four, that it encodes to: half a cache line. The tables of words
/// hold these, so a word is compared in full wherever it is found.
struct WordEntry: BitwiseCopyable {
    static let longestWord = 15
    static let mostTokens = 4

    var key: WordKey
    /// The tokens, the first in the low half of the first; above its 24 bits stands how many they are, and `isPassed`.
    private var first: UInt64
    private var second: UInt64

    static let free = WordEntry(key: WordKey(low: 0, high: 0), first: 0, second: 0)
    var isFree: Bool { key.high == 0 }

    /// Of words that have no entry: what `write` returns for it is no number of tokens.
    static let unknown = WordEntry(key: WordKey(low: 0, high: 0), first: UInt64(unknownCount) << 24, second: 0)
    static let unknownCount = 7

    /// At most four tokens, all below 2^24.
    @inline(__always)
    init(_ key: WordKey, _ ids: UnsafePointer<UInt32>, _ count: Int) {
        func id(_ i: Int) -> UInt64 { i < count ? UInt64(ids[i]) : 0 }
        self.key = key
        first = id(0) | UInt64(truncatingIfNeeded: count) &<< 24 | id(1) &<< 32
        second = id(2) | id(3) &<< 32
    }

    private init(key: WordKey, first: UInt64, second: UInt64) {
        self.key = key
        self.first = first
        self.second = second
    }

    /// Writes the four tokens of an entry, of which those that count are kept, and returns how many those are.
    @inline(__always)
    static func write(_ entry: UnsafePointer<WordEntry>, to out: UnsafeMutableRawPointer) -> Int {
        // Behind the key, in little-endian order.
        cscan_copy_tokens(UnsafeRawPointer(entry) + MemoryLayout<WordKey>.size, out)
    }

    /// Five bits of each entry of a line of `WordTable`: that of each word that belongs there and went to another is set, so
    /// that others seldom look for themselves there.
    private static func pass(_ hash: UInt64) -> UInt64 { 27 &+ (hash & 0xFFFF &* 5) &>> 16 }

    /// Which of a line's entries has the bit of a word.
    @inline(__always)
    static func passing(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> 16 & 1) }

    @inline(__always)
    func isPassed(by hash: UInt64) -> Int { Int(truncatingIfNeeded: first &>> Self.pass(hash) & 1) }
    mutating func markPassed(by hash: UInt64) { first |= 1 &<< Self.pass(hash) }
}

/// The bytes of a word, zeros behind them, and its length as the last byte.
struct WordKey: BitwiseCopyable {
    var low: UInt64
    var high: UInt64

    /// No word's.
    static let none = WordKey(low: 0, high: .max)

    /// No word's: of one that is too long for an entry, and not for a `WordGroup`.
    static let long = WordKey(low: .max, high: .max)

    /// No word's: of a part of one that may be a token which merging does not make, and which it is not as a part. No cache may have it.
    static let part = WordKey(low: 1, high: .max - 1)

    /// No word's, and where in `WordBatch.tokens` the tokens of one are.
    @inline(__always)
    init(tokensAt start: Int, _ count: Int) {
        low = UInt64(truncatingIfNeeded: start) &<< 16 | UInt64(truncatingIfNeeded: count)
        high = .max
    }

    /// The same back; nil where there are none.
    @inline(__always)
    var tokens: (start: Int, count: Int)? {
        if high != .max || low == 0 { return nil }
        return (Int(truncatingIfNeeded: low &>> 16), Int(truncatingIfNeeded: low & 0xFFFF))
    }

    @inline(__always)
    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// Of the word of `count` bytes, 1 to 15, at `p`, where 16 may be read.
    @inline(__always)
    init(_ p: UnsafePointer<UInt8>, _ count: Int) {
        let raw = UnsafeRawPointer(p)
        low = UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self)) & cscan_low_bytes(count)
        high =
            UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) & cscan_high_bytes(count)
            | UInt64(truncatingIfNeeded: count) &<< 56
    }

    /// The same where no more than the word may be read.
    @inline(never)
    init(careful p: UnsafePointer<UInt8>, _ count: Int) {
        low = 0
        high = UInt64(truncatingIfNeeded: count) &<< 56
        for i in 0..<min(count, 8) { low |= UInt64(p[i]) &<< UInt64(truncatingIfNeeded: 8 &* i) }
        for i in 8..<max(count, 8) { high |= UInt64(p[i]) &<< UInt64(truncatingIfNeeded: 8 &* (i &- 8)) }
    }

    @inline(__always)
    var hash: UInt64 {
        let product = (low ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: high ^ 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }

    /// 1 where it is not that word, else 0: for where a branch would be wrong half the time.
    @inline(__always)
    func differs(from other: WordKey) -> Int {
        let difference = (low ^ other.low) | (high ^ other.high)
        return Int(truncatingIfNeeded: (difference | (0 &- difference)) &>> 63)
    }

    /// 1 where it is no word's, else 0.
    @inline(__always)
    var isNone: Int { Int(truncatingIfNeeded: high &>> 63) }

    @inline(__always)
    static func == (a: WordKey, b: WordKey) -> Bool { (a.low ^ b.low) | (a.high ^ b.high) == 0 }
}
