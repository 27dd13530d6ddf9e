import JSON

/// A value of the file and the path it was found at, so that an error can say which field is wrong.
struct Field {
    let value: Value
    let path: String

    func error(_ expected: String) -> TokenizerError {
        TokenizerError(.field(path: path, expected: expected, found: value.kind))
    }

    func invalid(_ reason: String) -> TokenizerError { TokenizerError(.invalid(path: path, reason: reason)) }

    /// The member, or nil where it is missing or null.
    func optional(_ key: StaticString) -> Field? {
        guard let value = value[key], !value.isNull else { return nil }
        return Field(value: value, path: path.isEmpty ? "\(key)" : "\(path).\(key)")
    }

    func member(_ key: StaticString) throws(TokenizerError) -> Field {
        if let field = optional(key) { return field }
        let name = path.isEmpty ? "\(key)" : "\(path).\(key)"
        throw TokenizerError(.field(path: name, expected: "a value", found: value[key]?.kind ?? "nothing"))
    }

    func object() throws(TokenizerError) -> Object {
        guard let object = value.object else { throw error("an object") }
        return object
    }

    func array() throws(TokenizerError) -> [Value] {
        guard let array = value.array else { throw error("an array") }
        return array
    }

    /// The elements, each with its path.
    func elements() throws(TokenizerError) -> [Field] {
        try array().enumerated().map { Field(value: $1, path: "\(path)[\($0)]") }
    }

    func bytes() throws(TokenizerError) -> [UInt8] {
        guard let bytes = value.stringBytes else { throw error("a string") }
        return bytes
    }

    func text() throws(TokenizerError) -> String { String(decoding: try bytes(), as: UTF8.self) }

    func bool() throws(TokenizerError) -> Bool {
        guard let bool = value.bool else { throw error("a boolean") }
        return bool
    }

    func bool(_ key: StaticString, default fallback: Bool) throws(TokenizerError) -> Bool {
        guard let field = optional(key) else { return fallback }
        return try field.bool()
    }

    /// A number that fits an id.
    func id() throws(TokenizerError) -> UInt32 {
        guard let integer = value.integer, let id = UInt32(exactly: integer) else { throw error("an id from 0") }
        return id
    }

    func count() throws(TokenizerError) -> Int {
        guard let integer = value.integer, integer >= 0 else { throw error("a count from 0") }
        return integer
    }

    /// The member `type`.
    func type() throws(TokenizerError) -> String { try member("type").text() }
}
