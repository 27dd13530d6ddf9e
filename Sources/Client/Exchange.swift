public import Engines

public typealias Outcome = Result<HTTPResponse, ClientError>

/// A conversation with servers, as a sequence of questions. It does no I/O: the client asks, and comes back with what was answered.
public protocol Exchange: AnyObject, Sendable {
    /// The call it has become. Called first; must not be kept alive by the exchange.
    func attach(to call: Call)
    /// Both are called one after the other: where it may take long, on a thread that nobody waits for.
    func begin() -> Step
    /// Whether that takes no longer than to hand it to another thread: then the caller's own does it, and the network's.
    var isQuickToBegin: Bool { get }
    func isQuickToRead(_ response: HTTPResponse) -> Bool
    func resume(_ outcome: Outcome) -> Step
}

extension Exchange {
    public func attach(to call: Call) {}
    public var isQuickToBegin: Bool { false }
    public func isQuickToRead(_ response: HTTPResponse) -> Bool { false }
}

/// What an exchange wants next.
public enum Step: Sendable {
    case send(TransferRequest)
    /// As `send`. Those who ask under the same key at the same time share one answer.
    case ask(TransferRequest, key: String)
    /// It has its result.
    case done
}
