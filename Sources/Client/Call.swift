import Glibc

/// An exchange under way. Any thread may ask, wait and cancel.
public final class Call: Sendable {
    private struct State: Sendable {
        var transfer: Transfer?
        var question: String?
        var isCancelled = false
        var isDone = false
        var isForgotten = false
        var hasNews = false
    }

    public let exchange: any Exchange
    /// The caller's own name for it.
    public let tag: UInt64
    private let core: Core
    /// Whether the queue of arrivals tells of it.
    private let isListed: Bool
    private let state = Monitor(State())

    init(_ exchange: any Exchange, tag: UInt64, isListed: Bool, core: Core) {
        (self.exchange, self.tag, self.isListed, self.core) = (exchange, tag, isListed, core)
    }

    public var isDone: Bool { state.withLock { $0.isDone } }

    /// In a forked child nothing of the call works: its threads are the parent's.
    public var isForked: Bool { core.isForked }

    /// Waits until it is done or has news, and takes the news. False where the time passed first; nil milliseconds is no limit.
    public func wait(milliseconds: Int?) -> Bool {
        state.wait(until: milliseconds.map { Moment.now.adding(milliseconds: $0) }) { state in
            guard state.isDone || state.hasNews else { return nil }
            state.hasNews = false
            return true
        } ?? false
    }

    /// The exchange ends as cancelled unless it has its result already.
    public func cancel() {
        var transfer: Transfer?
        var question: String?
        state.withLock { state in
            guard !state.isDone else { return }
            state.isCancelled = true
            (transfer, question) = (state.transfer, state.question)
        }
        if let transfer { core.cancel(transfer) }
        if let question { core.leave(question, self) }
    }

    /// Cancels it, and nothing tells of it any more.
    public func forget() {
        guard !core.isForked else { return }
        cancel()
        state.withLock { $0.isForgotten = true }
        core.arrivals.remove(self)
    }

    /// From any thread: there is something to read.
    public func news() {
        state.broadcast { state in
            state.hasNews = true
            list(state)
        }
    }

    /// There is room again for the bytes that were not taken.
    public func resume() {
        if let transfer = state.withLock({ $0.transfer }) { core.resume(transfer) }
    }

    func finish() {
        state.broadcast { state in
            state.isDone = true
            state.transfer = nil
            state.question = nil
            list(state)
        }
    }

    /// With the lock held: what is forgotten meanwhile is not told any more.
    private func list(_ state: State) {
        if isListed, !state.isForgotten { core.arrivals.add(self) }
    }

    /// False: it was cancelled before.
    func carry(_ transfer: Transfer?, question: String? = nil) -> Bool {
        state.withLock { state in
            if state.isCancelled { return false }
            state.transfer = transfer
            state.question = question
            return true
        }
    }
}
