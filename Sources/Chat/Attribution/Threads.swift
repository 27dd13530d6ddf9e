import Glibc
import Synchronization

/// Work on several threads that begin and end with the call. No Swift concurrency: its pool does not survive a fork.
enum Threads {
    static let limit = 256

    /// The results of `body` for 0..<count, in order. The calling thread works too; where the system gives no further
    /// thread, those that there are do it all.
    static func map<T: Sendable>(count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> T) -> [T] {
        let work = Work(count: count, body)
        var started = [pthread_t]()
        for _ in 1..<max(1, min(threads, count, limit)) {
            var thread = pthread_t()
            let context = Unmanaged<AnyWork>.passRetained(work)
            if start(&thread, context.toOpaque()) != 0 {
                context.release()
                break
            }
            started.append(thread)
        }
        work.run()
        for thread in started { pthread_join(thread, nil) }
        return work.taken()
    }

    /// Templates and tokenizers were measured on stacks of 8 MB; signals stay with the host's threads.
    private static func start(
        _ thread: inout pthread_t, _ context: UnsafeMutableRawPointer
    ) -> Int32 {
        withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { attributes in
            guard let attributes = attributes.baseAddress, pthread_attr_init(attributes) == 0 else { return -1 }
            defer { pthread_attr_destroy(attributes) }
            pthread_attr_setstacksize(attributes, 8 << 20)
            var all = sigset_t()
            var before = sigset_t()
            sigfillset(&all)
            pthread_sigmask(SIG_SETMASK, &all, &before)
            defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
            return pthread_create(
                &thread, attributes,
                { context in
                    if let context { Unmanaged<AnyWork>.fromOpaque(context).takeRetainedValue().run() }
                    return nil
                }, context)
        }
    }
}

/// What a thread does, whatever its results are.
private class AnyWork {
    func run() {}
}

private final class Work<T: Sendable>: AnyWork, @unchecked Sendable {
    // @unchecked: each place of `results` is written by the one thread that drew its number, and read after all are joined.
    private let next = Atomic<Int>(0)
    private let results: UnsafeMutableBufferPointer<T?>
    private let body: @Sendable (Int) -> T

    init(count: Int, _ body: @escaping @Sendable (Int) -> T) {
        self.body = body
        results = .allocate(capacity: count)
        results.initialize(repeating: nil)
    }

    deinit {
        results.deinitialize()
        results.deallocate()
    }

    override func run() {
        while true {
            let i = next.add(1, ordering: .relaxed).oldValue
            if i >= results.count { return }
            results[i] = body(i)
        }
    }

    func taken() -> [T] { results.compactMap { $0 } }
}
