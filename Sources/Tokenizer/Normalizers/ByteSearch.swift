/// Occurrences of a byte string, from the left, without overlaps. Linear in the text whatever the pattern (Knuth,
/// Morris and Pratt).
struct ByteSearch {
    let pattern: [UInt8]
    private let borders: [Int]
    private var position = 0

    /// `pattern` must not be empty.
    init(_ pattern: [UInt8]) {
        self.pattern = pattern
        var borders = [Int](repeating: 0, count: pattern.count)
        var length = 0
        for i in pattern.indices.dropFirst() {
            while length > 0, pattern[i] != pattern[length] { length = borders[length - 1] }
            if pattern[i] == pattern[length] { length += 1 }
            borders[i] = length
        }
        self.borders = borders
    }

    /// Starts again at `position`.
    mutating func reset(to position: Int) { self.position = position }

    /// The start of the next occurrence that ends at or before `limit`.
    mutating func next(in bytes: UnsafeBufferPointer<UInt8>, limit: Int) -> Int? {
        if pattern.count == 1 {
            while position < limit {
                position += 1
                if bytes[position - 1] == pattern[0] { return position - 1 }
            }
            return nil
        }
        var length = 0
        while position < limit {
            let byte = bytes[position]
            while length > 0, byte != pattern[length] { length = borders[length - 1] }
            if byte == pattern[length] { length += 1 }
            position += 1
            if length == pattern.count { return position - length }
        }
        return nil
    }
}
