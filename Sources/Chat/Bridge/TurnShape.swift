import Bytes
import JSON
import Synchronization

/// How a template writes a turn of the assistant that messages follow, found by rendering one.
struct TurnShape: Sendable {
    var form: BridgeContext.Form
    /// What the text of a conversation begins with that was not rewritten: up to the generation prompt, or up to where the
    /// reasoning ends.
    var head: [UInt8]
    /// What stands between the reasoning and the answer.
    var reasoningClose: [UInt8] = []
    /// What follows the last words of the turn and belongs to it: the end of a call, the token that closes it.
    var close: [UInt8]
    /// How many bytes at its end are the token that stops the turn.
    var stopCount = 0
    /// What a turn begins with, behind its reasoning, that calls and says nothing; empty of others.
    var lead: [UInt8] = []
    /// What ends the last call, where that is a token; empty of turns that do not call.
    var callEnd: [UInt8] = []
    /// The ids of the answer and what closes it, where the last is an added token: nothing behind it changes them.
    var anchor: [UInt32]?
}

/// Shapes by what they depend on. Bounded; one that no longer fits is found anew.
final class TurnShapeCache: Sendable {
    struct Key: Hashable {
        var facts: TurnFactsCache.Key
        /// The roles of the new messages, each run of equal ones once.
        var roles: [[UInt8]]
        var reasons: Bool
        var emptyReasoning: [UInt8]
        var isStrict: Bool
        var speaks: Bool
        var hasSystemMessage: Bool?
    }

    private static let limit = 64
    private static let roleLimit = 16
    private let known = Mutex<[Key: TurnShape]>([:])

    subscript(key: Key) -> TurnShape? {
        get { known.withLock { $0[key] } }
        set {
            if key.roles.count > TurnShapeCache.roleLimit || key.facts.isLarge { return }
            known.withLock { known in
                if known.count >= TurnShapeCache.limit { known.removeAll() }
                known[key] = newValue
            }
        }
    }
}
