public import Bytes

/// An HTTP request as a value: what the wire formats produce and the client sends.
public struct HTTPRequest: Sendable {
    public enum Method: Sendable {
        case get
        case post
    }

    public var method: Method
    /// From a server's root.
    public var path: String
    /// "Name: value" lines.
    public var headers: [String]
    public var body: FlatArray<UInt8>
}

/// An HTTP answer as a value.
public struct HTTPResponse: Sendable, Equatable {
    public var status: Int
    public var body: [UInt8]
    /// Milliseconds that the server asks to wait before the next request.
    public var retryAfter: Int?

    public init(status: Int, body: [UInt8], retryAfter: Int? = nil) {
        (self.status, self.body, self.retryAfter) = (status, body, retryAfter)
    }
}
