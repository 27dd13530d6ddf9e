/// Why no complete answer came.
public enum ClientError: Error, Sendable, Equatable {
    /// The connection could not be made, or broke. `reason` is libcurl's, `received` the bytes of the answer by then.
    case network(url: String, reason: String, received: Int)
    case timeout(url: String, Wait, milliseconds: Int, received: Int)
    case answerTooLarge(url: String, limit: Int)
    /// The request was cancelled, or its client freed.
    case cancelled
    /// The client was made in another process.
    case forked
    /// The system has no thread, no descriptor or no memory for the network loop.
    case noLoop

    /// What was waited for.
    public enum Wait: Sendable, Equatable {
        case connection
        case firstByte
        case nextByte
        case completeAnswer
    }
}
