public import CTypecase
import Client

@c @implementation
public func typecase_client_new(
    _ options: UnsafePointer<typecase_client_options>?, _ out_client: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_client, out_error) {
        let given = try Inputs.options(options, defaults: typecase_client_options())
        var options = Client.Options()
        // libcurl counts milliseconds in 32 bits on some systems; three weeks are no limit to anyone.
        let longest = UInt64(Int32.max)
        if given.connect_timeout_ms > 0 { options.connectTimeout = Int(min(given.connect_timeout_ms, longest)) }
        if given.timeout_ms > 0 { options.timeout = Int(min(given.timeout_ms, longest)) }
        if given.max_response_bytes > 0 { options.responseLimit = Int(min(given.max_response_bytes, UInt64(Int.max))) }
        return Client(options: options)
    }
}

@c @implementation
public func typecase_client_free(_ client: OpaquePointer?) { Handle.free(client) }
