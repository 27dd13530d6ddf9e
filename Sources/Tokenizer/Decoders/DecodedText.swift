/// A text in memory of its own, which whoever wants to keep it takes over: a long text is written once and not copied.
public struct DecodedText: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    public private(set) var count = 0

    /// How many bytes behind those of a text may be written.
    private static let slack = 32

    init() {
        capacity = 64
        base = .allocate(capacity: capacity)
    }

    init(_ bytes: [UInt8]) {
        self.init()
        append(bytes)
    }

    deinit { base.deallocate() }

    /// The text from `start` on.
    public func withBytes<Result>(from start: Int = 0, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        body(UnsafeBufferPointer(start: base + start, count: count - start))
    }

    /// Where the text ends: a place that is good until there has to be more room.
    var end: UnsafeMutableRawPointer { UnsafeMutableRawPointer(base + count) }

    /// Makes room for so many bytes more, and some behind them; `expected` is how many may come in all.
    @inline(__always)
    mutating func reserve(_ more: Int, expected: Int) {
        // A NUL comes behind the text.
        if count &+ more &+ Self.slack >= capacity { grow(more, expected) }
    }

    @inline(never)
    private mutating func grow(_ more: Int, _ expected: Int) {
        let needed = count + more + Self.slack + 1
        // What is expected may never come: no more than is there already, or than a little. What is not may: the text grows by a part of itself.
        capacity = needed + min(max(expected - more, needed / 8), max(needed, 1 << 24))
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
    }

    /// The text ends where somebody has written to.
    @inline(__always)
    mutating func close(at end: UnsafeMutableRawPointer) { count = end - UnsafeMutableRawPointer(base) }

    mutating func removeLast(_ removed: Int) { count -= removed }

    mutating func append(_ bytes: [UInt8]) {
        reserve(bytes.count, expected: bytes.count)
        bytes.withUnsafeBufferPointer {
            if let from = $0.baseAddress { (base + count).update(from: from, count: $0.count) }
        }
        count += bytes.count
    }

    mutating func removeFirst(_ removed: Int) {
        if removed == 0 { return }
        count -= removed
        base.update(from: base + removed, count: count)
    }

    /// The memory, which the caller now owns, with room for a NUL behind the text.
    public consuming func take() -> UnsafeMutableBufferPointer<UInt8> {
        let bytes = UnsafeMutableBufferPointer(start: base, count: count)
        discard self
        return bytes
    }
}
