import Bytes
public import CTypecase
import Chat
import Client
import Generation

/// A request under way, and the event of it that was told last.
final class RequestHandle: @unchecked Sendable {
    // @unchecked: the event belongs to the one thread that reads; the rest never changes.
    let call: Call
    private let generate: GenerateCall
    /// What the last event points to.
    private var text: TextHandle?
    private var ids: FlatArray<UInt32>?
    private var logprobs: FlatArray<Float>?

    init(_ call: Call, _ generate: GenerateCall) {
        (self.call, self.generate) = (call, generate)
    }

    /// What it came to.
    func completion() throws -> CompletionHandle {
        if call.isForked { throw ClientError.forked }
        guard call.isDone, let result = generate.result else {
            throw Failure.argument("the request is not done: wait for it")
        }
        // Of the kind that was asked for in `submit`.
        return unsafeDowncast(try result.get(), to: CompletionHandle.self)
    }

    func next() -> typecase_stream_event? {
        guard !call.isForked, let told = generate.stream?.next() else { return nil }
        var event = typecase_stream_event()
        var bytes = [UInt8]()
        switch told {
        case .tokens(let choice, let sampled, let numbers):
            event.kind = TYPECASE_EVENT_TOKENS
            event.choice = UInt32(clamping: choice)
            ids = FlatArray(sampled)
            logprobs = numbers.map { FlatArray($0) }
            event.ids = ids?.pointer
            event.logprobs = logprobs?.pointer
            event.count = sampled.count
        case .parsed(let choice, let parsed):
            event.choice = UInt32(clamping: choice)
            (event.kind, event.call, bytes) = ParserHandle.told(parsed)
        case .finished(let choice, let reason):
            event.kind = TYPECASE_EVENT_FINISH
            event.choice = UInt32(clamping: choice)
            bytes = reason
        }
        let text = TextHandle(bytes)
        event.text = text.handOut(&event.text_len)
        self.text = text
        return event
    }
}

extension Inputs {
    /// Begins a generate request; `isListed` where the client's queue tells of it.
    static func submit(
        _ client: OpaquePointer?, _ model: OpaquePointer?, _ backend: OpaquePointer?, _ request: UnsafePointer<CChar>?,
        _ length: Int, _ promptIDs: UnsafePointer<UInt32>?, _ count: Int, tag: UInt64, isListed: Bool
    ) throws -> RequestHandle {
        let generator = try Inputs.handle(client, as: Generator.self, "client")
        let ids = try Inputs.ids(promptIDs, count, "prompt_ids")
        let generate = GenerateCall(
            Array(try Inputs.required(request, length, "request")),
            promptIDs: promptIDs == nil ? nil : FlatArray(copying: ids),
            model: Handle.borrow(model, as: Model.self),
            backend: try Inputs.handle(backend, as: BackendHandle.self, "backend").backend, generator: generator,
            make: CompletionHandle.init)
        return RequestHandle(try generator.client.submit(generate, tag: tag, isListed: isListed), generate)
    }
}

@c @implementation
public func typecase_submit(
    _ client: OpaquePointer?, _ model: OpaquePointer?, _ backend: OpaquePointer?, _ request: UnsafePointer<CChar>?,
    _ request_len: Int, _ prompt_ids: UnsafePointer<UInt32>?, _ prompt_ids_count: Int, _ tag: UInt64,
    _ out_request: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_request, out_error) {
        try Inputs.submit(
            client, model, backend, request, request_len, prompt_ids, prompt_ids_count, tag: tag, isListed: true)
    }
}

@c @implementation
public func typecase_generate(
    _ client: OpaquePointer?, _ model: OpaquePointer?, _ backend: OpaquePointer?, _ request: UnsafePointer<CChar>?,
    _ request_len: Int, _ prompt_ids: UnsafePointer<UInt32>?, _ prompt_ids_count: Int, _ out_completion: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_completion, out_error) {
        let handle = try Inputs.submit(
            client, model, backend, request, request_len, prompt_ids, prompt_ids_count, tag: 0, isListed: false)
        while !handle.call.isDone {
            _ = handle.call.wait(milliseconds: nil)
            // A stream is read, so that it comes to its end.
            while handle.next() != nil {}
        }
        return try handle.completion()
    }
}

@c @implementation
public func typecase_request_wait(_ request: OpaquePointer?, _ timeout_ms: UInt64) -> Int32 {
    guard let call = Handle.borrow(request, as: RequestHandle.self)?.call, !call.isForked else { return 1 }
    return call.wait(milliseconds: Inputs.milliseconds(timeout_ms)) ? 1 : 0
}

@c @implementation
public func typecase_request_is_done(_ request: OpaquePointer?) -> Int32 {
    guard let call = Handle.borrow(request, as: RequestHandle.self)?.call, !call.isForked else { return 1 }
    return call.isDone ? 1 : 0
}

@c @implementation
public func typecase_request_completion(
    _ request: OpaquePointer?, _ out_completion: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_completion, out_error) {
        try Inputs.handle(request, as: RequestHandle.self, "request").completion()
    }
}

@c @implementation
public func typecase_request_next(
    _ request: OpaquePointer?, _ out_event: UnsafeMutablePointer<typecase_stream_event>?
) -> Int32 {
    guard let out_event, out_event.pointee.size >= MemoryLayout<typecase_stream_event>.size,
        var event = Handle.borrow(request, as: RequestHandle.self)?.next()
    else { return 0 }
    event.size = out_event.pointee.size
    out_event.pointee = event
    return 1
}

@c @implementation
public func typecase_request_cancel(_ request: OpaquePointer?) {
    guard let call = Handle.borrow(request, as: RequestHandle.self)?.call, !call.isForked else { return }
    call.cancel()
}

@c @implementation
public func typecase_request_free(_ request: OpaquePointer?) {
    Handle.borrow(request, as: RequestHandle.self)?.call.forget()
    Handle.free(request)
}
