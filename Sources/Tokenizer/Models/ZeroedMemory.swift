import Glibc

/// Memory of zeros for tables of fixed size, straight from the system: what is never used costs nothing, unless it is populated.
enum ZeroedMemory {
    /// Nil where the system has none: a cache can be done without. In large pages a table is found by the processor without
    /// looking for its pages, and is there after one fault and not after hundreds.
    static func allocate<Element: BitwiseCopyable>(
        _ count: Int, of type: Element.Type = Element.self, inLargePages isLarge: Bool = false
    ) -> UnsafeMutablePointer<Element>? {
        let size = count * MemoryLayout<Element>.stride
        guard let memory = LargePage.reserve(size, PROT_READ | PROT_WRITE) else { return nil }
        if isLarge { madvise(memory, size, MADV_HUGEPAGE) }
        return memory.bindMemory(to: type, capacity: count)
    }

    /// Has memory that will be used be there. Where the system does not know this it will be when it is used.
    static func populate<Element>(_ memory: UnsafeMutablePointer<Element>, _ count: Int) {
        let start = (UInt(bitPattern: memory) + 4095) / 4096 * 4096
        let end = (UInt(bitPattern: memory) + UInt(count * MemoryLayout<Element>.stride)) / 4096 * 4096
        if start < end { madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_POPULATE_WRITE) }
    }

    static func free<Element>(_ memory: UnsafeMutablePointer<Element>, _ count: Int) {
        munmap(memory, count * MemoryLayout<Element>.stride)
    }
}
