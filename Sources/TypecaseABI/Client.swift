public import CTypecase
import Client
import Generation

@c @implementation
public func typecase_client_new(
    _ options: UnsafePointer<typecase_client_options>?, _ out_client: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_client, out_error) {
        let given = try Inputs.options(options, defaults: typecase_client_options())
        var options = Client.Options()
        // libcurl counts milliseconds in 32 bits on some systems; three weeks are no limit to anyone.
        let longest = UInt64(Int32.max)
        func milliseconds(_ value: UInt64) -> Int? { value > 0 ? Int(min(value, longest)) : nil }
        func count(_ value: UInt64, _ standard: Int) -> Int { value > 0 ? Int(clamping: value) : standard }
        options.timeout = milliseconds(given.timeout_ms) ?? options.timeout
        options.timeouts.connect = milliseconds(given.connect_timeout_ms) ?? options.timeouts.connect
        options.timeouts.firstByte = milliseconds(given.first_byte_timeout_ms)
        options.timeouts.idle = milliseconds(given.idle_timeout_ms)
        options.responseLimit = count(given.max_response_bytes, options.responseLimit)
        options.limits.connectionsPerServer = count(given.connections_per_server, options.limits.connectionsPerServer)
        options.limits.connections = count(given.connections, options.limits.connections)
        options.limits.workers = count(given.workers, options.limits.workers)
        return Generator(Client(options: options))
    }
}

@c @implementation
public func typecase_client_free(_ client: OpaquePointer?) { Handle.free(client) }

@c @implementation
public func typecase_client_fd(
    _ client: OpaquePointer?, _ out_fd: UnsafeMutablePointer<Int32>?, _ out_error: OutHandle?
) -> typecase_status {
    answer(out_error) {
        guard let out_fd else { throw Failure.argument("out_fd is NULL") }
        guard let descriptor = try Inputs.client(client).descriptor else {
            throw Failure(TYPECASE_ERR_LIMIT, "the process has no descriptor left")
        }
        out_fd.pointee = descriptor
    }
}

@c @implementation
public func typecase_client_next(
    _ client: OpaquePointer?, _ timeout_ms: UInt64, _ out_tags: UnsafeMutablePointer<UInt64>?, _ capacity: Int,
    _ out_count: UnsafeMutablePointer<Int>?, _ out_error: OutHandle?
) -> typecase_status {
    answer(out_error) {
        guard let out_tags, let out_count, capacity > 0 else {
            throw Failure.argument("out_tags or out_count is NULL, or capacity is 0")
        }
        let client = try Inputs.client(client)
        let calls = try client.next(capacity, milliseconds: Inputs.milliseconds(timeout_ms))
        for (i, call) in calls.enumerated() { out_tags[i] = call.tag }
        out_count.pointee = calls.count
    }
}

@c @implementation
public func typecase_client_load(
    _ client: OpaquePointer?, _ out_requests: UnsafeMutablePointer<Int>?, _ out_waiting: UnsafeMutablePointer<Int>?,
    _ out_connections: UnsafeMutablePointer<Int>?, _ out_error: OutHandle?
) -> typecase_status {
    answer(out_error) {
        let load = try Inputs.client(client).load
        out_requests?.pointee = load.requests
        out_waiting?.pointee = load.waiting
        out_connections?.pointee = load.connections
    }
}

extension Inputs {
    static func client(_ client: OpaquePointer?) throws(Failure) -> Client {
        try handle(client, as: Generator.self, "client").client
    }

    /// The length of a wait; nil is without end.
    static func milliseconds(_ value: UInt64) -> Int? { value == UInt64.max ? nil : Int(clamping: value) }
}
