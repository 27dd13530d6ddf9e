import CScan

/// Finding bytes in bytes, by the C library's `memmem`: linear in the text.
public enum ByteSearch {
    public static func contains(
        _ text: some RandomAccessCollection<UInt8>, _ needle: some RandomAccessCollection<UInt8>
    ) -> Bool {
        first(needle, in: text) != nil
    }

    /// The same without a type parameter, for short texts: types that are looked up cost more than the search.
    public static func contains(_ text: UnsafeBufferPointer<UInt8>, _ needle: UnsafeBufferPointer<UInt8>) -> Bool {
        find(needle, in: text, from: 0) != nil
    }

    /// The offset of the first occurrence, from the start of `text`.
    public static func first(
        _ needle: some RandomAccessCollection<UInt8>, in text: some RandomAccessCollection<UInt8>
    ) -> Int? {
        withBytes(text, needle) { find($1, in: $0, from: 0) }
    }

    /// The offset of the last occurrence.
    public static func last(
        _ needle: some RandomAccessCollection<UInt8>, in text: some RandomAccessCollection<UInt8>
    ) -> Int? {
        withBytes(text, needle) { text, needle in
            if needle.isEmpty { return text.count }
            var found: Int?
            var from = 0
            while let at = find(needle, in: text, from: from) {
                found = at
                from = at + 1
            }
            return found
        }
    }

    private static func find(
        _ needle: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>, from: Int
    ) -> Int? {
        if needle.isEmpty { return from }
        guard let base = text.baseAddress, let needleBase = needle.baseAddress, from < text.count else { return nil }
        let at = cscan_find(base + from, text.count - from, needleBase, needle.count)
        return at < 0 ? nil : from + at
    }

    private static func withBytes<R>(
        _ text: some RandomAccessCollection<UInt8>, _ needle: some RandomAccessCollection<UInt8>,
        _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> R
    ) -> R {
        let direct = text.withContiguousStorageIfAvailable { text in
            needle.withContiguousStorageIfAvailable { body(text, $0) }
        }
        if let result = direct ?? nil { return result }
        return Array(text).withUnsafeBufferPointer { text in Array(needle).withUnsafeBufferPointer { body(text, $0) } }
    }
}
