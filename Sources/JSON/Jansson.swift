import CJansson

/// Parsing, by jansson. The only file that imports it.
///
/// Accepts what RFC 8259 accepts, any kind of value at the top, NUL inside strings, integers of any size, and nesting
/// up to jansson's limit of 2048. Refuses NUL in keys, invalid UTF-8, lone surrogates, trailing text.
public enum JSONParser {
    public static func parse(_ bytes: [UInt8]) throws(JSONError) -> Value {
        try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in try parse(buffer) }
    }

    public static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) -> Value {
        if let long = LongStrings(bytes) {
            // An error is told by the document as it is: where it is depends on every byte.
            if let value = try? long.text.withUnsafeBufferPointer({ try parse($0, long) }) { return value }
        }
        return try parse(bytes, nil)
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>, _ long: LongStrings?) throws(JSONError) -> Value {
        do {
            return try load(bytes, Marks(bigInteger: nil, long: long))
        } catch let error {
            // jansson has no integers beyond 64 bits. They are rare: only a document that holds one pays for the
            // second pass, which quotes them behind a mark that the document does not contain.
            guard error.isOverflow else { throw error.error }
            let mark = BigIntegers.unusedMark(in: bytes)
            let quoted = BigIntegers.quote(bytes, mark: mark)
            do {
                return try quoted.withUnsafeBufferPointer { buffer throws(LoadError) in
                    try load(buffer, Marks(bigInteger: mark, long: long))
                }
            } catch {
                throw error.error
            }
        }
    }

    /// What strings of the document stand for something else.
    private struct Marks {
        var bigInteger: [UInt8]?
        var long: LongStrings?
    }

    private struct LoadError: Error {
        var error: JSONError
        var isOverflow: Bool
    }

    private static func load(
        _ bytes: UnsafeBufferPointer<UInt8>, _ marks: Marks
    ) throws(LoadError) -> Value {
        var failure = json_error_t()
        let flags = Int(JSON_DECODE_ANY | JSON_ALLOW_NUL)
        let root = bytes.withMemoryRebound(to: CChar.self) { json_loadb($0.baseAddress, $0.count, flags, &failure) }
        guard let root else {
            let code = cjansson_error_code(&failure)
            let text = withUnsafeBytes(of: &failure.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw LoadError(
                error: JSONError(
                    message: bytes.isEmpty ? "the text is empty" : text, line: max(Int(failure.line), 1),
                    column: max(Int(failure.column), 1), offset: max(Int(failure.position), 0)),
                isOverflow: marks.bigInteger == nil && code == Int32(json_error_numeric_overflow.rawValue))
        }
        defer { json_decref(root) }
        return value(root, marks)
    }

    private static func value(_ json: UnsafeMutablePointer<json_t>, _ marks: Marks) -> Value {
        switch UInt32(bitPattern: cjansson_typeof(json)) {
        case JSON_NULL.rawValue: return .null
        case JSON_TRUE.rawValue: return .bool(true)
        case JSON_FALSE.rawValue: return .bool(false)
        case JSON_INTEGER.rawValue: return .integer(Int(json_integer_value(json)))
        case JSON_REAL.rawValue: return .real(json_real_value(json))
        case JSON_STRING.rawValue:
            if let string = marks.long?.string(buffer(json_string_value(json), json_string_length(json))) {
                return .string(string)
            }
            let text = bytes(json_string_value(json), json_string_length(json))
            if let mark = marks.bigInteger, text.starts(with: mark) {
                return BigIntegers.number(Array(text.dropFirst(mark.count)))
            }
            return .string(text)
        case JSON_ARRAY.rawValue:
            let count = json_array_size(json)
            var values = [Value]()
            values.reserveCapacity(count)
            for i in 0..<count {
                if let element = json_array_get(json, i) { values.append(value(element, marks)) }
            }
            return .array(values)
        default:
            var members = [Object.Member]()
            members.reserveCapacity(json_object_size(json))
            var iterator = json_object_iter(json)
            while let at = iterator {
                let key = bytes(json_object_iter_key(at), json_object_iter_key_len(at))
                if let element = json_object_iter_value(at) {
                    members.append(Object.Member(key: key, value: value(element, marks)))
                }
                iterator = json_object_iter_next(json, at)
            }
            return .object(Object(members))
        }
    }

    private static func buffer(_ start: UnsafePointer<CChar>?, _ count: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: start.map { UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self) }, count: count)
    }

    private static func bytes(_ start: UnsafePointer<CChar>?, _ count: Int) -> [UInt8] {
        guard let start else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
