import CLinux
import Glibc

/// Lets no fork() happen in the middle of a job: the job holds locks of models, and in the child nobody would ever give them back. And
/// tells processes from one another.
enum ForkGate {
    private nonisolated(unsafe) static let lock = UnsafeMutablePointer<pthread_rwlock_t>.allocate(capacity: 1)
    /// How many times this process's ancestors were forked.
    private nonisolated(unsafe) static var generation = 0

    private static let isReady: Bool = {
        make()
        // fork() waits for the jobs that run, and no job begins until it is over.
        return pthread_atfork(
            { pthread_rwlock_wrlock(ForkGate.lock) }, { pthread_rwlock_unlock(ForkGate.lock) },
            {
                ForkGate.make()
                ForkGate.generation += 1
            }) == 0
    }()

    private static func make() {
        var attributes = pthread_rwlockattr_t()
        pthread_rwlockattr_init(&attributes)
        pthread_rwlockattr_setkind_np(&attributes, Int32(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP))
        pthread_rwlock_init(lock, &attributes)
        pthread_rwlockattr_destroy(&attributes)
    }

    /// What a forked child has another of. Asked for at every call, and not of the system.
    static var process: Int { isReady ? generation : Int(getpid()) }

    static func pass(_ job: () -> Void) {
        guard isReady else { return job() }
        pthread_rwlock_rdlock(lock)
        job()
        pthread_rwlock_unlock(lock)
    }
}
