import Engines

/// The servers of a destination, and which session is at which.
final class ServerGroup {
    let servers: [Server]
    private var sessions = [[UInt8]: Int]()
    /// Sessions end without telling: of more than this the memory begins anew, and they are spread again.
    private static let sessionLimit = 1 << 16

    init(_ servers: [Server]) { self.servers = servers }

    /// The session's server while it lives, else the one that lives and has the least to do; where all are down, the one that is
    /// tried again first. `avoiding` is where the request has just failed.
    func choose(_ session: [UInt8]?, avoiding: Server?) -> Server {
        if servers.count == 1 { return servers[0] }
        let now = Moment.now
        if let session, let index = sessions[session], !servers[index].isDown(now), servers[index] !== avoiding {
            return servers[index]
        }
        let live = servers.indices.filter { !servers[$0].isDown(now) && servers[$0] !== avoiding }
        let index =
            live.min { servers[$0].load < servers[$1].load }
            ?? servers.indices.min { (servers[$0].downUntil ?? now) < (servers[$1].downUntil ?? now) } ?? 0
        if let session {
            if sessions.count >= ServerGroup.sessionLimit { sessions.removeAll() }
            sessions[session] = index
        }
        return servers[index]
    }

    /// Whether another server than this can be asked at once.
    func hasLive(besides server: Server) -> Bool {
        let now = Moment.now
        return servers.contains { $0 !== server && !$0.isDown(now) }
    }
}
