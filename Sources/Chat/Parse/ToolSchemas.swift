public import JSON

/// What the tools of a request say about arguments: asked only where a format writes values without their types.
public struct ToolSchemas: Sendable {
    /// What a parameter may be; empty where nothing is known.
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

    private struct Tool: Sendable {
        var parameters: [[UInt8]: Kinds]
    }

    private var tools: [[UInt8]: Tool] = [:]
    /// Whether there are tools at all: then a name that is none of theirs is told.
    public private(set) var isEmpty = true

    public init() {}

    /// Tools as in requests: wrapped in "function", or not. What has no name is no tool.
    public init(_ list: [Value]) {
        for item in list {
            let function = item["function"] ?? item
            guard let name = function["name"]?.stringBytes else { continue }
            isEmpty = false
            let schema = function["parameters"] ?? function["input_schema"] ?? .null
            var parameters = [[UInt8]: Kinds]()
            for member in schema["properties"]?.object?.members ?? [] {
                parameters[member.key] = ToolSchemas.kinds(member.value, schema, depth: 0)
            }
            tools[name] = Tool(parameters: parameters)
        }
    }

    func knows(_ name: [UInt8]) -> Bool { tools[name] != nil }

    func kinds(of parameter: [UInt8], in tool: [UInt8]) -> Kinds { tools[tool]?.parameters[parameter] ?? Kinds() }

    private static func kinds(_ schema: Value, _ root: Value, depth: Int) -> Kinds {
        var kinds = Kinds()
        // References may go round in circles.
        if depth > 16 { return kinds }
        if let type = schema["type"] {
            for type in type.array ?? [type] { if let name = type.text { kinds.formUnion(Kinds(type: name)) } }
        } else if let values = schema["enum"]?.array ?? schema["const"].map({ [$0] }) {
            for value in values { if let first = Dumps().bytes(value).first { kinds.formUnion(Kinds(json: first)) } }
        }
        if schema["nullable"]?.bool == true, !kinds.isEmpty { kinds.insert(.null) }
        for key in ["anyOf", "oneOf", "allOf"] as [StaticString] {
            for option in schema[key]?.array ?? [] {
                kinds.formUnion(ToolSchemas.kinds(option, root, depth: depth + 1))
            }
        }
        if let reference = schema["$ref"]?.stringBytes, reference.starts(with: "#/".utf8) {
            var target: Value? = root
            for step in reference.dropFirst(2).split(separator: UInt8(ascii: "/")) {
                target = target?.object?[Array(step)]
            }
            if let target { kinds.formUnion(ToolSchemas.kinds(target, root, depth: depth + 1)) }
        }
        return kinds
    }
}
