import Bytes
public import JSON

/// The OpenAI interface's completions with ids in the place of a text, as vLLM (0.10.2 or later) and SGLang (0.5.19 or later)
/// extend it: for servers without an endpoint of their own, and behind routers.
public struct OpenAI: Wire {
    public var name: String { "openai" }
    /// The interface samples 16 tokens where nobody says how many.
    public let needsMaxTokens = true

    public init() {}

    public var path: String { "/v1/completions" }

    public func head(_ options: GenerateOptions, maxTokens: Int?) -> [UInt8] {
        var body = options.extra
        for member in options.sampling.neutral(maxTokens: maxTokens).members {
            // SGLang has no 0 for "all tokens": there it is -1, which vLLM knows too.
            let isAll = member.key.elementsEqual("top_k".utf8) && member.value == .integer(0)
            body[member.key] = isAll ? .integer(-1) : member.value
        }
        // SGLang's names for what vLLM calls structured_outputs.
        if let (kind, value) = options.sampling.structure { SGLang.structure(kind, value, into: &body) }
        if let model = options.lora ?? options.servedModel { body.set("model", .string(model)) }
        if let rank = options.dataParallelRank { body.set("routed_dp_rank", .integer(rank)) }
        if let session = options.session { body.set("routing_key", .string(session)) }
        if options.isStream {
            body.set("stream", .bool(true))
            body.set("stream_options", .object(Object(["include_usage": .bool(true)])))
        }
        if let salt = options.cacheSalt { body.set("cache_salt", .string(salt)) }
        if let priority = options.priority { body.set("priority", .integer(priority)) }
        if let id = options.requestID {
            // vLLM's name for it, and SGLang's.
            body.set("request_id", .string(id))
            body.set("rid", .string(id))
        }
        body.set("return_token_ids", .bool(true))
        body.set("return_tokens_as_token_ids", .bool(true))
        return Body.head(body, "prompt")
    }

    public func body(_ head: [UInt8], _ request: GenerateRequest) -> RequestBody { Body.later(head, request) }

    public func headers(_ options: GenerateOptions) -> [String] {
        VLLM.routing(options) + SGLang().headers(options)
    }

    public func completion(_ answer: Reply, for request: GenerateRequest) throws(FieldError) -> Completion {
        let fields = try Fields(root: answer.value, name: "the answer")
        var completion = Completion()
        try Answer.readHead(fields, id: "id", into: &completion)
        completion.choices = try Answer.allChoices(fields) { fields, index throws(FieldError) in
            var choice = try read(fields, answer, request)
            if request.isFirstOfItsPrompt(index) {
                try Answer.readPromptLogprobs(fields, for: request.prompt(ofChoice: index), into: &choice)
            }
            return choice
        }
        // SGLang puts those of the answer beside the choices.
        if completion.choices.count == 1, let more = try fields.fields("sglext") {
            completion.choices[0].routedExperts = try SGLang.routedExperts(
                more, positions: request.routedPositions(ofChoice: 0, sampled: completion.choices[0].ids.count))
        }
        return completion
    }

    public func read(_ event: Reply, into completion: inout Completion, for request: GenerateRequest) throws(FieldError)
    {
        let fields = try Fields(root: event.value, name: "the event")
        try Answer.readHead(fields, id: "id", into: &completion)
        try Answer.addChoices(fields, to: &completion) { choice, _ throws(FieldError) in
            try read(choice, event, request)
        }
    }

    private func read(_ fields: Fields, _ reply: Reply, _ request: GenerateRequest) throws(FieldError)
        -> Completion.Choice
    {
        var choice = Completion.Choice()
        let logprobs = try fields.fields("logprobs")
        let names = try names(logprobs, reply)
        choice.finishReason = try fields.string("finish_reason") ?? []
        if fields.value("token_ids") == nil, let named = names?.compactMap({ $0 }), named.count == names?.count {
            // Before 0.10.2 vLLM named tokens by their ids, where logprobs were asked for.
            choice.ids = named
        } else if !request.options.isStream || fields.value("token_ids") != nil || choice.finishReason.isEmpty {
            choice.ids = try Answer.ids(fields, "token_ids", reply)
        }
        choice.stopReason = fields.value("stop_reason") ?? fields.value("matched_stop") ?? .null
        choice.routedExperts = try VLLM().routedExperts(fields)
        if let logprobs, !choice.ids.isEmpty || logprobs.value("token_logprobs") != nil {
            try read(logprobs, reply, into: &choice, names ?? [], withTop: request.options.sampling.wantsTop)
        } else if request.options.sampling.logprobs != nil, !choice.ids.isEmpty || !request.options.isStream {
            throw fields.error("logprobs", .missing)
        }
        return choice
    }

    /// One number a token; the names of tokens are ids at vLLM, and texts at SGLang, where the likeliest have no ids then.
    private func read(
        _ logprobs: Fields, _ reply: Reply, into choice: inout Completion.Choice, _ names: [UInt32?], withTop: Bool
    ) throws(FieldError) {
        let numbers = try logprobs.required("token_logprobs", Answer.numbers(logprobs, "token_logprobs", reply))
        try Answer.checkCount(numbers.count, of: logprobs.path("token_logprobs"), equals: choice.ids.count)
        for (i, (name, id)) in zip(names, choice.ids).enumerated() where name != nil && name != id {
            throw FieldError(
                path: "\(logprobs.path("tokens"))[\(i)]",
                problem: .notAllowed("is not token \(id), which token_ids has there"))
        }
        choice.logprobs = numbers
        if withTop, let rows = try logprobs.array("top_logprobs") { choice.topLogprobs = try top(rows, logprobs) }
    }

    private func names(_ logprobs: Fields?, _ reply: Reply) throws(FieldError) -> [UInt32?]? {
        guard let logprobs else { return nil }
        if case .ids(let ids)? = reply.column(logprobs.value("tokens")) { return ids }
        return try logprobs.array("tokens")?.map(OpenAI.tokenID)
    }

    private func top(_ rows: [Value], _ logprobs: Fields) throws(FieldError) -> TokenLists? {
        var lists = TokenLists()
        for (i, row) in rows.enumerated() {
            for member in row.object?.members ?? [] {
                guard let id = OpenAI.tokenID(.string(member.key)) else { return nil }
                lists.append(id, try Answer.logprob(member.value, "\(logprobs.path("top_logprobs"))[\(i)]"))
            }
            lists.endPosition()
        }
        return lists
    }

    private static func tokenID(_ name: Value) -> UInt32? {
        guard let text = name.text, text.hasPrefix("token_id:") else { return nil }
        return UInt32(text.dropFirst("token_id:".count))
    }
}
