import Bytes
public import JSON

/// A wire format: pure functions between our words and an engine's. No I/O.
public protocol Wire: Sendable {
    /// How errors and users call the engine.
    var name: String { get }

    /// Whether absence of max_tokens means something else than what the window leaves.
    var needsMaxTokens: Bool { get }

    /// Whether it is the host's code, which runs on the host's threads alone.
    var isHosts: Bool { get }

    /// The path of the generate endpoint, from the server's root.
    var path: String { get }

    /// Headers that say what the engine does not read from the body.
    func headers(_ options: GenerateOptions) -> [String]

    /// A request's body without the prompt's ids, as JSON.
    ///
    /// - Parameter maxTokens: what the options say, or what the window leaves where they must say it.
    func head(_ options: GenerateOptions, maxTokens: Int?) -> [UInt8]

    /// Whether a request may have several prompts.
    var takesBatches: Bool { get }

    /// The body: the head, and the prompts' ids.
    func body(_ head: [UInt8], _ request: GenerateRequest) throws(EngineError) -> RequestBody

    /// An answer, or an event of a stream, as the JSON that `completion` and `read` read.
    func json(_ data: [UInt8], isEvent: Bool) throws(EngineError) -> [UInt8]

    /// Reads the JSON of a 200 answer to `request` that is not an error.
    func completion(_ answer: Reply, for request: GenerateRequest) throws(FieldError) -> Completion

    /// Reads the JSON of an event of a stream that is not an error: adds to the completion what is new.
    func read(_ event: Reply, into completion: inout Completion, for request: GenerateRequest) throws(FieldError)

    /// What an event says that refuses the request, and does not say it as an error.
    func refusal(_ event: Value) -> EngineError?
}

extension Wire {
    public var needsMaxTokens: Bool { false }
    public var isHosts: Bool { false }
    public var takesBatches: Bool { true }
    public func json(_ data: [UInt8], isEvent: Bool) throws(EngineError) -> [UInt8] { data }
    public func headers(_ options: GenerateOptions) -> [String] { [] }
    public func refusal(_ event: Value) -> EngineError? { nil }
}
