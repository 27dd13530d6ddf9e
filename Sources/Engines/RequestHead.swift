/// All of an HTTP request for an engine but the prompt's ids: the same for all prompts that are sent with the same options.
public struct RequestHead: Sendable {
    let path: String
    let headers: [String]
    /// The body's members as the wire format writes them: JSON.
    let json: [UInt8]
}
