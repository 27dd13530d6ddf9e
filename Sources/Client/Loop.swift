import CCurl
import Engines
import Glibc

/// The thread that carries out transfers: one libcurl multi handle, one poller, no blocking call but the poller's.
final class Loop: Sendable {
    enum Command: Sendable {
        case start(Transfer)
        case cancel(Transfer)
        case resume(Transfer)
        case stop
    }

    private struct Inbox: Sendable {
        var commands = [Command]()
        var isWoken = false
        var isStopped = false
    }

    private let poller: Poller
    private let inbox = Monitor(Inbox())
    /// What the thread last said of itself.
    private let told = Monitor((waiting: 0, connections: 0))
    private let arrivals: Arrivals
    private let thread: Thread

    /// nil where the system has no descriptor or no thread to give.
    init?(limits: Client.Limits, _ arrivals: Arrivals) {
        guard let poller = Poller() else { return nil }
        (self.poller, self.arrivals) = (poller, arrivals)
        // The thread's part of the loop is made on the thread and never leaves it.
        let ready = Monitor<(loop: Loop?, isOver: Bool)>((nil, false))
        guard
            let thread = Thread(
                name: "typecase-net",
                {
                    guard let loop = ready.wait(until: nil, { $0.isOver ? .some($0.loop) : nil }) else { return }
                    guard let loop else { return }
                    guard var run = LoopRun(poller: loop.poller, limits: limits) else { return loop.refuse() }
                    loop.serve(&run)
                })
        else { return nil }
        self.thread = thread
        ready.signal { $0 = (self, true) }
    }

    /// From any thread. False: the loop has ended, and nothing will come of it.
    @discardableResult
    func tell(_ command: Command) -> Bool {
        let (isTaken, mustWake) = inbox.withLock { inbox in
            if inbox.isStopped { return (false, false) }
            inbox.commands.append(command)
            defer { inbox.isWoken = true }
            return (true, !inbox.isWoken)
        }
        if mustWake { poller.wake() }
        return isTaken
    }

    /// How many transfers wait for a connection, and how many have one.
    var load: (waiting: Int, connections: Int) { told.withLock { $0 } }

    /// Ends every transfer as cancelled, and the thread.
    func stop() {
        tell(.stop)
        thread.join()
    }

    /// libcurl has no memory: what was asked for ends here.
    private func refuse() {
        let commands = inbox.withLock { inbox in
            inbox.isStopped = true
            return exchange(&inbox.commands, with: [])
        }
        for case .start(let transfer) in commands { transfer.whenDone(.failure(.noLoop)) }
    }

    private func serve(_ run: inout LoopRun) {
        while true {
            run.wait()
            arrivals.gather()
            defer { arrivals.tell() }
            let commands = inbox.withLock { inbox in
                inbox.isWoken = false
                return exchange(&inbox.commands, with: [])
            }
            for command in commands {
                switch command {
                case .start(let transfer): run.start(transfer)
                case .cancel(let transfer): run.cancel(transfer)
                case .resume(let transfer): run.resume(transfer)
                case .stop:
                    let late = inbox.withLock { inbox in
                        inbox.isStopped = true
                        return exchange(&inbox.commands, with: [])
                    }
                    for case .start(let transfer) in commands + late { run.start(transfer) }
                    run.cancelAll()
                    return
                }
            }
            run.settle()
            told.withLock { $0 = (run.waiting, run.active) }
        }
    }
}
