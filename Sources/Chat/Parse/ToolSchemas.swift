public import JSON

/// The tools of a request: which names are theirs, and what their arguments are.
public struct ToolSchemas: Sendable {
    private var parameters: [[UInt8]: Value] = [:]

    /// Whether there are tools at all: then a name that is none of theirs is told.
    public var isEmpty: Bool { parameters.isEmpty }

    public init() {}

    /// Tools as in requests: wrapped in "function", or not. What has no name is no tool.
    public init(_ list: [Value]) {
        for item in list {
            let function = item["function"] ?? item
            guard let name = function["name"]?.stringBytes else { continue }
            parameters[name] = function["parameters"] ?? function["input_schema"] ?? .null
        }
    }

    func knows(_ name: [UInt8]) -> Bool { parameters[name] != nil }

    /// What the arguments of a tool are: asked only where a format writes values without their types.
    func arguments(of tool: [UInt8]?) -> Schema { tool.flatMap { parameters[$0] }.map { Schema($0) } ?? Schema() }
}
