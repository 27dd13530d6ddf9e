import Bytes
import CTypecase
import Engines

/// Lists of tokens in flat arrays.
final class TokenListsHandle: Sendable {
    let ids: FlatArray<UInt32>
    let logprobs: FlatArray<Float>
    let starts: FlatArray<Int>

    init(_ lists: TokenLists) {
        ids = FlatArray(lists.ids)
        logprobs = FlatArray(lists.logprobs)
        starts = FlatArray(lists.starts)
    }

    func handOut(
        _ outIDs: UnsafeMutablePointer<UnsafePointer<UInt32>?>?,
        _ outLogprobs: UnsafeMutablePointer<UnsafePointer<Float>?>?,
        _ outStarts: UnsafeMutablePointer<UnsafePointer<Int>?>?
    ) -> Int {
        outIDs?.pointee = ids.pointer
        outLogprobs?.pointee = logprobs.pointer
        outStarts?.pointee = starts.pointer
        return starts.count - 1
    }
}

@c @implementation
public func typecase_completion_top_logprobs(
    _ completion: OpaquePointer?, _ choice: Int, _ out_ids: UnsafeMutablePointer<UnsafePointer<UInt32>?>?,
    _ out_logprobs: UnsafeMutablePointer<UnsafePointer<Float>?>?,
    _ out_starts: UnsafeMutablePointer<UnsafePointer<Int>?>?
) -> Int {
    CompletionHandle.choice(completion, choice)?.topLogprobs?.handOut(out_ids, out_logprobs, out_starts) ?? 0
}

@c @implementation
public func typecase_completion_sampling_mask(
    _ completion: OpaquePointer?, _ choice: Int, _ out_ids: UnsafeMutablePointer<UnsafePointer<UInt32>?>?,
    _ out_starts: UnsafeMutablePointer<UnsafePointer<Int>?>?
) -> Int {
    CompletionHandle.choice(completion, choice)?.samplingMask?.handOut(out_ids, nil, out_starts) ?? 0
}

@c @implementation
public func typecase_completion_prompt_logprobs(
    _ completion: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<Float>? {
    out_count?.pointee = 0
    return Handle.borrow(completion, as: CompletionHandle.self)?.promptLogprobs?.handOut(out_count)
}

@c @implementation
public func typecase_completion_prompt_top_logprobs(
    _ completion: OpaquePointer?, _ out_ids: UnsafeMutablePointer<UnsafePointer<UInt32>?>?,
    _ out_logprobs: UnsafeMutablePointer<UnsafePointer<Float>?>?,
    _ out_starts: UnsafeMutablePointer<UnsafePointer<Int>?>?
) -> Int {
    Handle.borrow(completion, as: CompletionHandle.self)?.promptTopLogprobs?.handOut(out_ids, out_logprobs, out_starts)
        ?? 0
}
