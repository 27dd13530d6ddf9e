public import JSON

/// Prompts that need no template: texts, ids, or several of them, as vLLM's renderer layer takes them.
public struct CompletionPrompt: Sendable {
    public enum Item: Sendable {
        case text([UInt8])
        case ids([UInt32])
    }

    public enum Side: Sendable {
        /// The first ids go.
        case left
        /// The last ids go.
        case right
    }

    public enum Truncation: Sendable, Equatable {
        /// At most so many ids.
        case to(Int)
        /// As many as max_length says, or else as the model has positions.
        case toWindow
    }

    public var items: [Item]
    /// The longest prompt allowed, nil for any.
    public var maxLength: Int?
    /// nil keeps all ids.
    public var truncation: Truncation?
    public var side = Side.left
    public var addSpecialTokens = true
    /// Whether a prompt may have no ids.
    public var allowsEmpty = false
    /// Whether texts are lowercased first; nil for what the model's encoder config says.
    public var lowercases: Bool?

    public init(_ fields: Fields) throws(FieldError) {
        items = try CompletionPrompt.items(fields)
        maxLength = try fields.integer("max_length")
        if let maxLength, maxLength < 1 { throw fields.error("max_length", .notAllowed("must be at least 1")) }
        truncation = try CompletionPrompt.truncation(fields, maxLength)
        switch try fields.text("truncation_side") {
        case nil, "left": side = .left
        case "right": side = .right
        default: throw fields.error("truncation_side", .notAllowed("must be \"left\" or \"right\""))
        }
        addSpecialTokens = try fields.bool("add_special_tokens") ?? true
        allowsEmpty = try fields.bool("allow_empty") ?? false
        lowercases = try fields.bool("do_lower_case")
        _ = try CompletionPrompt.cacheSalt(fields)
    }

    /// vLLM 0.32 takes salts of 1 to 128 characters without separators; the same rule for every engine.
    public static func cacheSalt(_ fields: Fields) throws(FieldError) -> [UInt8]? {
        guard let salt = try fields.string("cache_salt") else { return nil }
        let isForbidden = salt.contains { "@/\\\0".utf8.contains($0) }
        let characters = String(decoding: salt, as: UTF8.self).unicodeScalars.count
        if isForbidden || characters < 1 || characters > 128 {
            throw fields.error(
                "cache_salt", .notAllowed("must have 1 to 128 characters, and none of '@', '/', '\\' and NUL"))
        }
        return salt
    }

    private static func truncation(_ fields: Fields, _ maxLength: Int?) throws(FieldError) -> Truncation? {
        guard let asked = try fields.integer("truncate_prompt_tokens") else { return nil }
        if asked == -1 { return .toWindow }
        if asked < 0 {
            throw fields.error("truncate_prompt_tokens", .notAllowed("must be -1, 0 or more, and is \(asked)"))
        }
        if let maxLength, asked > maxLength {
            throw fields.error(
                "truncate_prompt_tokens",
                .notAllowed("is \(asked), and cannot be larger than max_length, which is \(maxLength)"))
        }
        return .to(asked)
    }

    private static func items(_ fields: Fields) throws(FieldError) -> [Item] {
        let expected = "a string, an array of strings, an array of integers or an array of arrays of integers"
        guard let prompt = fields.value("prompt") else { throw fields.error("prompt", .missing) }
        if let text = prompt.stringBytes { return [.text(text)] }
        guard let list = prompt.array else {
            throw fields.error("prompt", .wrongKind(expected: expected, found: prompt.kind))
        }
        guard let first = list.first else {
            throw fields.error("prompt", .notAllowed("must hold at least one prompt or one id"))
        }
        let path = fields.path("prompt")
        if case .integer = first { return [.ids(try ids(list, path))] }
        var items = [Item]()
        for (i, value) in list.enumerated() {
            if let text = value.stringBytes {
                items.append(.text(text))
            } else if let list = value.array {
                items.append(.ids(try ids(list, "\(path)[\(i)]")))
            } else {
                throw FieldError(
                    path: "\(path)[\(i)]",
                    problem: .wrongKind(expected: "a string or an array of integers, as the others", found: value.kind))
            }
        }
        return items
    }

    private static func ids(_ list: [Value], _ path: String) throws(FieldError) -> [UInt32] {
        var ids = [UInt32]()
        ids.reserveCapacity(list.count)
        for (i, value) in list.enumerated() {
            guard let id = value.integer else {
                throw FieldError(path: "\(path)[\(i)]", problem: .wrongKind(expected: "an integer", found: value.kind))
            }
            guard let id = UInt32(exactly: id) else {
                throw FieldError(path: "\(path)[\(i)]", problem: .notAllowed("is \(id), which is no token id"))
            }
            ids.append(id)
        }
        return ids
    }
}
