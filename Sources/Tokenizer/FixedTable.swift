import Glibc

/// An array of trivial values that is filled while a tokenizer loads and only read afterwards. Reads are not checked in
/// release builds: it is for the inner loops, whose indices come from the tables themselves.
///
/// Sendable although it holds a pointer: the memory is written before the tokenizer is handed out and never after, and
/// lives as long as the object.
final class FixedTable<Element: BitwiseCopyable>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Element>
    let count: Int
    /// Whose memory it is, where it is not the table's own; then it is only read.
    private let owner: (any AnyObject & Sendable)?

    init(count: Int, repeating value: Element) {
        self.count = count
        owner = nil
        base = Self.allocate(count)
        base.initialize(repeating: value, count: max(count, 1))
    }

    init(_ values: [Element]) where Element: AdditiveArithmetic {
        count = values.count
        owner = nil
        base = Self.allocate(values.count)
        base.initialize(repeating: .zero, count: max(values.count, 1))
        for (i, value) in values.enumerated() { base[i] = value }
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
        let size = max(count, 1) * MemoryLayout<Element>.stride
        let isLarge = size >= LargePage.size
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: isLarge ? LargePage.size : 64)
        // Tables are read at random: with large pages the processor finds them.
        if isLarge { madvise(memory, size, MADV_HUGEPAGE) }
        return memory.bindMemory(to: Element.self, capacity: max(count, 1))
    }

    init(_ base: UnsafeMutablePointer<Element>, count: Int, owner: any AnyObject & Sendable) {
        self.base = base
        self.count = count
        self.owner = owner
    }

    deinit {
        if owner == nil { base.deallocate() }
    }

    @inline(__always)
    subscript(i: Int) -> Element {
        assert(i >= 0 && i < count)
        return base[i]
    }
}
