/// A text in memory of its own, which whoever wants to keep it takes over: a long text is written once and not copied.
public struct DecodedText: ~Copyable {
    private let base: UnsafeMutablePointer<UInt8>
    private var count: Int

    /// With room for `capacity` bytes, the bytes that `DecodeTable.write` writes behind them, and a NUL.
    init(capacity: Int) {
        base = .allocate(capacity: capacity + DecodeTable.slack + 1)
        count = 0
    }

    init(_ bytes: [UInt8]) {
        self.init(capacity: bytes.count)
        bytes.withUnsafeBufferPointer { if let from = $0.baseAddress { base.update(from: from, count: $0.count) } }
        count = bytes.count
    }

    deinit { base.deallocate() }

    /// `body` writes the text and says how many bytes it has, at most as many as there is room for.
    mutating func fill(_ body: (UnsafeMutablePointer<UInt8>) -> Int) { count = body(base) }

    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        body(UnsafeBufferPointer(start: base, count: count))
    }

    /// The memory, which the caller now owns, with room for a NUL behind the text.
    public consuming func take() -> UnsafeMutableBufferPointer<UInt8> {
        let bytes = UnsafeMutableBufferPointer(start: base, count: count)
        discard self
        return bytes
    }
}
