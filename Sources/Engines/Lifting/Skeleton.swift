import Bytes
import Glibc
import JSON

/// An answer's text without what is read elsewhere: marks stand for regular arrays, texts and numbers, and members that are null are left out, which for
/// their readers is the same. It is valid JSON exactly where the whole text is, as far as anything was left out.
struct Skeleton {
    private(set) var text = [UInt8]()
    private(set) var columns = [Column]()
    private var slots = [Layout.Slot]()

    /// A mark is a string with a control character, which stands in JSON only as an escape: a text with that escape has no marks.
    static let mark: UInt8 = 1
    private static let escape = Array("\\u0001".utf8)

    /// Where there is more, it is in lists that differ as well: then nothing comes again, and marks are longer than numbers.
    private static let scalarLimit = 256

    private let bytes: UnsafeBufferPointer<UInt8>
    private let base: UnsafePointer<UInt8>
    private let keepsTop: Bool
    private let hasBackslash: Bool
    private var place = 0
    /// As far as it has been copied, or left out.
    private var copied = 0
    /// A bit for each open bracket, the outermost lowest: whether it is an object's.
    private var objects: UInt64 = 0
    private var depth = 0

    /// nil where nothing can be left out, or the brackets do not match.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, keepsTop: Bool) {
        guard let base = bytes.baseAddress else { return nil }
        (self.bytes, self.base, self.keepsTop) = (bytes, base, keepsTop)
        hasBackslash = memchr(base, Int32(UInt8(ascii: "\\")), bytes.count) != nil
        if hasBackslash, ByteSearch.contains(bytes, Skeleton.escape) { return nil }
        text.reserveCapacity(min(bytes.count, 1 << 10))
        while skipToString() {
            let start = place
            guard let end = endOfString(from: start) else { return nil }
            place = end + 1
            // The shortest that may follow are a colon, a bracket and its end.
            guard end + 3 < bytes.count, bytes[end + 1] == UInt8(ascii: ":") else { continue }
            switch bytes[end + 2] {
            case UInt8(ascii: "["): lift(start..<end)
            case UInt8(ascii: "n"): if !leaveOut(start..<end) { return nil }
            default: liftScalar(from: end + 2)
            }
        }
        guard depth == 0, copied > 0 else { return nil }
        text += bytes[copied...]
    }

    /// How the answer was written, which is as long as the skeleton is there; nil where answers with other words could have its skeleton.
    var layout: Layout? { hasBackslash || bytes.count > Layout.longest ? nil : Layout(slots, of: bytes) }

    /// To behind the next quote, past brackets; false at the end.
    private mutating func skipToString() -> Bool {
        while place < bytes.count {
            let byte = base[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth < 64 else { return giveUp() }
                let bit: UInt64 = 1 << UInt64(depth)
                objects = byte == UInt8(ascii: "{") ? objects | bit : objects & ~bit
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { return giveUp() }
                depth -= 1
                objects &= ~(1 << UInt64(depth))
            default: break
            }
        }
        return false
    }

    private mutating func giveUp() -> Bool {
        copied = 0
        place = bytes.count
        return false
    }

    /// The quote that ends a string.
    private func endOfString(from start: Int) -> Int? {
        var place = start
        while let quote = memchr(base + place, Int32(UInt8(ascii: "\"")), bytes.count - place) {
            let end = UnsafeRawPointer(quote) - UnsafeRawPointer(base)
            guard hasBackslash else { return end }
            var escapes = 0
            while end - escapes > start, bytes[end - escapes - 1] == UInt8(ascii: "\\") { escapes += 1 }
            if escapes % 2 == 0 { return end }
            place = end + 1
        }
        return nil
    }

    /// A mark in the place of the array behind a name, where it is a column.
    private mutating func lift(_ name: Range<Int>) {
        let start = name.upperBound + 2
        guard let shape = Column.shape(of: UnsafeBufferPointer(rebasing: bytes[name])) else { return }
        let expected = columns.last { $0.count > 0 }?.count ?? 0
        guard
            let (column, length) = ColumnScanner.read(
                shape, bytes, from: start, expected: expected, keepsTop: keepsTop)
        else { return }
        mark(start..<start + length, column, shape: shape)
    }

    private mutating func mark(_ range: Range<Int>, _ column: Column, shape: ColumnScanner.Shape?) {
        text += bytes[copied..<range.lowerBound]
        text += "\"\\u0001\(columns.count)\"".utf8
        columns.append(column)
        slots.append(Layout.Slot(range: range, shape: shape))
        place = range.upperBound
        copied = place
    }

    /// A mark in the place of a text or a number.
    private mutating func liftScalar(from start: Int) {
        guard columns.count < Skeleton.scalarLimit, let (value, end) = PlainScalar.read(bytes, from: start) else {
            return
        }
        mark(start..<end, .scalar(value), shape: nil)
    }

    /// Leaves out a member that is null, where nothing can depend on it: an answer's or a choice's own, of which the object has had no
    /// other value. False where what is around it is no JSON.
    private mutating func leaveOut(_ name: Range<Int>) -> Bool {
        let (open, after) = (name.lowerBound - 1, name.upperBound + 6)
        let isOwn = depth == 1 && objects == 0b1 || depth == 3 && objects == 0b101
        guard isOwn, !hasBackslash, open > 0, after + 1 < bytes.count, name.count <= 32,
            memcmp(base + name.upperBound + 2, "null", 4) == 0,
            bytes[name].allSatisfy({
                $0 == UInt8(ascii: "_") || $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z")
            }),
            bytes[open - 1] == UInt8(ascii: "{") || bytes[open - 1] == UInt8(ascii: ",")
        else { return true }
        let isLast = bytes[after] == UInt8(ascii: "}")
        guard isLast || bytes[after] == UInt8(ascii: ",") && bytes[after + 1] == UInt8(ascii: "\"") else { return true }
        // The last of several values counts, also where it is null.
        let key = UnsafeBufferPointer(rebasing: bytes[open..<name.upperBound + 2])
        let between = UnsafeBufferPointer(rebasing: bytes[copied..<open])
        let isRepeated =
            ByteSearch.contains(between, key)
            || text.withUnsafeBufferPointer { ByteSearch.contains($0, key) }
        if isRepeated { return true }
        text += bytes[copied..<open]
        copied = isLast ? after : after + 1
        place = after
        guard isLast, text.last == UInt8(ascii: ",") else { return true }
        text.removeLast()
        // A comma needs a value in front of it.
        return text.last.map { !"{[,:".utf8.contains($0) } ?? false
    }
}
