/// What a server was found to be, and why that was thought.
public struct ChosenEngine: Sendable {
    public let wire: any Wire
    public let reason: String

    public init(_ wire: any Wire, _ reason: String) { (self.wire, self.reason) = (wire, reason) }

    public var engine: String { wire.name }
}
