import Glibc

/// Keeps SIGPIPE from the host while a socket is written to: with CURLOPT_NOSIGNAL libcurl leaves that to its caller,
/// and TLS writes without MSG_NOSIGNAL.
enum BrokenPipe {
    /// Runs `body` with SIGPIPE blocked in this thread, and takes back one that arose meanwhile.
    static func ignored<R>(_ body: () -> R) -> R {
        var pipe = sigset_t()
        var before = sigset_t()
        var pending = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        sigemptyset(&pending)
        sigpending(&pending)
        let wasPending = sigismember(&pending, SIGPIPE) == 1
        guard !wasPending, pthread_sigmask(SIG_BLOCK, &pipe, &before) == 0 else { return body() }
        defer {
            var none = timespec(tv_sec: 0, tv_nsec: 0)
            while sigtimedwait(&pipe, nil, &none) == SIGPIPE {}
            pthread_sigmask(SIG_SETMASK, &before, nil)
        }
        return body()
    }
}
