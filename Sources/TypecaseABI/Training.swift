public import CTypecase
import Chat
import JSON

@c @implementation
public func typecase_model_training_sample(
    _ model: OpaquePointer?, _ request: UnsafePointer<CChar>?, _ request_len: Int, _ out_rendered: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_rendered, out_error) {
        let model = try Inputs.handle(model, as: Model.self, "model")
        let request = try TrainingRequest(Inputs.request(request, request_len, for: model))
        return RenderedHandle(try model.trainingSample(request), model)
    }
}

@c @implementation
public func typecase_model_training_samples(
    _ model: OpaquePointer?, _ request: UnsafePointer<CChar>?, _ request_len: Int, _ out_rendered: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_rendered, out_error) {
        let model = try Inputs.handle(model, as: Model.self, "model")
        let batch = try TrainingBatch(Inputs.object(request, request_len, "request"))
        return RenderedHandle(try model.trainingSamples(batch), model)
    }
}
