import CCurl

/// libcurl's handles, on the loop's thread. A multi handle looks for a free connection among all that it has: many share them, so that
/// it looks at few.
final class Connections {
    /// The most connections of a multi handle.
    private static let share = 128
    private static let spareLimit = 1024

    private let poller: Poller
    /// How many all of them may have.
    private let limit: Int
    private var multis = [MultiHandle]()
    /// The one that was used last is used next: where there is a handle, there is its connection.
    private var spare = [EasyHandle]()

    /// nil where libcurl has no memory.
    init?(poller: Poller, limit: Int) {
        (self.poller, self.limit) = (poller, limit)
        guard grow() != nil else { return nil }
    }

    /// When libcurl wants to be called though no descriptor is ready.
    var due: Moment { multis.reduce(.never) { min($0, $1.due) } }

    /// A handle for a transfer; nil where libcurl has no memory.
    func take() -> EasyHandle? { spare.popLast() ?? roomiest().flatMap { EasyHandle($0) } }

    /// Stops a transfer if it runs. The handle is ready for another.
    func giveBack(_ easy: EasyHandle) {
        easy.multi.remove(easy)
        if spare.count < Connections.spareLimit { spare.append(easy) }
    }

    func forgetSpare() { spare = [] }

    func wait(until moment: Moment) {
        let next = min(due, moment)
        poller.wait(milliseconds: next == .never ? nil : next.milliseconds) { multis[$0.owner].ready($0) }
        runTimers()
    }

    func runTimers() {
        let now = Moment.now
        for multi in multis { multi.runTimers(now) }
    }

    func nextEnded() -> (transfer: Transfer, code: CURLcode)? {
        for multi in multis where multi.isStirred {
            if let ended = multi.nextEnded() { return ended }
        }
        return nil
    }

    private func roomiest() -> MultiHandle? {
        multis.first { $0.handles < $0.connections } ?? grow() ?? multis.first
    }

    private func grow() -> MultiHandle? {
        let left = limit - multis.count * Connections.share
        guard left > 0,
            let multi = MultiHandle(
                poller: poller, number: multis.count, connections: min(left, Connections.share))
        else { return nil }
        multis.append(multi)
        return multi
    }
}
