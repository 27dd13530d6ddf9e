public import Bytes
public import Chat
public import Client
public import Engines
import JSON
import Synchronization

/// One call: a chat or ids in, a completion out, over one backend. It does no I/O: a client carries it out.
///
/// Engine and kind of prompt are chosen here and nowhere below: the chat knows no engine, the wire knows no chat.
public final class GenerateCall: Exchange, @unchecked Sendable {
    /// What the caller wants of a completion. Not a parameter of the type: generic code looks types up at each call.
    public typealias Product = any AnyObject & Sendable

    // @unchecked: the client calls begin and resume one after the other, and the result is read when it is done.
    private enum Stage {
        case begun
        /// The server is asked for its models.
        case asking(GenerateInput)
        case sent(GenerateInput, ChosenEngine)
    }

    private enum Made {
        case nothing
        case result(Result<Product, GenerationError>)
        /// The answer is read by who asks for the result: it is the host's code that reads it.
        case unread(HTTPResponse, GenerateInput, ChosenEngine)
    }

    private let text: [UInt8]
    private let promptIDs: FlatArray<UInt32>?
    private let model: Model?
    private let backend: Backend
    private let options: Client.Options
    // Not the generator itself: the client would keep itself alive.
    private let server: KnownServer
    private let known: KnownRequests
    private let seen: SeenSkeletons
    private let started = Moment.now
    private var stage = Stage.begun
    /// Whether the server was asked again, because it may be another by now.
    private var hasForgotten = false
    private let make: @Sendable (Generated) -> Product
    private weak var call: Call?
    private let shared = Mutex<(made: Made, stream: TokenStream?)>((.nothing, nil))

    /// - Parameters:
    ///   - text: The request, JSON.
    ///   - promptIDs: nil where the request has messages.
    ///   - make: What the caller wants of it. Done where it may take time.
    public init(
        _ text: [UInt8], promptIDs: FlatArray<UInt32>?, model: Model?, backend: Backend, generator: Generator,
        make: @escaping @Sendable (Generated) -> Product
    ) {
        self.make = make
        self.text = text
        self.promptIDs = promptIDs
        self.model = model
        self.backend = backend
        options = generator.client.options
        server = KnownServer(backend, generator)
        (known, seen) = (generator.known, generator.seen)
    }

    public func attach(to call: Call) { self.call = call }

    /// What has come of a stream; nil where there is none, or not yet.
    public var stream: TokenStream? { shared.withLock { $0.stream } }

    /// nil until it is done.
    public var result: Result<Product, GenerationError>? {
        switch shared.withLock({ $0.made }) {
        case .nothing: return nil
        case .result(let result): return result
        case .unread(let response, let input, let engine):
            let result = Result { () throws(GenerationError) in try read(response, input, engine) }
            shared.withLock { $0.made = .result(result) }
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
        if case .sent(let input, _) = stage, input.request.options.isStream { return false }
        return response.body.count < 1 << 16
    }

    public func begin() -> Step {
        step { () throws(GenerationError) in
            try proceed(input(), hasAsked: false)
        }
    }

    public func resume(_ outcome: Outcome) -> Step {
        step { () throws(GenerationError) in
            if case .failure = outcome, let failure = stream?.failure { throw .engine(failure) }
            if case .asking(let input) = stage, case .failure(.timeout) = outcome, input.deadline.remaining > 0 {
                // Who asked had less time than there is here.
                return try proceed(input, hasAsked: false)
            }
            let response = try outcome.mapError(GenerationError.client).get()
            switch stage {
            case .begun: return .done
            case .asking(let input):
                server.learn(response, input.settings.options)
                return try proceed(input, hasAsked: true)
            case .sent(let input, let engine): return try answered(response, input, engine)
            }
        }
    }

    private func step(_ body: () throws(GenerationError) -> Step) -> Step {
        do {
            return try body()
        } catch {
            shared.withLock { $0.made = .result(.failure(error)) }
            return .done
        }
    }

    private func input() throws(GenerationError) -> GenerateInput {
        guard let promptIDs else {
            return try GenerateInput(text, model: model, options: options, started: started)
        }
        return try GenerateInput(
            text, promptIDs, model: model, options: options, known: known, started: started)
    }

    /// Asks what must be known of the server, or sends the request.
    private func proceed(_ input: GenerateInput, hasAsked: Bool) throws(GenerationError) -> Step {
        let engine = server.engine(input.settings.options)
        if let engine, !isWindowNeeded(input, engine) { return try send(input, engine, window: nil) }
        if let engine, let window = server.window(input.settings.options) {
            return try send(input, engine, window: window)
        }
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
        input.settings.longestPrompt == nil && !engine.wire.isHosts
            || engine.wire.needsMaxTokens && input.settings.options.sampling.maxTokens == nil
    }

    private func forgetWindow(_ input: GenerateInput) -> Bool {
        guard !hasForgotten, server.forgetWindow(input.settings.options) else { return false }
        hasForgotten = true
        return true
    }

    private func send(
        _ input: GenerateInput, _ engine: ChosenEngine, window: Int?
    ) throws(GenerationError) -> Step {
        let settings = input.settings
        if settings.options.promptLengths != nil, !engine.wire.takesBatches {
            let problem =
                "are several prompts, and \(engine.wire.path) takes one: make a request of each, or use \"openai\""
            throw .field(FieldError(path: "prompt_lengths", problem: .notAllowed(problem)))
        }
        let length = input.request.longest
        // A prompt must leave room for one token. What the caller says comes before what the server says.
        if let window, settings.longestPrompt == nil, length >= window {
            if forgetWindow(input) { return try proceed(input, hasAsked: false) }
            throw .window(length: length, limit: window - 1, source: .server)
        }
        var maxTokens: Int?
        if engine.wire.needsMaxTokens, settings.options.sampling.maxTokens == nil {
            guard let window, window > length else {
                throw .field(
                    FieldError(
                        path: "sampling_params.max_tokens",
                        problem: .notAllowed(
                            "must be given: the server does not say its window, and would sample 16 tokens")))
            }
            maxTokens = window - length
        }
        stage = .sent(input, engine)
        var http: HTTPRequest
        do {
            http = try backend.generateRequest(
                settings.head(backend, engine.wire, maxTokens: maxTokens), input.request, engine.wire)
        } catch {
            throw .engine(error)
        }
        // What takes long is done here, and not where all others wait for it.
        if !isQuickToBegin { http.body = .bytes(http.body.made()) }
        var transfer = transfer(http, input, input.deadline)
        transfer.session = settings.options.session
        if input.request.options.isStream {
            let request = input.request
            let reader = StreamReader(engine.wire, request, limit: options.responseLimit)
            let makeParser = model.map { model -> @Sendable (Int) -> StreamingParser in
                let prompt = request.promptOfChoice()
                return { model.parser(settings.parse, prompt: prompt($0)) }
            }
            let stream = TokenStream(reader, for: call, makeParser)
            shared.withLock { $0.stream = stream }
            transfer.sink = stream
        }
        return .send(transfer)
    }

    private func transfer(_ http: HTTPRequest, _ input: GenerateInput, _ deadline: Deadline) -> TransferRequest {
        TransferRequest(
            http: http, destination: backend.destination, deadline: deadline,
            timeouts: input.settings.timeouts, retry: input.settings.retry)
    }

    /// Questions are the same where servers, headers and limits are.
    private func key(_ input: GenerateInput) -> String {
        let (timeouts, retry) = (input.settings.timeouts, input.settings.retry)
        let limits = [
            input.deadline.allowed, timeouts.connect, timeouts.firstByte ?? 0, timeouts.idle ?? 0, retry.retries,
            retry.repeatsSent ? 1 : 0,
        ]
        return
            ([backend.engine] + backend.destination.servers + backend.modelsRequest.headers + limits.map(String.init))
            .joined(separator: "\n")
    }

    private func answered(
        _ response: HTTPResponse, _ input: GenerateInput, _ engine: ChosenEngine
    ) throws(GenerationError) -> Step {
        if server.learn(from: engine, response) { return try proceed(input, hasAsked: false) }
        // The server may be another than the one that was asked. Nothing was sampled.
        if response.status == 400, isWindowNeeded(input, engine), forgetWindow(input) {
            return try proceed(input, hasAsked: false)
        }
        if isHosts {
            shared.withLock { $0.made = .unread(response, input, engine) }
        } else {
            let product = try read(response, input, engine)
            shared.withLock { $0.made = .result(.success(product)) }
        }
        return .done
    }

    private func read(
        _ response: HTTPResponse, _ input: GenerateInput, _ engine: ChosenEngine
    ) throws(GenerationError) -> Product {
        let completion: Completion
        var messages: [ParsedMessage]?
        do {
            if response.status == 200, let stream {
                (completion, messages) = try stream.finish()
            } else {
                completion = try backend.completion(response, for: input.request, engine.wire, seen: seen)
                messages = model.map { model in
                    let prompt = input.request.promptOfChoice()
                    return completion.choices.enumerated().map { i, choice in
                        model.parse(choice.ids, input.settings.parse, prompt: prompt(i))
                    }
                }
            }
        } catch {
            throw .engine(error)
        }
        return make(
            Generated(
                completion: completion, promptIDs: input.request.promptIDs, messages: messages, engine: engine,
                milliseconds: Moment.now.milliseconds(from: started)))
    }
}
