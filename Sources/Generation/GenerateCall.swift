public import Chat
public import Client
public import Engines
import JSON

/// One call: a chat or ids in, a completion out, over one backend. It does no I/O: a client carries it out.
///
/// Engine and kind of prompt are chosen here and nowhere below: the chat knows no engine, the wire knows no chat.
public final class GenerateCall<Product: Sendable>: Exchange, @unchecked Sendable {
    // @unchecked: the client calls begin and resume one after the other, and the result is read when it is done.
    private enum Stage {
        case begun
        /// The server is asked for its models.
        case asking(GenerateInput)
        case sent(GenerateInput, ChosenEngine)
    }

    private enum Made {
        case result(Result<Product, GenerationError>)
        /// The answer is read by who asks for the result: it is the host's code that reads it.
        case unread(HTTPResponse, GenerateInput, ChosenEngine)
    }

    private let text: [UInt8]
    private let promptIDs: [UInt32]?
    private let model: Model?
    private let backend: Backend
    private let options: Client.Options
    private let windows: ServerFacts<Int?>
    private let engines: ServerFacts<ChosenEngine>
    private let started = Moment.now
    private var stage = Stage.begun
    private let make: @Sendable (Generated) -> Product
    private let made = Monitor<Made?>(nil)
    /// What has come of a stream.
    public let stream: TokenStream

    /// - Parameters:
    ///   - text: The request, JSON.
    ///   - promptIDs: nil where the request has messages.
    ///   - make: What the caller wants of it. Done where it may take time.
    public init(
        _ text: [UInt8], promptIDs: [UInt32]?, model: Model?, backend: Backend, client: Client,
        make: @escaping @Sendable (Generated) -> Product
    ) {
        self.make = make
        self.text = text
        self.promptIDs = promptIDs
        self.model = model
        self.backend = backend
        options = client.options
        windows = client.windows
        engines = client.engines
        stream = TokenStream(limit: client.options.responseLimit)
    }

    public func attach(to call: Call) { stream.attach(to: call) }

    /// nil until it is done.
    public var result: Result<Product, GenerationError>? {
        switch made.withLock({ $0 }) {
        case nil: return nil
        case .result(let result): return result
        case .unread(let response, let input, let engine):
            let result = Result { () throws(GenerationError) in try read(response, input, engine) }
            made.withLock { $0 = .result(result) }
            return result
        }
    }

    /// Rendering may take long, and so may a large request.
    public var isQuickToBegin: Bool {
        // What the host wrote runs where the host is.
        isHosts || promptIDs.map { $0.count < 1 << 14 } ?? false && text.count < 1 << 12
    }

    private var isHosts: Bool { backend.wire?.isHosts == true }

    /// A stream may have much that nobody has read yet.
    public func isQuickToRead(_ response: HTTPResponse) -> Bool {
        if case .sent(let input, _) = stage, input.request.isStream { return false }
        return response.body.count < 1 << 16
    }

    public func begin() -> Step {
        step { () throws(GenerationError) in
            try proceed(
                GenerateInput(fields(), promptIDs, model: model, options: options, started: started), hasAsked: false)
        }
    }

    public func resume(_ outcome: Outcome) -> Step {
        step { () throws(GenerationError) in
            if case .failure = outcome, let failure = stream.failure { throw .engine(failure) }
            if case .asking(let input) = stage, case .failure(.timeout) = outcome, input.deadline.remaining > 0 {
                // Who asked had less time than there is here.
                return try proceed(input, hasAsked: false)
            }
            let response = try outcome.mapError(GenerationError.client).get()
            switch stage {
            case .begun: return .done
            case .asking(let input):
                learn(response, input)
                return try proceed(input, hasAsked: true)
            case .sent(let input, let engine): return try answered(response, input, engine)
            }
        }
    }

    private func step(_ body: () throws(GenerationError) -> Step) -> Step {
        do {
            return try body()
        } catch {
            made.withLock { $0 = .result(.failure(error)) }
            return .done
        }
    }

    private func fields() throws(GenerationError) -> Fields {
        let root: Value
        do {
            root = try text.withUnsafeBufferPointer { text throws(JSONError) in
                guard let model else { return try JSONParser.parse(text) }
                return try model.parse(request: text)
            }
        } catch {
            throw .json(error)
        }
        do {
            return try Fields(root: root, name: "request")
        } catch {
            throw .field(error)
        }
    }

    private func windowKey(_ input: GenerateInput) -> ServerFacts<Int?>.Key {
        ServerFacts.Key(backend.destination, model: input.request.lora ?? input.request.servedModel)
    }

    private var engine: ChosenEngine? {
        backend.wire.map { ChosenEngine($0, "") } ?? engines[ServerFacts.Key(backend.destination)]
    }

    /// Asks what must be known of the server, or sends the request.
    private func proceed(_ input: GenerateInput, hasAsked: Bool) throws(GenerationError) -> Step {
        let engine = engine
        if let engine, !isWindowNeeded(input, engine) { return try send(input, engine, window: nil) }
        if let engine, let window = windows[windowKey(input)] { return try send(input, engine, window: window) }
        if hasAsked {
            // It did not answer 200: what it may do, it will say itself.
            return try send(input, engine ?? ChosenEngine(OpenAI(), "it does not list its models"), window: nil)
        }
        stage = .asking(input)
        return .ask(
            transfer(backend.modelsRequest, input, Deadline(inMilliseconds: min(input.deadline.remaining, 30_000))),
            key: key(input))
    }

    /// Of a server that the host knows it says itself how long a prompt may be.
    private func isWindowNeeded(_ input: GenerateInput, _ engine: ChosenEngine) -> Bool {
        input.longestPrompt == nil && !engine.wire.isHosts
            || engine.wire.needsMaxTokens && input.request.sampling.maxTokens == nil
    }

    private func send(
        _ input: GenerateInput, _ engine: ChosenEngine, window: Int?
    ) throws(GenerationError) -> Step {
        var input = input
        let length = input.request.promptIDs.count
        // A prompt must leave room for one token. What the caller says comes before what the server says.
        if let window, input.longestPrompt == nil, length >= window {
            throw .window(length: length, limit: window - 1, source: .server)
        }
        if engine.wire.needsMaxTokens, input.request.sampling.maxTokens == nil {
            guard let window, window > length else {
                throw .field(
                    FieldError(
                        path: "sampling_params.max_tokens",
                        problem: .notAllowed(
                            "must be given: the server does not say its window, and would sample 16 tokens")))
            }
            input.request.sampling.maxTokens = window - length
        }
        stage = .sent(input, engine)
        let http: HTTPRequest
        do {
            http = try backend.generateRequest(input.request, engine.wire)
        } catch {
            throw .engine(error)
        }
        var transfer = transfer(http, input, input.deadline)
        transfer.session = input.request.session
        if input.request.isStream {
            let (parse, prompt) = (input.parse, input.request.promptIDs)
            stream.open(StreamReader(engine.wire, input.request, limit: options.responseLimit)) { [model] in
                model?.parser(parse, prompt: prompt)
            }
            transfer.sink = stream
        }
        return .send(transfer)
    }

    private func transfer(_ http: HTTPRequest, _ input: GenerateInput, _ deadline: Deadline) -> TransferRequest {
        TransferRequest(
            http: http, destination: backend.destination, deadline: deadline, timeouts: input.timeouts,
            retry: input.retry)
    }

    /// Questions are the same where servers, headers and limits are.
    private func key(_ input: GenerateInput) -> String {
        let limits = [
            input.deadline.allowed, input.timeouts.connect, input.timeouts.firstByte ?? 0, input.timeouts.idle ?? 0,
            input.retry.retries, input.retry.repeatsSent ? 1 : 0,
        ]
        return
            ([backend.engine] + backend.destination.servers + backend.modelsRequest.headers + limits.map(String.init))
            .joined(separator: "\n")
    }

    /// What the list of models tells of the server.
    private func learn(_ response: HTTPResponse, _ input: GenerateInput) {
        guard response.status == 200 else { return }
        let key = windowKey(input)
        windows[key] = .some(backend.window(response, model: key.model))
        if backend.wire == nil { engines[ServerFacts.Key(backend.destination)] = Backend.engine(response) }
    }

    private func answered(
        _ response: HTTPResponse, _ input: GenerateInput, _ engine: ChosenEngine
    ) throws(GenerationError) -> Step {
        if backend.wire == nil, let other = Backend.fallback(from: engine, response) {
            engines[ServerFacts.Key(backend.destination)] = other
            return try proceed(input, hasAsked: false)
        }
        if isHosts {
            made.withLock { $0 = .unread(response, input, engine) }
        } else {
            let product = try read(response, input, engine)
            made.withLock { $0 = .result(.success(product)) }
        }
        return .done
    }

    private func read(
        _ response: HTTPResponse, _ input: GenerateInput, _ engine: ChosenEngine
    ) throws(GenerationError) -> Product {
        let completion: Completion
        do {
            if input.request.isStream, response.status == 200 {
                completion = try stream.finish()
            } else {
                completion = try backend.completion(response, for: input.request, engine.wire)
            }
        } catch {
            throw .engine(error)
        }
        let messages = model.map { model in
            completion.choices.map { model.parse($0.ids, input.parse, prompt: input.request.promptIDs) }
        }
        return make(
            Generated(
                completion: completion, promptIDs: input.request.promptIDs, messages: messages, engine: engine,
                milliseconds: Moment.now.milliseconds(from: started)))
    }
}
