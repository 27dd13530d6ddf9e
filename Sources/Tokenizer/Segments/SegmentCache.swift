/// What stretches of text encoded to, for all threads of a tokenizer: a text that comes again, or a conversation that has
/// grown, costs little more than reading it. The whole stretch is compared, so what is in here changes only how fast a text is
/// encoded.
///
/// A text is stored when it comes for the second time: one that never comes again costs a look. Memory is bounded and used as
/// it is filled; what came first goes first. Nobody waits for long: a part that another thread goes on using holds nothing for the
/// moment, and one that was in use during a fork holds nothing in the child.
final class SegmentCache: Sendable {
    /// Shorter ones are encoded as fast as they are found.
    static let shortest = 64
    static let longest = 1 << 14

    private static let bits: UInt64 = 4
    private nonisolated(unsafe) let shards: UnsafeMutablePointer<SegmentShard>
    private nonisolated(unsafe) let memory: UnsafeMutablePointer<UInt64>
    private static let tables = SegmentShard.tableWords << Int(bits)
    private static let size = tables + SegmentShard.ringWords << Int(bits)
    private let seed = UInt64.random(in: 0 ... .max)

    /// Nil where the system has no memory.
    init?() {
        guard let memory = ZeroedMemory.allocate(Self.size, of: UInt64.self) else { return nil }
        self.memory = memory
        // What every text asks is there from the beginning: one call of the system in the place of a fault for each page.
        ZeroedMemory.populate(memory, Self.tables)
        shards = .allocate(capacity: 1 << Int(Self.bits))
        for i in 0..<(1 << Int(Self.bits)) {
            let shard = SegmentShard(
                table: memory + i * SegmentShard.tableWords,
                ring: memory + Self.tables + i * SegmentShard.ringWords)
            (shards + i).initialize(to: shard)
        }
    }

    deinit {
        shards.deinitialize(count: 1 << Int(Self.bits))
        shards.deallocate()
        ZeroedMemory.free(memory, Self.size)
    }

    /// Of a text of 16 bytes or more: of all of a short one, of a long one of eight stretches, its beginning and its end. Two that differ
    /// elsewhere take each other's places, at worst.
    @inline(__always)
    func hash(_ p: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        let raw = UnsafeRawPointer(p)
        @inline(__always)
        func mix(_ state: UInt64, _ i: Int) -> UInt64 {
            let low = raw.loadUnaligned(fromByteOffset: i, as: UInt64.self) ^ state
            let high = raw.loadUnaligned(fromByteOffset: i &+ 8, as: UInt64.self) ^ 0xD6E8_FEB8_6659_FD93
            let product = low.multipliedFullWidth(by: high)
            return product.high ^ product.low
        }
        // Two that do not wait for each other.
        var (first, second) = (seed ^ UInt64(truncatingIfNeeded: count), seed &* 0xA24B_AED4_963E_E407)
        let stride = max(32, count / 8)
        var i = 0
        while i &+ 32 < count {
            first = mix(first, i)
            second = mix(second, i &+ 16)
            i &+= stride
        }
        if i &+ 16 < count { first = mix(first, i) }
        return mix(first ^ second &<< 32 ^ second &>> 32, count &- 16) &* 0x9E37_79B9_7F4A_7C15
    }

    enum Finding {
        /// A text of the same hash is here, nearly always the same.
        case known
        /// It came before and should be stored.
        case seen
        case new
    }

    /// Has what `look` reads brought near.
    @inline(__always)
    func expect(_ hash: UInt64) { shards[Int(truncatingIfNeeded: hash &>> (64 &- Self.bits))].expect(hash) }

    /// What is to be expected of a text. One that is new is noted.
    @inline(__always)
    func look(_ hash: UInt64) -> Finding { shards[Int(truncatingIfNeeded: hash &>> (64 &- Self.bits))].look(hash) }

    /// Appends the tokens of a text, where they are known.
    @inline(__always)
    func append(_ p: UnsafePointer<UInt8>, _ count: Int, _ hash: UInt64, to scratch: EncodeScratch) -> Bool {
        shards[Int(truncatingIfNeeded: hash &>> (64 &- Self.bits))].append(p, count, hash, to: scratch)
    }

    /// Remembers the tokens of a text of `shortest` to `longest` bytes.
    func store(
        _ p: UnsafePointer<UInt8>, _ count: Int, _ hash: UInt64, _ ids: UnsafePointer<UInt32>, _ tokens: Int
    ) {
        shards[Int(truncatingIfNeeded: hash &>> (64 &- Self.bits))].store(p, count, hash, ids, tokens)
    }
}
