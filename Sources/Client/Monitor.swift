import Glibc

/// A value behind a lock, and threads that wait until it is as they want it.
public final class Monitor<State>: @unchecked Sendable {
    // @unchecked: the value is only touched with the lock held.
    /// Room for the two behind it.
    private let room = UnsafeMutableRawPointer.allocate(
        byteCount: MemoryLayout<pthread_mutex_t>.stride + MemoryLayout<pthread_cond_t>.stride, alignment: 16)
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var state: State

    public init(_ state: sending State) {
        self.state = state
        mutex = room.initializeMemory(as: pthread_mutex_t.self, to: pthread_mutex_t())
        condition = (room + MemoryLayout<pthread_mutex_t>.stride)
            .initializeMemory(as: pthread_cond_t.self, to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // A clock that nobody sets: waits are as long as they are said to be.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        room.deallocate()
    }

    public func withLock<R>(_ body: (inout State) -> R) -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&state)
    }

    /// Changes the value and wakes one of those who wait.
    func signal(_ body: (inout State) -> Void) {
        withLock(body)
        pthread_cond_signal(condition)
    }

    /// Changes the value and wakes all who wait.
    func broadcast(_ body: (inout State) -> Void) {
        withLock(body)
        wakeAll()
    }

    func wakeAll() { pthread_cond_broadcast(condition) }

    /// Waits until `body` has a result; nil where the moment comes first. No moment: as long as it takes.
    func wait<R>(until moment: Moment?, _ body: (inout State) -> R?) -> R? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&state) { return result }
            guard let moment else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            if Moment.now >= moment { return nil }
            var time = moment.timespec
            pthread_cond_timedwait(condition, mutex, &time)
        }
    }
}
