public import Client
import Engines

/// A client, and what has been learnt of its servers and its requests.
public final class Generator: Sendable {
    public let client: Client
    /// The windows of served models; the inner nil: the server does not say.
    let windows = ServerFacts<Int?>()
    let engines = ServerFacts<ChosenEngine>()
    let known = KnownRequests()
    /// What answers have in common.
    let seen = SeenSkeletons()

    public init(_ client: Client) { self.client = client }
}
