import Bytes
public import JSON

extension SGLang {
    public func completion(_ reply: Reply, for request: GenerateRequest) throws(FieldError) -> Completion {
        let answer = reply.value
        let items = answer.array ?? [answer]
        if items.isEmpty { throw FieldError(path: "the answer", problem: .notAllowed("is an empty array")) }
        var completion = Completion()
        completion.model = request.options.servedModel
        var sampled = 0
        for (i, value) in items.enumerated() {
            guard let object = value.object else {
                throw FieldError(
                    path: answer.array != nil ? "[\(i)]" : "the answer",
                    problem: .wrongKind(expected: "an object", found: value.kind))
            }
            let fields = Fields(object, prefix: answer.array != nil ? "[\(i)]." : "")
            let meta = try fields.required("meta_info", fields.fields("meta_info"))
            let choice = try read(fields, meta, reply, request, choice: i, from: 0)
            completion.choices.append(choice)
            // The choices of a prompt (n > 1) share it; what was sampled adds up.
            if request.isFirstOfItsPrompt(i) { try readHead(meta, into: &completion) }
            sampled &+= try meta.integer("completion_tokens") ?? choice.ids.count
        }
        completion.completionTokens = sampled
        return completion
    }

    /// An event has an item: all of it so far, or what is new, and nothing says which. As many ids as were sampled are all of it.
    public func read(_ event: Reply, into completion: inout Completion, for request: GenerateRequest) throws(FieldError)
    {
        let fields = try Fields(root: event.value, name: "the event")
        let meta = try fields.required("meta_info", fields.fields("meta_info"))
        let index = try fields.integer("index") ?? 0
        let before = completion.choices.indices.contains(index) ? completion.choices[index] : Completion.Choice()
        let choice = try read(fields, meta, event, request, choice: index, from: before.ids.count)
        try completion.add(choice, at: index, fields.path("index"))
        if before.ids.isEmpty, before.finishReason.isEmpty, !choice.ids.isEmpty || !choice.finishReason.isEmpty,
            request.isFirstOfItsPrompt(index)
        {
            try readHead(meta, into: &completion)
            completion.model = request.options.servedModel
        }
        readTiming(meta, into: &completion)
        completion.completionTokens = completion.choices.reduce(0) { $0 + $1.ids.count }
    }

    /// The scheduler's refusal, as an end that has a status. The output beside it is none.
    public func refusal(_ event: Value) -> EngineError? {
        guard let finish = event["meta_info"]?["finish_reason"], let status = finish["status_code"]?.integer else {
            return nil
        }
        return .refused(Errors.refusal(status), status: status, message: finish["message"]?.stringBytes ?? [])
    }

    /// What is told of a prompt, on top of those before.
    private func readHead(_ meta: Fields, into completion: inout Completion) throws(FieldError) {
        func sum(_ known: Int?, _ more: Int?) -> Int? { more.map { (known ?? 0) &+ $0 } ?? known }
        if completion.requestID == nil { completion.requestID = try meta.string("id") }
        completion.promptTokens = sum(completion.promptTokens, try meta.integer("prompt_tokens"))
        completion.cachedTokens = sum(completion.cachedTokens, try meta.integer("cached_tokens"))
        readTiming(meta, into: &completion)
    }

    private func readPromptLogprobs(
        _ meta: Fields, _ reply: Reply, for prompt: [UInt32], into choice: inout Completion.Choice
    ) throws(FieldError) {
        guard let tokens = try tokens(meta, "input_token_logprobs", reply), !tokens.ids.isEmpty else { return }
        try Answer.check(tokens.ids, are: prompt, meta.path("input_token_logprobs"))
        choice.promptLogprobs = tokens.logprobs
        choice.promptTopLogprobs = try lists(meta, "input_top_logprobs", reply)
    }

    private func readTiming(_ meta: Fields, into completion: inout Completion) {
        for name in ["e2e_latency", "queue_time", "first_token_latency", "decode_throughput"] {
            if let value = meta.object[Array(name.utf8)], !value.isNull { completion.timing.set(name, value) }
        }
    }

    /// What an item says from its sampled id `have` on.
    private func read(
        _ fields: Fields, _ meta: Fields, _ reply: Reply, _ request: GenerateRequest, choice index: Int, from have: Int
    ) throws(FieldError) -> Completion.Choice {
        var choice = Completion.Choice()
        let ids = try Answer.ids(fields, "output_ids", reply)
        let total = max(try meta.integer("completion_tokens") ?? ids.count, 0)
        // Cumulative: what is behind `have`. Increments: the last ones.
        let new = request.options.isStream ? max(0, min(total - have, ids.count)) : ids.count
        choice.ids = Array(ids.suffix(new))
        if let finish = try meta.fields("finish_reason") {
            choice.finishReason = try finish.string("type") ?? []
            choice.stopReason = finish.value("matched") ?? .null
        }
        let isAborted = choice.finishReason.elementsEqual("abort".utf8)
        if let tokens = try tokens(meta, "output_token_logprobs", reply) {
            let path = meta.path("output_token_logprobs")
            if !request.options.isStream || tokens.ids.count < new {
                try Answer.checkCount(tokens.ids.count, of: path, equals: new)
            }
            try Answer.check(Array(tokens.ids.suffix(new)), are: choice.ids, path)
            choice.logprobs = Array(tokens.logprobs.suffix(new))
        } else if request.options.sampling.logprobs != nil, !isAborted, new > 0 || !request.options.isStream {
            throw meta.error("output_token_logprobs", .missing)
        }
        if request.options.sampling.wantsTop {
            choice.topLogprobs = try lists(meta, "output_top_logprobs", reply)?.suffix(new)
        }
        choice.samplingMask = try Answer.lists(meta, "output_token_sampling_mask")?.suffix(new)
        choice.samplingLogprobs = try samplingLogprobs(meta, reply).map { Array($0.suffix(new)) }
        if request.options.sampling.promptLogprobs != nil, request.isFirstOfItsPrompt(index) {
            try readPromptLogprobs(meta, reply, for: request.prompt(ofChoice: index), into: &choice)
        }
        choice.weightVersions = meta.value("weight_versions") ?? .null
        choice.routedExperts = try SGLang.routedExperts(
            meta, positions: request.routedPositions(ofChoice: index, sampled: have + new))
        return choice
    }

    /// One a token; or, where they are asked for in another way, one for each that could be sampled, which is not read.
    private func samplingLogprobs(_ meta: Fields, _ reply: Reply) throws(FieldError) -> [Float]? {
        let key: StaticString = "output_token_sampling_logprobs"
        if meta.value(key)?.array?.contains(where: { $0.array != nil }) == true { return nil }
        return try Answer.numbers(meta, key, reply)
    }

    /// [[logprob | null, id, text | null], …], one a token.
    private func tokens(_ meta: Fields, _ key: StaticString, _ reply: Reply) throws(FieldError)
        -> (ids: [UInt32], logprobs: [Float])?
    {
        if case .tokens(let ids, let logprobs, _)? = reply.column(meta.value(key)) { return (ids, logprobs) }
        guard let rows = try meta.array(key) else { return nil }
        var lists = TokenLists()
        for (i, row) in rows.enumerated() { try append(row, to: &lists, "\(meta.path(key))[\(i)]") }
        return (lists.ids, lists.logprobs)
    }

    /// For each position null, or a list of the same.
    private func lists(_ meta: Fields, _ key: StaticString, _ reply: Reply) throws(FieldError) -> TokenLists? {
        if case .lists(let lists)? = reply.column(meta.value(key)) { return lists }
        guard let rows = try meta.array(key) else { return nil }
        var lists = TokenLists()
        for (i, row) in rows.enumerated() {
            for entry in row.array ?? [] { try append(entry, to: &lists, "\(meta.path(key))[\(i)]") }
            lists.endPosition()
        }
        return lists
    }

    private func append(_ entry: Value, to lists: inout TokenLists, _ path: String) throws(FieldError) {
        guard let triple = entry.array, triple.count >= 2, let logprob = Answer.logprob(triple[0]) else {
            throw FieldError(
                path: path, problem: .wrongKind(expected: "an array of logprob, id and text", found: entry.kind))
        }
        lists.append(try Answer.id(triple[1], path), logprob)
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
