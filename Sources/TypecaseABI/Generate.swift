public import CTypecase
import Chat
import Client
import Engines
import Generation
import JSON

@c @implementation
public func typecase_generate(
    _ client: OpaquePointer?, _ model: OpaquePointer?, _ backend: OpaquePointer?, _ request: UnsafePointer<CChar>?,
    _ request_len: Int, _ prompt_ids: UnsafePointer<UInt32>?, _ prompt_ids_count: Int, _ out_completion: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_completion, out_error) {
        let call = Generate(
            client: try Inputs.handle(client, as: Client.self, "client"),
            model: Handle.borrow(model, as: Model.self),
            backend: try Inputs.handle(backend, as: BackendHandle.self, "backend").backend)
        let ids = try Inputs.ids(prompt_ids, prompt_ids_count, "prompt_ids")
        let request = try Inputs.object(request, request_len, "request")
        return CompletionHandle(try call.run(request, promptIDs: prompt_ids == nil ? nil : Array(ids)))
    }
}
