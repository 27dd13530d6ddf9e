import Bytes
public import JSON

/// vLLM's token-in, token-out endpoint, as 0.32 speaks it and earlier versions spoke it.
public struct VLLM: Wire {
    public var name: String { "vllm" }

    public let takesBatches = false

    public init() {}

    public var path: String { "/inference/v1/generate" }

    public func head(_ options: GenerateOptions, maxTokens: Int?) -> [UInt8] {
        var body = options.extra
        // An adapter is served under a name of its own.
        if let model = options.lora ?? options.servedModel { body.set("model", .string(model)) }
        if options.isStream {
            body.set("stream", .bool(true))
            body.set("stream_options", .object(Object(["include_usage": .bool(true)])))
        }
        if let salt = options.cacheSalt { body.set("cache_salt", .string(salt)) }
        if let priority = options.priority { body.set("priority", .integer(priority)) }
        if let id = options.requestID { body.set("request_id", .string(id)) }
        body.set("sampling_params", .object(options.sampling.neutral(maxTokens: maxTokens)))
        return Body.head(body, "token_ids")
    }

    public func body(_ head: [UInt8], _ request: GenerateRequest) -> RequestBody { Body.later(head, request) }

    public func headers(_ options: GenerateOptions) -> [String] { VLLM.routing(options) }

    /// What vLLM reads from headers alone.
    static func routing(_ options: GenerateOptions) -> [String] {
        var headers = [String]()
        if let rank = options.dataParallelRank { headers.append("X-data-parallel-rank: \(rank)") }
        if let session = options.session {
            headers.append("X-Session-ID: " + String(decoding: session, as: UTF8.self))
        }
        return headers
    }

    public func completion(_ answer: Reply, for request: GenerateRequest) throws(FieldError) -> Completion {
        let fields = try Fields(root: answer.value, name: "the answer")
        var completion = Completion()
        try readHead(fields, into: &completion)
        completion.choices = try Answer.allChoices(fields) { choice, _ throws(FieldError) in
            try read(choice, answer, request)
        }
        try Answer.readPromptLogprobs(fields, for: request.prompt(ofChoice: 0), into: &completion.choices[0])
        return completion
    }

    public func read(_ event: Reply, into completion: inout Completion, for request: GenerateRequest) throws(FieldError)
    {
        let fields = try Fields(root: event.value, name: "the event")
        try readHead(fields, into: &completion)
        try Answer.addChoices(fields, to: &completion) { choice, _ throws(FieldError) in
            try read(choice, event, request)
        }
    }

    private func readHead(_ fields: Fields, into completion: inout Completion) throws(FieldError) {
        try Answer.readHead(fields, id: "request_id", into: &completion)
        if let metrics = try fields.fields("metrics") { completion.timing = metrics.object }
    }

    private func read(_ fields: Fields, _ reply: Reply, _ request: GenerateRequest) throws(FieldError)
        -> Completion.Choice
    {
        var choice = Completion.Choice()
        choice.ids = try Answer.ids(fields, "token_ids", reply)
        choice.finishReason = try fields.string("finish_reason") ?? []
        choice.stopReason = fields.value("stop_reason") ?? .null
        choice.weightVersions = fields.value("weight_versions") ?? .null
        choice.samplingMask = try Answer.lists(fields, "sampling_mask")
        choice.routedExperts = try routedExperts(fields)
        if let logprobs = try fields.fields("logprobs") {
            try read(logprobs, reply, into: &choice, withTop: request.options.sampling.wantsTop)
        } else if request.options.sampling.logprobs != nil, !choice.ids.isEmpty || fields.value("finish_reason") == nil
        {
            throw fields.error("logprobs", .missing)
        }
        return choice
    }

    /// One entry a token. Since 0.32 an entry names its token by `token_id`; before, by `token: "token_id:N"`.
    private func read(
        _ logprobs: Fields, _ reply: Reply, into choice: inout Completion.Choice, withTop: Bool
    ) throws(FieldError) {
        if case .tokens(let ids, let numbers, let top)? = reply.column(logprobs.value("content")) {
            try Answer.check(ids, are: choice.ids, logprobs.path("content"))
            choice.logprobs = numbers
            if withTop { choice.topLogprobs = top }
            return
        }
        let content = try logprobs.required("content", logprobs.array("content"))
        let path = logprobs.path("content")
        try Answer.checkCount(content.count, of: path, equals: choice.ids.count)
        var result = [Float]()
        result.reserveCapacity(content.count)
        var top = TokenLists()
        for (i, entry) in content.enumerated() {
            guard tokenID(entry) == Int(choice.ids[i]) else {
                throw FieldError(
                    path: "\(path)[\(i)]",
                    problem: .notAllowed("is not about token \(choice.ids[i]), which the ids have there"))
            }
            result.append(try Answer.logprob(entry["logprob"], "\(path)[\(i)].logprob"))
            guard withTop else { continue }
            for other in entry["top_logprobs"]?.array ?? [] {
                guard let id = tokenID(other).flatMap({ UInt32(exactly: $0) }) else {
                    throw FieldError(
                        path: "\(path)[\(i)].top_logprobs", problem: .notAllowed("does not name its tokens by id"))
                }
                top.append(id, try Answer.logprob(other["logprob"], "\(path)[\(i)].top_logprobs"))
            }
            top.endPosition()
        }
        choice.logprobs = result
        if withTop { choice.topLogprobs = top }
    }

    private func tokenID(_ entry: Value) -> Int? {
        if let id = entry["token_id"]?.integer { return id }
        guard let name = entry["token"]?.text, name.hasPrefix("token_id:") else { return nil }
        return Int(name.dropFirst("token_id:".count))
    }
}
