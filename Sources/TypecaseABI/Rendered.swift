import CTypecase
import Chat

/// Rendered prompts in flat arrays.
final class RenderedHandle: Sendable {
    let ids: FlatArray<UInt32>
    let starts: FlatArray<Int>
    let byteOffsets: FlatArray<UInt32>
    let characterOffsets: FlatArray<UInt32>
    let texts: [TextHandle]
    let attribution: AttributionArrays

    init(_ rendered: Rendered) {
        ids = FlatArray(rendered.ids)
        starts = FlatArray(rendered.starts)
        byteOffsets = FlatArray(rendered.byteOffsets)
        characterOffsets = FlatArray(rendered.characterOffsets)
        texts = rendered.texts.map { TextHandle($0) }
        attribution = AttributionArrays(rendered)
    }
}

@c @implementation
public func typecase_rendered_ids(_ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?) -> UnsafePointer<
    UInt32
>? {
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.ids.handOut(out_count)
}

@c @implementation
public func typecase_rendered_starts(_ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?)
    -> UnsafePointer<Int>?
{
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.starts.handOut(out_count)
}

@c @implementation
public func typecase_rendered_byte_offsets(
    _ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt32>? {
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.byteOffsets.handOut(out_count, unit: 2)
}

@c @implementation
public func typecase_rendered_char_offsets(
    _ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt32>? {
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.characterOffsets.handOut(out_count, unit: 2)
}

@c @implementation
public func typecase_rendered_text(
    _ rendered: OpaquePointer?, _ index: Int, _ out_len: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
    guard let texts = Handle.borrow(rendered, as: RenderedHandle.self)?.texts, texts.indices.contains(index) else {
        return TextHandle.handOutEmpty(out_len)
    }
    return texts[index].handOut(out_len)
}

@c @implementation
public func typecase_rendered_free(_ rendered: OpaquePointer?) { Handle.free(rendered) }
