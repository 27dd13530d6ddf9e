import JSON

/// Where requests go: a server, or several that serve the same, and what makes the way there safe.
public struct Destination: Sendable, Hashable {
    public enum Proxy: Sendable, Hashable {
        case none
        case environment
        case url(String)
    }

    /// The servers' roots, without a final slash; at least one.
    public let servers: [String]
    /// Whether a server's certificate must be good.
    public let verifies: Bool
    /// PEM files: the authorities to trust in the place of the system's, and what the client shows of itself.
    public let caFile: String?
    public let certificateFile: String?
    public let keyFile: String?
    public let proxy: Proxy

    /// - Parameter config: "url" or "urls", and optionally "tls" {"verify", "ca_file", "cert_file", "key_file"} and "proxy".
    init(_ config: Fields) throws(FieldError) {
        if let list = try config.array("urls") {
            if config.value("url") != nil { throw config.error("url", .notAllowed("cannot go with urls")) }
            if list.isEmpty { throw config.error("urls", .notAllowed("is empty")) }
            var servers = [String]()
            for (i, value) in list.enumerated() {
                let path = "\(config.path("urls"))[\(i)]"
                guard let url = value.text else {
                    throw FieldError(path: path, problem: .wrongKind(expected: "a string", found: value.kind))
                }
                let root = try Destination.root(url, path)
                if !servers.contains(root) { servers.append(root) }
            }
            self.servers = servers
        } else {
            servers = [
                try Destination.root(try config.required("url", config.text("url")), config.path("url"))
            ]
        }
        let tls = try config.fields("tls") ?? Fields(Object())
        verifies = try tls.bool("verify") ?? true
        caFile = try tls.text("ca_file")
        certificateFile = try tls.text("cert_file")
        keyFile = try tls.text("key_file")
        switch try config.text("proxy") {
        case nil: proxy = .none
        case "environment"?: proxy = .environment
        case let url?: proxy = .url(url)
        }
    }

    private static func root(_ text: String, _ path: String) throws(FieldError) -> String {
        var url = text
        let lower = url.lowercased()
        if !lower.hasPrefix("http://") && !lower.hasPrefix("https://") {
            throw FieldError(
                path: path, problem: .notAllowed("must begin with http:// or https://, and is \"\(url)\""))
        }
        if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            throw FieldError(path: path, problem: .notAllowed("must not hold spaces or control characters"))
        }
        while url.hasSuffix("/") { url.removeLast() }
        if url.hasSuffix("/v1") { url.removeLast(3) }
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }
}
