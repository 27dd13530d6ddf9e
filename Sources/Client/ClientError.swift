/// Why no complete answer came.
public enum ClientError: Error, Sendable, Equatable {
    /// The connection could not be made, or broke. `reason` is libcurl's, `received` the bytes of the answer by then.
    case network(url: String, reason: String, received: Int)
    case timeout(url: String, milliseconds: Int, received: Int)
    case answerTooLarge(url: String, limit: Int)
    /// The client was made in another process.
    case forked
}
