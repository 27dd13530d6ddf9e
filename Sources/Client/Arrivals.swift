import CLinux
import Glibc

/// The calls that have something to tell, in the order in which it came; each stands in it once.
final class Arrivals: Sendable {
    private struct State {
        var calls = Queue<Call>()
        var places = [ObjectIdentifier: Int]()
        /// An eventfd that is readable while there are calls that are shown; -1 until somebody asks for it.
        var event: Int32 = -1
        var isShown = false
        /// Whether the loop's thread is about to add more.
        var isGathering = false
        var isClosed = false

        /// False: they were before.
        mutating func show() -> Bool {
            guard !isShown else { return false }
            isShown = true
            if event >= 0 { eventfd_write(event, 1) }
            return true
        }

        mutating func hide() {
            guard isShown else { return }
            isShown = false
            var value: eventfd_t = 0
            if event >= 0 { eventfd_read(event, &value) }
        }
    }

    /// To wake a thread costs as much as a small answer: what the loop has at once it tells at once, but so many at most.
    private static let gathered = 16

    private let state = Monitor(State())

    /// The descriptor; -1 where the system has none.
    var descriptor: Int32 {
        state.withLock { state in
            if state.event < 0, !state.isClosed {
                state.event = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
                if state.isShown, state.event >= 0 { eventfd_write(state.event, 1) }
            }
            return state.event
        }
    }

    func add(_ call: Call) {
        let isNews = state.withLock { state in
            guard !state.isClosed, state.places[ObjectIdentifier(call)] == nil else { return false }
            state.places[ObjectIdentifier(call)] = state.calls.append(call)
            return (!state.isGathering || state.calls.count >= Arrivals.gathered) && state.show()
        }
        if isNews { state.wakeAll() }
    }

    /// From here to `tell` few of those who wait are woken.
    func gather() { state.withLock { $0.isGathering = true } }

    func tell() {
        let isNews = state.withLock { state in
            state.isGathering = false
            return !state.calls.isEmpty && state.show()
        }
        if isNews { state.wakeAll() }
    }

    func remove(_ call: Call) {
        state.withLock { state in
            guard let place = state.places.removeValue(forKey: ObjectIdentifier(call)) else { return }
            state.calls.remove(at: place)
            if state.calls.isEmpty { state.hide() }
        }
    }

    /// Up to `limit` of them; waits for the first. nil milliseconds is no limit.
    func take(_ limit: Int, milliseconds: Int?) -> [Call] {
        state.wait(until: milliseconds.map { Moment.now.adding(milliseconds: $0) }) { state in
            guard !state.calls.isEmpty else { return nil }
            var taken = [Call]()
            while taken.count < limit, let call = state.calls.popFirst() {
                state.places[ObjectIdentifier(call)] = nil
                taken.append(call)
            }
            if state.calls.isEmpty { state.hide() }
            return taken
        } ?? []
    }

    /// Nobody will ask any more: calls that nobody took are let go.
    func close() {
        state.withLock { state in
            (state.isClosed, state.calls, state.places) = (true, Queue(), [:])
            if state.event >= 0 { Glibc.close(state.event) }
            state.event = -1
        }
    }
}
