public import Engines
import Glibc
import Synchronization

/// Connections to servers, kept open between calls. Any number of threads may use one client; each call blocks its own
/// thread, and nothing else runs.
public final class Client: Sendable {
    public struct Options: Sendable {
        public var connectTimeout = 10_000
        public var timeout = 600_000
        public var responseLimit = 1 << 30

        public init() {}
    }

    private struct State: Sendable {
        var idle = [Curl]()
        var windows = WindowCache()
    }

    public let options: Options
    private let process = getpid()
    private let state = Mutex(State())
    /// More connections than this are closed after use instead of kept.
    private static let idleLimit = 64

    public init(options: Options = Options()) { self.options = options }

    deinit {
        // In a forked child the connections are the parent's: closing them here would end them there.
        guard getpid() != process else { return }
        state.withLock { state in
            for curl in state.idle { _ = Unmanaged.passRetained(curl) }
        }
    }

    /// Sends a request and waits for its answer, whatever its status.
    public func perform(_ request: HTTPRequest, by deadline: Deadline) throws(ClientError) -> HTTPResponse {
        if getpid() != process { throw .forked }
        let kept = state.withLock { $0.idle.popLast() }
        guard let curl = kept ?? Curl() else {
            throw .network(url: request.url, reason: "libcurl could not be initialised", received: 0)
        }
        let remaining = deadline.remaining
        if remaining == 0 { throw .timeout(url: request.url, milliseconds: deadline.allowed, received: 0) }
        do {
            let (status, body) = try curl.perform(
                method: request.method == .post, url: request.url, headers: request.headers, body: request.body,
                connectTimeout: min(options.connectTimeout, remaining), timeout: remaining, limit: options.responseLimit
            )
            state.withLock { if $0.idle.count < Client.idleLimit { $0.idle.append(curl) } }
            return HTTPResponse(status: status, body: body)
        } catch {
            // The handle is dropped: its connection is in an unknown state.
            switch error {
            case .tooLarge: throw .answerTooLarge(url: request.url, limit: options.responseLimit)
            case .timeout(let received):
                throw .timeout(
                    url: request.url, milliseconds: deadline.allowed - deadline.remaining, received: received)
            case .other(let reason, let received):
                throw .network(url: request.url, reason: reason, received: received)
            }
        }
    }

    /// The window of a served model: asked from the server once, then remembered. nil where the server does not say.
    public func window(of backend: Backend, model: [UInt8]?, by deadline: Deadline) throws(ClientError) -> Int? {
        let key = WindowCache.Key(url: backend.url, model: model)
        if let known = state.withLock({ $0.windows[key] }) { return known }
        let response = try perform(backend.modelsRequest, by: deadline)
        let window = backend.window(response, model: model)
        // A server that is busy or refuses says nothing about the window: it is asked again.
        if response.status == 200 { state.withLock { $0.windows[key] = .some(window) } }
        return window
    }
}
