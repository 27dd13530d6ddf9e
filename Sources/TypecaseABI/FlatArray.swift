import Tokenizer

/// An array at an address that stays the same as long as the object lives: what getters hand out.
final class FlatArray<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    // @unchecked: the memory is written once, before anyone else can see the object.
    private let buffer: UnsafeMutableBufferPointer<Element>

    init(_ elements: [Element]) {
        buffer = .allocate(capacity: elements.count)
        _ = buffer.initialize(from: elements)
    }

    /// The lists one after the other, each copied once.
    init(joining lists: some Sequence<[Element]>) {
        buffer = .allocate(capacity: lists.reduce(0) { $0 + $1.count })
        var end = 0
        for list in lists { end = buffer[end...].initialize(fromContentsOf: list) }
    }

    deinit { buffer.deallocate() }

    var count: Int { buffer.count }
    /// NULL for an empty array.
    var pointer: UnsafePointer<Element>? { buffer.isEmpty ? nil : UnsafePointer(buffer.baseAddress) }

    /// Writes the count where it is wanted and returns the pointer. `unit` elements count as one.
    func handOut(_ outCount: UnsafeMutablePointer<Int>?, unit: Int = 1) -> UnsafePointer<Element>? {
        outCount?.pointee = buffer.count / unit
        return pointer
    }
}

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
