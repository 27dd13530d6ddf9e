public import CTypecase

@c @implementation
public func typecase_version() -> UnsafePointer<CChar>? { TextHandle.constant("0.1.0") }

@c @implementation
public func typecase_status_name(_ status: typecase_status) -> UnsafePointer<CChar>? {
    switch status {
    case TYPECASE_OK: TextHandle.constant("TYPECASE_OK")
    case TYPECASE_ERR_ARGUMENT: TextHandle.constant("TYPECASE_ERR_ARGUMENT")
    case TYPECASE_ERR_JSON: TextHandle.constant("TYPECASE_ERR_JSON")
    case TYPECASE_ERR_FIELD: TextHandle.constant("TYPECASE_ERR_FIELD")
    case TYPECASE_ERR_UTF8: TextHandle.constant("TYPECASE_ERR_UTF8")
    case TYPECASE_ERR_FILE: TextHandle.constant("TYPECASE_ERR_FILE")
    case TYPECASE_ERR_TEMPLATE: TextHandle.constant("TYPECASE_ERR_TEMPLATE")
    case TYPECASE_ERR_UNSUPPORTED: TextHandle.constant("TYPECASE_ERR_UNSUPPORTED")
    case TYPECASE_ERR_VOCABULARY: TextHandle.constant("TYPECASE_ERR_VOCABULARY")
    case TYPECASE_ERR_WINDOW: TextHandle.constant("TYPECASE_ERR_WINDOW")
    case TYPECASE_ERR_LIMIT: TextHandle.constant("TYPECASE_ERR_LIMIT")
    case TYPECASE_ERR_NETWORK: TextHandle.constant("TYPECASE_ERR_NETWORK")
    case TYPECASE_ERR_TIMEOUT: TextHandle.constant("TYPECASE_ERR_TIMEOUT")
    case TYPECASE_ERR_PROTOCOL: TextHandle.constant("TYPECASE_ERR_PROTOCOL")
    case TYPECASE_ERR_DENIED: TextHandle.constant("TYPECASE_ERR_DENIED")
    case TYPECASE_ERR_NOT_FOUND: TextHandle.constant("TYPECASE_ERR_NOT_FOUND")
    case TYPECASE_ERR_BUSY: TextHandle.constant("TYPECASE_ERR_BUSY")
    case TYPECASE_ERR_REJECTED: TextHandle.constant("TYPECASE_ERR_REJECTED")
    case TYPECASE_ERR_SERVER: TextHandle.constant("TYPECASE_ERR_SERVER")
    case TYPECASE_ERR_FORKED: TextHandle.constant("TYPECASE_ERR_FORKED")
    case TYPECASE_ERR_CANCELLED: TextHandle.constant("TYPECASE_ERR_CANCELLED")
    case TYPECASE_ERR_NOT_EXTENDABLE: TextHandle.constant("TYPECASE_ERR_NOT_EXTENDABLE")
    default: TextHandle.constant("TYPECASE_ERR_UNKNOWN")
    }
}
