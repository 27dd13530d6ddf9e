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
    ///   - lifts: whether arrays are read from the bytes at all: tests compare.
    public init(_ body: [UInt8], keepsTop: Bool = true, lifts: Bool = true) throws(JSONError) {
        let skeleton =
            !lifts || body.count < Reply.shortest
            ? nil : body.withUnsafeBufferPointer { Skeleton($0, keepsTop: keepsTop) }
        if let skeleton, let value = try? JSONParser.parse(skeleton.text) {
            self.value = value
            self.columns = skeleton.columns
        } else {
            // Errors are those of the text as it came, with its lines and columns.
            value = try JSONParser.parse(body)
            self.columns = []
        }
    }

    /// The column that stands where a value has a mark.
    func column(_ value: Value?) -> Column? {
        guard case .string(let bytes)? = value, bytes.first == Skeleton.mark, !columns.isEmpty,
            let index = Int(String(decoding: bytes.dropFirst(), as: UTF8.self)), columns.indices.contains(index)
        else { return nil }
        return columns[index]
    }
}
