import CScan
import Glibc

/// A compiled tokenizer in a file, mapped for reading: processes that open it share its pages, and those that no word waits for are read
/// when they are used. Gives the tables out in the order in which `ImageWriter` took them.
final class ImageReader {
    /// The mapped file. It lives as long as any table in it.
    final class Mapping: @unchecked Sendable {
        // @unchecked: the memory is never written.
        let bytes: UnsafeRawBufferPointer

        /// The whole of an open file of `size` bytes. A file system that keeps files in large pages can map them as such.
        init?(_ descriptor: Int32, size: Int) {
            guard let place = LargePage.reserve(size, PROT_NONE) else { return nil }
            let memory = mmap(place, size, PROT_READ, MAP_SHARED | MAP_FIXED, descriptor, 0)
            guard let memory, memory != MAP_FAILED else {
                munmap(place, size)
                return nil
            }
            // So it is also read from the disk.
            madvise(memory, size, MADV_HUGEPAGE)
            bytes = UnsafeRawBufferPointer(start: memory, count: size)
        }

        /// A copy of bytes that are in no file.
        init?(copying image: [UInt8]) {
            let memory = mmap(nil, max(image.count, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let memory, memory != MAP_FAILED else { return nil }
            image.withUnsafeBytes {
                if let base = $0.baseAddress { memory.copyMemory(from: base, byteCount: $0.count) }
            }
            bytes = UnsafeRawBufferPointer(start: memory, count: image.count)
        }

        deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), max(bytes.count, 1)) }
    }

    private let mapping: Mapping
    let header: ImageHeader
    private var next = 0

    /// Nil where the file is no image. The content is not looked at.
    init?(_ mapping: Mapping) {
        guard let header = ImageHeader(mapping.bytes) else { return nil }
        self.mapping = mapping
        self.header = header
    }

    /// Whether the checksum is right.
    var isSound: Bool { header.matches(UnsafeRawBufferPointer(rebasing: mapping.bytes[ImageHeader.size...])) }

    /// How much of a file that is in memory the system maps where one byte of it is asked for.
    private static let around = 1 << 16

    /// The next table; nil where it does not lie in the file as a table of this kind would. One that is looked into all over is mapped now:
    /// while words wait for it, it costs more.
    func table<Element: BitwiseCopyable>(
        of type: Element.Type = Element.self, isMapped: Bool = false
    ) -> FixedTable<Element>? {
        guard next < header.sections else { return nil }
        let at = ImageHeader.size + 16 * next
        next += 1
        let bytes = mapping.bytes
        let start = bytes.load(fromByteOffset: at, as: UInt64.self)
        let size = bytes.load(fromByteOffset: at + 8, as: UInt64.self)
        guard start % 64 == 0, size <= UInt64(bytes.count), start <= UInt64(bytes.count) - size,
            Int(size) % MemoryLayout<Element>.stride == 0, let base = bytes.baseAddress
        else { return nil }
        let memory = UnsafeMutableRawPointer(mutating: base + Int(start))
        if isMapped { cscan_touch(memory, Int(size), ImageReader.around) }
        let count = Int(size) / MemoryLayout<Element>.stride
        return FixedTable(memory.bindMemory(to: type, capacity: count), count: count, owner: mapping)
    }

    /// The next table as numbers, which must be `count`.
    func numbers(_ count: Int) -> [UInt64]? {
        guard let table = table(of: UInt64.self), table.count == count else { return nil }
        return Array(UnsafeBufferPointer(start: table.base, count: count))
    }

    var bytes: UnsafeBufferPointer<UInt8>? {
        table(of: UInt8.self).map { UnsafeBufferPointer(start: $0.base, count: $0.count) }
    }
}
