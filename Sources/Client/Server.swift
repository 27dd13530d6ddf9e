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

/// Transfers in the order they came. One that ends while it waits is let go at once, wherever it stands.
struct TransferQueue {
    private var transfers = [Transfer?]()
    /// How many were taken from the front for good.
    private var taken = 0
    private var start = 0
    private(set) var count = 0

    mutating func append(_ transfer: Transfer) {
        transfer.queuePlace = taken + transfers.count
        transfers.append(transfer)
        count += 1
    }

    /// False: it is not here.
    mutating func remove(_ transfer: Transfer) -> Bool {
        let place = transfer.queuePlace - taken
        guard transfers.indices.contains(place), transfers[place] === transfer else { return false }
        transfers[place] = nil
        count -= 1
        return true
    }

    mutating func popFirst() -> Transfer? {
        while start < transfers.count {
            let transfer = transfers[start]
            transfers[start] = nil
            start += 1
            if start == transfers.count || start > 64 && start * 2 > transfers.count {
                transfers.removeFirst(start)
                taken += start
                start = 0
            }
            if let transfer {
                count -= 1
                return transfer
            }
        }
        return nil
    }
}
