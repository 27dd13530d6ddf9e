import JSON

/// Checked reading of an engine's answer.
enum Answer {
    static func ids(_ fields: Fields, _ key: StaticString, _ reply: Reply) throws(FieldError) -> [UInt32] {
        if case .ids(let ids)? = reply.column(fields.value(key)) { return ids }
        return try ids(fields.required(key, fields.array(key)), fields.path(key))
    }

    static func ids(_ list: [Value], _ path: String) throws(FieldError) -> [UInt32] {
        var ids = [UInt32]()
        ids.reserveCapacity(list.count)
        for (i, value) in list.enumerated() { ids.append(try id(value, "\(path)[\(i)]")) }
        return ids
    }

    static func id(_ value: Value?, _ path: @autoclosure () -> String) throws(FieldError) -> UInt32 {
        guard let id = value?.integer.flatMap({ UInt32(exactly: $0) }) else {
            throw FieldError(
                path: path(), problem: .wrongKind(expected: "a token id", found: value?.kind ?? "nothing"))
        }
        return id
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

    static func logprob(_ value: Value?, _ path: @autoclosure () -> String) throws(FieldError) -> Float {
        guard let number = logprob(value) else {
            throw FieldError(path: path(), problem: .wrongKind(expected: "a number", found: value?.kind ?? "nothing"))
        }
        return number
    }

    /// Logprobs, one after the other; nil where there are none.
    static func numbers(_ fields: Fields, _ key: StaticString, _ reply: Reply) throws(FieldError) -> [Float]? {
        if case .numbers(let numbers)? = reply.column(fields.value(key)) { return numbers }
        guard let list = try fields.array(key) else { return nil }
        var numbers = [Float]()
        numbers.reserveCapacity(list.count)
        for (i, value) in list.enumerated() { numbers.append(try logprob(value, "\(fields.path(key))[\(i)]")) }
        return numbers
    }

    /// What logprobs are about must be what was sampled.
    static func check(
        _ named: [UInt32], are ids: [UInt32], _ path: @autoclosure () -> String
    ) throws(FieldError) {
        if named == ids { return }
        let path = path()
        try checkCount(named.count, of: path, equals: ids.count)
        guard let i = ids.indices.first(where: { named[$0] != ids[$0] }) else { return }
        throw FieldError(
            path: "\(path)[\(i)]", problem: .notAllowed("is not about token \(ids[i]), which the ids have there"))
    }

    static func checkCount(_ count: Int, of path: String, equals ids: Int) throws(FieldError) {
        if count != ids {
            throw FieldError(path: path, problem: .notAllowed("has \(count) entries for \(ids) tokens"))
        }
    }

    /// What an answer of the OpenAI shape, or an event, says besides choices.
    static func readHead(
        _ fields: Fields, id: StaticString, into completion: inout Completion
    ) throws(FieldError) {
        completion.requestID = try fields.string(id) ?? completion.requestID
        completion.model = try fields.string("model") ?? completion.model
        try readUsage(fields, into: &completion)
    }

    private static func readUsage(_ fields: Fields, into completion: inout Completion) throws(FieldError) {
        guard let usage = try fields.fields("usage") else { return }
        completion.promptTokens = try usage.integer("prompt_tokens")
        completion.completionTokens = try usage.integer("completion_tokens")
        completion.cachedTokens = try usage.fields("prompt_tokens_details")?.integer("cached_tokens")
    }

    /// The choices of an answer of the OpenAI shape, with their indices.
    static func choices(
        _ fields: Fields, _ read: (Fields, _ index: Int) throws(FieldError) -> Completion.Choice
    ) throws(FieldError) -> [(index: Int, choice: Completion.Choice)] {
        let choices = try fields.required("choices", fields.array("choices"))
        var indexed = [(index: Int, choice: Completion.Choice)]()
        for (i, value) in choices.enumerated() {
            guard let object = value.object else {
                throw FieldError(path: "choices[\(i)]", problem: .wrongKind(expected: "an object", found: value.kind))
            }
            let choice = Fields(object, prefix: "choices[\(i)].")
            let index = try choice.integer("index") ?? i
            indexed.append((index, try read(choice, index)))
        }
        return indexed
    }

    /// What an event says of them, behind what earlier ones said.
    static func addChoices(
        _ fields: Fields, to completion: inout Completion,
        _ read: (Fields, _ index: Int) throws(FieldError) -> Completion.Choice
    ) throws(FieldError) {
        for (index, choice) in try choices(fields, read) {
            try completion.add(choice, at: index, "choices[].index")
        }
    }

    /// The same of a whole answer, in their order.
    static func allChoices(
        _ fields: Fields, _ read: (Fields, _ index: Int) throws(FieldError) -> Completion.Choice
    ) throws(FieldError) -> [Completion.Choice] {
        let choices = try choices(fields, read)
        if choices.isEmpty { throw fields.error("choices", .notAllowed("is empty")) }
        if choices.count == 1 { return [choices[0].choice] }
        return choices.sorted { $0.index < $1.index }.map(\.choice)
    }

    /// For each position a list of ids, or null.
    static func lists(_ fields: Fields, _ key: StaticString) throws(FieldError) -> TokenLists? {
        guard let rows = try fields.array(key) else { return nil }
        var lists = TokenLists()
        for (i, row) in rows.enumerated() {
            for id in try ids(row.array ?? [], "\(fields.path(key))[\(i)]") { lists.append(id) }
            lists.endPosition()
        }
        return lists
    }

    /// vLLM's logprobs of a prompt: null for its first token, then objects of a logprob by id.
    static func readPromptLogprobs(
        _ fields: Fields, for prompt: @autoclosure () -> [UInt32], into choice: inout Completion.Choice
    ) throws(FieldError) {
        guard let rows = try fields.array("prompt_logprobs") else { return }
        let prompt = prompt()
        let path = fields.path("prompt_logprobs")
        try checkCount(rows.count, of: path, equals: prompt.count)
        var logprobs = [Float]()
        var lists = TokenLists()
        for (i, row) in rows.enumerated() {
            var own = Float.nan
            for member in row.object?.members ?? [] {
                guard let id = UInt32(String(decoding: member.key, as: UTF8.self)) else {
                    throw FieldError(path: "\(path)[\(i)]", problem: .notAllowed("has a name that is no token id"))
                }
                let logprob = try logprob(member.value["logprob"] ?? member.value, "\(path)[\(i)]")
                if id == prompt[i] { own = logprob }
                lists.append(id, logprob)
            }
            logprobs.append(own)
            lists.endPosition()
        }
        choice.promptLogprobs = logprobs
        choice.promptTopLogprobs = lists
    }
}
