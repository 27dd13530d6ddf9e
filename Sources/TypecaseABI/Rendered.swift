import CTypecase
import Chat
import Synchronization
import Tokenizer

/// Rendered prompts in flat arrays.
final class RenderedHandle: Sendable {
    let ids: FlatArray<UInt32>
    let starts: FlatArray<Int>
    let texts: [TextHandle]
    let attribution: AttributionArrays

    /// What offsets are found from when somebody asks for them.
    private let source: (rendered: Rendered, tokenizer: Tokenizer)
    private let found = Mutex<Offsets?>(nil)

    struct Offsets {
        var bytes: FlatArray<UInt32>
        var characters: FlatArray<UInt32>
    }

    var offsets: Offsets {
        found.withLock { found in
            if let found { return found }
            let (bytes, characters) = source.rendered.offsets(source.tokenizer)
            let offsets = Offsets(bytes: FlatArray(bytes), characters: FlatArray(characters))
            found = offsets
            return offsets
        }
    }

    init(_ rendered: Rendered, _ model: Model) {
        source = (rendered, model.tokenizer)
        ids = FlatArray(rendered.ids)
        starts = FlatArray(rendered.starts)
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
    return Handle.borrow(rendered, as: RenderedHandle.self)?.offsets.bytes.handOut(out_count, unit: 2)
}

@c @implementation
public func typecase_rendered_char_offsets(
    _ rendered: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt32>? {
    out_count?.pointee = 0
    return Handle.borrow(rendered, as: RenderedHandle.self)?.offsets.characters.handOut(out_count, unit: 2)
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
