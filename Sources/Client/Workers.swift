/// Threads for what takes time: rendering prompts, reading answers. They are started as they are needed.
final class Workers: Sendable {
    typealias Job = @Sendable () -> Void

    private struct State {
        var jobs = Queue<Job>()
        /// How many threads have a job in hand.
        var busy = 0
        var threads = [Thread]()
        var isStopped = false
    }

    private let limit: Int
    private let state = Monitor(State())

    init(limit: Int) { self.limit = limit }

    /// False: there is no thread to do it.
    func add(_ job: @escaping Job) -> Bool {
        var isTaken = true
        state.signal { state in
            if state.busy + state.jobs.count >= state.threads.count, state.threads.count < limit, !state.isStopped,
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
        var isBusy = false
        while true {
            let job = state.wait(until: nil) { state -> Job?? in
                if isBusy { state.busy -= 1 }
                isBusy = false
                guard let job = state.jobs.popFirst() else { return state.isStopped ? .some(nil) : nil }
                state.busy += 1
                return .some(job)
            }
            guard let job = job ?? nil else { return }
            isBusy = true
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
