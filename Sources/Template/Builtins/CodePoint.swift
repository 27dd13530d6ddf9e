import CUnicode

/// What Python knows about a code point, as Swift.
enum CodePoint {
    @inline(__always)
    static func has(_ code: UInt32, _ flag: Int) -> Bool { Int(cunicode_python(code).pointee.flags) & flag != 0 }

    @inline(__always)
    static func isSpace(_ code: UInt32) -> Bool {
        if code < 0x80 { return code == 0x20 || (code >= 0x09 && code <= 0x0D) || (code >= 0x1C && code <= 0x1F) }
        return has(code, CUNICODE_SPACE)
    }

    static func isAlphanumeric(_ code: UInt32) -> Bool {
        has(code, CUNICODE_ALPHA | CUNICODE_DECIMAL | CUNICODE_DIGIT | CUNICODE_NUMERIC)
    }

    /// The value of a letter or digit in bases up to 36.
    static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 0x61 + 10
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 0x41 + 10
        default: nil
        }
    }
}

extension CodePoint {
    /// CPython: str.splitlines knows more line ends than "\n".
    static func isLineBreak(_ code: UInt32) -> Bool {
        if code < 0x80 { return (code >= 0x0A && code <= 0x0D) || (code >= 0x1C && code <= 0x1E) }
        return has(code, CUNICODE_LINE_BREAK)
    }

    enum Mapping {
        case upper
        case lower
        case title
        case fold
    }

    static func map(_ code: UInt32, _ mapping: Mapping, to out: inout [UInt8]) {
        let record = cunicode_python(code)
        let value =
            switch mapping {
            case .upper: record.pointee.upper
            case .lower: record.pointee.lower
            case .title: record.pointee.title
            case .fold: record.pointee.fold
            }
        if value == 0 { return Text.encode(code, to: &out) }
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 3) { buffer in
            guard let base = buffer.baseAddress else { return }
            for i in 0..<Int(cunicode_python_map(code, value, base)) { Text.encode(base[i], to: &out) }
        }
    }

    static func isCased(_ code: UInt32) -> Bool { has(code, CUNICODE_CASED) }
    static func isUpper(_ code: UInt32) -> Bool { has(code, CUNICODE_UPPER) }
    static func isLower(_ code: UInt32) -> Bool { has(code, CUNICODE_LOWER) }
    static func isTitle(_ code: UInt32) -> Bool { has(code, CUNICODE_TITLE) }

    /// The value of a decimal digit of any script.
    static func decimal(_ code: UInt32) -> Int? {
        has(code, CUNICODE_DECIMAL) ? Int(cunicode_python(code).pointee.decimal) : nil
    }
}
