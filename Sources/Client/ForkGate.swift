import CLinux
import Glibc

/// Lets no fork() happen in the middle of a job: the job holds locks of models, and in the child nobody would ever give them back.
enum ForkGate {
    private nonisolated(unsafe) static let lock = UnsafeMutablePointer<pthread_rwlock_t>.allocate(capacity: 1)

    private static let isReady: Bool = {
        make()
        // fork() waits for the jobs that run, and no job begins until it is over.
        return pthread_atfork(
            { pthread_rwlock_wrlock(ForkGate.lock) }, { pthread_rwlock_unlock(ForkGate.lock) }, { ForkGate.make() })
            == 0
    }()

    private static func make() {
        var attributes = pthread_rwlockattr_t()
        pthread_rwlockattr_init(&attributes)
        pthread_rwlockattr_setkind_np(&attributes, Int32(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP))
        pthread_rwlock_init(lock, &attributes)
        pthread_rwlockattr_destroy(&attributes)
    }

    static func pass(_ job: () -> Void) {
        guard isReady else { return job() }
        pthread_rwlock_rdlock(lock)
        job()
        pthread_rwlock_unlock(lock)
    }
}
