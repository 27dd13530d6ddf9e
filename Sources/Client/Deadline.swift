/// When a call must have ended, and what was allowed from its start, for messages.
public struct Deadline: Sendable {
    let moment: Moment
    public let allowed: Int

    public init(inMilliseconds milliseconds: Int, from start: Moment = .now) {
        allowed = milliseconds
        moment = start.adding(milliseconds: milliseconds)
    }

    /// Milliseconds left, at least 0.
    public var remaining: Int { moment.milliseconds }
}
