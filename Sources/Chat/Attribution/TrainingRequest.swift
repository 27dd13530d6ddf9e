public import JSON

/// What a training sample is made from: a chat, and which of its tokens are learned from.
public struct TrainingRequest: Sendable {
    /// Which messages' sampled tokens are learned from.
    enum Trained: Sendable {
        /// All that were sampled.
        case sampled
        case roles([[UInt8]: Bool])
        case messages([Bool])
    }

    var chat: RenderRequest
    var trained = Trained.sampled
    /// Roles whose content is learned from, sampled or not.
    var contentRoles: [[UInt8]] = []
    var ensuresFinalStop = false
    /// One a message; only ever takes away.
    var messageLossMask: [Bool]?
    var maxLength: Int?

    public init(_ fields: Fields) throws(FieldError) {
        chat = try RenderRequest(fields)
        chat.attribution = true
        if let roles = try fields.array("roles") {
            if fields.value("role_to_mask") != nil {
                throw fields.error("roles", .notAllowed("cannot go with role_to_mask: they say the same"))
            }
            var map: [[UInt8]: Bool] = [:]
            for role in try TrainingRequest.strings(roles, fields.path("roles")) { map[role] = true }
            trained = .roles(map)
        }
        switch fields.value("role_to_mask") {
        case nil: break
        case .object(let object):
            var map: [[UInt8]: Bool] = [:]
            for member in object.members {
                let path = fields.path("role_to_mask") + "." + String(decoding: member.key, as: UTF8.self)
                map[member.key] = try TrainingRequest.flag(member.value, path)
            }
            trained = .roles(map)
        case .array(let list):
            trained = .messages(try TrainingRequest.mask(list, fields.path("role_to_mask"), chat.messages.count))
        case .some(let other):
            throw fields.error("role_to_mask", .wrongKind(expected: "an object or an array", found: other.kind))
        }
        if let roles = try fields.array("content_roles") {
            contentRoles = try TrainingRequest.strings(roles, fields.path("content_roles"))
        }
        ensuresFinalStop = try fields.bool("ensure_final_stop") ?? false
        if let list = try fields.array("message_loss_mask") {
            messageLossMask = try TrainingRequest.mask(list, fields.path("message_loss_mask"), chat.messages.count)
        }
        maxLength = try fields.integer("max_length")
        if let maxLength, maxLength < 1 { throw fields.error("max_length", .notAllowed("must be at least 1")) }
    }

    private static func strings(_ list: [Value], _ path: String) throws(FieldError) -> [[UInt8]] {
        var strings = [[UInt8]]()
        for (i, value) in list.enumerated() {
            guard let string = value.stringBytes else {
                throw FieldError(path: "\(path)[\(i)]", problem: .wrongKind(expected: "a string", found: value.kind))
            }
            strings.append(string)
        }
        return strings
    }

    private static func mask(_ list: [Value], _ path: String, _ count: Int) throws(FieldError) -> [Bool] {
        guard list.count == count else {
            throw FieldError(path: path, problem: .notAllowed("has \(list.count) entries for \(count) messages"))
        }
        var mask = [Bool]()
        for (i, value) in list.enumerated() { mask.append(try flag(value, "\(path)[\(i)]")) }
        return mask
    }

    private static func flag(_ value: Value, _ path: String) throws(FieldError) -> Bool {
        switch value {
        case .bool(let flag): return flag
        case .integer(0): return false
        case .integer(1): return true
        default:
            throw FieldError(path: path, problem: .wrongKind(expected: "true, false, 0 or 1", found: value.kind))
        }
    }

    /// Whether a message's sampled tokens are learned from.
    func trains(_ message: Int) -> Bool {
        switch trained {
        case .sampled: true
        case .roles(let roles): roles[chat.messages[message]["role"]?.stringBytes ?? []] ?? false
        case .messages(let mask): mask[message]
        }
    }
}
