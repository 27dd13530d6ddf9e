import Bytes
import Glibc
import JSON

/// Texts and numbers of answers, as far as the standard's plainest forms go.
enum PlainScalar {
    /// The value, and where it ends; nil where it is anything else.
    static func read(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (Value, end: Int)? {
        guard start < bytes.count else { return nil }
        let scalar = bytes[start] == UInt8(ascii: "\"") ? text(bytes, from: start + 1) : number(bytes, from: start)
        guard let scalar, scalar.end < bytes.count,
            bytes[scalar.end] == UInt8(ascii: ",") || bytes[scalar.end] == UInt8(ascii: "}")
        else { return nil }
        return scalar
    }

    /// What stands between quotes without an escape.
    private static func text(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (Value, end: Int)? {
        guard let base = bytes.baseAddress, start < bytes.count,
            let quote = memchr(base + start, Int32(UInt8(ascii: "\"")), bytes.count - start)
        else { return nil }
        let end = UnsafeRawPointer(quote) - UnsafeRawPointer(base)
        let content = UnsafeBufferPointer(rebasing: bytes[start..<end])
        guard content.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\\") }), UTF8Check.firstInvalid(content) == nil
        else { return nil }
        return (.string(Array(content)), end + 1)
    }

    /// Without a sign and an exponent, of so many digits that an integer holds them.
    private static func number(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (Value, end: Int)? {
        var end = start
        var integer = 0
        var point: Int?
        while end < bytes.count, end - start < 19 {
            let digit = bytes[end] &- UInt8(ascii: "0")
            if digit <= 9 {
                integer = integer &* 10 &+ Int(digit)
            } else if bytes[end] == UInt8(ascii: "."), point == nil {
                point = end
            } else {
                break
            }
            end += 1
        }
        // No zeros in front, and a digit on both sides of a point.
        guard end > start, end - start <= 18, point != start, point != end - 1,
            bytes[start] != UInt8(ascii: "0") || end == start + 1 || point == start + 1
        else { return nil }
        if point == nil { return (.integer(integer), end) }
        let digits = String(decoding: bytes[start..<end], as: UTF8.self)
        return Double(digits).map { (.real($0), end) }
    }
}
