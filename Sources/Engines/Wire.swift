public import JSON

/// A wire format: pure functions between our words and an engine's. No I/O.
public protocol Wire: Sendable {
    /// How errors and users call the engine.
    static var name: String { get }

    /// Whether absence of max_tokens means something else than what the window leaves.
    static var needsMaxTokens: Bool { get }

    init()

    /// The path of the generate endpoint, from the server's root.
    var path: String { get }

    /// The body of a generate request.
    func body(_ request: GenerateRequest) -> [UInt8]

    /// Reads the JSON of a 200 answer to `request` that is not an error.
    func completion(_ answer: Value, for request: GenerateRequest) throws(FieldError) -> Completion
}

extension Wire {
    public static var needsMaxTokens: Bool { false }
}
