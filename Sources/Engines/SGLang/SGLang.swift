import Bytes
public import JSON

/// SGLang's native endpoint, as 0.5.x speaks it.
public struct SGLang: Wire {
    public static let name = "sglang"

    public init() {}

    public var path: String { "/generate" }

    /// The neutral names that SGLang spells in another way.
    private static let names: [String: String] = [
        "min_tokens": "min_new_tokens", "seed": "sampling_seed", "include_stop_str_in_output": "no_stop_trim",
    ]

    public func body(_ request: GenerateRequest) -> [UInt8] {
        let sampling = request.sampling
        var parameters = sampling.others
        for member in sampling.named.members {
            let name = String(decoding: member.key, as: UTF8.self)
            if name == "prompt_logprobs" { continue }
            // SGLang has no 0 for "all tokens": there it is -1, which vLLM knows too.
            let isAll = name == "top_k" && member.value == .integer(0)
            parameters.set(SGLang.names[name] ?? name, isAll ? .integer(-1) : member.value)
        }
        // Absent is 128 tokens there; null is what the window leaves.
        parameters.set("max_new_tokens", sampling.maxTokens.map { .integer($0) } ?? .null)
        if let n = sampling.n { parameters.set("n", .integer(n)) }
        if let stops = sampling.stopTokenIDs {
            parameters.set("stop_token_ids", .array(stops.map { .integer(Int($0)) }))
        }
        var body = request.extra
        if let salt = request.cacheSalt {
            // Servers before 0.5.19 know only extra_key, later ones take both.
            body.set("cache_salt", .string(salt))
            body.set("extra_key", .string(salt))
        }
        if let priority = request.priority { body.set("priority", .integer(priority)) }
        if let id = request.requestID { body.set("rid", .string(id)) }
        if let logprobs = sampling.logprobs {
            body.set("return_logprob", .bool(true))
            if logprobs > 1 { body.set("top_logprobs_num", .integer(logprobs)) }
            if sampling.named["prompt_logprobs"] != nil { body.set("logprob_start_len", .integer(0)) }
        }
        body.set("sampling_params", .object(parameters))
        body.set("input_ids", .array(request.promptIDs.map { .integer(Int($0)) }))
        return Dumps.compact.bytes(.object(body))
    }

    public func completion(_ answer: Value, for request: GenerateRequest) throws(FieldError) -> Completion {
        let items = answer.array ?? [answer]
        if items.isEmpty { throw FieldError(path: "the answer", problem: .notAllowed("is an empty array")) }
        var completion = Completion()
        completion.model = request.servedModel
        for (i, value) in items.enumerated() {
            guard let object = value.object else {
                throw FieldError(
                    path: answer.array != nil ? "[\(i)]" : "the answer",
                    problem: .wrongKind(expected: "an object", found: value.kind))
            }
            try read(Fields(object, prefix: answer.array != nil ? "[\(i)]." : ""), request, into: &completion)
        }
        return completion
    }

    private func read(_ fields: Fields, _ request: GenerateRequest, into completion: inout Completion)
        throws(FieldError)
    {
        let meta = try fields.required("meta_info", fields.fields("meta_info"))
        var choice = Completion.Choice()
        choice.ids = try Answer.ids(fields, "output_ids")
        if let finish = try meta.fields("finish_reason") {
            choice.finishReason = try finish.string("type") ?? []
            choice.stopReason = finish.value("matched") ?? .null
        }
        let isAborted = choice.finishReason.elementsEqual("abort".utf8)
        if meta.value("output_token_logprobs") != nil {
            choice.logprobs = try logprobs(meta, ids: choice.ids)
        } else if request.sampling.logprobs != nil, !isAborted {
            throw meta.error("output_token_logprobs", .missing)
        }
        let start = request.extra["routed_experts_start_len"]?.integer ?? 0
        choice.routedExperts = try SGLang.routedExperts(
            meta, positions: request.promptIDs.count + choice.ids.count - 1 - start)
        completion.choices.append(choice)
        // The choices of a prompt (n > 1) share it; what was sampled adds up.
        if completion.choices.count == 1 {
            completion.requestID = try meta.string("id")
            completion.promptTokens = try meta.integer("prompt_tokens")
            completion.cachedTokens = try meta.integer("cached_tokens")
        }
        let sampled = try meta.integer("completion_tokens") ?? choice.ids.count
        completion.completionTokens = (completion.completionTokens ?? 0) &+ sampled
    }

    /// [[logprob | null, id, text | null], …], one a token.
    private func logprobs(_ meta: Fields, ids: [UInt32]) throws(FieldError) -> [Float] {
        let list = try meta.required("output_token_logprobs", meta.array("output_token_logprobs"))
        let path = meta.path("output_token_logprobs")
        try Answer.checkCount(list.count, of: path, equals: ids.count)
        var result = [Float]()
        result.reserveCapacity(list.count)
        for (i, entry) in list.enumerated() {
            guard let triple = entry.array, triple.count >= 2, let logprob = Answer.logprob(triple[0]) else {
                throw FieldError(
                    path: "\(path)[\(i)]",
                    problem: .wrongKind(expected: "an array of logprob, id and text", found: entry.kind))
            }
            guard triple[1].integer == Int(ids[i]) else {
                throw FieldError(
                    path: "\(path)[\(i)]",
                    problem: .notAllowed("is not about token \(ids[i]), which output_ids has there"))
            }
            result.append(logprob)
        }
        return result
    }

    /// Base64 of little-endian int32 [positions, layers, top k], without its shape. The number of positions follows from
    /// the request, the rest does not divide any further.
    static func routedExperts(_ meta: Fields, positions: Int) throws(FieldError) -> RoutedExperts? {
        guard let text = try meta.string("routed_experts") else { return nil }
        guard let bytes = Base64.decode(text) else { throw meta.error("routed_experts", .notAllowed("is not base64")) }
        guard positions > 0, bytes.count % (positions * 4) == 0 else {
            throw meta.error(
                "routed_experts", .notAllowed("has \(bytes.count) bytes, which \(positions) positions do not divide"))
        }
        return RoutedExperts(type: .int32, shape: [positions, 1, bytes.count / (positions * 4)], bytes: bytes)
    }
}
