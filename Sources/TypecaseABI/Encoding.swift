import Bytes
import CTypecase
import Tokenizer

/// The ids of one or more texts, one after the other.
final class EncodingHandle: Sendable {
    let ids: FlatArray<UInt32>
    let starts: FlatArray<Int>
    let byteOffsets: FlatArray<UInt32>?
    let characterOffsets: FlatArray<UInt32>?
    let typeIDs: FlatArray<UInt32>?
    let specialTokensMask: FlatArray<UInt8>?
    let attentionMask: FlatArray<UInt8>?

    init(_ encodings: [Encoding], withOffsets: Bool) {
        var boundaries = [0]
        var total = 0
        for encoding in encodings {
            total += encoding.ids.count
            boundaries.append(total)
        }
        starts = FlatArray(boundaries)
        ids = FlatArray(joining: encodings.lazy.map(\.ids))
        func details<T>(_ part: KeyPath<Encoding, [T]>) -> FlatArray<T>? where T: BitwiseCopyable & Sendable {
            withOffsets ? FlatArray(joining: encodings.lazy.map { $0[keyPath: part] }) : nil
        }
        byteOffsets = details(\.byteOffsets)
        characterOffsets = details(\.characterOffsets)
        typeIDs = details(\.typeIDs)
        specialTokensMask = details(\.specialTokensMask)
        attentionMask = details(\.attentionMask)
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
public func typecase_encoding_type_ids(
    _ encoding: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt32>? {
    out_count?.pointee = 0
    return Handle.borrow(encoding, as: EncodingHandle.self)?.typeIDs?.handOut(out_count)
}

@c @implementation
public func typecase_encoding_special_tokens_mask(
    _ encoding: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt8>? {
    out_count?.pointee = 0
    return Handle.borrow(encoding, as: EncodingHandle.self)?.specialTokensMask?.handOut(out_count)
}

@c @implementation
public func typecase_encoding_attention_mask(
    _ encoding: OpaquePointer?, _ out_count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<UInt8>? {
    out_count?.pointee = 0
    return Handle.borrow(encoding, as: EncodingHandle.self)?.attentionMask?.handOut(out_count)
}

@c @implementation
public func typecase_encoding_free(_ encoding: OpaquePointer?) { Handle.free(encoding) }
