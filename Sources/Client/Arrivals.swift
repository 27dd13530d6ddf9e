import CLinux
import Glibc

/// The calls that have something to tell, in the order in which it came; each stands in it once.
final class Arrivals: Sendable {
    private struct State {
        var calls = Queue<Call>()
        var places = [ObjectIdentifier: Int]()
        /// An eventfd that is readable while there are calls; -1 until somebody asks for it.
        var event: Int32 = -1
        var isClosed = false

        func show() { if event >= 0 { eventfd_write(event, 1) } }

        func hide() {
            var value: eventfd_t = 0
            if event >= 0 { eventfd_read(event, &value) }
        }
    }

    private let state = Monitor(State())

    /// The descriptor; -1 where the system has none.
    var descriptor: Int32 {
        state.withLock { state in
            if state.event < 0, !state.isClosed {
                state.event = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
                if !state.calls.isEmpty { state.show() }
            }
            return state.event
        }
    }

    func add(_ call: Call) {
        state.signal { state in
            guard !state.isClosed, state.places[ObjectIdentifier(call)] == nil else { return }
            if state.calls.isEmpty { state.show() }
            state.places[ObjectIdentifier(call)] = state.calls.append(call)
        }
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
