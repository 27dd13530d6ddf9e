/// A JSON document as a value. Strings are UTF-8 bytes: Swift's `String` compares by canonical equivalence, and keys
/// and tokens must not.
public enum Value: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    /// An integer outside Int64, as its own digits (with the sign). Python prints such a number digit for digit.
    case bigInteger([UInt8])
    case real(Double)
    case string([UInt8])
    case array([Value])
    case object(Object)

    public static func string(_ text: String) -> Value { .string(Array(text.utf8)) }
}

extension Value {
    /// The kind of the value in the words of the JSON standard, for messages.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .bigInteger: "an integer"
        case .real: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    public var stringBytes: [UInt8]? { if case .string(let bytes) = self { bytes } else { nil } }
    public var text: String? { stringBytes.map { String(decoding: $0, as: UTF8.self) } }
    public var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var array: [Value]? { if case .array(let values) = self { values } else { nil } }
    public var object: Object? { if case .object(let object) = self { object } else { nil } }
    public var isNull: Bool { if case .null = self { true } else { false } }

    /// A number of either kind as a Double.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .bigInteger(let digits): Double(String(decoding: digits, as: UTF8.self))
        default: nil
        }
    }

    public subscript(key: StaticString) -> Value? { object?[key] }
}
