/// Words of at most eight bytes that encode to one token: nine of ten words of most texts. One load, one multiplication
/// and, nearly always, one cache line decide.
final class WordTable: Sendable {
    struct Entry: BitwiseCopyable {
        var key: UInt64
        var id: UInt32
        /// 0 is free.
        var length: UInt32
    }

    private let entries: FixedTable<Entry>
    private let shift: UInt64
    private let mask: Int

    init(capacity: Int) {
        var bits: UInt64 = 6
        while 1 << bits < capacity * 2 { bits += 1 }
        shift = 64 - bits
        mask = 1 << bits - 1
        entries = FixedTable(count: 1 << bits, repeating: Entry(key: 0, id: 0, length: 0))
    }

    /// The bytes at `p` as a key. `readable` counts the bytes that may be read there.
    @inline(__always)
    static func key(_ p: UnsafePointer<UInt8>, _ count: Int, readable: Int) -> UInt64 {
        if readable >= 8 {
            let word = UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
            return word & (UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 8 &* count))
        }
        var word: UInt64 = 0
        for i in 0..<count { word |= UInt64(p[i]) &<< UInt64(truncatingIfNeeded: 8 &* i) }
        return word
    }

    @inline(__always)
    private func slot(_ key: UInt64, _ count: Int) -> Int {
        let spread = (key ^ UInt64(truncatingIfNeeded: count) &<< 59) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: ((spread ^ spread >> 32) &* 0xD6E8_FEB8_6659_FD93) &>> shift)
    }

    /// To be called only while the tokenizer loads, once for each word.
    func insert(_ p: UnsafePointer<UInt8>, _ count: Int, id: UInt32) {
        let key = Self.key(p, count, readable: 0)
        var slot = slot(key, count)
        while entries[slot].length != 0 { slot = (slot + 1) & mask }
        entries.base[slot] = Entry(key: key, id: id, length: UInt32(truncatingIfNeeded: count))
    }

    /// The token of a word of one to eight bytes.
    @inline(__always)
    func find(_ key: UInt64, _ count: Int) -> UInt32? {
        var slot = slot(key, count)
        while true {
            let entry = entries[slot]
            if entry.key == key, entry.length == UInt32(truncatingIfNeeded: count) { return entry.id }
            if entry.length == 0 { return nil }
            slot = (slot &+ 1) & mask
        }
    }
}
