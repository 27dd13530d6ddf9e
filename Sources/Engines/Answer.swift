import JSON

/// Checked reading of an engine's answer.
enum Answer {
    static func ids(_ fields: Fields, _ key: StaticString) throws(FieldError) -> [UInt32] {
        let list = try fields.required(key, fields.array(key))
        var ids = [UInt32]()
        ids.reserveCapacity(list.count)
        for (i, value) in list.enumerated() {
            guard let id = value.integer.flatMap({ UInt32(exactly: $0) }) else {
                throw FieldError(
                    path: "\(fields.path(key))[\(i)]", problem: .wrongKind(expected: "a token id", found: value.kind))
            }
            ids.append(id)
        }
        return ids
    }

    /// A logprob as both engines send it: a number, null, or vLLM's -9999 for "no evidence".
    static func logprob(_ value: Value?) -> Float? {
        switch value {
        case nil, .null: return .nan
        case .some(let value):
            guard let number = value.double else { return nil }
            return number <= -9999 ? .nan : Float(number)
        }
    }

    static func checkCount(_ count: Int, of path: String, equals ids: Int) throws(FieldError) {
        if count != ids {
            throw FieldError(path: path, problem: .notAllowed("has \(count) entries for \(ids) tokens"))
        }
    }

    /// What an answer of the OpenAI shape says of tokens.
    static func readUsage(_ fields: Fields, into completion: inout Completion) throws(FieldError) {
        guard let usage = try fields.fields("usage") else { return }
        completion.promptTokens = try usage.integer("prompt_tokens")
        completion.completionTokens = try usage.integer("completion_tokens")
        completion.cachedTokens = try usage.fields("prompt_tokens_details")?.integer("cached_tokens")
    }

    /// The choices of an answer of the OpenAI shape, by their index.
    static func choices(
        _ fields: Fields, _ read: (Fields) throws(FieldError) -> Completion.Choice
    ) throws(FieldError) -> [Completion.Choice] {
        let choices = try fields.required("choices", fields.array("choices"))
        if choices.isEmpty { throw fields.error("choices", .notAllowed("is empty")) }
        var indexed = [(index: Int, choice: Completion.Choice)]()
        for (i, value) in choices.enumerated() {
            guard let object = value.object else {
                throw FieldError(path: "choices[\(i)]", problem: .wrongKind(expected: "an object", found: value.kind))
            }
            let choice = Fields(object, prefix: "choices[\(i)].")
            indexed.append((try choice.integer("index") ?? i, try read(choice)))
        }
        return indexed.sorted { $0.index < $1.index }.map(\.choice)
    }
}
