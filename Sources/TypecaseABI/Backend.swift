public import CTypecase
import Engines

/// A backend as a handle.
final class BackendHandle: Sendable {
    let backend: Backend

    init(_ backend: Backend) { self.backend = backend }
}

@c @implementation
public func typecase_backend_new(
    _ engine: UnsafePointer<CChar>?, _ engine_len: Int, _ config: UnsafePointer<CChar>?, _ config_len: Int,
    _ out_backend: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_backend, out_error) {
        let engine = String(decoding: try Inputs.required(engine, engine_len, "engine"), as: UTF8.self)
        return BackendHandle(try Backend(engine: engine, config: Inputs.object(config, config_len, "config")))
    }
}

@c @implementation
public func typecase_backend_free(_ backend: OpaquePointer?) { Handle.free(backend) }
