import Client
import Glibc

/// A server on loopback, one thread a connection: what it answers goes by the path that is asked for.
///
///     /ok      200 and the body of the request
///     /busy    503
///     /stall   nothing
///     /close   the connection's end
///     /stream  a hundred pieces of a thousand bytes
final class Loopback: Sendable {
    private let listener: Int32
    let port: UInt16
    private let connections = Monitor<[Int32]>([])

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, size) == 0 && listen(listener, 512) == 0
                    && getsockname(listener, pointer, &size) == 0
            }
        }
        guard bound else { throw Broken() }
        port = UInt16(bigEndian: address.sin_port)
        self.listener = listener
        Loopback.thread { [self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                connections.withLock { $0.append(connection) }
                Loopback.thread { [self] in
                    while serve(connection) {}
                    connections.withLock { list in
                        list.removeAll { $0 == connection }
                        _ = close(connection)
                    }
                }
            }
        }
    }

    struct Broken: Error {}

    /// Ends every connection, and the server.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        connections.withLock { for connection in $0 { shutdown(connection, Int32(SHUT_RDWR)) } }
    }

    private static func thread(_ body: @escaping @Sendable () -> Void) {
        final class Start {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var id = pthread_t()
        pthread_create(
            &id, nil,
            { argument in
                if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, Unmanaged.passRetained(Start(body)).toOpaque())
        pthread_detach(id)
    }

    /// One request of a connection; false where it has ended.
    private func serve(_ connection: Int32) -> Bool {
        var bytes = [UInt8]()
        func more() -> Bool {
            let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                count = max(0, recv(connection, buffer.baseAddress, buffer.count, 0))
            }
            bytes += piece
            return !piece.isEmpty
        }
        var text = ""
        repeat {
            guard more() else { return false }
            text = String(decoding: bytes, as: UTF8.self)
        } while !text.contains("\r\n\r\n")
        let head = String(text[..<text.range("\r\n\r\n")])
        let length = head.split(separator: "\r\n").compactMap { line -> Int? in
            line.lowercased().hasPrefix("content-length:") ? Int(line.split(separator: " ").last ?? "") : nil
        }
        let start = head.utf8.count + 4
        while bytes.count < start + (length.first ?? 0) { guard more() else { return false } }
        let path = head.split(separator: " ")[1]
        switch path {
        case "/ok": return send(connection, "200 OK", Array(bytes[start...]))
        case "/busy": return send(connection, "503 Busy", [])
        case "/stall":
            _ = more()
            return false
        case "/stream":
            var isOpen = write(connection, Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
            let piece = Array("3e8\r\n".utf8) + [UInt8](repeating: 120, count: 1000) + Array("\r\n".utf8)
            for _ in 0..<100 where isOpen { isOpen = write(connection, piece) }
            return isOpen && write(connection, Array("0\r\n\r\n".utf8))
        default: return false
        }
    }

    private func send(_ connection: Int32, _ status: String, _ body: [UInt8]) -> Bool {
        write(connection, Array("HTTP/1.1 \(status)\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body)
    }

    private func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}

extension String {
    /// Where a text begins in this one, which holds it.
    fileprivate func range(_ other: String) -> String.Index {
        var index = startIndex
        while !self[index...].hasPrefix(other) { index = self.index(after: index) }
        return index
    }
}
