public import CTypecase
import Chat
import JSON
import Template
import Tokenizer

@c @implementation
public func typecase_model_open(
    _ directory: UnsafePointer<CChar>?, _ directory_len: Int, _ out_model: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_model, out_error) { try Model(directory: Inputs.path(directory, directory_len, "directory")) }
}

@c @implementation
public func typecase_model_new(
    _ parts: UnsafePointer<typecase_model_parts>?, _ out_model: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_model, out_error) {
        guard parts != nil else { throw Failure.argument("parts is NULL") }
        return try Model(ModelParts(Inputs.options(parts, defaults: typecase_model_parts())))
    }
}

@c @implementation
public func typecase_model_free(_ model: OpaquePointer?) { Handle.free(model) }

@c @implementation
public func typecase_model_tokenizer(
    _ model: OpaquePointer?, _ out_tokenizer: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_tokenizer, out_error) { try Inputs.handle(model, as: Model.self, "model").tokenizer }
}

@c @implementation
public func typecase_model_info(
    _ model: OpaquePointer?, _ out_json: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_json, out_error) {
        let model = try Inputs.handle(model, as: Model.self, "model")
        var info = model.info
        let named = model.templates.first { $0.name == "default" } ?? model.templates.first
        info.set("template", named.map { .object($0.template.info(model.specialTokens)) } ?? .null)
        return TextHandle(Dumps().bytes(.object(info)))
    }
}

@c @implementation
public func typecase_model_prefix_stability(
    _ model: OpaquePointer?, _ request: UnsafePointer<CChar>?, _ request_len: Int, _ out_json: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_json, out_error) {
        let model = try Inputs.handle(model, as: Model.self, "model")
        var object = request == nil ? Object() : try Inputs.object(request, request_len, "request").object
        // The messages are ours.
        object.set("messages", .array([]))
        return TextHandle(Dumps().bytes(try model.prefixStability(RenderRequest(Fields(object))).value))
    }
}

@c @implementation
public func typecase_model_render(
    _ model: OpaquePointer?, _ request: UnsafePointer<CChar>?, _ request_len: Int, _ out_rendered: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_rendered, out_error) {
        let model = try Inputs.handle(model, as: Model.self, "model")
        let request = try RenderRequest(Inputs.request(request, request_len, for: model))
        return RenderedHandle(try model.render(request), model)
    }
}

@c @implementation
public func typecase_model_render_prompt(
    _ model: OpaquePointer?, _ request: UnsafePointer<CChar>?, _ request_len: Int, _ out_rendered: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_rendered, out_error) {
        let model = try Inputs.handle(model, as: Model.self, "model")
        let prompt = try CompletionPrompt(Inputs.object(request, request_len, "request"))
        return RenderedHandle(try model.render(prompt), model)
    }
}

@c @implementation
public func typecase_model_bridge(
    _ model: OpaquePointer?, _ prompt_ids: UnsafePointer<UInt32>?, _ prompt_count: Int,
    _ completion_ids: UnsafePointer<UInt32>?, _ completion_count: Int, _ request: UnsafePointer<CChar>?,
    _ request_len: Int, _ out_rendered: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_rendered, out_error) {
        let model = try Inputs.handle(model, as: Model.self, "model")
        let prompt = try Inputs.ids(prompt_ids, prompt_count, "prompt_ids")
        let completion = try Inputs.ids(completion_ids, completion_count, "completion_ids")
        let request = try BridgeRequest(Inputs.object(request, request_len, "request"))
        return RenderedHandle(try model.bridge(prompt: prompt, completion: completion, request), model)
    }
}

extension ModelParts {
    init(_ parts: typecase_model_parts) throws {
        guard parts.tokenizer_json != nil else {
            throw Failure(FieldError(path: "tokenizer_json", problem: .missing))
        }
        let json = try Inputs.bytes(parts.tokenizer_json, parts.tokenizer_json_len, "parts.tokenizer_json")
        self.init(tokenizer: .text(Source(name: "tokenizer_json", bytes: Array(json))))
        if parts.chat_template != nil {
            let source = try Inputs.bytes(parts.chat_template, parts.chat_template_len, "parts.chat_template")
            templates = [(name: "default", source: Source(name: "chat_template", bytes: Array(source)))]
        }
        if parts.config != nil {
            try setConfig(Inputs.object(parts.config, parts.config_len, "config"))
        }
    }
}
