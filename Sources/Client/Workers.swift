/// Threads for what takes time: rendering prompts, reading answers. They are started as they are needed.
final class Workers: Sendable {
    typealias Job = @Sendable () -> Void

    private struct State: Sendable {
        var jobs = [Job]()
        var start = 0
        var idle = 0
        var threads = [Thread]()
        var isStopped = false

        mutating func take() -> Job? {
            guard start < jobs.count else { return nil }
            let job = jobs[start]
            start += 1
            if start == jobs.count || start > 64 && start * 2 > jobs.count {
                jobs.removeFirst(start)
                start = 0
            }
            return job
        }
    }

    private let limit: Int
    private let state = Monitor(State())

    init(limit: Int) { self.limit = limit }

    /// False: there is no thread to do it.
    func add(_ job: @escaping Job) -> Bool {
        var isTaken = true
        state.signal { state in
            if state.idle == 0, state.threads.count < limit, !state.isStopped,
                let thread = Thread(name: "typecase-work", { [self] in work() })
            {
                state.threads.append(thread)
            }
            if state.isStopped || state.threads.isEmpty {
                isTaken = false
            } else {
                state.jobs.append(job)
            }
        }
        return isTaken
    }

    private func work() {
        while true {
            let job = state.wait(until: nil) { state -> Job?? in
                if let job = state.take() { return .some(job) }
                return state.isStopped ? .some(nil) : nil
            }
            guard let job = job ?? nil else { return }
            ForkGate.pass(job)
        }
    }

    /// Does what is left to do, and ends the threads.
    func stop() {
        var threads = [Thread]()
        state.broadcast { state in
            state.isStopped = true
            threads = state.threads
        }
        for thread in threads { thread.join() }
    }
}
