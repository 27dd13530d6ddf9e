import Glibc

/// A page where the processor and the system can have large ones: what begins at a multiple of its size may be one.
enum LargePage {
    static let size = 1 << 21

    /// Fresh memory of zeros, or of what the caller maps there, that begins one; nil where the system has none. Given back with `munmap`.
    static func reserve(_ count: Int, _ protection: Int32) -> UnsafeMutableRawPointer? {
        let (room, isTooLarge) = count.addingReportingOverflow(size)
        guard count > 0, !isTooLarge,
            let memory = mmap(nil, room, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            memory != MAP_FAILED
        else { return nil }
        let gap = (size - Int(bitPattern: memory) % size) % size
        let end = (gap + count + 4095) / 4096 * 4096
        if gap > 0 { munmap(memory, gap) }
        if end < room { munmap(memory + end, room - end) }
        return memory + gap
    }
}
