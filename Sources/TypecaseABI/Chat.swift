public import CTypecase
import Chat
import JSON

@c @implementation
public func typecase_chat_new(
    _ model: OpaquePointer?, _ request: UnsafePointer<CChar>?, _ request_len: Int, _ out_chat: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_chat, out_error) {
        let model = try Inputs.handle(model, as: Model.self, "model")
        return try Chat(model, Inputs.request(request, request_len, for: model))
    }
}

@c @implementation
public func typecase_chat_append(
    _ chat: OpaquePointer?, _ messages: UnsafePointer<CChar>?, _ messages_len: Int, _ out_error: OutHandle?
) -> typecase_status {
    answer(out_error) {
        let chat = try Inputs.handle(chat, as: Chat.self, "chat")
        try chat.append(Inputs.value(messages, messages_len, "messages"))
    }
}

@c @implementation
public func typecase_chat_count(_ chat: OpaquePointer?) -> Int {
    Handle.borrow(chat, as: Chat.self)?.messages.count ?? 0
}

@c @implementation
public func typecase_chat_render(
    _ chat: OpaquePointer?, _ options: UnsafePointer<CChar>?, _ options_len: Int, _ out_rendered: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_rendered, out_error) {
        let chat = try Inputs.handle(chat, as: Chat.self, "chat")
        return RenderedHandle(try chat.render(Inputs.options(options, options_len)), chat.model)
    }
}

@c @implementation
public func typecase_chat_bridge(
    _ chat: OpaquePointer?, _ prompt_ids: UnsafePointer<UInt32>?, _ prompt_count: Int,
    _ completion_ids: UnsafePointer<UInt32>?, _ completion_count: Int, _ options: UnsafePointer<CChar>?,
    _ options_len: Int, _ out_rendered: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_rendered, out_error) {
        let chat = try Inputs.handle(chat, as: Chat.self, "chat")
        let prompt = try Inputs.ids(prompt_ids, prompt_count, "prompt_ids")
        let completion = try Inputs.ids(completion_ids, completion_count, "completion_ids")
        let options = try Inputs.options(options, options_len)
        return RenderedHandle(try chat.bridge(prompt: prompt, completion: completion, options), chat.model)
    }
}

@c @implementation
public func typecase_chat_free(_ chat: OpaquePointer?) { Handle.free(chat) }
