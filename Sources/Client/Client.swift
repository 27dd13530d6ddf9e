import Engines
import Glibc

/// Calls to servers: any number under way at once, over connections that are kept. Threads start with the first call.
public final class Client: Sendable {
    public struct Options: Sendable {
        /// Milliseconds for a whole call.
        public var timeout = 600_000
        public var timeouts = Timeouts()
        public var responseLimit = 1 << 30
        public var limits = Limits()

        public init() {}
    }

    /// How much there may be at once. What is beyond waits its turn.
    public struct Limits: Sendable {
        public var connectionsPerServer = 1024
        public var connections = 4096
        /// Threads that render prompts and read answers.
        public var workers = 2

        public init() {}
    }

    /// How much there is at once.
    public struct Load: Sendable, Equatable {
        public let requests: Int
        public let waiting: Int
        public let connections: Int
    }

    public let options: Options
    private let core: Core

    public init(options: Options = Options()) {
        var options = options
        // A connection is a descriptor, and the host needs some, too.
        var descriptors = rlimit()
        if getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &descriptors) == 0 {
            let room = Int(clamping: descriptors.rlim_cur)
            options.limits.connections = max(1, min(options.limits.connections, room - min(room / 2, 256)))
        }
        self.options = options
        core = Core(options)
    }

    deinit { close() }

    /// Ends all calls as cancelled, and the threads.
    public func close() {
        // In a forked child threads and connections are the parent's.
        if !core.isForked { core.close() }
    }

    /// Begins an exchange.
    ///
    /// - Parameter isListed: whether `next` tells of it.
    public func submit(_ exchange: any Exchange, tag: UInt64 = 0, isListed: Bool) throws(ClientError) -> Call {
        if core.isForked { throw .forked }
        let call = Call(exchange, tag: tag, isListed: isListed, core: core)
        try core.start(call)
        return call
    }

    /// Calls that are done or have news: up to `limit`, waiting for the first. nil milliseconds is no limit.
    public func next(_ limit: Int, milliseconds: Int?) throws(ClientError) -> [Call] {
        if core.isForked { throw .forked }
        return core.arrivals.take(limit, milliseconds: milliseconds)
    }

    public var load: Load {
        get throws(ClientError) {
            if core.isForked { throw .forked }
            return core.load
        }
    }

    /// A descriptor that is readable while `next` has something to tell; nil where the system has none.
    public var descriptor: Int32? {
        get throws(ClientError) {
            if core.isForked { throw .forked }
            let descriptor = core.arrivals.descriptor
            return descriptor < 0 ? nil : descriptor
        }
    }
}
