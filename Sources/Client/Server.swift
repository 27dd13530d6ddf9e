/// One server as the loop sees it: how much is under way there, who waits, and whether it answers.
final class Server {
    let url: String
    var active = 0
    var queue = TransferQueue()
    private var failures = 0
    private(set) var downUntil: Moment?

    init(url: String) { self.url = url }

    var load: Int { active + queue.count }

    func isDown(_ now: Moment) -> Bool { downUntil.map { now < $0 } ?? false }

    /// No connection could be made: it is left alone for a while, longer each time.
    func failed() {
        downUntil = Moment.now.adding(milliseconds: min(500 << min(failures, 6), 30_000))
        failures += 1
    }

    func answered() {
        failures = 0
        downUntil = nil
    }
}

/// Transfers in the order they came. Those that have ended meanwhile are passed over.
struct TransferQueue {
    private var transfers = [Transfer]()
    private var start = 0

    var count: Int { transfers.count - start }

    mutating func append(_ transfer: Transfer) { transfers.append(transfer) }

    mutating func popFirst() -> Transfer? {
        while start < transfers.count {
            let transfer = transfers[start]
            start += 1
            if start == transfers.count || start > 64 && start * 2 > transfers.count {
                transfers.removeFirst(start)
                start = 0
            }
            if case .queued = transfer.state { return transfer }
        }
        return nil
    }
}
