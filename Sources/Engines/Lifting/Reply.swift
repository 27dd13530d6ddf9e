public import JSON

/// An answer's JSON. Its large regular arrays are read straight from the bytes: in their places the value has marks. Whatever is not as
/// regular as the engines write it goes through the JSON parser like the rest; what both read, both read alike.
public struct Reply: Sendable {
    let value: Value
    private let columns: [Column]

    /// Shorter answers are read as fast without.
    private static let shortest = 256

    /// - Parameters:
    ///   - keepsTop: whether the likeliest tokens beside the sampled ones are wanted.
    ///   - seen: what answers like it had.
    ///   - lifts: whether arrays are read from the bytes at all: tests compare.
    public init(
        _ body: [UInt8], keepsTop: Bool = true, seen: SeenSkeletons? = nil, lifts: Bool = true
    ) throws(JSONError) {
        let lifted =
            !lifts || body.count < Reply.shortest
            ? nil : body.withUnsafeBufferPointer { Reply.lifted($0, keepsTop: keepsTop, seen) }
        if let (value, columns) = lifted {
            self.value = Reply.filled(value, columns)
            self.columns = columns
        } else {
            // Errors are those of the text as it came, with its lines and columns.
            value = try JSONParser.parse(body)
            self.columns = []
        }
    }

    /// The value with marks, and what they stand for; nil where nothing is lifted, or the rest is no JSON.
    private static func lifted(
        _ bytes: UnsafeBufferPointer<UInt8>, keepsTop: Bool, _ seen: SeenSkeletons?
    ) -> (Value, [Column])? {
        if let before = seen?.value(bytes, keepsTop: keepsTop) { return before }
        guard let skeleton = Skeleton(bytes, keepsTop: keepsTop),
            let value = seen?.value(skeleton.text) ?? (try? JSONParser.parse(skeleton.text))
        else { return nil }
        seen?.add(skeleton.text, value, skeleton.layout)
        return (value, skeleton.columns)
    }

    /// The value with its texts and numbers in the places of their marks.
    private static func filled(_ value: Value, _ columns: [Column]) -> Value {
        switch value {
        case .object(let object):
            .object(Object(object.members.map { Object.Member(key: $0.key, value: filled($0.value, columns)) }))
        case .array(let values):
            // Marks stand behind names: an array has some where it has objects.
            values.contains { $0.object != nil || $0.array != nil } ? .array(values.map { filled($0, columns) }) : value
        case .string:
            if case .scalar(let scalar)? = column(value, columns) { scalar } else { value }
        default: value
        }
    }

    /// The column that stands where a value has a mark.
    func column(_ value: Value?) -> Column? { Reply.column(value, columns) }

    private static func column(_ value: Value?, _ columns: [Column]) -> Column? {
        guard case .string(let bytes)? = value, bytes.first == Skeleton.mark, bytes.count <= 10 else { return nil }
        var index = 0
        for digit in bytes.dropFirst() { index = index * 10 + Int(digit &- UInt8(ascii: "0")) }
        return columns.indices.contains(index) ? columns[index] : nil
    }
}
