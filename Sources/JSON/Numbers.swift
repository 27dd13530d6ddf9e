/// Numbers as Python writes them.
public enum Numbers {
    /// `repr(float)` of CPython: the shortest digits that read back the same, exponent form below 1e-4 and from 1e16.
    public static func repr(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        let (negative, digits, point) = shortest(value)
        var out = negative ? "-" : ""
        if point > 16 || point < -3 {
            out += digits.prefix(1)
            if digits.count > 1 { out += "." + digits.dropFirst() }
            let exponent = point - 1
            let magnitude = String(abs(exponent))
            out += exponent < 0 ? "e-" : "e+"
            out += magnitude.count < 2 ? "0" + magnitude : magnitude
        } else if point <= 0 {
            out += "0." + String(repeating: "0", count: -point) + digits
        } else if digits.count <= point {
            out += digits + String(repeating: "0", count: point - digits.count) + ".0"
        } else {
            out += digits.prefix(point) + "." + digits.dropFirst(point)
        }
        return out
    }

    /// The shortest decimal digits of a finite value without leading or trailing zeros ("0" for zero), and where the
    /// decimal point stands: value = 0.digits × 10^point.
    public static func shortest(_ value: Double) -> (negative: Bool, digits: String, point: Int) {
        let negative = value.sign == .minus
        if value == 0 { return (negative, "0", 1) }
        // Swift's description has the same shortest digits, in another layout.
        let text = Array(value.magnitude.description.utf8)
        var digits = [UInt8]()
        var point = 0
        var seenPoint = false
        var i = 0
        while i < text.count, text[i] != UInt8(ascii: "e") {
            if text[i] == UInt8(ascii: ".") {
                seenPoint = true
            } else {
                if !seenPoint { point += 1 }
                digits.append(text[i])
            }
            i += 1
        }
        if i < text.count {
            point += Int(String(decoding: text[(i + 1)...], as: UTF8.self)) ?? 0
        }
        let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leading)
        point -= leading
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (negative, String(decoding: digits, as: UTF8.self), point)
    }
}
