import Bytes
import CTypecase
import Chat
import JSON

/// Attributions of prompts in flat arrays, one prompt after the other. Empty where none was asked for.
final class AttributionArrays: Sendable {
    let messageIndices: FlatArray<Int32>
    let sampledMask: FlatArray<UInt8>
    let isContent: FlatArray<UInt8>
    let kinds: FlatArray<UInt8>
    let straddles: FlatArray<UInt8>
    let generationMask: FlatArray<UInt8>
    let lossMask: FlatArray<UInt8>
    let messageStarts: FlatArray<Int>
    let messageSpans: FlatArray<Int32>
    let messageCounts: FlatArray<UInt32>
    let messages: TextHandle
    let controlTokensInContent: Int

    init(_ rendered: Rendered) {
        let all = rendered.attributions
        messageIndices = FlatArray(joining: all.map(\.messageIndices))
        sampledMask = FlatArray(joining: all.map(\.sampledMask))
        isContent = FlatArray(joining: all.map(\.isContent))
        kinds = FlatArray(joining: all.map(\.kinds))
        straddles = FlatArray(joining: all.map(\.straddles))
        // A prompt whose template marked nothing counts as one that was not generated, if another one was.
        let marks = all.contains { !$0.generationMask.isEmpty }
        generationMask = FlatArray(
            joining: all.map { attribution in
                if !marks || !attribution.generationMask.isEmpty { return attribution.generationMask }
                return Array(repeating: 0, count: attribution.messageIndices.count)
            })
        lossMask = FlatArray(rendered.lossMask)
        var starts = all.isEmpty ? [] : [0]
        for attribution in all { starts.append(starts[starts.count - 1] + attribution.messages.count) }
        messageStarts = FlatArray(starts)
        let messages = all.flatMap(\.messages)
        messageSpans = FlatArray(
            joining: messages.map { message in
                guard let span = message.span else { return [-1, -1] }
                return [Int32(clamping: span.lowerBound), Int32(clamping: span.upperBound)]
            })
        messageCounts = FlatArray(
            joining: messages.map { [UInt32(clamping: $0.tokenCount), UInt32(clamping: $0.sampledCount)] })
        self.messages = TextHandle(all.isEmpty ? [] : Dumps().bytes(.array(messages.map(\.value))))
        controlTokensInContent = all.reduce(0) { $0 + $1.controlTokensInContent }
    }
}

extension Attribution.Message {
    fileprivate var value: Value {
        .object(Object(["role": .string(role), "tool_name": toolName.map { .string($0) } ?? .null]))
    }
}

@c @implementation
public func typecase_rendered_message_indices(
    _ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<Int32>? {
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.attribution?.messageIndices.handOut(out_count)
}

@c @implementation
public func typecase_rendered_sampled_mask(
    _ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt8>? {
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.attribution?.sampledMask.handOut(out_count)
}

@c @implementation
public func typecase_rendered_is_content(
    _ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt8>? {
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.attribution?.isContent.handOut(out_count)
}

@c @implementation
public func typecase_rendered_kinds(
    _ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt8>? {
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.attribution?.kinds.handOut(out_count)
}

@c @implementation
public func typecase_rendered_straddles(
    _ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt8>? {
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.attribution?.straddles.handOut(out_count)
}

@c @implementation
public func typecase_rendered_generation_mask(
    _ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt8>? {
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.attribution?.generationMask.handOut(out_count)
}

@c @implementation
public func typecase_rendered_loss_mask(
    _ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt8>? {
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.attribution?.lossMask.handOut(out_count)
}

@c @implementation
public func typecase_rendered_message_starts(
    _ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<Int>? {
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.attribution?.messageStarts.handOut(out_count)
}

@c @implementation
public func typecase_rendered_message_spans(
    _ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<Int32>? {
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.attribution?.messageSpans.handOut(out_count, unit: 2)
}

@c @implementation
public func typecase_rendered_message_counts(
    _ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt32>? {
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.attribution?.messageCounts.handOut(out_count, unit: 2)
}

@c @implementation
public func typecase_rendered_messages(
    _ rendered: OpaquePointer?, _ out_len: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
    Handle.borrow(rendered, as: RenderedHandle.self)?.attribution?.messages.handOut(out_len)
        ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_rendered_control_tokens_in_content(_ rendered: OpaquePointer?) -> Int {
    Handle.borrow(rendered, as: RenderedHandle.self)?.attribution?.controlTokensInContent ?? 0
}
