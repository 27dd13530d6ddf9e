/// An HTTP request as a value: what the wire formats produce and the client sends.
public struct HTTPRequest: Sendable, Equatable {
    public enum Method: Sendable {
        case get
        case post
    }

    public var method: Method
    public var url: String
    /// "Name: value" lines.
    public var headers: [String]
    public var body: [UInt8]
}

/// An HTTP answer as a value.
public struct HTTPResponse: Sendable, Equatable {
    public var status: Int
    public var body: [UInt8]

    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}
