import JSON
import Synchronization

/// Facts of turns by what they depend on. Holds a few: a program renders with few sets of variables. The time of day is not
/// among them: templates write it in front of turns, not around them.
final class TurnFactsCache: Sendable {
    struct Key: Hashable {
        var template: String
        var variables: [UInt8]
        var mode: Bool
        var hasTools: Bool

        init(_ request: RenderRequest, _ named: Model.NamedTemplate) {
            template = named.name
            variables = Dumps().bytes(.object(request.templateVariables))
            if case .render = request.mode { mode = true } else { mode = false }
            hasTools = !request.tools.isNull
        }

        /// Variables of many bytes are not worth keeping.
        var isLarge: Bool { variables.count > 1 << 16 }
    }

    private static let limit = 16
    private let known = Mutex<[Key: TurnFacts]>([:])

    /// Two threads that ask at once may both find out: they find the same.
    func facts(for key: Key, _ find: () -> TurnFacts) -> TurnFacts {
        if let facts = known.withLock({ $0[key] }) { return facts }
        let facts = find()
        if key.isLarge { return facts }
        known.withLock { known in
            if known.count >= TurnFactsCache.limit { known.removeAll() }
            known[key] = facts
        }
        return facts
    }
}
