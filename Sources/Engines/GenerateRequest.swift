public import JSON

/// What to generate, in words that belong to no engine.
public struct GenerateRequest: Sendable {
    public var promptIDs: [UInt32]
    /// The name the server knows the model by; nil is the server's own choice.
    public var servedModel: [UInt8]?
    /// An adapter that the server has loaded.
    public var lora: [UInt8]?
    public var sampling = SamplingParameters()
    public var cacheSalt: [UInt8]?
    public var priority: Int?
    public var requestID: [UInt8]?
    /// Requests of one session go to one server, and one of its workers.
    public var session: [UInt8]?
    public var dataParallelRank: Int?
    /// Whether the answer comes as it is made.
    public var isStream = false
    /// Header lines of this request alone.
    public var headers = [String]()
    /// Members for the body that we know nothing about.
    public var extra = Object()

    public init(promptIDs: [UInt32]) { self.promptIDs = promptIDs }

    /// Reads the members of a generate request that concern the engine.
    public init(_ fields: Fields, promptIDs: [UInt32], cacheSalt: [UInt8]?) throws(FieldError) {
        self.init(promptIDs: promptIDs)
        servedModel = try fields.string("served_model")
        lora = try fields.string("lora")
        sampling = try SamplingParameters(fields.fields("sampling_params"))
        self.cacheSalt = cacheSalt
        priority = try fields.integer("priority")
        requestID = try fields.string("request_id")
        session = try fields.string("session")
        if let session { _ = try Backend.line(String(decoding: session, as: UTF8.self), fields.path("session")) }
        dataParallelRank = try fields.integer("data_parallel_rank")
        isStream = try fields.bool("stream") ?? false
        headers = try Backend.lines(fields, "headers")
        extra = try fields.fields("extra")?.object ?? Object()
    }
}
