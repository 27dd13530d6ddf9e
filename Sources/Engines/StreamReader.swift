import JSON

/// Reads a stream of a completion: what each event adds, and in the end the whole.
public struct StreamReader: Sendable {
    /// What came to a choice.
    public struct Delta: Sendable {
        public let choice: Int
        public let ids: [UInt32]
        public let logprobs: [Float]?
        /// Empty until the choice ends.
        public let finishReason: [UInt8]
    }

    private let wire: any Wire
    private let request: GenerateRequest
    private let limit: Int
    private var events: EventStream
    private var completion = Completion()
    private var deltas = [Delta]()
    /// What is wrong with what came.
    public private(set) var failure: EngineError?
    private var isOver = false

    public init(_ wire: any Wire, _ request: GenerateRequest, limit: Int) {
        self.wire = wire
        self.request = request
        self.limit = limit
        events = EventStream(limit: limit)
    }

    /// Takes bytes of the body. What is wrong with them `finish` says.
    public mutating func push(_ bytes: some Collection<UInt8>) {
        guard failure == nil, !isOver else { return }
        events.push(bytes)
        do throws(EngineError) {
            while !isOver, let data = events.next() {
                if data.count > limit { throw EngineError.tooLarge(limit: limit) }
                try read(data)
            }
            if events.isTooLarge { throw EngineError.tooLarge(limit: limit) }
        } catch {
            failure = error
        }
    }

    /// What has come since the last call.
    public mutating func takeDeltas() -> [Delta] {
        defer { deltas = [] }
        return deltas
    }

    /// The stream has ended.
    public func finish() throws(EngineError) -> Completion {
        if let failure { throw failure }
        let isWhole = !completion.choices.isEmpty && completion.choices.allSatisfy { !$0.finishReason.isEmpty }
        if !isWhole { throw .malformed(broken("ends before its completion does"), status: 200) }
        return completion
    }

    private func broken(_ what: String) -> FieldError { FieldError(path: "the stream", problem: .notAllowed(what)) }

    private mutating func read(_ data: [UInt8]) throws(EngineError) {
        if data.elementsEqual("[DONE]".utf8) {
            isOver = true
            return
        }
        let json = try wire.json(data, isEvent: true)
        if json.isEmpty { return }
        let event: Reply
        do {
            event = try Reply(json, keepsTop: request.options.sampling.wantsTop)
        } catch {
            throw .notJSON(error, status: 200, excerpt: Errors.excerpt(json))
        }
        if let error = event.value["error"], !error.isNull {
            // The status of an error that comes inside a 200 stream is written in it; older versions do not say it.
            let status = error["code"]?.integer ?? (Errors.isOverlong(Errors.message(json)) ? 400 : 500)
            throw Errors.error(HTTPResponse(status: status == 200 ? 500 : status, body: json))
        }
        if let refusal = wire.refusal(event.value) { throw refusal }
        let before = completion.choices.map { ($0.ids.count, $0.finishReason) }
        do {
            try wire.read(event, into: &completion, for: request)
        } catch {
            throw .malformed(error, status: 200)
        }
        for (i, choice) in completion.choices.enumerated() {
            let (count, reason) = i < before.count ? before[i] : (0, [])
            let finishReason = reason.isEmpty ? choice.finishReason : []
            if choice.ids.count == count, finishReason.isEmpty { continue }
            // Copies: a slice would make every later event copy the whole.
            deltas.append(
                Delta(
                    choice: i, ids: Array(choice.ids[count...]), logprobs: choice.logprobs.map { Array($0[count...]) },
                    finishReason: finishReason))
        }
    }
}
