public import JSON

/// Sampling parameters under neutral names (those of vLLM and the OpenAI interface), checked for their kinds. The ranges
/// are the engines' business: they differ between versions, and their own messages say which.
public struct SamplingParameters: Sendable {
    public enum Structure: String, Sendable, CaseIterable {
        case json
        case regex
        case grammar
        case choice
        case structuralTag = "structural_tag"
    }

    /// nil: what the window leaves.
    public var maxTokens: Int?
    /// nil: one choice.
    public var n: Int?
    /// How many alternatives per token to ask for with the sampled token's own logprob; nil: no logprobs at all.
    public var logprobs: Int? = 1
    /// The same of the prompt's tokens; nil: none.
    public var promptLogprobs: Int?
    public var stopTokenIDs: [UInt32]?
    /// What the answer must look like: one of "json" (a schema, or its text), "regex", "grammar", "choice" and "structural_tag".
    public var structure: (kind: Structure, value: Value)?
    /// The other neutral parameters that were given, under their neutral names, in the order given.
    public var named = Object()
    /// What has no neutral name: goes to the engine as it is.
    public var others = Object()

    public init() {}

    /// Whether more than the sampled tokens' own logprobs are asked for.
    var wantsTop: Bool { (logprobs ?? 0) > 1 }

    public init(_ fields: Fields?) throws(FieldError) {
        guard let fields else { return }
        maxTokens = try fields.integer("max_tokens")
        if let maxTokens, maxTokens < 1 { throw fields.error("max_tokens", .notAllowed("must be at least 1")) }
        n = try fields.integer("n")
        if let n, n < 1 { throw fields.error("n", .notAllowed("must be at least 1")) }
        logprobs = try SamplingParameters.logprobs(fields)
        promptLogprobs = try fields.integer("prompt_logprobs")
        if let promptLogprobs, promptLogprobs < 0 {
            throw fields.error("prompt_logprobs", .notAllowed("must be 0 or more"))
        }
        stopTokenIDs = try SamplingParameters.stopTokens(fields)
        structure = try SamplingParameters.structure(fields)
        try checkKinds(fields)
        for member in fields.object.members where !member.value.isNull {
            let key = String(decoding: member.key, as: UTF8.self)
            if SamplingParameters.ownNames.contains(key) { continue }
            if SamplingParameters.neutralNames.contains(key) {
                named[member.key] = member.value
            } else {
                others[member.key] = member.value
            }
        }
    }

    /// All of them under their neutral names; others as they are.
    func neutral(maxTokens: Int?) -> Object {
        var all = others
        for member in named.members { all[member.key] = member.value }
        func set(_ name: String, _ value: Int?) { if let value { all.set(name, .integer(value)) } }
        set("max_tokens", maxTokens)
        set("n", n)
        set("logprobs", logprobs)
        set("prompt_logprobs", promptLogprobs)
        if let stopTokenIDs { all.set("stop_token_ids", .array(stopTokenIDs.map { .integer(Int($0)) })) }
        if let (kind, value) = structure {
            all.set("structured_outputs", .object(Object([kind.rawValue: value])))
        }
        return all
    }

    private static let ownNames: Set<String> = [
        "max_tokens", "n", "logprobs", "prompt_logprobs", "stop_token_ids", "structured_outputs",
    ]

    static let neutralNames: Set<String> = [
        "min_tokens", "temperature", "top_p", "top_k", "min_p", "seed", "stop", "ignore_eos",
        "frequency_penalty", "presence_penalty", "repetition_penalty", "logit_bias", "include_stop_str_in_output",
        "skip_special_tokens", "spaces_between_special_tokens",
    ]

    private func checkKinds(_ fields: Fields) throws(FieldError) {
        _ = try (fields.integer("min_tokens"), fields.integer("top_k"), fields.integer("seed"))
        _ = try (fields.number("temperature"), fields.number("top_p"), fields.number("min_p"))
        _ = try (
            fields.number("frequency_penalty"), fields.number("presence_penalty"), fields.number("repetition_penalty")
        )
        _ = try (
            fields.bool("ignore_eos"), fields.bool("include_stop_str_in_output"), fields.bool("skip_special_tokens")
        )
        _ = try fields.fields("logit_bias")
        guard let stop = fields.value("stop") else { return }
        let isText = stop.stringBytes != nil || stop.array?.allSatisfy { $0.stringBytes != nil } == true
        if !isText {
            throw fields.error("stop", .wrongKind(expected: "a string or an array of strings", found: stop.kind))
        }
    }

    /// An integer, or a boolean as in the OpenAI chat interface; null turns them off, absence asks for one.
    private static func logprobs(_ fields: Fields) throws(FieldError) -> Int? {
        switch fields.object["logprobs"] {
        case nil, .bool(true): return 1
        case .null, .bool(false): return nil
        case .integer(let count):
            if count < 0 { throw fields.error("logprobs", .notAllowed("must be 0 or more")) }
            return count
        case .some(let other):
            throw fields.error("logprobs", .wrongKind(expected: "an integer or a boolean", found: other.kind))
        }
    }

    private static func structure(_ fields: Fields) throws(FieldError) -> (Structure, Value)? {
        guard let outputs = try fields.fields("structured_outputs") else { return nil }
        let given = outputs.object.members.filter { !$0.value.isNull }
        guard given.count == 1, let member = given.first,
            let kind = Structure(rawValue: String(decoding: member.key, as: UTF8.self))
        else {
            let known = Structure.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw fields.error("structured_outputs", .notAllowed("must have one member, of \(known)"))
        }
        let path = outputs.prefix + kind.rawValue
        switch kind {
        case .regex, .grammar:
            if member.value.stringBytes == nil {
                throw FieldError(path: path, problem: .wrongKind(expected: "a string", found: member.value.kind))
            }
        case .choice:
            if member.value.array?.allSatisfy({ $0.stringBytes != nil }) != true {
                throw FieldError(
                    path: path, problem: .wrongKind(expected: "an array of strings", found: member.value.kind))
            }
        case .json, .structuralTag: break
        }
        return (kind, member.value)
    }

    private static func stopTokens(_ fields: Fields) throws(FieldError) -> [UInt32]? {
        guard let list = try fields.array("stop_token_ids") else { return nil }
        var ids = [UInt32]()
        for (i, value) in list.enumerated() {
            guard let id = value.integer.flatMap({ UInt32(exactly: $0) }) else {
                throw FieldError(
                    path: fields.path("stop_token_ids") + "[\(i)]",
                    problem: .wrongKind(expected: "a token id", found: value.kind))
            }
            ids.append(id)
        }
        return ids
    }
}
