import Synchronization

/// Grammars by what they depend on. Holds a few, as `TurnFactsCache` does.
final class GrammarCache: Sendable {
    private static let limit = 16
    private static let keyLimit = 1 << 16
    private let known = Mutex<[TurnFactsCache.Key: Grammar]>([:])

    private let plain = Mutex<Grammar?>(nil)

    /// The one that is asked for without variables.
    func usual(_ find: () -> Grammar) -> Grammar {
        if let grammar = plain.withLock({ $0 }) { return grammar }
        let grammar = find()
        plain.withLock { $0 = grammar }
        return grammar
    }

    /// Two threads that ask at once may both find out: they find the same.
    func grammar(for key: TurnFactsCache.Key, _ find: () -> Grammar) -> Grammar {
        if let grammar = known.withLock({ $0[key] }) { return grammar }
        let grammar = find()
        if key.variables.count > GrammarCache.keyLimit { return grammar }
        known.withLock { known in
            if known.count >= GrammarCache.limit { known.removeAll() }
            known[key] = grammar
        }
        return grammar
    }
}
