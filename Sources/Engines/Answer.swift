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
}
