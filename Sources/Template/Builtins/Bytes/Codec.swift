/// The encodings that a template can name.
enum Codec {
    case utf8
    case ascii
    case latin1
    /// Without an order: a mark in front says it, and little-endian is written.
    case utf16(Order?)
    case utf32(Order?)

    enum Order {
        case little
        case big
    }

    /// CPython: encodings.normalize_encoding and its aliases, as far as these encodings go.
    init(named name: Text) throws(TemplateError) {
        var key = [UInt8]()
        for byte in name.array {
            let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
            let isPlain = (lower >= 0x61 && lower <= 0x7A) || (lower >= 0x30 && lower <= 0x39)
            if isPlain { key.append(lower) } else if key.last != 0x5F, !key.isEmpty { key.append(0x5F) }
        }
        if key.last == 0x5F { key.removeLast() }
        switch String(decoding: key, as: UTF8.self) {
        case "utf_8", "utf8", "u8", "utf", "cp65001": self = .utf8
        case "ascii", "us_ascii", "us", "646", "ansi_x3_4_1968", "cp367", "iso646_us": self = .ascii
        case "latin_1", "latin1", "latin", "iso_8859_1", "iso8859_1", "iso8859", "8859", "l1", "cp819", "ibm819":
            self = .latin1
        case "utf_16", "utf16", "u16": self = .utf16(nil)
        case "utf_16_le", "utf_16le": self = .utf16(.little)
        case "utf_16_be", "utf_16be": self = .utf16(.big)
        case "utf_32", "utf32", "u32": self = .utf32(nil)
        case "utf_32_le", "utf_32le": self = .utf32(.little)
        case "utf_32_be", "utf_32be": self = .utf32(.big)
        default: throw TemplateError(.lookup, "unknown encoding: %", name.array)
        }
    }

    var name: StaticString {
        switch self {
        case .utf8: "utf-8"
        case .ascii: "ascii"
        case .latin1: "latin-1"
        case .utf16: "utf-16"
        case .utf32: "utf-32"
        }
    }

    private var isPlain: Bool {
        switch self {
        case .ascii, .latin1: true
        default: false
        }
    }

    // MARK: Encoding

    /// The bytes as a text of the characters U+0000 to U+00FF: each keeps the origin of what it was.
    func encode(_ text: Text, errors: Text, _ interpreter: Interpreter) throws(TemplateError) -> Text {
        let highest: UInt32 = { if case .ascii = self { 0x7F } else { 0xFF } }()
        var failure: TemplateError?
        var isFirst = true
        let encoded = text.asMarkup(false).mapCharacters(interpreter, keeping: true) { code, _, out in
            func put(_ byte: UInt32) { Text.encode(byte & 0xFF, to: &out) }
            func put(_ value: UInt32, _ width: Int, _ order: Order?) {
                for i in 0..<width { put(value >> UInt32(8 * (order == .big ? width - 1 - i : i))) }
            }
            defer { isFirst = false }
            switch self {
            case .utf8:
                var bytes = [UInt8]()
                Text.encode(code, to: &bytes)
                for byte in bytes { put(UInt32(byte)) }
            case .utf16(let order):
                if order == nil, isFirst { put(0xFEFF, 2, .little) }
                if code < 0x10000 { return put(code, 2, order) }
                put(0xD800 + (code - 0x10000) >> 10, 2, order)
                put(0xDC00 + (code - 0x10000) & 0x3FF, 2, order)
            case .utf32(let order):
                if order == nil, isFirst { put(0xFEFF, 4, .little) }
                put(code, 4, order)
            case .ascii, .latin1:
                if code <= highest { return put(code) }
                do throws(TemplateError) {
                    out += try replacement(code, errors)
                } catch {
                    failure = failure ?? error
                }
            }
        }
        if let failure { throw failure }
        try interpreter.checkSize(encoded.count)
        if !text.isEmpty { return encoded }
        switch self {
        case .utf16(nil): return Text([0xC3, 0xBF, 0xC3, 0xBE])
        case .utf32(nil): return Text([0xC3, 0xBF, 0xC3, 0xBE, 0, 0])
        default: return encoded
        }
    }

    /// What stands for a character that the encoding lacks.
    private func replacement(_ code: UInt32, _ errors: Text) throws(TemplateError) -> [UInt8] {
        let hex = String(code, radix: 16)
        switch String(decoding: errors.array, as: UTF8.self) {
        case "ignore": return []
        case "replace": return [0x3F]
        case "xmlcharrefreplace": return Array("&#\(code);".utf8)
        case "backslashreplace":
            let (letter, width) = code < 0x100 ? ("x", 2) : code < 0x10000 ? ("u", 4) : ("U", 8)
            return Array("\\\(letter)\(String(repeating: "0", count: width - hex.utf8.count))\(hex)".utf8)
        case "strict", "surrogateescape", "surrogatepass":
            throw TemplateError(.unicodeEncode, "'%' codec can't encode character U+%", name.array, Array(hex.utf8))
        case "namereplace": throw TemplateError(.unsupported, "the names of characters are not known here")
        default: throw TemplateError(.lookup, "unknown error handler name '%'", errors.array)
        }
    }

    // MARK: Decoding

    /// The text of bytes that are given as characters.
    func decode(_ bytes: Text, errors: Text, _ interpreter: Interpreter) throws(TemplateError) -> Text {
        let codes = bytes.codePoints
        try interpreter.charge(codes.count)
        let offsets = bytes.characterOffsets
        var order: Order?
        var i = 0
        switch self {
        case .utf16(let given):
            order = given ?? .little
            if given == nil, codes.count >= 2, codes[0] ^ codes[1] == 1, max(codes[0], codes[1]) == 0xFF {
                order = codes[0] == 0xFF ? .little : .big
                i = 2
            }
        case .utf32(let given):
            order = given ?? .little
            if given == nil, codes.starts(with: [0xFF, 0xFE, 0, 0]) || codes.starts(with: [0, 0, 0xFE, 0xFF]) {
                order = codes[0] == 0xFF ? .little : .big
                i = 4
            }
        default: break
        }
        var builder = interpreter.builder()
        while i < codes.count {
            let step = step(codes, i, order ?? .little)
            let origin = bytes.originAt(offsets[i])
            if let code = step.code {
                builder.appendCodePoint(code, origin: step.width == 1 && code < 0x80 ? origin : origin.derived)
            } else {
                builder.append(try substitute(codes[i..<(i + step.width)], errors), origin: origin.derived)
            }
            i += step.width
            if builder.count > interpreter.outputLimit { throw TemplateError(.limit, "a string grows too long") }
        }
        return builder.finish()
    }

    private func substitute(_ bytes: ArraySlice<UInt32>, _ errors: Text) throws(TemplateError) -> [UInt8] {
        switch String(decoding: errors.array, as: UTF8.self) {
        case "ignore": return []
        case "replace": return [0xEF, 0xBF, 0xBD]
        case "backslashreplace":
            return bytes.flatMap { Array("\\x".utf8) + Interpreter.hexDigits(UInt8(truncatingIfNeeded: $0)) }
        case "strict": throw TemplateError(.unicodeDecode, "'%' codec can't decode these bytes", name)
        case "surrogateescape", "surrogatepass":
            throw TemplateError(.unsupported, "surrogates are not supported in strings")
        case "xmlcharrefreplace", "namereplace":
            throw TemplateError(.type, "don't know how to handle UnicodeDecodeError in error callback")
        default: throw TemplateError(.lookup, "unknown error handler name '%'", errors.array)
        }
    }

    /// The next character, or how many bytes are none.
    private func step(_ codes: [UInt32], _ i: Int, _ order: Order) -> (code: UInt32?, width: Int) {
        func unit(_ at: Int, _ width: Int) -> UInt32 {
            var value: UInt32 = 0
            for k in 0..<width { value = value << 8 | codes[order == .big ? at + k : at + width - 1 - k] }
            return value
        }
        let left = codes.count - i
        switch self {
        case .latin1: return (codes[i], 1)
        case .ascii: return (codes[i] < 0x80 ? codes[i] : nil, 1)
        case .utf8: return Codec.stepUTF8(codes, i)
        case .utf16:
            if left < 2 { return (nil, left) }
            let high = unit(i, 2)
            if high & 0xF800 != 0xD800 { return (high, 2) }
            if high & 0xFC00 == 0xDC00 { return (nil, 2) }
            if left < 4 { return (nil, left) }
            let low = unit(i + 2, 2)
            return low & 0xFC00 == 0xDC00 ? (0x10000 + (high & 0x3FF) << 10 + low & 0x3FF, 4) : (nil, 2)
        case .utf32:
            if left < 4 { return (nil, left) }
            let code = unit(i, 4)
            return (code < 0x110000 && code & 0xFFFF_F800 != 0xD800 ? code : nil, 4)
        }
    }

    /// Unicode, "maximal subpart": what could have begun a character is one error.
    private static func stepUTF8(_ codes: [UInt32], _ i: Int) -> (code: UInt32?, width: Int) {
        let first = codes[i]
        if first < 0x80 { return (first, 1) }
        let length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
        if length == 0 { return (nil, 1) }
        var code = first & (0x7F >> UInt32(length))
        for k in 1..<length {
            guard i + k < codes.count else { return (nil, k) }
            let next = codes[i + k]
            var low: UInt32 = 0x80
            var high: UInt32 = 0xBF
            if k == 1 {
                if first == 0xE0 { low = 0xA0 }
                if first == 0xED { high = 0x9F }
                if first == 0xF0 { low = 0x90 }
                if first == 0xF4 { high = 0x8F }
            }
            guard next >= low, next <= high else { return (nil, k) }
            code = code << 6 | next & 0x3F
        }
        return (code, length)
    }
}
