import CCurl
import CLinux
import Glibc

/// The sockets of a multi handle, as a poller watches them; on the loop's thread. libcurl asks for a connection at each request, and
/// lets go of it at each answer: the poller keeps it in between, and is told of what has changed.
final class Sockets {
    private struct State {
        var canRead = false
        var canWrite = false
        /// Whether libcurl says when it closes it; then it may stay watched until then.
        var isConnection = false
        /// Watched, and nobody asked for it.
        var isIdle = false
    }

    private let poller: Poller
    /// Which of the poller's events are for it.
    private let owner: Int
    /// One whose other end is closed, to stand in the place of connections that are over: libcurl looks at what it kept before it uses it.
    private let ended: Int32
    private var states = [Int32: State]()

    /// nil where the system has no descriptors left.
    init?(_ poller: Poller, owner: Int) {
        var pair: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { return nil }
        close(pair[1])
        (self.poller, self.owner, ended) = (poller, owner, pair[0])
    }

    deinit { close(ended) }

    /// What libcurl wants to know of a socket.
    func watch(_ socket: Int32, read: Bool, write: Bool) {
        var state = states[socket] ?? State()
        if state.canRead != read || state.canWrite != write {
            poller.watch(socket, owner: owner, read: read, write: write)
            (state.canRead, state.canWrite) = (read, write)
        }
        state.isIdle = false
        states[socket] = state
    }

    /// It wants to know nothing of it. What is in use has more to come, and is only not read now.
    func forget(_ socket: Int32, isInUse: Bool) {
        guard let state = states[socket] else { return }
        if !isInUse, state.isConnection, state.canRead, !state.canWrite {
            states[socket]?.isIdle = true
        } else {
            poller.forget(socket)
            states[socket] = state.isConnection ? State(isConnection: true) : nil
        }
    }

    /// Whether an event of a socket is for libcurl. One that is idle has no news but its end, or what nobody asked for.
    ///
    /// - Parameter hasPaused: whether transfers are paused. One that was paused as soon as it began has asked for nothing yet.
    func isWanted(_ socket: Int32, hasPaused: Bool) -> Bool {
        guard let state = states[socket], state.isIdle else { return true }
        poller.forget(socket)
        states[socket] = State(isConnection: true)
        // libcurl would take what came unasked for the answer to its next request.
        if !hasPaused { dup3(ended, socket, O_CLOEXEC) }
        return false
    }

    /// Has a handle tell of its connections.
    func attend(_ easy: UnsafeMutableRawPointer) {
        ccurl_set_sockets(easy, Sockets.opened, Sockets.closed, Unmanaged.passUnretained(self).toOpaque())
    }

    private static let opened: ccurl_opened_callback = { userData, socket, _ in
        guard let userData else { return CURL_SOCKOPT_OK }
        Unmanaged<Sockets>.fromOpaque(userData).takeUnretainedValue().states[socket] = State(isConnection: true)
        return CURL_SOCKOPT_OK
    }

    private static let closed: ccurl_closed_callback = { userData, socket in
        if let userData {
            let sockets = Unmanaged<Sockets>.fromOpaque(userData).takeUnretainedValue()
            // A forked child may have it, too: then closing it is not the end of being watched.
            if let state = sockets.states.removeValue(forKey: socket), state.canRead || state.canWrite {
                sockets.poller.forget(socket)
            }
        }
        return close(socket)
    }
}
