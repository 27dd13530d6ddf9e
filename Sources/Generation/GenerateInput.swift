import Chat
import Client
import Engines
import JSON

/// A generate request that has been read and checked: all that needs no server.
struct GenerateInput {
    let fields: Fields
    let parse: ParseRequest
    let deadline: Deadline
    let timeouts: Timeouts
    let retry: RetryPolicy
    /// The longest prompt to send; nil: the server is asked.
    let longestPrompt: Int?
    var request: GenerateRequest

    init(_ fields: Fields, _ promptIDs: [UInt32]?, model: Model?, options: Client.Options, started: Moment)
        throws(GenerationError)
    {
        self.fields = fields
        deadline = Deadline(
            inMilliseconds: try GenerateInput.wrapped { () throws(FieldError) in
                try GenerateInput.milliseconds(fields, "timeout") ?? options.timeout
            }, from: started)
        timeouts = try GenerateInput.wrapped { () throws(FieldError) in
            try GenerateInput.timeouts(fields, options.timeouts)
        }
        retry = try GenerateInput.wrapped { () throws(FieldError) in try GenerateInput.retry(fields) }
        longestPrompt = try GenerateInput.wrapped { () throws(FieldError) in try fields.integer("max_prompt_len") }
        parse = try GenerateInput.wrapped { () throws(FieldError) in try ParseRequest(fields) }
        let limit = try GenerateInput.wrapped { () throws(FieldError) in
            try GenerateInput.vocabularyLimit(fields, model)
        }
        let ids = try GenerateInput.prompt(fields, promptIDs, model)
        try GenerateInput.check(ids, "prompt_ids", below: limit)
        request = try GenerateInput.wrapped { () throws(FieldError) in
            try GenerateRequest(fields, promptIDs: ids, cacheSalt: CompletionPrompt.cacheSalt(fields))
        }
        if request.sampling.stopTokenIDs == nil, let stops = model?.stopTokenIDs, !stops.isEmpty {
            request.sampling.stopTokenIDs = stops.filter { Int($0) < limit }
        }
        try GenerateInput.check(request.sampling.stopTokenIDs ?? [], "sampling_params.stop_token_ids", below: limit)
        if let longestPrompt, ids.count > longestPrompt {
            throw .window(length: ids.count, limit: longestPrompt, source: .request)
        }
    }

    private static func milliseconds(_ fields: Fields, _ key: StaticString) throws(FieldError) -> Int? {
        guard let seconds = try fields.number(key) else { return nil }
        if !(seconds > 0 && seconds <= 1e9) {
            throw fields.error(key, .notAllowed("must be a number of seconds above 0"))
        }
        return max(Int(seconds * 1000), 1)
    }

    private static func timeouts(_ fields: Fields, _ given: Timeouts) throws(FieldError) -> Timeouts {
        var timeouts = given
        timeouts.connect = try milliseconds(fields, "connect_timeout") ?? given.connect
        timeouts.firstByte = try milliseconds(fields, "first_byte_timeout") ?? given.firstByte
        timeouts.idle = try milliseconds(fields, "idle_timeout") ?? given.idle
        return timeouts
    }

    private static func retry(_ fields: Fields) throws(FieldError) -> RetryPolicy {
        var retry = RetryPolicy()
        if let retries = try fields.integer("retries") {
            if retries < 0 { throw fields.error("retries", .notAllowed("must be 0 or more")) }
            retry.retries = retries
        }
        retry.repeatsSent = try fields.bool("retry_sent") ?? false
        return retry
    }

    private static func vocabularyLimit(_ fields: Fields, _ model: Model?) throws(FieldError) -> Int {
        if let size = try fields.integer("vocab_size") {
            if size < 1 { throw fields.error("vocab_size", .notAllowed("must be at least 1")) }
            return size
        }
        if let model { return model.vocabularyLimit }
        throw fields.error(
            "vocab_size",
            .notAllowed("must be given where there is no model: an id outside the vocabulary can end an engine"))
    }

    private static func prompt(_ fields: Fields, _ promptIDs: [UInt32]?, _ model: Model?) throws(GenerationError)
        -> [UInt32]
    {
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
        let request = try GenerateInput.wrapped { () throws(FieldError) in
            try RenderRequest(fields, addGenerationPrompt: true)
        }
        do {
            return try model.render(request).ids
        } catch {
            throw .chat(error)
        }
    }

    private static func check(_ ids: [UInt32], _ path: String, below limit: Int) throws(GenerationError) {
        for (i, id) in ids.enumerated() where Int(id) >= limit {
            throw .vocabulary(path: "\(path)[\(i)]", id: Int(id), limit: limit)
        }
    }

    private static func wrapped<T>(_ body: () throws(FieldError) -> T) throws(GenerationError) -> T {
        do {
            return try body()
        } catch {
            throw .field(error)
        }
    }
}
