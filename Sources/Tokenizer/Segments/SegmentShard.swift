import CScan
import Glibc
import Synchronization

/// A part of a `SegmentCache`: records one behind the other in a ring, and a table of where they are. One thread at a time
/// uses it, and others do without.
struct SegmentShard: ~Copyable {
    /// Of the ring, in units of eight bytes: 2 MB.
    private static let capacity: UInt64 = 1 << 18
    /// Of sets of four places and four hashes of texts that came once, a cache line each: 16 KB.
    private static let setBits: UInt64 = 8
    private static let setWords = 8
    private static let setCount = setWords << Int(setBits)
    /// A place is where a record starts, in units that count on and on, below some bits of its hash.
    private static let positionBits: UInt64 = 40

    /// How much memory a part has: a little that is used at once, and more that is used as it is filled.
    static let tableWords = setCount + setWords
    static let ringWords = Int(capacity)

    private let isTaken = Atomic(false)
    /// A record is the count of bytes in four bytes and of tokens in four, the text, and the tokens, each padded to a multiple
    /// of eight.
    private let ring: UnsafeMutablePointer<UInt64>
    private let sets: UnsafeMutablePointer<UInt64>
    /// Where the next record starts, less `capacity`. What is no more than `capacity` before it is still there.
    private let filled: UnsafeMutablePointer<UInt64>

    /// In memory of zeros, where the table begins a cache line.
    init(table: UnsafeMutablePointer<UInt64>, ring: UnsafeMutablePointer<UInt64>) {
        sets = table
        filled = table + Self.setCount
        self.ring = ring
    }

    /// How often a thread looks whether another has given the part back: one to three microseconds, in which a text is compared and copied, and
    /// less than one of 2 KB takes to be encoded.
    private static let patience = 64

    @inline(__always)
    private func take() -> Bool {
        for _ in 0..<Self.patience {
            let isFree = !isTaken.load(ordering: .relaxed)
            if isFree, isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged {
                return true
            }
            cscan_pause()
        }
        return false
    }

    @inline(__always)
    private func give() { isTaken.store(false, ordering: .releasing) }

    @inline(__always)
    private static func set(_ hash: UInt64) -> Int {
        setWords &* Int(truncatingIfNeeded: hash &>> 32 & (1 &<< setBits &- 1))
    }

    /// Has what `look` reads brought near.
    @inline(__always)
    func expect(_ hash: UInt64) { cscan_prefetch(sets + Self.set(hash)) }

    /// Bits of the hash that choose neither the shard nor the set.
    @inline(__always)
    private static func tag(_ hash: UInt64) -> UInt64 { hash &<< positionBits }

    @inline(__always)
    private static func words(_ bytes: Int) -> Int { (bytes &+ 7) &>> 3 }

    /// Whether a text with this hash is here, or came before. Remembers that it came.
    func look(_ hash: UInt64) -> SegmentCache.Finding {
        guard take() else { return .new }
        defer { give() }
        let set = sets + Self.set(hash)
        for i in 0..<4 where isHere(set[i], hash) { return .known }
        for i in 4..<8 where set[i] == hash { return .seen }
        for i in (5..<8).reversed() { set[i] = set[i &- 1] }
        set[4] = hash
        return .new
    }

    @inline(__always)
    private func isHere(_ place: UInt64, _ hash: UInt64) -> Bool {
        let position = place & (1 &<< Self.positionBits &- 1)
        return (place ^ Self.tag(hash)) &>> Self.positionBits == 0
            && filled.pointee &+ Self.capacity &- position <= Self.capacity
    }

    func append(
        _ p: UnsafePointer<UInt8>, _ count: Int, _ hash: UInt64, to scratch: EncodeScratch
    ) -> Bool {
        guard take() else { return false }
        defer { give() }
        let set = sets + Self.set(hash)
        for i in 0..<4 where isHere(set[i], hash) {
            let position = set[i] & (1 &<< Self.positionBits &- 1)
            let record = ring + Int(truncatingIfNeeded: position & (Self.capacity &- 1))
            guard Int(truncatingIfNeeded: record[0] & 0xFFFF_FFFF) == count, memcmp(record + 1, p, count) == 0 else {
                continue
            }
            let tokens = Int(truncatingIfNeeded: record[0] &>> 32)
            scratch.reserve(tokens)
            memcpy(scratch.ids + scratch.count, record + 1 + Self.words(count), 4 &* tokens)
            scratch.state.pointee.count &+= tokens
            return true
        }
        return false
    }

    func store(
        _ p: UnsafePointer<UInt8>, _ count: Int, _ hash: UInt64, _ ids: UnsafePointer<UInt32>, _ tokens: Int
    ) {
        let size = UInt64(1 + Self.words(count) + Self.words(4 * tokens))
        guard size <= Self.capacity / 16, take() else { return }
        defer { give() }
        forgetInTime()
        var head = filled.pointee + Self.capacity
        let left = Self.capacity - head & (Self.capacity - 1)
        if size > left { head += left }
        let record = ring + Int(truncatingIfNeeded: head & (Self.capacity - 1))
        record[0] = UInt64(truncatingIfNeeded: count) | UInt64(truncatingIfNeeded: tokens) << 32
        memcpy(record + 1, p, count)
        memcpy(record + 1 + Self.words(count), ids, 4 * tokens)
        let set = sets + Self.set(hash)
        for i in (1..<4).reversed() { set[i] = set[i - 1] }
        set[0] = Self.tag(hash) | head
        filled.pointee = head + size - Self.capacity
    }

    /// Every some terabytes counting starts again, and all is forgotten.
    private func forgetInTime() {
        guard filled.pointee >= 1 << Self.positionBits - 4 * Self.capacity else { return }
        sets.update(repeating: 0, count: Self.setCount)
        filled.pointee = 0
    }
}
