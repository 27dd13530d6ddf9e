import Glibc

/// Memory of zeros for tables of fixed size, straight from the system: what is never used costs nothing.
enum ZeroedMemory {
    /// A page where the processor and the system can have large ones.
    private static let largePage = 1 << 21

    /// Nil where the system has none: a cache can be done without. A table of large pages is found in by the processor without
    /// looking for its pages, and is there after one fault and not after hundreds; it begins one.
    static func allocate<Element: BitwiseCopyable>(
        _ count: Int, of type: Element.Type = Element.self, inLargePages isLarge: Bool = false
    ) -> UnsafeMutablePointer<Element>? {
        let size = count * MemoryLayout<Element>.stride
        let room = isLarge ? size + largePage : size
        let memory = mmap(nil, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let memory, memory != MAP_FAILED else { return nil }
        guard isLarge else { return memory.bindMemory(to: type, capacity: count) }
        let gap = (largePage - Int(bitPattern: memory) % largePage) % largePage
        if gap > 0 { munmap(memory, gap) }
        if gap < largePage { munmap(memory + gap + size, largePage - gap) }
        madvise(memory + gap, size, MADV_HUGEPAGE)
        return (memory + gap).bindMemory(to: type, capacity: count)
    }

    static func free<Element>(_ memory: UnsafeMutablePointer<Element>, _ count: Int) {
        munmap(memory, count * MemoryLayout<Element>.stride)
    }
}
