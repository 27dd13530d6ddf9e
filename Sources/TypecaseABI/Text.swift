import Bytes
import CTypecase
import JSON
import Template

/// A rendered text, and where its bytes come from.
final class RenderedTextHandle: TextHandle, @unchecked Sendable {
    // @unchecked: as TextHandle.
    let runs: FlatArray<UInt32>
    let origins: TextHandle
    let generations: FlatArray<UInt32>

    /// Origins are numbered anew: only those that the text has are told.
    init(_ rendered: RenderedText) {
        var places = [OriginID: UInt32]()
        var described = [Value]()
        var flat = [UInt32]()
        flat.reserveCapacity(rendered.runs.count * 2)
        for run in rendered.runs {
            let place = places[run.origin] ?? UInt32(clamping: described.count)
            if Int(place) == described.count {
                places[run.origin] = place
                described.append(rendered.origins[run.origin].description)
            }
            flat.append(UInt32(clamping: run.length))
            flat.append(place)
        }
        runs = FlatArray(flat)
        origins = TextHandle(flat.isEmpty ? [] : Dumps().bytes(.array(described)))
        generations = FlatArray(
            rendered.generations.flatMap { [UInt32(clamping: $0.lowerBound), UInt32(clamping: $0.upperBound)] })
        super.init(rendered.bytes)
    }
}

extension Origin {
    fileprivate var description: Value {
        var object = Object()
        let path = Value.string(path)
        switch kind {
        case .template:
            object.set("kind", .string("template"))
            object.set("message", .integer(messageIndex))
            object.set("source", .array([.integer(sourceRange.lowerBound), .integer(sourceRange.upperBound)]))
        case .message:
            object.set("kind", .string("message"))
            object.set("message", .integer(messageIndex))
            object.set("path", path)
        case .tools: object = Object(["kind": .string("tools"), "path": path])
        case .documents: object = Object(["kind": .string("documents"), "path": path])
        case .specialToken: object = Object(["kind": .string("special_token"), "path": path])
        case .variable: object = Object(["kind": .string("variable"), "path": path])
        }
        object.set("derived", .bool(isDerived))
        return .object(object)
    }
}

@c @implementation
public func typecase_text_data(_ text: OpaquePointer?, _ out_len: UnsafeMutablePointer<Int>?) -> UnsafePointer<CChar>? {
    Handle.borrow(text, as: TextHandle.self)?.handOut(out_len) ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_text_runs(_ text: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?) -> UnsafePointer<
    UInt32
>? {
    out_count?.pointee = 0
    return (Handle.borrow(text, as: TextHandle.self) as? RenderedTextHandle)?.runs.handOut(out_count, unit: 2)
}

@c @implementation
public func typecase_text_origins(_ text: OpaquePointer?, _ out_len: UnsafeMutablePointer<Int>?) -> UnsafePointer<
    CChar
>? {
    (Handle.borrow(text, as: TextHandle.self) as? RenderedTextHandle)?.origins.handOut(out_len)
        ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_text_generations(
    _ text: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt32>? {
    out_count?.pointee = 0
    return (Handle.borrow(text, as: TextHandle.self) as? RenderedTextHandle)?.generations.handOut(out_count, unit: 2)
}

@c @implementation
public func typecase_text_free(_ text: OpaquePointer?) { Handle.free(text) }
