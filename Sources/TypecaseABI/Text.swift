import CTypecase

@c @implementation
public func typecase_text_data(_ text: OpaquePointer?, _ out_len: UnsafeMutablePointer<Int>?) -> UnsafePointer<CChar>? {
    Handle.borrow(text, as: TextHandle.self)?.handOut(out_len) ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_text_free(_ text: OpaquePointer?) { Handle.free(text) }
