public import Chat
public import Client
public import Engines
public import JSON

/// What came of a generate call.
public struct Generated: Sendable {
    public var completion: Completion
    public var promptIDs: [UInt32]
    /// A message for each choice; nil where the call had no model.
    public var messages: [ParsedMessage]?
}

/// One call: a chat or ids in, a completion out, over one backend.
///
/// Engine and kind of prompt are chosen here and nowhere below: the chat knows no engine, the wire knows no chat.
public struct Generate: Sendable {
    public let client: Client
    public let model: Model?
    public let backend: Backend

    public init(client: Client, model: Model?, backend: Backend) {
        self.client = client
        self.model = model
        self.backend = backend
    }

    /// - Parameter promptIDs: nil where the request has messages.
    public func run(_ fields: Fields, promptIDs: [UInt32]?) throws(GenerationError) -> Generated {
        let deadline = Deadline(inMilliseconds: try wrapped { () throws(FieldError) in try timeout(fields) })
        let limit = try wrapped { () throws(FieldError) in try vocabularyLimit(fields) }
        let ids = try prompt(fields, promptIDs)
        try check(ids, "prompt_ids", below: limit)
        var request = try wrapped { () throws(FieldError) in
            try GenerateRequest(fields, promptIDs: ids, cacheSalt: CompletionPrompt.cacheSalt(fields))
        }
        if request.sampling.stopTokenIDs == nil, let stops = model?.stopTokenIDs, !stops.isEmpty {
            request.sampling.stopTokenIDs = stops.filter { Int($0) < limit }
        }
        try check(request.sampling.stopTokenIDs ?? [], "sampling_params.stop_token_ids", below: limit)
        try checkWindow(fields, request, deadline)
        if backend.needsMaxTokens, request.sampling.maxTokens == nil {
            request.sampling.maxTokens = try room(request, deadline)
        }
        let response = try sent(backend.generateRequest(request), deadline)
        let completion = try read(response, request)
        let parse = try wrapped { () throws(FieldError) in try ParseRequest(fields) }
        let messages = model.map { model in
            completion.choices.map { model.parse($0.ids, parse, prompt: ids) }
        }
        return Generated(completion: completion, promptIDs: ids, messages: messages)
    }

    private func timeout(_ fields: Fields) throws(FieldError) -> Int {
        guard let seconds = try fields.number("timeout") else { return client.options.timeout }
        if !(seconds > 0 && seconds <= 1e9) {
            throw fields.error("timeout", .notAllowed("must be a number of seconds above 0"))
        }
        return max(Int(seconds * 1000), 1)
    }

    private func vocabularyLimit(_ fields: Fields) throws(FieldError) -> Int {
        if let size = try fields.integer("vocab_size") {
            if size < 1 { throw fields.error("vocab_size", .notAllowed("must be at least 1")) }
            return size
        }
        if let model { return model.vocabularyLimit }
        throw fields.error(
            "vocab_size",
            .notAllowed("must be given where there is no model: an id outside the vocabulary can end an engine"))
    }

    private func prompt(_ fields: Fields, _ promptIDs: [UInt32]?) throws(GenerationError) -> [UInt32] {
        if let promptIDs {
            if fields.value("messages") != nil {
                throw .field(
                    fields.error("messages", .notAllowed("cannot go with prompt_ids: a prompt is one or the other")))
            }
            if promptIDs.isEmpty {
                throw .field(
                    FieldError(path: "prompt_ids", problem: .notAllowed("is empty: a prompt needs at least one id")))
            }
            return promptIDs
        }
        guard let model else {
            throw .field(
                fields.error("messages", .notAllowed("need a model to render them; without one give prompt_ids")))
        }
        let request = try wrapped { () throws(FieldError) in try RenderRequest(fields, addGenerationPrompt: true) }
        do {
            return try model.render(request).ids
        } catch {
            throw .chat(error)
        }
    }

    private func check(_ ids: [UInt32], _ path: String, below limit: Int) throws(GenerationError) {
        for (i, id) in ids.enumerated() where Int(id) >= limit {
            throw .vocabulary(path: "\(path)[\(i)]", id: Int(id), limit: limit)
        }
    }

    /// A prompt must leave room for one token. What the caller says comes before what the server says.
    private func checkWindow(_ fields: Fields, _ request: GenerateRequest, _ deadline: Deadline) throws(GenerationError)
    {
        let length = request.promptIDs.count
        if let limit = try wrapped({ () throws(FieldError) in try fields.integer("max_prompt_len") }) {
            if length > limit { throw .window(length: length, limit: limit, source: .request) }
            return
        }
        let window: Int?
        do {
            window = try client.window(of: backend, model: request.servedModel, by: deadline)
        } catch {
            throw .client(error)
        }
        if let window, length >= window { throw .window(length: length, limit: window - 1, source: .server) }
    }

    /// What the window leaves.
    private func room(_ request: GenerateRequest, _ deadline: Deadline) throws(GenerationError) -> Int {
        let window: Int?
        do {
            window = try client.window(of: backend, model: request.servedModel, by: deadline)
        } catch {
            throw .client(error)
        }
        guard let window, window > request.promptIDs.count else {
            throw .field(
                FieldError(
                    path: "sampling_params.max_tokens",
                    problem: .notAllowed(
                        "must be given: the server does not say its window, and would sample 16 tokens")))
        }
        return window - request.promptIDs.count
    }

    private func sent(_ request: HTTPRequest, _ deadline: Deadline) throws(GenerationError) -> HTTPResponse {
        do {
            return try client.perform(request, by: deadline)
        } catch {
            throw .client(error)
        }
    }

    private func read(_ response: HTTPResponse, _ request: GenerateRequest) throws(GenerationError) -> Completion {
        do {
            return try backend.completion(response, for: request)
        } catch {
            throw .engine(error)
        }
    }

    private func wrapped<T>(_ body: () throws(FieldError) -> T) throws(GenerationError) -> T {
        do {
            return try body()
        } catch {
            throw .field(error)
        }
    }
}
