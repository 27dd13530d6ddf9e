import CLinux
import Glibc

/// A thread of the library's own. Every signal is blocked in it: the host's handlers run on the host's threads, and a write to
/// a closed socket is an error and not SIGPIPE.
struct Thread: Sendable {
    private let id: pthread_t

    /// Runs `body` on a new thread; nil where the system has none to give.
    init?(name: String, _ body: @escaping @Sendable () -> Void) {
        final class Start {
            let name: String
            let body: @Sendable () -> Void
            init(name: String, body: @escaping @Sendable () -> Void) { (self.name, self.body) = (name, body) }
        }
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        // A thread begins with its maker's mask: so there is no moment in which a signal can reach it.
        guard pthread_sigmask(SIG_SETMASK, &all, &before) == 0 else { return nil }
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var id = pthread_t()
        let code = pthread_create(
            &id, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                pthread_setname_np(pthread_self(), start.name)
                start.body()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            return nil
        }
        self.id = id
    }

    var isCurrent: Bool { pthread_equal(id, pthread_self()) != 0 }

    func join() { pthread_join(id, nil) }
}
