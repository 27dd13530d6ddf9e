import Engines

/// What a client and its calls share: the loop, the workers, the queue of arrivals.
final class Core: Sendable {
    private struct State: Sendable {
        var loop: Loop?
        var isClosed = false
        /// How many calls have no result yet.
        var underWay = 0
        /// Who waits for the answer to a question.
        var questions = [String: [Call]]()
    }

    let arrivals = Arrivals()
    private let options: Client.Options
    private let workers: Workers
    private let state = Monitor(State())
    private let process = ForkGate.process

    init(_ options: Client.Options) {
        self.options = options
        workers = Workers(limit: options.limits.workers)
    }

    var isForked: Bool { ForkGate.process != process }

    func start(_ call: Call) throws(ClientError) {
        call.exchange.attach(to: call)
        let isOpen = state.withLock { state in
            if !state.isClosed { state.underWay += 1 }
            return !state.isClosed
        }
        guard isOpen else { throw .cancelled }
        if call.exchange.isQuickToBegin { return advance(call, nil) }
        guard workers.add({ self.advance(call, nil) }) else {
            state.withLock { $0.underWay -= 1 }
            throw .noLoop
        }
    }

    var load: Client.Load {
        let (underWay, loop) = state.withLock { ($0.underWay, $0.loop) }
        let (waiting, connections) = loop?.load ?? (0, 0)
        return Client.Load(requests: underWay, waiting: waiting, connections: connections)
    }

    func cancel(_ transfer: Transfer) { state.withLock { $0.loop }?.tell(.cancel(transfer)) }

    func resume(_ transfer: Transfer) { state.withLock { $0.loop }?.tell(.resume(transfer)) }

    /// Ends everything that is under way as cancelled, and the threads. Once.
    func close() {
        let (wasOpen, loop, asking) = state.withLock { state in
            defer { (state.isClosed, state.questions) = (true, [:]) }
            return (!state.isClosed, state.loop, state.questions.values.flatMap { $0 }) as (Bool, Loop?, [Call])
        }
        guard wasOpen else { return }
        loop?.stop()
        for call in asking { resume(call, .failure(.cancelled)) }
        workers.stop()
        arrivals.close()
    }

    /// What the exchange does with an outcome, and what it wants then. nil begins it.
    private func advance(_ call: Call, _ outcome: Outcome?) {
        var outcome = outcome
        while true {
            let step = outcome.map { call.exchange.resume($0) } ?? call.exchange.begin()
            switch step {
            case .done:
                state.withLock { $0.underWay -= 1 }
                return call.finish()
            case .send(let request):
                let transfer = Transfer(request, responseLimit: options.responseLimit) { self.resume(call, $0) }
                guard call.carry(transfer) else {
                    outcome = .failure(.cancelled)
                    continue
                }
                if launch(transfer) { return }
            case .ask(let request, let key):
                guard call.carry(nil, question: key) else {
                    outcome = .failure(.cancelled)
                    continue
                }
                if join(key, call, request) { return }
            }
            outcome = .failure(state.withLock { $0.isClosed } ? .cancelled : .noLoop)
        }
    }

    private func resume(_ call: Call, _ outcome: Outcome) {
        if case .success(let response) = outcome, call.exchange.isQuickToRead(response) {
            return ForkGate.pass { advance(call, outcome) }
        }
        // Where no worker is left, the client is being closed: what remains is little.
        if !workers.add({ self.advance(call, outcome) }) { advance(call, outcome) }
    }

    private func launch(_ transfer: Transfer) -> Bool {
        let loop = state.withLock { state in
            if state.loop == nil, !state.isClosed { state.loop = Loop(limits: options.limits, arrivals) }
            return state.loop
        }
        return loop?.tell(.start(transfer)) ?? false
    }

    /// Waits for the answer to a question; the first who asks sends it.
    private func join(_ key: String, _ call: Call, _ request: TransferRequest) -> Bool {
        let (isTaken, isFirst) = state.withLock { state in
            if state.isClosed { return (false, false) }
            defer { state.questions[key, default: []].append(call) }
            return (true, state.questions[key] == nil)
        }
        guard isTaken, isFirst else { return isTaken }
        let transfer = Transfer(request, responseLimit: options.responseLimit) { outcome in
            let calls = self.state.withLock { $0.questions.removeValue(forKey: key) } ?? []
            for call in calls { self.resume(call, outcome) }
        }
        if launch(transfer) { return true }
        transfer.whenDone(.failure(.noLoop))
        return true
    }

    /// A call does not wait for an answer any more.
    func leave(_ key: String, _ call: Call) {
        let wasThere = state.withLock { state in
            guard let index = state.questions[key]?.firstIndex(where: { $0 === call }) else { return false }
            state.questions[key]?.remove(at: index)
            return true
        }
        if wasThere { resume(call, .failure(.cancelled)) }
    }
}
