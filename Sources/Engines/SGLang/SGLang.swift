import Bytes
import JSON

/// SGLang's native endpoint, as 0.5.x speaks it.
public struct SGLang: Wire {
    public var name: String { "sglang" }

    public init() {}

    public var path: String { "/generate" }

    /// The neutral names that SGLang spells in another way.
    private static let names: [String: String] = [
        "min_tokens": "min_new_tokens", "seed": "sampling_seed", "include_stop_str_in_output": "no_stop_trim",
    ]

    public func head(_ options: GenerateOptions, maxTokens: Int?) -> [UInt8] {
        let sampling = options.sampling
        var parameters = sampling.others
        for member in sampling.named.members {
            let name = String(decoding: member.key, as: UTF8.self)
            // SGLang has no 0 for "all tokens": there it is -1, which vLLM knows too.
            let isAll = name == "top_k" && member.value == .integer(0)
            parameters.set(SGLang.names[name] ?? name, isAll ? .integer(-1) : member.value)
        }
        // Absent is 128 tokens there; null is what the window leaves.
        parameters.set("max_new_tokens", maxTokens.map { .integer($0) } ?? .null)
        if let n = sampling.n { parameters.set("n", .integer(n)) }
        if let stops = sampling.stopTokenIDs {
            parameters.set("stop_token_ids", .array(stops.map { .integer(Int($0)) }))
        }
        if let (kind, value) = sampling.structure { SGLang.structure(kind, value, into: &parameters) }
        var body = options.extra
        if let lora = options.lora { body.set("lora_path", .string(lora)) }
        if let rank = options.dataParallelRank { body.set("routed_dp_rank", .integer(rank)) }
        if let session = options.session { body.set("routing_key", .string(session)) }
        // False is not said: some versions refuse null, and all mean it.
        if options.isStream { body.set("stream", .bool(true)) }
        if let salt = options.cacheSalt {
            // Servers before 0.5.19 know only extra_key, later ones take both.
            body.set("cache_salt", .string(salt))
            body.set("extra_key", .string(salt))
        }
        if let priority = options.priority { body.set("priority", .integer(priority)) }
        if let id = options.requestID { body.set("rid", .string(id)) }
        if let logprobs = sampling.logprobs {
            body.set("return_logprob", .bool(true))
            if logprobs > 1 { body.set("top_logprobs_num", .integer(logprobs)) }
        }
        if let count = sampling.promptLogprobs {
            body.set("return_logprob", .bool(true))
            body.set("logprob_start_len", .integer(0))
            if count > max(sampling.logprobs ?? 0, 1) { body.set("top_logprobs_num", .integer(count)) }
        }
        body.set("sampling_params", .object(parameters))
        return Body.head(body, "input_ids")
    }

    public func body(_ head: [UInt8], _ request: GenerateRequest) -> RequestBody { Body.later(head, request) }

    /// SGLang wants schemas and tags as texts, and has no list of choices: there it is an expression.
    static func structure(_ kind: SamplingParameters.Structure, _ value: Value, into parameters: inout Object) {
        func text(_ value: Value) -> Value { value.stringBytes != nil ? value : .string(Dumps.compact.bytes(value)) }
        switch kind {
        case .json: parameters.set("json_schema", text(value))
        case .regex: parameters.set("regex", value)
        case .grammar: parameters.set("ebnf", value)
        case .structuralTag: parameters.set("structural_tag", text(value))
        case .choice:
            let choices = (value.array ?? []).compactMap(\.stringBytes).map(escaped)
            parameters.set(
                "regex",
                .string([UInt8(ascii: "(")] + choices.joined(separator: [UInt8(ascii: "|")]) + [UInt8(ascii: ")")]))
        }
    }

    private static func escaped(_ text: [UInt8]) -> [UInt8] {
        text.flatMap { byte in #"\.^$*+?()[]{}|/-"#.utf8.contains(byte) ? [UInt8(ascii: "\\"), byte] : [byte] }
    }

    /// A router keeps the requests of a session at one worker.
    public func headers(_ options: GenerateOptions) -> [String] {
        options.session.map { ["X-SMG-Routing-Key: " + String(decoding: $0, as: UTF8.self)] } ?? []
    }
}
