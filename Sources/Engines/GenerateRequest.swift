public import JSON

/// What to generate, in words that belong to no engine.
public struct GenerateRequest: Sendable {
    public var promptIDs: [UInt32]
    /// The name the server knows the model by; nil is the server's own choice.
    public var servedModel: [UInt8]?
    public var sampling: SamplingParameters
    public var cacheSalt: [UInt8]?
    public var priority: Int?
    public var requestID: [UInt8]?
    /// Members for the body that we know nothing about.
    public var extra: Object

    public init(
        promptIDs: [UInt32], servedModel: [UInt8]? = nil, sampling: SamplingParameters = SamplingParameters(),
        cacheSalt: [UInt8]? = nil, priority: Int? = nil, requestID: [UInt8]? = nil, extra: Object = Object()
    ) {
        self.promptIDs = promptIDs
        self.servedModel = servedModel
        self.sampling = sampling
        self.cacheSalt = cacheSalt
        self.priority = priority
        self.requestID = requestID
        self.extra = extra
    }

    /// Reads the members of a generate request that concern the engine.
    public init(_ fields: Fields, promptIDs: [UInt32], cacheSalt: [UInt8]?) throws(FieldError) {
        self.init(promptIDs: promptIDs)
        servedModel = try fields.string("served_model")
        sampling = try SamplingParameters(fields.fields("sampling_params"))
        self.cacheSalt = cacheSalt
        priority = try fields.integer("priority")
        requestID = try fields.string("request_id")
        extra = try fields.fields("extra")?.object ?? Object()
    }
}
