/// A completion that is parsed as it comes, and the message that has come of it.
public struct StreamedMessage: Sendable {
    private var parser: StreamingParser
    public private(set) var message: ParsedMessage

    public init(_ parser: StreamingParser) {
        self.parser = parser
        message = ParsedMessage(parser.grammar.format)
    }

    /// What has become certain.
    public mutating func push(_ ids: UnsafeBufferPointer<UInt32>) -> [ParseEvent] {
        parser.push(ids)
        return take()
    }

    public mutating func push(_ ids: [UInt32]) -> [ParseEvent] { ids.withUnsafeBufferPointer { push($0) } }

    /// The completion is over: the rest.
    public mutating func finish() -> [ParseEvent] {
        parser.finish()
        return take()
    }

    private mutating func take() -> [ParseEvent] {
        let events = parser.takeEvents()
        for event in events { message.append(event) }
        return events
    }
}
