import Glibc

/// Memory of zeros from the C library: a large piece is fresh from the system and costs nothing before it is used.
enum ZeroedMemory {
    /// Nil where the system has none: a cache can be done without.
    static func allocate<Element: BitwiseCopyable>(
        _ count: Int, of type: Element.Type = Element.self
    ) -> UnsafeMutablePointer<Element>? {
        calloc(count, MemoryLayout<Element>.stride)?.assumingMemoryBound(to: type)
    }

    static func free(_ memory: UnsafeMutableRawPointer) { Glibc.free(memory) }
}
