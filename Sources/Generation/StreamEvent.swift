public import Chat

/// What a stream tells of one of its choices.
public enum StreamEvent: Sendable {
    case tokens(choice: Int, [UInt32], [Float]?)
    /// What has become certain of the message.
    case parsed(choice: Int, ParseEvent)
    /// The engine's word for why it ended.
    case finished(choice: Int, [UInt8])
}
