public import JSON

/// What an engine answered instead of a completion.
public enum EngineError: Error, Sendable, Equatable {
    /// An HTTP error, or an error inside a well-formed answer. `message` is the engine's own text.
    case refused(Refusal, status: Int, message: [UInt8])
    /// The prompt is too long for the window; the engine's own text says by how much.
    case overlong(status: Int, message: [UInt8])
    /// The answer is not JSON. `excerpt` is how it begins.
    case notJSON(JSONError, status: Int, excerpt: [UInt8])
    /// The answer is JSON, and not what the engine documents.
    case malformed(FieldError, status: Int)

    /// An event of a stream is larger than answers may be.
    case tooLarge(limit: Int)
    /// The host's own wire format could not write the request, or read the answer.
    case host(message: [UInt8])

    /// What a caller does about it.
    public enum Refusal: Sendable, Equatable {
        /// 401, 403: the key, or a switch on the server.
        case denied
        /// 404: no such model or endpoint.
        case notFound
        /// 429, 503: later, or elsewhere.
        case busy
        /// Other 4xx: this request is wrong.
        case rejected
        /// Other 5xx and errors inside answers.
        case failed
        /// 1xx and 3xx: not an inference server, or not at this address.
        case unexpected
    }
}
