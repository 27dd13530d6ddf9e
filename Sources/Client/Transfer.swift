import Bytes
import CCurl
public import Engines

/// What the loop is to carry out.
public struct TransferRequest: Sendable {
    public var http: HTTPRequest
    public var destination: Destination
    public var deadline: Deadline
    public var timeouts: Timeouts
    public var retry: RetryPolicy
    /// Requests of one session go to one server as long as it lives.
    public var session: [UInt8]?
    /// Where the body of a 200 answer goes as it comes; nil: into the response.
    public var sink: (any ByteSink)?

    public init(
        http: HTTPRequest, destination: Destination, deadline: Deadline, timeouts: Timeouts, retry: RetryPolicy
    ) {
        (self.http, self.destination, self.deadline) = (http, destination, deadline)
        (self.timeouts, self.retry) = (timeouts, retry)
    }
}

/// Limits to single waits, in milliseconds; nil is none but the deadline.
public struct Timeouts: Sendable {
    public var connect = 10_000
    public var firstByte: Int?
    public var idle: Int?

    public init() {}
}

/// Takes bytes on the network's thread: it must neither block nor work.
public protocol ByteSink: AnyObject, Sendable {
    func take(_ bytes: UnsafeRawBufferPointer) -> Taken
}

/// What became of bytes that were offered.
public enum Taken: Sendable {
    case taken
    /// There is no room: the same bytes are offered again after `Call.resume`.
    case later
    /// Nothing more is wanted: the transfer fails.
    case refused
}

/// A request on its way through the loop. The loop's thread alone touches what changes.
final class Transfer: @unchecked Sendable {
    enum State {
        /// Not begun, or between two attempts.
        case waiting
        /// Has a server, and waits for one of its connections.
        case queued
        case active(EasyHandle)
        case ended
    }

    let request: TransferRequest
    let responseLimit: Int
    /// Called once, on the loop's thread.
    let whenDone: @Sendable (Result<HTTPResponse, ClientError>) -> Void

    var state = State.waiting
    var server: Server?
    var attempts = 0
    /// The request's bytes, from when it is sent first until it has ended.
    private var sent: FlatArray<UInt8>?
    private var body = [UInt8]()
    /// How much of the answer has come in this attempt, and whether some was handed on in any.
    private(set) var received = 0
    private(set) var isHandedOn = false
    private(set) var isTooLarge = false
    var isPaused = false
    private var sentAt = Moment.never
    private var lastByteAt = Moment.never

    /// Where it stands in its server's queue, while it does.
    var queuePlace: Int?
    /// For the loop's timers.
    var due = Moment.never
    var timerIndex = -1
    /// When a transfer that waits is begun again.
    var wakesAt = Moment.never

    init(
        _ request: TransferRequest, responseLimit: Int,
        whenDone: @escaping @Sendable (Result<HTTPResponse, ClientError>) -> Void
    ) {
        self.request = request
        self.responseLimit = responseLimit
        self.whenDone = whenDone
    }

    var url: String { (server?.url ?? request.destination.servers[0]) + request.http.path }

    func begin(_ easy: EasyHandle) {
        attempts += 1
        body = []
        received = 0
        isPaused = false
        state = .active(easy)
        sentAt = .now
        lastByteAt = sentAt
    }

    /// What is sent: the same in all attempts.
    func bytes() -> FlatArray<UInt8> {
        if let sent { return sent }
        let made = request.http.body.made()
        sent = made
        return made
    }

    func forgetBytes() { sent = nil }

    func response(_ easy: EasyHandle) -> HTTPResponse {
        HTTPResponse(status: easy.status, body: body, retryAfter: easy.retryAfter)
    }

    /// libcurl's write callback.
    func take(_ bytes: UnsafeRawBufferPointer) -> Taken {
        guard case .active(let easy) = state else { return .refused }
        lastByteAt = .now
        if let sink = request.sink, easy.status == 200 {
            let taken = sink.take(bytes)
            if case .later = taken {
                isPaused = true
                easy.multi.paused.append(easy.pointer)
            }
            guard case .taken = taken else { return taken }
            isHandedOn = true
        } else if body.count + bytes.count > responseLimit {
            isTooLarge = true
            return .refused
        } else {
            // A server's word for a length is taken as far as it costs little to be wrong.
            if body.isEmpty, let length = easy.contentLength {
                body.reserveCapacity(min(length, responseLimit, 1 << 24))
            }
            body.append(contentsOf: bytes)
        }
        received += bytes.count
        return .taken
    }

    func unpause() {
        guard isPaused, case .active(let easy) = state else { return }
        isPaused = false
        lastByteAt = .now
        easy.unpause()
    }

    /// When something is due if nothing happens before.
    var nextDue: Moment {
        var next = request.deadline.moment
        switch state {
        case .waiting: next = min(next, wakesAt)
        case .active where !isPaused:
            if received == 0, let limit = request.timeouts.firstByte {
                next = min(next, sentAt.adding(milliseconds: limit))
            }
            if let limit = request.timeouts.idle {
                // The first byte does not come with a look at the clock of its own: it is looked for now and then.
                let first = Moment.now.adding(milliseconds: max(limit / 4, 5))
                next = min(next, received > 0 ? lastByteAt.adding(milliseconds: limit) : first)
            }
        default: break
        }
        return next
    }

    /// The limit that has passed; nil where none has.
    func expired(_ now: Moment) -> ClientError? {
        func error(_ wait: ClientError.Wait, _ milliseconds: Int) -> ClientError {
            .timeout(url: url, wait, milliseconds: milliseconds, received: received)
        }
        if request.deadline.moment <= now { return error(.completeAnswer, request.deadline.allowed) }
        guard case .active = state, !isPaused else { return nil }
        if received == 0, let limit = request.timeouts.firstByte, sentAt.adding(milliseconds: limit) <= now {
            return error(.firstByte, limit)
        }
        if received > 0, let limit = request.timeouts.idle, lastByteAt.adding(milliseconds: limit) <= now {
            return error(.nextByte, limit)
        }
        return nil
    }
}
