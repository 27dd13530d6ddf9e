import Bytes
import Tokenizer

/// A text at a fixed address, with a NUL behind it.
class TextHandle: @unchecked Sendable {
    // @unchecked: as FlatArray.
    private let buffer: UnsafeMutableBufferPointer<CChar>

    init(_ bytes: some Collection<UInt8>) {
        let count = bytes.count
        buffer = .allocate(capacity: count + 1)
        let raw = UnsafeMutableRawBufferPointer(buffer)
        let isCopied: Void? = bytes.withContiguousStorageIfAvailable {
            raw.copyMemory(from: UnsafeRawBufferPointer($0))
        }
        if isCopied == nil { raw.copyBytes(from: bytes) }
        buffer[count] = 0
    }

    /// Takes over the memory of a text.
    init(_ text: consuming DecodedText) {
        let bytes = text.take()
        buffer = UnsafeMutableRawBufferPointer(start: bytes.baseAddress, count: bytes.count + 1).bindMemory(
            to: CChar.self)
        buffer[bytes.count] = 0
    }

    deinit { buffer.deallocate() }

    /// Writes the length where it is wanted and returns the text.
    func handOut(_ outLength: UnsafeMutablePointer<Int>?) -> UnsafePointer<CChar> {
        outLength?.pointee = buffer.count - 1
        return buffer.baseAddress.map { UnsafePointer($0) } ?? TextHandle.empty
    }

    /// "" for getters of handles that are NULL or have no text.
    static func handOutEmpty(_ outLength: UnsafeMutablePointer<Int>?) -> UnsafePointer<CChar> {
        outLength?.pointee = 0
        return empty
    }

    static var empty: UnsafePointer<CChar> { constant("") }

    /// A static text as a C string.
    static func constant(_ text: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
