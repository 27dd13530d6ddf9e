public import JSON

/// vLLM's token-in, token-out endpoint, as 0.32 speaks it and earlier versions spoke it.
public struct VLLM: Wire {
    public static let name = "vllm"

    public init() {}

    public var path: String { "/inference/v1/generate" }

    public func body(_ request: GenerateRequest) -> [UInt8] {
        var sampling = request.sampling.others
        for member in request.sampling.named.members { sampling[member.key] = member.value }
        if let maxTokens = request.sampling.maxTokens { sampling.set("max_tokens", .integer(maxTokens)) }
        if let n = request.sampling.n { sampling.set("n", .integer(n)) }
        if let logprobs = request.sampling.logprobs { sampling.set("logprobs", .integer(logprobs)) }
        if let stops = request.sampling.stopTokenIDs {
            sampling.set("stop_token_ids", .array(stops.map { .integer(Int($0)) }))
        }
        var body = request.extra
        if let model = request.servedModel { body.set("model", .string(model)) }
        if let salt = request.cacheSalt { body.set("cache_salt", .string(salt)) }
        if let priority = request.priority { body.set("priority", .integer(priority)) }
        if let id = request.requestID { body.set("request_id", .string(id)) }
        body.set("sampling_params", .object(sampling))
        body.set("token_ids", .array(request.promptIDs.map { .integer(Int($0)) }))
        return Dumps.compact.bytes(.object(body))
    }

    public func completion(_ answer: Value, for request: GenerateRequest) throws(FieldError) -> Completion {
        let fields = try Fields(root: answer, name: "the answer")
        var completion = Completion()
        completion.requestID = try fields.string("request_id")
        completion.model = try fields.string("model")
        try Answer.readUsage(fields, into: &completion)
        completion.choices = try Answer.choices(fields) { choice throws(FieldError) in try read(choice, request) }
        return completion
    }

    private func read(_ fields: Fields, _ request: GenerateRequest) throws(FieldError) -> Completion.Choice {
        var choice = Completion.Choice()
        choice.ids = try Answer.ids(fields, "token_ids")
        choice.finishReason = try fields.string("finish_reason") ?? []
        choice.stopReason = fields.value("stop_reason") ?? .null
        choice.routedExperts = try routedExperts(fields)
        if let logprobs = try fields.fields("logprobs") {
            choice.logprobs = try read(logprobs, ids: choice.ids)
        } else if request.sampling.logprobs != nil {
            throw fields.error("logprobs", .missing)
        }
        return choice
    }

    /// One entry a token. Since 0.32 an entry names its token by `token_id`; before, by `token: "token_id:N"`.
    private func read(_ logprobs: Fields, ids: [UInt32]) throws(FieldError) -> [Float] {
        let content = try logprobs.required("content", logprobs.array("content"))
        try Answer.checkCount(content.count, of: logprobs.path("content"), equals: ids.count)
        var result = [Float]()
        result.reserveCapacity(content.count)
        for (i, entry) in content.enumerated() {
            let path = "\(logprobs.path("content"))[\(i)]"
            guard tokenID(entry) == Int(ids[i]) else {
                throw FieldError(
                    path: path, problem: .notAllowed("is not about token \(ids[i]), which token_ids has there"))
            }
            guard let logprob = Answer.logprob(entry["logprob"]) else {
                throw FieldError(
                    path: path + ".logprob",
                    problem: .wrongKind(expected: "a number", found: entry["logprob"]?.kind ?? "nothing"))
            }
            result.append(logprob)
        }
        return result
    }

    private func tokenID(_ entry: Value) -> Int? {
        if let id = entry["token_id"]?.integer { return id }
        guard let name = entry["token"]?.text, name.hasPrefix("token_id:") else { return nil }
        return Int(name.dropFirst("token_id:".count))
    }
}
