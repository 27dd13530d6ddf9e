import CCurl
import Engines

/// The loop's state, on its thread.
struct LoopRun {
    private let connections: Connections
    private let limits: Client.Limits
    private var timers = TimerHeap()
    private var groups = [Destination: ServerGroup]()
    private var servers = [String: Server]()
    /// Servers with requests that wait for a connection, in turn.
    private var hungry = [Server]()
    private(set) var active = 0
    /// How many wait for a connection.
    private(set) var waiting = 0
    /// Destinations are as many as callers make: what is not used is forgotten beyond this.
    private static let groupLimit = 1024

    init?(poller: Poller, limits: Client.Limits) {
        guard let connections = Connections(poller: poller, limit: limits.connections) else { return nil }
        (self.connections, self.limits) = (connections, limits)
    }

    /// Sleeps until something is to do, and lets libcurl do its part.
    mutating func wait() {
        connections.wait(until: timers.first?.due ?? .never)
    }

    /// Reads off what has ended, and begins what can begin.
    mutating func settle() {
        while true {
            while let (transfer, code) = connections.nextEnded() { ended(transfer, code) }
            expire()
            feed()
            // What has just been added is sent at once, and not after another wait.
            guard connections.due <= .now else { return }
            connections.runTimers()
        }
    }

    mutating func start(_ transfer: Transfer) {
        guard case .waiting = transfer.state else { return }
        transfer.wakesAt = .never
        if let error = transfer.expired(.now) { return end(transfer, .failure(error)) }
        let server = group(transfer.request.destination).choose(
            transfer.request.session, avoiding: transfer.attempts > 0 ? transfer.server : nil)
        transfer.server = server
        transfer.state = .queued
        transfer.queuePlace = server.queue.append(transfer)
        waiting += 1
        if !hungry.contains(where: { $0 === server }) { hungry.append(server) }
        timers.set(transfer, at: transfer.nextDue)
    }

    mutating func cancel(_ transfer: Transfer) { end(transfer, .failure(.cancelled)) }

    mutating func resume(_ transfer: Transfer) {
        transfer.unpause()
        if case .active = transfer.state { timers.set(transfer, at: transfer.nextDue) }
    }

    mutating func cancelAll() {
        while let transfer = timers.first { cancel(transfer) }
        connections.forgetSpare()
    }

    private mutating func group(_ destination: Destination) -> ServerGroup {
        if let group = groups[destination] { return group }
        if groups.count >= LoopRun.groupLimit {
            groups = groups.filter { $0.value.servers.contains { $0.load > 0 } }
            servers = servers.filter { $0.value.load > 0 }
        }
        let group = ServerGroup(
            destination.servers.map { url in
                let server = servers[url] ?? Server(url: url)
                servers[url] = server
                return server
            })
        groups[destination] = group
        return group
    }

    /// Gives connections to those who wait: one a server, in turn, as long as there are any.
    private mutating func feed() {
        var blocked = [Server]()
        while !hungry.isEmpty, active < limits.connections {
            let turn = hungry
            hungry = []
            for server in turn {
                if active >= limits.connections || server.active >= limits.connectionsPerServer {
                    blocked.append(server)
                } else if let transfer = server.queue.popFirst() {
                    transfer.queuePlace = nil
                    waiting -= 1
                    begin(transfer, server)
                    if server.queue.count > 0 { hungry.append(server) }
                }
            }
        }
        hungry += blocked
    }

    private mutating func begin(_ transfer: Transfer, _ server: Server) {
        guard let easy = connections.take() else {
            return end(
                transfer, .failure(.network(url: transfer.url, reason: "libcurl has no memory", received: 0)))
        }
        server.active += 1
        active += 1
        transfer.begin(easy)
        easy.prepare(transfer, server: server)
        timers.set(transfer, at: transfer.nextDue)
        guard easy.multi.add(easy) else {
            return end(
                transfer, .failure(.network(url: transfer.url, reason: "libcurl did not take the request", received: 0))
            )
        }
    }

    private mutating func expire() {
        let now = Moment.now
        while let transfer = timers.first, transfer.due <= now {
            if let error = transfer.expired(now) {
                end(transfer, .failure(error))
            } else if case .waiting = transfer.state, transfer.wakesAt <= now {
                start(transfer)
            } else {
                timers.set(transfer, at: transfer.nextDue)
            }
        }
    }

    /// An attempt is over: an answer, another attempt, or an error.
    private mutating func ended(_ transfer: Transfer, _ code: CURLcode) {
        guard case .active(let easy) = transfer.state, let server = transfer.server else { return }
        let policy = transfer.request.retry
        let hasRetries = transfer.attempts <= policy.retries && !transfer.isHandedOn
        if code == CURLE_OK {
            server.answered()
            let response = transfer.response(easy)
            if hasRetries, policy.isBusy(response.status) {
                let delay = policy.delay(beforeRetry: transfer.attempts - 1, asked: response.retryAfter)
                if delay < transfer.request.deadline.remaining { return again(transfer, in: delay) }
            }
            return end(transfer, .success(response))
        }
        if transfer.isTooLarge {
            return end(transfer, .failure(.answerTooLarge(url: transfer.url, limit: transfer.responseLimit)))
        }
        let isUnreachable = !easy.wasConnected
        let reason = easy.reason(code)
        if isUnreachable { server.failed() }
        // A certificate that is wrong will be wrong again.
        let isHopeless = [CURLE_PEER_FAILED_VERIFICATION, CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL].contains(
            code)
        if hasRetries, !isHopeless, isUnreachable || policy.repeatsSent {
            let isElsewhere = group(transfer.request.destination).hasLive(besides: server)
            let delay = isElsewhere ? 0 : policy.delay(beforeRetry: transfer.attempts - 1, asked: nil)
            if delay < transfer.request.deadline.remaining { return again(transfer, in: delay) }
        }
        if code == CURLE_OPERATION_TIMEDOUT, isUnreachable {
            let milliseconds = transfer.request.timeouts.connect
            return end(
                transfer, .failure(.timeout(url: transfer.url, .connection, milliseconds: milliseconds, received: 0)))
        }
        end(transfer, .failure(.network(url: transfer.url, reason: reason, received: transfer.received)))
    }

    private mutating func again(_ transfer: Transfer, in delay: Int) {
        release(transfer)
        transfer.state = .waiting
        transfer.wakesAt = Moment.now.adding(milliseconds: delay)
        timers.set(transfer, at: transfer.nextDue)
    }

    /// Takes the connection from a transfer. One that has not ended is closed: that tells the engine to stop.
    private mutating func release(_ transfer: Transfer) {
        guard case .active(let easy) = transfer.state else { return }
        connections.giveBack(easy)
        active -= 1
        transfer.server?.active -= 1
    }

    private mutating func end(_ transfer: Transfer, _ result: Result<HTTPResponse, ClientError>) {
        if case .ended = transfer.state { return }
        release(transfer)
        if let place = transfer.queuePlace {
            transfer.server?.queue.remove(at: place)
            transfer.queuePlace = nil
            waiting -= 1
        }
        transfer.server = nil
        transfer.state = .ended
        transfer.forgetBytes()
        timers.remove(transfer)
        transfer.whenDone(result)
    }
}
