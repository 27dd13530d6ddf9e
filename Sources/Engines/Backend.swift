import Bytes
public import JSON

/// A server: which engine, where, and how to reach it. Immutable.
public final class Backend: Sendable {
    /// The engines there are, by the names callers use.
    public static let engines: [any Wire] = [VLLM(), SGLang(), OpenAI()]

    /// The engine's name, or "auto".
    public let engine: String
    /// nil: the server is asked what it is.
    public let wire: (any Wire)?
    public let destination: Destination
    public let headers: [String]

    public static let auto = "auto"

    /// - Parameter config: what `Destination` takes, and optionally "api_key" and "headers".
    public init(engine: String, config: Fields) throws(FieldError) {
        wire = Backend.engines.first { $0.name == engine }
        if wire == nil, engine != Backend.auto {
            let known = (Backend.engines.map { $0.name } + [Backend.auto]).map { "\"\($0)\"" }.joined(separator: ", ")
            throw FieldError(path: "engine", problem: .notAllowed("is \"\(engine)\"; known engines are \(known)"))
        }
        self.engine = engine
        destination = try Destination(config)
        headers = try Backend.headers(config)
    }

    /// A server that speaks what the host knows.
    public init(_ wire: HostWire, config: Fields) throws(FieldError) {
        engine = wire.name
        self.wire = wire
        destination = try Destination(config)
        headers = try Backend.headers(config)
    }

    public func head(_ options: GenerateOptions, maxTokens: Int?, _ wire: any Wire) -> RequestHead {
        RequestHead(
            path: wire.path,
            headers: headers + ["Content-Type: application/json"] + wire.headers(options) + options.headers,
            json: wire.head(options, maxTokens: maxTokens))
    }

    public func generateRequest(
        _ head: RequestHead, _ request: GenerateRequest, _ wire: any Wire
    ) throws(EngineError) -> HTTPRequest {
        HTTPRequest(
            method: .post, path: head.path, headers: head.headers, body: try wire.body(head.json, request))
    }

    /// Reads the answer to a generate request.
    public func completion(
        _ response: HTTPResponse, for request: GenerateRequest, _ wire: any Wire, seen: SeenSkeletons? = nil
    ) throws(EngineError) -> Completion {
        if response.status != 200 { throw Errors.error(response) }
        let json = try wire.json(response.body, isEvent: false)
        let answer = try Errors.object(
            HTTPResponse(status: response.status, body: json), keepsTop: request.options.sampling.wantsTop, seen)
        // An error inside a 200 answer: what something between us and the engine may make of one.
        if let error = answer.value["error"], !error.isNull {
            if let status = error["code"]?.integer, (400..<600).contains(status) {
                throw Errors.error(HTTPResponse(status: status, body: json))
            }
            throw .refused(.failed, status: response.status, message: Errors.message(json))
        }
        do {
            return try wire.completion(answer, for: request)
        } catch {
            throw .malformed(error, status: response.status)
        }
    }

    /// Asks for the served models and their windows: both engines answer it alike.
    public var modelsRequest: HTTPRequest {
        HTTPRequest(method: .get, path: "/v1/models", headers: headers, body: .bytes(FlatArray([])))
    }

    /// The window of `model` in an answer to `modelsRequest`: its card's, or its parent's where it is an adapter; the
    /// first card's where no model is named. nil where the server does not say.
    public func window(_ response: HTTPResponse, model: [UInt8]?) -> Int? {
        guard response.status == 200, let cards = (try? JSONParser.parse(response.body))?["data"]?.array else {
            return nil
        }
        var wanted = model
        // An adapter's card has no window of its own, and names its base model; no chain is longer than the list.
        for _ in cards.indices {
            let card = wanted.map { id in cards.first { $0["id"]?.stringBytes == id } } ?? cards.first
            if let window = card?["max_model_len"]?.integer, window > 0 { return window }
            guard let parent = card?["parent"]?.stringBytes else { return nil }
            wanted = parent
        }
        return nil
    }

    private static func headers(_ config: Fields) throws(FieldError) -> [String] {
        var headers = [String]()
        if let key = try config.text("api_key") {
            headers.append("Authorization: Bearer " + (try line(key, config.path("api_key"))))
        }
        return headers + (try lines(config, "headers"))
    }

    /// A member that is an object of headers, as lines.
    static func lines(_ fields: Fields, _ key: StaticString) throws(FieldError) -> [String] {
        guard let more = try fields.fields(key) else { return [] }
        var headers = [String]()
        for member in more.object.members {
            let name = String(decoding: member.key, as: UTF8.self)
            let path = more.prefix + name
            guard let value = member.value.text else {
                throw FieldError(path: path, problem: .wrongKind(expected: "a string", found: member.value.kind))
            }
            if name.isEmpty || name.utf8.contains(UInt8(ascii: ":")) {
                throw FieldError(path: path, problem: .notAllowed("is not the name of a header"))
            }
            // libcurl sends a header without a value only where a semicolon stands for the colon.
            headers.append(value.isEmpty ? try line(name, path) + ";" : try line(name + ": " + value, path))
        }
        return headers
    }

    /// A header must stay one line.
    static func line(_ text: String, _ path: String) throws(FieldError) -> String {
        if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw FieldError(path: path, problem: .notAllowed("must not hold line breaks or control characters"))
        }
        return text
    }
}
