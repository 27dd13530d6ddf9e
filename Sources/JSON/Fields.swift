/// Typed reading of a JSON object, with errors that name the member. A member that is null counts as absent.
public struct Fields: Sendable {
    public let object: Object
    /// What to put before a key in errors: "" at the top, "sampling_params." inside it.
    public let prefix: String

    public init(_ object: Object, prefix: String = "") {
        self.object = object
        self.prefix = prefix
    }

    /// The top of a document, which must be an object; `name` is what errors call it.
    public init(root: Value, name: String) throws(FieldError) {
        guard case .object(let object) = root else {
            throw FieldError(path: name, problem: .wrongKind(expected: "an object", found: root.kind))
        }
        self.init(object)
    }

    public func path(_ key: StaticString) -> String { prefix + String(describing: key) }

    public func value(_ key: StaticString) -> Value? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    public func error(_ key: StaticString, _ problem: FieldError.Problem) -> FieldError {
        FieldError(path: path(key), problem: problem)
    }

    private func read<T>(
        _ key: StaticString, _ expected: String, _ convert: (Value) -> T?
    ) throws(FieldError) -> T? {
        guard let value = value(key) else { return nil }
        guard let result = convert(value) else {
            throw error(key, .wrongKind(expected: expected, found: value.kind))
        }
        return result
    }

    public func string(_ key: StaticString) throws(FieldError) -> [UInt8]? { try read(key, "a string", \.stringBytes) }
    public func text(_ key: StaticString) throws(FieldError) -> String? { try read(key, "a string", \.text) }
    public func bool(_ key: StaticString) throws(FieldError) -> Bool? { try read(key, "a boolean", \.bool) }
    public func number(_ key: StaticString) throws(FieldError) -> Double? { try read(key, "a number", \.double) }
    public func array(_ key: StaticString) throws(FieldError) -> [Value]? { try read(key, "an array", \.array) }

    public func integer(_ key: StaticString) throws(FieldError) -> Int? {
        try read(key, "an integer of at most 64 bits", \.integer)
    }

    public func fields(_ key: StaticString) throws(FieldError) -> Fields? {
        try read(key, "an object", \.object).map { Fields($0, prefix: path(key) + ".") }
    }

    /// The value of a member that must be there.
    public func required<T>(_ key: StaticString, _ value: T?) throws(FieldError) -> T {
        guard let value else { throw error(key, .missing) }
        return value
    }
}
