import Glibc
public import JSON

/// An answer's JSON. Its large regular arrays are read straight from the bytes: in their places the value has marks. Whatever is not as
/// regular as the engines write it goes through the JSON parser like the rest; what both read, both read alike.
public struct Reply: Sendable {
    let value: Value
    private let columns: [Column]

    private static let shapes: [(name: StaticString, shape: ColumnScanner.Shape)] = [
        ("token_ids", .ids), ("content", .entries), ("logprobs", .numbers), ("output_ids", .ids),
        ("output_token_logprobs", .triples),
        ("input_token_logprobs", .triples), ("output_top_logprobs", .lists), ("input_top_logprobs", .lists),
        ("token_logprobs", .numbers), ("tokens", .names), ("text_offset", .ids), ("prompt_token_ids", .ids),
    ]
    /// Shorter answers are read as fast without.
    private static let shortest = 256
    /// A mark is a string with a control character, which stands in JSON only as an escape: a text with that escape has no marks.
    private static let mark: UInt8 = 1
    private static let escape = Array("\\u0001".utf8)

    /// - Parameter lifts: whether arrays are read from the bytes at all: tests compare.
    public init(_ body: [UInt8], lifts: Bool = true) throws(JSONError) {
        var columns = [Column]()
        let skeleton =
            !lifts || body.count < Reply.shortest
            ? nil : body.withUnsafeBufferPointer { Reply.lift($0, into: &columns) }
        if let skeleton, let value = try? JSONParser.parse(skeleton) {
            self.value = value
            self.columns = columns
        } else {
            // Errors are those of the text as it came, with its lines and columns.
            value = try JSONParser.parse(body)
            self.columns = []
        }
    }

    /// The column that stands where a value has a mark.
    func column(_ value: Value?) -> Column? {
        guard case .string(let bytes)? = value, bytes.first == Reply.mark, !columns.isEmpty,
            let index = Int(String(decoding: bytes.dropFirst(), as: UTF8.self)), columns.indices.contains(index)
        else { return nil }
        return columns[index]
    }

    /// The text with marks in the places of arrays; nil where there is nothing to lift.
    private static func lift(_ bytes: UnsafeBufferPointer<UInt8>, into columns: inout [Column]) -> [UInt8]? {
        guard let base = bytes.baseAddress, !hasEscape(bytes, base) else { return nil }
        var skeleton = [UInt8]()
        var copied = 0
        var place = 0
        while place < bytes.count {
            guard let quote = memchr(base + place, Int32(UInt8(ascii: "\"")), bytes.count - place) else { break }
            let start = UnsafeRawPointer(quote) - UnsafeRawPointer(base) + 1
            guard let end = endOfString(bytes, from: start) else { return nil }
            place = end + 1
            guard end + 2 < bytes.count, bytes[end + 1] == UInt8(ascii: ":"), bytes[end + 2] == UInt8(ascii: "["),
                let shape = shape(of: bytes[start..<end]),
                let (column, length) = ColumnScanner.read(shape, bytes, from: end + 2)
            else { continue }
            skeleton += bytes[copied..<end + 2]
            skeleton += "\"\\u0001\(columns.count)\"".utf8
            columns.append(column)
            place = end + 2 + length
            copied = place
        }
        guard !columns.isEmpty else { return nil }
        return skeleton + bytes[copied...]
    }

    /// Backslashes are rare: what is behind each is looked at.
    private static func hasEscape(_ bytes: UnsafeBufferPointer<UInt8>, _ base: UnsafePointer<UInt8>) -> Bool {
        var place = 0
        while let backslash = memchr(base + place, Int32(UInt8(ascii: "\\")), bytes.count - place) {
            place = UnsafeRawPointer(backslash) - UnsafeRawPointer(base)
            if bytes[place...].starts(with: escape) { return true }
            place += 1
        }
        return false
    }

    private static func shape(of name: Slice<UnsafeBufferPointer<UInt8>>) -> ColumnScanner.Shape? {
        shapes.first {
            $0.name.utf8CodeUnitCount == name.count
                && name.elementsEqual(UnsafeBufferPointer(start: $0.name.utf8Start, count: name.count))
        }?.shape
    }

    /// The quote that ends a string.
    private static func endOfString(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        var place = start
        while let quote = memchr(base + place, Int32(UInt8(ascii: "\"")), bytes.count - place) {
            let end = UnsafeRawPointer(quote) - UnsafeRawPointer(base)
            var escapes = 0
            while end - escapes > start, bytes[end - escapes - 1] == UInt8(ascii: "\\") { escapes += 1 }
            if escapes % 2 == 0 { return end }
            place = end + 1
        }
        return nil
    }
}
