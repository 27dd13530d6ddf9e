import Client
import Engines

/// What is known of the server of a backend: which engine it is, and the windows of its models.
struct KnownServer {
    private let backend: Backend
    /// The inner nil: the server does not say.
    private let windows: ServerFacts<Int?>
    private let engines: ServerFacts<ChosenEngine>

    init(_ backend: Backend, _ generator: Generator) {
        (self.backend, windows, engines) = (backend, generator.windows, generator.engines)
    }

    private func key(_ options: GenerateOptions) -> ServerFacts<Int?>.Key {
        ServerFacts.Key(backend.destination, model: options.lora ?? options.servedModel)
    }

    /// nil: it is to be asked.
    func engine(_ options: GenerateOptions) -> ChosenEngine? {
        if let wire = backend.wire { return ChosenEngine(wire, "") }
        guard let engine = engines[ServerFacts.Key(backend.destination)] else { return nil }
        guard options.promptLengths != nil, !engine.wire.takesBatches else { return engine }
        return ChosenEngine(OpenAI(), engine.reason + "; \(engine.wire.path) takes one prompt")
    }

    /// nil: it is to be asked; the inner nil: it does not say.
    func window(_ options: GenerateOptions) -> Int?? { windows[key(options)] }

    /// False where the window is not known, or was asked only just.
    func forgetWindow(_ options: GenerateOptions) -> Bool { windows.forget(key(options)) }

    /// Takes what the list of models tells.
    func learn(_ response: HTTPResponse, _ options: GenerateOptions) {
        guard response.status == 200 else { return }
        let key = key(options)
        windows[key] = .some(backend.window(response, model: key.model))
        if backend.wire == nil { engines[ServerFacts.Key(backend.destination)] = Backend.engine(response) }
    }

    /// Takes an answer that says that the engine is to be spoken to in another way; false where it does not.
    func learn(from engine: ChosenEngine, _ response: HTTPResponse) -> Bool {
        guard backend.wire == nil, let other = Backend.fallback(from: engine, response) else { return false }
        engines[ServerFacts.Key(backend.destination)] = other
        return true
    }
}
