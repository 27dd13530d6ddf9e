public import CTypecase

@c @implementation
public func typecase_error_free(_ error: OpaquePointer?) { Handle.free(error) }

@c @implementation
public func typecase_error_status(_ error: OpaquePointer?) -> typecase_status {
    Handle.borrow(error, as: ErrorHandle.self)?.status ?? TYPECASE_ERR_ARGUMENT
}

@c @implementation
public func typecase_error_message(_ error: OpaquePointer?, _ out_len: UnsafeMutablePointer<Int>?) -> UnsafePointer<
    CChar
>? {
    Handle.borrow(error, as: ErrorHandle.self)?.message.handOut(out_len) ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_error_line(_ error: OpaquePointer?) -> Int {
    Handle.borrow(error, as: ErrorHandle.self)?.line ?? 0
}

@c @implementation
public func typecase_error_column(_ error: OpaquePointer?) -> Int {
    Handle.borrow(error, as: ErrorHandle.self)?.column ?? 0
}

@c @implementation
public func typecase_error_offset(_ error: OpaquePointer?) -> Int {
    // -1 is SIZE_MAX on the other side.
    Handle.borrow(error, as: ErrorHandle.self)?.offset ?? -1
}

@c @implementation
public func typecase_error_field(_ error: OpaquePointer?, _ out_len: UnsafeMutablePointer<Int>?) -> UnsafePointer<
    CChar
>? {
    Handle.borrow(error, as: ErrorHandle.self)?.field.handOut(out_len) ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_error_http_status(_ error: OpaquePointer?) -> Int32 {
    Int32(truncatingIfNeeded: Handle.borrow(error, as: ErrorHandle.self)?.httpStatus ?? 0)
}

@c @implementation
public func typecase_error_source_message(
    _ error: OpaquePointer?, _ out_len: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
    Handle.borrow(error, as: ErrorHandle.self)?.sourceMessage.handOut(out_len) ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_error_kind(_ error: OpaquePointer?, _ out_len: UnsafeMutablePointer<Int>?) -> UnsafePointer<CChar>?
{
    Handle.borrow(error, as: ErrorHandle.self)?.kind.handOut(out_len) ?? TextHandle.handOutEmpty(out_len)
}
