public import JSON

/// What to generate from whatever prompt, in words that belong to no engine. Requests that say the same share it.
public final class GenerateOptions: Sendable {
    /// The name the server knows the model by; nil is the server's own choice.
    public let servedModel: [UInt8]?
    /// An adapter that the server has loaded.
    public let lora: [UInt8]?
    public let sampling: SamplingParameters
    public let cacheSalt: [UInt8]?
    public let priority: Int?
    public let requestID: [UInt8]?
    /// Requests of one session go to one server, and one of its workers.
    public let session: [UInt8]?
    public let dataParallelRank: Int?
    /// How many ids each of several prompts has; nil: the ids are one prompt.
    public let promptLengths: [Int]?
    /// Whether the answer comes as it is made.
    public let isStream: Bool
    /// Header lines of these requests alone.
    public let headers: [String]
    /// Members for the body that we know nothing about.
    public let extra: Object

    /// Reads the members of a generate request that concern the engine.
    ///
    /// - Parameter stopTokenIDs: those of the model, for requests that name none.
    public init(_ fields: Fields, cacheSalt: [UInt8]? = nil, stopTokenIDs: [UInt32]? = nil) throws(FieldError) {
        servedModel = try fields.string("served_model")
        lora = try fields.string("lora")
        var sampling = try SamplingParameters(fields.fields("sampling_params"))
        sampling.stopTokenIDs = sampling.stopTokenIDs ?? stopTokenIDs
        self.sampling = sampling
        self.cacheSalt = cacheSalt
        priority = try fields.integer("priority")
        requestID = try fields.string("request_id")
        session = try fields.string("session")
        if let session { _ = try Backend.line(String(decoding: session, as: UTF8.self), fields.path("session")) }
        dataParallelRank = try fields.integer("data_parallel_rank")
        promptLengths = try GenerateOptions.lengths(fields)
        isStream = try fields.bool("stream") ?? false
        headers = try Backend.lines(fields, "headers")
        extra = try fields.fields("extra")?.object ?? Object()
    }

    private static func lengths(_ fields: Fields) throws(FieldError) -> [Int]? {
        guard let list = try fields.array("prompt_lengths") else { return nil }
        if list.isEmpty { throw fields.error("prompt_lengths", .notAllowed("is empty")) }
        var lengths = [Int]()
        for (i, value) in list.enumerated() {
            guard let length = value.integer, (1...Int(Int32.max)).contains(length) else {
                throw FieldError(
                    path: "\(fields.path("prompt_lengths"))[\(i)]",
                    problem: .notAllowed("must be an integer from 1 on: a prompt needs at least one id"))
            }
            lengths.append(length)
        }
        return lengths
    }
}
