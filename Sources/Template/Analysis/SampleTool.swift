public import JSON

/// A tool for probing templates with.
public enum SampleTool {
    public static func value(named name: String) -> Value {
        let parameters = Object([
            "type": .string("object"),
            "properties": .object(Object(["a": .object(Object(["type": .string("string")]))])),
            "required": .array([]),
        ])
        let function = Object([
            "name": .string(name), "description": .string("d"), "parameters": .object(parameters),
        ])
        return .object(Object(["type": .string("function"), "function": .object(function)]))
    }
}
