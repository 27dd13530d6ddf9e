import CCurl

/// libcurl's multi handle, driven by a poller, for a share of the connections: it looks for one that is free among all that it has.
/// The loop's thread alone touches it.
final class MultiHandle {
    private let pointer: UnsafeMutableRawPointer
    let sockets: Sockets
    /// How many it may have, those that are idle among them.
    let connections: Int
    /// When libcurl wants to be called though no descriptor is ready.
    private(set) var due = Moment.never
    /// How many easy handles there are for it.
    var handles = 0
    /// Handles whose transfers wait until somebody reads.
    var paused = [UnsafeMutableRawPointer]()
    /// Whether transfers may have ended since `nextEnded` had none.
    private(set) var isStirred = false

    init?(poller: Poller, number: Int, connections: Int) {
        guard EasyHandle.isReady, let sockets = Sockets(poller, owner: number), let pointer = curl_multi_init() else {
            return nil
        }
        self.pointer = pointer
        self.sockets = sockets
        self.connections = connections
        ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, connections)
        ccurl_multi_set_callbacks(
            pointer, MultiHandle.watch, MultiHandle.setTimer, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { curl_multi_cleanup(pointer) }

    func add(_ easy: EasyHandle) -> Bool { curl_multi_add_handle(pointer, easy.pointer) == CURLM_OK }

    func remove(_ easy: EasyHandle) {
        paused.removeAll { $0 == easy.pointer }
        curl_multi_remove_handle(pointer, easy.pointer)
    }

    func ready(_ event: Poller.Event) {
        guard sockets.isWanted(event.descriptor, hasPaused: !paused.isEmpty) else { return }
        var mask: Int32 = 0
        if event.canRead { mask |= CURL_CSELECT_IN }
        if event.canWrite { mask |= CURL_CSELECT_OUT }
        if event.isBroken { mask |= CURL_CSELECT_ERR }
        var running: Int32 = 0
        isStirred = true
        curl_multi_socket_action(pointer, event.descriptor, mask, &running)
    }

    func runTimers(_ now: Moment) {
        guard due <= now else { return }
        due = .never
        isStirred = true
        var running: Int32 = 0
        curl_multi_socket_action(pointer, CURL_SOCKET_TIMEOUT, 0, &running)
    }

    /// The next transfer that has ended.
    func nextEnded() -> (transfer: Transfer, code: CURLcode)? {
        var handle: UnsafeMutableRawPointer?
        var code = CURLE_OK
        guard ccurl_multi_next_ended(pointer, &handle, &code) == 1, let transfer = ccurl_get_private(handle) else {
            isStirred = false
            return nil
        }
        return (Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue(), code)
    }

    private static let watch: ccurl_socket_callback = { easy, socket, what, userData, _ in
        guard let userData else { return 0 }
        let multi = Unmanaged<MultiHandle>.fromOpaque(userData).takeUnretainedValue()
        if what == CURL_POLL_REMOVE {
            multi.sockets.forget(socket, isInUse: multi.paused.contains { $0 == easy })
        } else {
            multi.sockets.watch(socket, read: what & CURL_POLL_IN != 0, write: what & CURL_POLL_OUT != 0)
        }
        return 0
    }

    private static let setTimer: ccurl_timer_callback = { _, milliseconds, userData in
        guard let userData else { return 0 }
        let multi = Unmanaged<MultiHandle>.fromOpaque(userData).takeUnretainedValue()
        multi.due = milliseconds < 0 ? .never : Moment.now.adding(milliseconds: milliseconds)
        return 0
    }
}
