import JSON

/// What a JSON schema says about a value. Read as far as it is asked for: a schema may refer to itself.
struct Schema: Sendable {
    /// What a value may be; empty where nothing is known.
    struct Kinds: OptionSet, Sendable {
        var rawValue: UInt8

        static let string = Kinds(rawValue: 1)
        static let number = Kinds(rawValue: 2)
        static let boolean = Kinds(rawValue: 4)
        static let null = Kinds(rawValue: 8)
        static let array = Kinds(rawValue: 16)
        static let object = Kinds(rawValue: 32)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(type: String) {
            switch type {
            case "string": self = .string
            case "integer", "number": self = .number
            case "boolean": self = .boolean
            case "null": self = .null
            case "array": self = .array
            case "object": self = .object
            default: self = []
            }
        }

        /// Of a JSON text by its first byte.
        init(json: UInt8) {
            switch json {
            case UInt8(ascii: "\""): self = .string
            case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .boolean
            case UInt8(ascii: "n"): self = .null
            case UInt8(ascii: "["): self = .array
            case UInt8(ascii: "{"): self = .object
            default: self = .number
            }
        }
    }

    private(set) var kinds = Kinds()
    /// The schema, and all that it is put together from.
    private var parts: [Value] = []
    /// What references begin at.
    private var root = Value.null

    /// So many parts are looked at: references may go round in circles, and fork.
    private static let partLimit = 256

    init() {}

    init(_ schema: Value) { self.init([schema], root: schema) }

    private init(_ schemas: [Value], root: Value) {
        (parts, self.root) = (schemas, root)
        var next = 0
        while next < parts.count {
            let part = parts[next]
            next += 1
            kinds.formUnion(Schema.kinds(part))
            for key in ["anyOf", "oneOf", "allOf"] as [StaticString] { add(part[key]?.array ?? []) }
            if let target = target(part) { add([target]) }
        }
    }

    private mutating func add(_ more: [Value]) {
        parts.append(contentsOf: more.prefix(max(0, Schema.partLimit - parts.count)))
    }

    /// What a member of an object is.
    func member(_ key: [UInt8]) -> Schema {
        Schema(parts.compactMap { $0["properties"]?.object?[key] }, root: root)
    }

    /// What the elements of a list are.
    var element: Schema { Schema(parts.compactMap { $0["items"] }, root: root) }

    private static func kinds(_ schema: Value) -> Kinds {
        var kinds = Kinds()
        if let type = schema["type"] {
            for type in type.array ?? [type] { if let name = type.text { kinds.formUnion(Kinds(type: name)) } }
        } else if let values = schema["enum"]?.array ?? schema["const"].map({ [$0] }) {
            for value in values { if let first = Dumps().bytes(value).first { kinds.formUnion(Kinds(json: first)) } }
        }
        if schema["nullable"]?.bool == true, !kinds.isEmpty { kinds.insert(.null) }
        return kinds
    }

    /// What a schema refers to.
    private func target(_ schema: Value) -> Value? {
        guard let reference = schema["$ref"]?.stringBytes, reference.starts(with: "#/".utf8) else { return nil }
        var target: Value? = root
        for step in reference.dropFirst(2).split(separator: UInt8(ascii: "/")) {
            target = target?.object?[Array(step)]
        }
        return target
    }
}
