import CTypecase
import Tokenizer

/// The ids of one or more texts, one after the other.
final class EncodingHandle: Sendable {
    let ids: FlatArray<UInt32>
    let starts: FlatArray<Int>
    let byteOffsets: FlatArray<UInt32>?
    let characterOffsets: FlatArray<UInt32>?

    init(_ encodings: [Encoding], withOffsets: Bool) {
        var boundaries = [0]
        var total = 0
        for encoding in encodings {
            total += encoding.ids.count
            boundaries.append(total)
        }
        starts = FlatArray(boundaries)
        ids = FlatArray(joining: encodings.lazy.map(\.ids))
        byteOffsets = withOffsets ? FlatArray(joining: encodings.lazy.map(\.byteOffsets)) : nil
        characterOffsets = withOffsets ? FlatArray(joining: encodings.lazy.map(\.characterOffsets)) : nil
    }
}

@c @implementation
public func typecase_encoding_ids(_ encoding: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?) -> UnsafePointer<
    UInt32
>? {
    out_count?.pointee = 0
    return Handle.borrow(encoding, as: EncodingHandle.self)?.ids.handOut(out_count)
}

@c @implementation
public func typecase_encoding_starts(_ encoding: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?)
    -> UnsafePointer<Int>?
{
    out_count?.pointee = 0
    return Handle.borrow(encoding, as: EncodingHandle.self)?.starts.handOut(out_count)
}

@c @implementation
public func typecase_encoding_byte_offsets(
    _ encoding: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt32>? {
    out_count?.pointee = 0
    return Handle.borrow(encoding, as: EncodingHandle.self)?.byteOffsets?.handOut(out_count, unit: 2)
}

@c @implementation
public func typecase_encoding_char_offsets(
    _ encoding: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt32>? {
    out_count?.pointee = 0
    return Handle.borrow(encoding, as: EncodingHandle.self)?.characterOffsets?.handOut(out_count, unit: 2)
}

@c @implementation
public func typecase_encoding_free(_ encoding: OpaquePointer?) { Handle.free(encoding) }
