import Bytes
import Client
import Engines
import JSON

/// An exchange that asks for a path, and keeps what came.
final class Question: Exchange {
    private struct State: Sendable {
        var outcome: Outcome?
        weak var call: Call?
    }

    private let request: TransferRequest
    private let key: String?
    private let state = Monitor(State())
    let sink: Sink?
    let isQuickToBegin: Bool

    /// - Parameter key: shared with who asks the same.
    init(
        _ server: Loopback, _ path: String, body: Int = 10, milliseconds: Int = 60_000, key: String? = nil,
        isQuick: Bool = false
    )
        throws
    {
        let config = Object(["url": .string("http://127.0.0.1:\(server.port)")])
        let backend = try Backend(engine: "vllm", config: Fields(config))
        var http = backend.modelsRequest
        http.method = .post
        http.path = path
        http.body = .later { FlatArray([UInt8](repeating: 97, count: body)) }
        var request = TransferRequest(
            http: http, destination: backend.destination, deadline: Deadline(inMilliseconds: milliseconds),
            timeouts: Timeouts(), retry: RetryPolicy())
        sink = path == "/stream" ? Sink() : nil
        request.sink = sink
        (self.request, self.key, isQuickToBegin) = (request, key, isQuick)
    }

    var outcome: Outcome? { state.withLock { $0.outcome } }

    func attach(to call: Call) {
        state.withLock { $0.call = call }
        sink?.attach(to: call)
    }

    func begin() -> Step { key.map { .ask(request, key: $0) } ?? .send(request) }

    func resume(_ outcome: Outcome) -> Step {
        state.withLock { $0.outcome = outcome }
        return .done
    }

    func isQuickToRead(_ response: HTTPResponse) -> Bool { isQuickToBegin }
}

/// Takes a few thousand bytes, and no more until they are read.
final class Sink: ByteSink {
    private struct State: Sendable {
        var count = 0
        var isPaused = false
        weak var call: Call?
    }

    private let state = Monitor(State())

    func attach(to call: Call) { state.withLock { $0.call = call } }

    func take(_ bytes: UnsafeRawBufferPointer) -> Taken {
        let (taken, call) = state.withLock { state -> (Taken, Call?) in
            if state.count > 4096 {
                state.isPaused = true
                return (.later, nil)
            }
            state.count += bytes.count
            return (.taken, state.call)
        }
        call?.news()
        return taken
    }

    func read() -> Int {
        let (count, call) = state.withLock { state -> (Int, Call?) in
            defer { (state.count, state.isPaused) = (0, false) }
            return (state.count, state.isPaused ? state.call : nil)
        }
        call?.resume()
        return count
    }
}
