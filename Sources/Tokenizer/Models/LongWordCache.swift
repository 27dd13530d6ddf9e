/// As `WordCache`, for words of 16 bytes to 16 KB and any number of tokens: identifiers, names, runs of signs, which cost much
/// to merge and come again. Words and tokens lie one after the other in memory of fixed size; once it is
/// full all is forgotten.
struct LongWordCache {
    static let shortestWord = WordEntry.longestWord + 1
    static let longestWord = 1 << 14

    private static let bits: UInt64 = 16
    /// Of the memory of words, in units of eight bytes: 2 MB.
    private static let capacity = 1 << 18

    /// Where a record starts, 0 where none does. A record is the count of bytes in four bytes and of tokens in four, the
    /// word and zeros up to a multiple of eight, the tokens up to a multiple of two.
    private let slots: UnsafeMutablePointer<UInt32>
    private let memory: UnsafeMutablePointer<UInt64>
    private var used = 1

    init?() {
        guard let slots = ZeroedMemory.allocate(1 << Int(Self.bits), of: UInt32.self) else { return nil }
        guard let memory = ZeroedMemory.allocate(Self.capacity, of: UInt64.self) else {
            ZeroedMemory.free(slots, 1 << Int(Self.bits))
            return nil
        }
        self.slots = slots
        self.memory = memory
    }

    /// The slots, which are asked at random; the memory is there as it is filled.
    func populate() { ZeroedMemory.populate(slots, 1 << Int(Self.bits)) }

    func free() {
        ZeroedMemory.free(slots, 1 << Int(Self.bits))
        ZeroedMemory.free(memory, Self.capacity)
    }

    /// The last bytes of the word, fewer than eight, with zeros behind them.
    @inline(__always)
    private static func tail(_ p: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        // Words have more than eight bytes: their last eight hold the tail in the upper bytes.
        let last = UInt64(littleEndian: UnsafeRawPointer(p + count - 8).loadUnaligned(as: UInt64.self))
        return last &>> (64 &- UInt64(truncatingIfNeeded: count & 7) &* 8)
    }

    /// Of a word of 16 bytes or more.
    @inline(__always)
    static func hash(_ p: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        var state = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
        var i = 0
        while i &+ 8 <= count {
            state = mix(state ^ UInt64(littleEndian: UnsafeRawPointer(p + i).loadUnaligned(as: UInt64.self)))
            i &+= 8
        }
        return i < count ? mix(state ^ tail(p, count)) : state
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }

    @inline(__always)
    private static func slot(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> (64 &- bits)) }

    /// The tokens of a word of 16 bytes or more; nil where it is not here.
    @inline(__always)
    func find(_ p: UnsafePointer<UInt8>, _ count: Int, _ hash: UInt64) -> UnsafeBufferPointer<UInt32>? {
        let at = Int(slots[Self.slot(hash)])
        if at == 0 { return nil }
        let record = memory + at
        if Int(truncatingIfNeeded: record[0] & 0xFFFF_FFFF) != count { return nil }
        let words = count &>> 3
        for i in 0..<words {
            if UnsafeRawPointer(p + 8 &* i).loadUnaligned(as: UInt64.self) != record[1 &+ i] { return nil }
        }
        var tokens = record + 1 + words
        if count & 7 != 0 {
            if record[1 &+ words] != Self.tail(p, count) { return nil }
            tokens += 1
        }
        return UnsafeBufferPointer(
            start: UnsafeRawPointer(tokens).assumingMemoryBound(to: UInt32.self),
            count: Int(truncatingIfNeeded: record[0] &>> 32))
    }

    /// Remembers the tokens of a word of 16 bytes to 16 KB.
    mutating func store(
        _ p: UnsafePointer<UInt8>, _ count: Int, _ hash: UInt64, _ ids: UnsafePointer<UInt32>, _ tokens: Int
    ) {
        let words = (count + 7) / 8
        let size = 1 + words + (tokens + 1) / 2
        if used + size > Self.capacity {
            slots.update(repeating: 0, count: 1 << Int(Self.bits))
            used = 1
        }
        if used + size > Self.capacity { return }
        let record = memory + used
        record[0] = UInt64(truncatingIfNeeded: count) | UInt64(truncatingIfNeeded: tokens) << 32
        record[words] = 0
        UnsafeMutableRawPointer(record + 1).copyMemory(from: p, byteCount: count)
        UnsafeMutableRawPointer(record + 1 + words).copyMemory(from: ids, byteCount: 4 * tokens)
        slots[Self.slot(hash)] = UInt32(truncatingIfNeeded: used)
        used += size
    }
}
