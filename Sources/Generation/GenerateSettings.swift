import Chat
import Client
import Engines
import JSON
import Synchronization

/// What a generate request says besides its prompt, read and checked. Immutable: prompts that are sent with the same words share it.
final class GenerateSettings: Sendable {
    let options: GenerateOptions
    let parse: ParseRequest
    /// Milliseconds for the whole call.
    let timeout: Int
    let timeouts: Timeouts
    let retry: RetryPolicy
    /// The longest prompt to send; nil: the server is asked.
    let longestPrompt: Int?
    /// Ids from here on are in no vocabulary.
    let vocabularyLimit: Int
    private let head = Mutex<(engine: String, headers: [String], head: RequestHead)?>(nil)

    init(_ fields: Fields, model: Model?, client: Client.Options) throws(FieldError) {
        timeout = try GenerateSettings.milliseconds(fields, "timeout") ?? client.timeout
        timeouts = try GenerateSettings.timeouts(fields, client.timeouts)
        retry = try GenerateSettings.retry(fields)
        longestPrompt = try fields.integer("max_prompt_len")
        parse = try ParseRequest(fields)
        let limit = try GenerateSettings.vocabularyLimit(fields, model)
        vocabularyLimit = limit
        let stops = (model?.stopTokenIDs ?? []).filter { Int($0) < limit }
        options = try GenerateOptions(
            fields, cacheSalt: CompletionPrompt.cacheSalt(fields), stopTokenIDs: stops.isEmpty ? nil : stops)
    }

    /// What goes to the server besides the prompt.
    ///
    /// - Parameter maxTokens: in the place of what the options do not say.
    func head(_ backend: Backend, _ wire: any Wire, maxTokens: Int?) -> RequestHead {
        guard maxTokens == nil else { return backend.head(options, maxTokens: maxTokens, wire) }
        return head.withLock { known in
            if let known, known.engine == wire.name, known.headers == backend.headers { return known.head }
            let head = backend.head(options, maxTokens: options.sampling.maxTokens, wire)
            known = (wire.name, backend.headers, head)
            return head
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
}
