import Bytes

/// Whether bytes are UTF-8, for those who need no offset.
enum UTF8Text {
    static func isValid(_ bytes: [UInt8]) -> Bool { UTF8Check.firstInvalid(bytes) == nil }
}
