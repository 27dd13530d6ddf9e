public import Engines

/// What servers told about themselves, remembered for a while. Bounded: names come from callers.
public final class ServerFacts<Fact: Sendable>: Sendable {
    public struct Key: Sendable, Hashable {
        public let destination: Destination
        public let model: [UInt8]?

        public init(_ destination: Destination, model: [UInt8]? = nil) {
            (self.destination, self.model) = (destination, model)
        }
    }

    private static var limit: Int { 1024 }
    /// Servers are restarted with other models and flags.
    private static var lifetime: Int { 300_000 }
    /// What is older than this is asked again before anything is refused for it.
    private static var fresh: Int { 2000 }

    private let facts = Monitor([Key: (fact: Fact, since: Moment)]())

    public init() {}

    public subscript(key: Key) -> Fact? {
        get {
            facts.withLock { facts in
                guard let known = facts[key], Moment.now.milliseconds(from: known.since) < ServerFacts.lifetime else {
                    return nil
                }
                return known.fact
            }
        }
        set {
            facts.withLock { facts in
                if facts.count >= ServerFacts.limit { facts.removeAll() }
                facts[key] = newValue.map { ($0, .now) }
            }
        }
    }

    /// Forgets what may have changed; false where nothing was known, or only just.
    public func forget(_ key: Key) -> Bool {
        facts.withLock { facts in
            guard let known = facts[key], Moment.now.milliseconds(from: known.since) > ServerFacts.fresh else {
                return false
            }
            facts[key] = nil
            return true
        }
    }
}
