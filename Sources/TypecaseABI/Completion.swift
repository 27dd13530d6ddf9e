import Bytes
import CTypecase
import Chat
import Engines
import Generation

/// A completion in flat arrays and texts.
final class CompletionHandle: Sendable {
    final class Choice: Sendable {
        let ids: FlatArray<UInt32>
        let logprobs: FlatArray<Float>?
        let topLogprobs: TokenListsHandle?
        let samplingMask: TokenListsHandle?
        let samplingLogprobs: FlatArray<Float>?
        let finishReason: TextHandle
        let parsed: ParsedHandle?
        let routedExperts: RoutedExperts?
        let routedBytes: FlatArray<UInt8>?

        init(_ choice: Completion.Choice, _ parsed: ParsedMessage?) {
            ids = FlatArray(choice.ids)
            logprobs = choice.logprobs.map { FlatArray($0) }
            topLogprobs = choice.topLogprobs.map(TokenListsHandle.init)
            samplingMask = choice.samplingMask.map(TokenListsHandle.init)
            samplingLogprobs = choice.samplingLogprobs.map { FlatArray($0) }
            finishReason = TextHandle(CompletionHandle.finishReason(choice, parsed))
            self.parsed = parsed.map(ParsedHandle.init)
            routedExperts = choice.routedExperts
            routedBytes = choice.routedExperts.map { FlatArray($0.bytes) }
        }
    }

    let promptIDs: FlatArray<UInt32>
    let promptLogprobs: FlatArray<Float>?
    let promptTopLogprobs: TokenListsHandle?
    let choices: [Choice]
    let info: CompletionInfo

    init(_ generated: Generated) {
        let completion = generated.completion
        promptIDs = generated.promptIDs
        promptLogprobs = completion.promptLogprobs.map { FlatArray($0) }
        promptTopLogprobs = completion.promptTopLogprobs.map(TokenListsHandle.init)
        choices = completion.choices.indices.map { Choice(completion.choices[$0], generated.messages?[$0]) }
        info = CompletionInfo(generated)
    }

    /// A turn that stopped with a call that can be made has stopped for it.
    private static func finishReason(_ choice: Completion.Choice, _ parsed: ParsedMessage?) -> [UInt8] {
        let isCall = parsed?.hasGoodCall == true && choice.finishReason.elementsEqual("stop".utf8)
        return isCall ? Array("tool_calls".utf8) : choice.finishReason
    }

    static func choice(_ completion: OpaquePointer?, _ index: Int) -> Choice? {
        guard let choices = Handle.borrow(completion, as: CompletionHandle.self)?.choices,
            choices.indices.contains(index)
        else { return nil }
        return choices[index]
    }
}

@c @implementation
public func typecase_completion_count(_ completion: OpaquePointer?) -> Int {
    Handle.borrow(completion, as: CompletionHandle.self)?.choices.count ?? 0
}

@c @implementation
public func typecase_completion_prompt_ids(
    _ completion: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt32>? {
    out_count?.pointee = 0
    return Handle.borrow(completion, as: CompletionHandle.self)?.promptIDs.handOut(out_count)
}

@c @implementation
public func typecase_completion_ids(
    _ completion: OpaquePointer?, _ choice: Int, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt32>? {
    out_count?.pointee = 0
    return CompletionHandle.choice(completion, choice)?.ids.handOut(out_count)
}

@c @implementation
public func typecase_completion_logprobs(
    _ completion: OpaquePointer?, _ choice: Int, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<Float>? {
    out_count?.pointee = 0
    return CompletionHandle.choice(completion, choice)?.logprobs?.handOut(out_count)
}

@c @implementation
public func typecase_completion_sampling_logprobs(
    _ completion: OpaquePointer?, _ choice: Int, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<Float>? {
    out_count?.pointee = 0
    return CompletionHandle.choice(completion, choice)?.samplingLogprobs?.handOut(out_count)
}

@c @implementation
public func typecase_completion_finish_reason(
    _ completion: OpaquePointer?, _ choice: Int, _ out_len: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
    CompletionHandle.choice(completion, choice)?.finishReason.handOut(out_len) ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_completion_message(
    _ completion: OpaquePointer?, _ choice: Int, _ out_len: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
    CompletionHandle.choice(completion, choice)?.parsed?.message.handOut(out_len) ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_completion_parsed(
    _ completion: OpaquePointer?, _ choice: Int, _ out_len: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
    CompletionHandle.choice(completion, choice)?.parsed?.json.handOut(out_len) ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_completion_routed_experts(
    _ completion: OpaquePointer?, _ choice: Int, _ out_len: UnsafeMutablePointer<Int>?,
    _ out_dtype: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ out_shape: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt8>? {
    out_len?.pointee = 0
    guard let choice = CompletionHandle.choice(completion, choice), let experts = choice.routedExperts else {
        return nil
    }
    switch experts.type {
    case .uint8: out_dtype?.pointee = TextHandle.constant("uint8")
    case .uint16: out_dtype?.pointee = TextHandle.constant("uint16")
    case .int32: out_dtype?.pointee = TextHandle.constant("int32")
    }
    for (i, size) in experts.shape.prefix(3).enumerated() { out_shape?[i] = size }
    return choice.routedBytes?.handOut(out_len)
}

@c @implementation
public func typecase_completion_info(
    _ completion: OpaquePointer?, _ out_len: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
    Handle.borrow(completion, as: CompletionHandle.self)?.info.text.handOut(out_len) ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_completion_free(_ completion: OpaquePointer?) { Handle.free(completion) }
