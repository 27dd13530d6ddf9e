public import JSON

/// `special_tokens_in_content`: what becomes of control tokens that stand in what callers wrote.
public struct ContentTokens: Sendable {
    public enum Rule: Sendable {
        /// They are control tokens, as in the reference.
        case parse
        /// They are text.
        case text
        /// They are an error.
        case reject
    }

    /// For tools and documents, and for messages of roles that are not in `byRole`.
    public var general = Rule.parse
    public var byRole: [[UInt8]: Rule] = [:]

    public init() {}

    public init(_ fields: Fields) throws(FieldError) {
        switch fields.value("special_tokens_in_content") {
        case nil: return
        case .string(let name): general = try ContentTokens.rule(name, fields.path("special_tokens_in_content"))
        case .object(let roles):
            for member in roles.members {
                let path = fields.path("special_tokens_in_content") + "." + String(decoding: member.key, as: UTF8.self)
                guard let name = member.value.stringBytes else {
                    throw FieldError(path: path, problem: .wrongKind(expected: "a string", found: member.value.kind))
                }
                byRole[member.key] = try ContentTokens.rule(name, path)
            }
        case .some(let other):
            throw fields.error(
                "special_tokens_in_content", .wrongKind(expected: "a string or an object by role", found: other.kind))
        }
    }

    private static func rule(_ name: [UInt8], _ path: String) throws(FieldError) -> Rule {
        switch String(decoding: name, as: UTF8.self) {
        case "parse": return .parse
        case "text": return .text
        case "reject": return .reject
        default:
            throw FieldError(path: path, problem: .notAllowed("must be \"parse\", \"text\" or \"reject\""))
        }
    }

    /// Whether nothing differs from the reference.
    var isPlain: Bool { general == .parse && byRole.values.allSatisfy { $0 == .parse } }

    func rule(for segment: Segment, _ messages: [Object]) -> Rule {
        guard messages.indices.contains(Int(segment.owner)) else { return general }
        guard let role = messages[Int(segment.owner)]["role"]?.stringBytes else { return general }
        return byRole[role] ?? general
    }
}
