/// One server as the loop sees it: how much is under way there, who waits, and whether it answers.
final class Server {
    let url: String
    var active = 0
    var queue = Queue<Transfer>()
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
