public import Bytes
public import JSON

/// What a host's own code does for an engine that we do not know.
public protocol HostCodec: AnyObject, Sendable {
    /// The body of a request: `json` has all but the prompt's ids.
    func encode(_ json: [UInt8], _ promptIDs: FlatArray<UInt32>) throws(EngineError) -> [UInt8]
    /// An answer, or an event of a stream, as the JSON that `HostWire` reads; nothing for an event that says nothing.
    func decode(_ data: [UInt8], isEvent: Bool) throws(EngineError) -> [UInt8]
}

/// An engine that the host knows: its code turns our words into the engine's, and the engine's into ours.
public struct HostWire: Wire {
    public let name: String
    public let path: String
    public let isHosts = true
    /// Code that knows of one prompt would take several for one.
    public let takesBatches = false
    private let codec: any HostCodec

    public init(name: String, path: String, _ codec: any HostCodec) {
        (self.name, self.path, self.codec) = (name, path, codec)
    }

    public func head(_ options: GenerateOptions, maxTokens: Int?) -> [UInt8] {
        func integer(_ value: Int?) -> Value? { value.map { .integer($0) } }
        func string(_ value: [UInt8]?) -> Value? { value.map { .string($0) } }
        var json = Object([
            "sampling_params": .object(options.sampling.neutral(maxTokens: maxTokens)),
            "stream": .bool(options.isStream),
        ])
        json.set("served_model", string(options.servedModel))
        json.set("lora", string(options.lora))
        json.set("cache_salt", string(options.cacheSalt))
        json.set("priority", integer(options.priority))
        json.set("request_id", string(options.requestID))
        json.set("session", string(options.session))
        json.set("data_parallel_rank", integer(options.dataParallelRank))
        json.set("extra", options.extra.count > 0 ? .object(options.extra) : nil)
        return Dumps.compact.bytes(.object(json))
    }

    public func body(_ head: [UInt8], _ request: GenerateRequest) throws(EngineError) -> RequestBody {
        .bytes(FlatArray(try codec.encode(head, request.promptIDs)))
    }

    public func json(_ data: [UInt8], isEvent: Bool) throws(EngineError) -> [UInt8] {
        try codec.decode(data, isEvent: isEvent)
    }

    public func completion(_ reply: Reply, for request: GenerateRequest) throws(FieldError) -> Completion {
        let fields = try Fields(root: reply.value, name: "the answer")
        var completion = Completion()
        try Answer.readHead(fields, id: "request_id", into: &completion)
        completion.choices = try Answer.allChoices(fields) { choice, _ throws(FieldError) in
            try read(choice, reply)
        }
        return completion
    }

    public func read(_ event: Reply, into completion: inout Completion, for request: GenerateRequest) throws(FieldError)
    {
        let fields = try Fields(root: event.value, name: "the event")
        try Answer.readHead(fields, id: "request_id", into: &completion)
        try Answer.addChoices(fields, to: &completion) { choice, _ throws(FieldError) in try read(choice, event) }
    }

    private func read(_ fields: Fields, _ reply: Reply) throws(FieldError) -> Completion.Choice {
        var choice = Completion.Choice()
        choice.ids = try Answer.ids(fields, "token_ids", reply)
        choice.finishReason = try fields.string("finish_reason") ?? []
        choice.stopReason = fields.value("stop_reason") ?? .null
        choice.logprobs = try Answer.numbers(fields, "logprobs", reply)
        if let logprobs = choice.logprobs {
            try Answer.checkCount(logprobs.count, of: fields.path("logprobs"), equals: choice.ids.count)
        }
        return choice
    }
}
