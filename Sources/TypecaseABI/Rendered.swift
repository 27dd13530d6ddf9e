import Bytes
import CTypecase
import Chat
import Synchronization
import Tokenizer

/// Rendered prompts in flat arrays.
final class RenderedHandle: Sendable {
    let ids: FlatArray<UInt32>
    let starts: FlatArray<Int>
    /// nil where there is none.
    let attribution: AttributionArrays?

    /// What offsets are found from when somebody asks for them.
    private let source: (prompts: PromptTexts, tokenizer: Tokenizer)
    private let found = Mutex<Offsets?>(nil)

    /// A text as C wants it, made when somebody asks for it.
    private let texts = Mutex<[TextHandle?]>([])

    func text(_ index: Int) -> TextHandle? {
        guard source.prompts.texts.indices.contains(index) else { return nil }
        return texts.withLock { texts in
            if texts.isEmpty { texts = Array(repeating: nil, count: source.prompts.texts.count) }
            if let text = texts[index] { return text }
            let text = TextHandle(source.prompts.texts[index])
            texts[index] = text
            return text
        }
    }

    struct Offsets {
        var bytes: FlatArray<UInt32>
        var characters: FlatArray<UInt32>
    }

    var offsets: Offsets {
        found.withLock { found in
            if let found { return found }
            let (bytes, characters) = source.prompts.offsets(source.tokenizer)
            let offsets = Offsets(bytes: FlatArray(bytes), characters: FlatArray(characters))
            found = offsets
            return offsets
        }
    }

    init(_ rendered: Rendered, _ model: Model) {
        source = (rendered.prompts, model.tokenizer)
        ids = FlatArray(rendered.ids)
        starts = FlatArray(rendered.starts)
        attribution = rendered.attributions.isEmpty ? nil : AttributionArrays(rendered)
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
    Handle.borrow(rendered, as: RenderedHandle.self)?.text(index)?.handOut(out_len) ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_rendered_free(_ rendered: OpaquePointer?) { Handle.free(rendered) }
