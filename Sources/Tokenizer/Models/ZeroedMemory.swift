import Glibc

/// Memory of zeros from the C library: a large piece is fresh from the system and costs nothing before it is used.
enum ZeroedMemory {
    static func allocate<Element: BitwiseCopyable>(
        _ count: Int, of type: Element.Type = Element.self
    ) -> UnsafeMutablePointer<Element> {
        guard let memory = calloc(count, MemoryLayout<Element>.stride) else { fatalError("out of memory") }
        return memory.assumingMemoryBound(to: type)
    }

    static func free(_ memory: UnsafeMutableRawPointer) { Glibc.free(memory) }
}
