/// An array at an address that stays the same as long as the object lives: for those who cannot hold on to a Swift array.
public final class FlatArray<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    // @unchecked: the memory is written once, before anyone else can see the object.
    private let memory: UnsafeMutableRawPointer?
    public let count: Int

    public convenience init(_ elements: [Element]) { self.init(copying: elements) }

    public init(copying elements: some Collection<Element>) {
        count = elements.count
        memory = FlatArray.allocate(count)
        guard let memory else { return }
        _ = UnsafeMutableBufferPointer(start: memory.bindMemory(to: Element.self, capacity: count), count: count)
            .initialize(from: elements)
    }

    /// The lists one after the other, each copied once.
    public init(joining lists: some Sequence<[Element]>) {
        count = lists.reduce(0) { $0 + $1.count }
        memory = FlatArray.allocate(count)
        var end = 0
        for list in lists where !list.isEmpty {
            list.withUnsafeBytes {
                memory?.advanced(by: end).copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: $0.count)
                end += $0.count
            }
        }
    }

    /// What `write` puts into room for at most so many elements; it says how many.
    public init(upTo limit: Int, _ write: (UnsafeMutableRawPointer) -> Int) {
        let room = FlatArray.allocate(limit)
        count = room.map(write) ?? 0
        if count > limit / 4 * 3 {
            memory = room
            return
        }
        // Copied once more: what is left of larger room would lie between thousands of arrays.
        memory = FlatArray.allocate(count)
        if let room { memory?.copyMemory(from: room, byteCount: count * MemoryLayout<Element>.stride) }
        room?.deallocate()
    }

    deinit { memory?.deallocate() }

    private static func allocate(_ count: Int) -> UnsafeMutableRawPointer? {
        if count == 0 { return nil }
        return .allocate(
            byteCount: count * MemoryLayout<Element>.stride, alignment: MemoryLayout<Element>.alignment)
    }

    /// The elements, as long as `body` runs.
    public func withBuffer<R, E>(_ body: (UnsafeBufferPointer<Element>) throws(E) -> R) throws(E) -> R {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeBufferPointer(start: pointer, count: count))
    }

    /// NULL for an empty array.
    public var pointer: UnsafePointer<Element>? {
        count == 0 ? nil : UnsafePointer(memory?.assumingMemoryBound(to: Element.self))
    }
}
