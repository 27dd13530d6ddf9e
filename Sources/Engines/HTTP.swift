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
    public var body: RequestBody
}

/// A request's bytes, or what makes them when they are sent: what waits for a connection takes little room, and the thread that sends the
/// bytes has them near.
public enum RequestBody: Sendable {
    case bytes(FlatArray<UInt8>)
    case later(@Sendable () -> FlatArray<UInt8>)

    public func made() -> FlatArray<UInt8> {
        switch self {
        case .bytes(let bytes): bytes
        case .later(let make): make()
        }
    }
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
