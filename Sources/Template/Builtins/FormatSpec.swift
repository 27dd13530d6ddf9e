import JSON

/// The format specification mini-language: `format(value, spec)` of CPython.
struct FormatSpec {
    private var fill: [UInt8] = [0x20]
    private var align: UInt8?
    private var sign: UInt8 = UInt8(ascii: "-")
    private var isSigned = false
    private var isZeroPadded = false
    private var alternate = false
    private var width = 0
    private var grouping: UInt8?
    private var precision: Int?
    private var type: UInt8?

    static func format(_ value: TemplateValue, _ spec: Text, _ runtime: Interpreter) throws(TemplateError) -> Text {
        if spec.isEmpty { return try runtime.string(value) }
        switch value {
        case .string(let text):
            if text.isMarkup { throw TemplateError(.value, "Unsupported format specification for Markup.") }
            return try FormatSpec(spec).format(text, runtime)
        case .bool(let flag): return try FormatSpec(spec).format(.int(flag ? 1 : 0), runtime)
        case .int(let number): return try FormatSpec(spec).format(.int(number), runtime)
        case .float(let number): return try FormatSpec(spec).format(.float(number), runtime)
        case .bigInt(let number):
            try runtime.charge(number.bitCount >> 5)
            return try FormatSpec(spec).format(.big(number), runtime)
        default:
            throw TemplateError(.type, "unsupported format string passed to %.__format__", value.typeName)
        }
    }

    private init(_ spec: Text) throws(TemplateError) {
        let codes = spec.codePoints
        var i = 0
        var hasFill = false
        func isAlign(_ code: UInt32) -> Bool { [0x3C, 0x3E, 0x3D, 0x5E].contains(code) }
        if codes.count > 1, isAlign(codes[1]) {
            fill = []
            hasFill = true
            Text.encode(codes[0], to: &fill)
            align = UInt8(truncatingIfNeeded: codes[1])
            i = 2
        } else if let first = codes.first, isAlign(first) {
            align = UInt8(truncatingIfNeeded: first)
            i = 1
        }
        func at(_ scalars: [UInt32]) -> Bool { i < codes.count && scalars.contains(codes[i]) }
        if at([0x2B, 0x2D, 0x20]) {
            sign = UInt8(truncatingIfNeeded: codes[i])
            isSigned = true
            i += 1
        }
        if at([0x7A]) { i += 1 }
        if at([0x23]) {
            alternate = true
            i += 1
        }
        if at([0x30]) {
            // CPython: a "0" before the width is the fill, unless one was given; numbers are filled after the sign then.
            if !hasFill { fill = [0x30] }
            isZeroPadded = align == nil
            i += 1
        }
        func digits() throws(TemplateError) -> Int? {
            var result: Int?
            while i < codes.count, codes[i] >= 0x30, codes[i] <= 0x39 {
                let next = (result ?? 0) * 10 + Int(codes[i] - 0x30)
                if next > 1 << 40 { throw TemplateError(.value, "Too many decimal digits in format string") }
                result = next
                i += 1
            }
            return result
        }
        width = try digits() ?? 0
        if at([0x2C, 0x5F]) {
            grouping = UInt8(truncatingIfNeeded: codes[i])
            i += 1
            if at([0x2C, 0x5F]) { throw TemplateError(.value, "Cannot specify both ',' and '_'.") }
        }
        if at([0x2E]) {
            i += 1
            guard let value = try digits() else { throw TemplateError(.value, "Format specifier missing precision") }
            precision = value
        }
        if codes.count - i > 1 { throw TemplateError(.value, "Invalid format specifier") }
        if i < codes.count {
            if codes[i] >= 0x80 { throw TemplateError(.value, "Unknown format code") }
            type = UInt8(truncatingIfNeeded: codes[i])
        }
    }

    private func format(_ text: Text, _ runtime: Interpreter) throws(TemplateError) -> Text {
        if let type, type != UInt8(ascii: "s") { throw unknown(type, "str") }
        if isSigned { throw TemplateError(.value, "Sign not allowed in string format specifier") }
        if alternate { throw TemplateError(.value, "Alternate form (#) not allowed in string format specifier") }
        if grouping != nil { throw TemplateError(.value, "Cannot specify ',' with 's'.") }
        if align == UInt8(ascii: "=") {
            throw TemplateError(.value, "'=' alignment not allowed in string format specifier")
        }
        let cut = precision.map { text.slice(0, text.offset(ofCodePoint: min($0, text.length))) } ?? text
        return try pad(cut, align ?? 0x3C, runtime)
    }

    private func unknown(_ type: UInt8, _ name: StaticString) -> TemplateError {
        TemplateError(.value, "Unknown format code '%' for object of type '%'", [type], name.array)
    }

    private func pad(_ text: Text, _ align: UInt8, _ runtime: Interpreter) throws(TemplateError) -> Text {
        let missing = width - text.length
        if missing <= 0 { return text }
        try runtime.checkSize(missing.multipliedReportingOverflow(by: fill.count).partialValue)
        try runtime.charge(missing >> 2)
        let left = align == UInt8(ascii: "<") ? 0 : align == UInt8(ascii: "^") ? missing / 2 : missing
        var builder = runtime.builder()
        for _ in 0..<left { builder.append(fill, origin: text.originAt(0).derived) }
        builder.append(text)
        for _ in 0..<(missing - left) { builder.append(fill, origin: text.originAt(0).derived) }
        return builder.finish()
    }

    private func format(_ number: Number, _ runtime: Interpreter) throws(TemplateError) -> Text {
        var type = type
        let align = align ?? (isZeroPadded ? UInt8(ascii: "=") : nil)
        if grouping != nil, type == UInt8(ascii: "n") { throw TemplateError(.value, "Cannot specify ',' with 'n'.") }
        var prefix = [UInt8]()
        var body: [UInt8]
        var isNegative: Bool
        if let precision { try runtime.checkSize(precision) }
        if number.isInteger, type == nil || "bcdoxXn".utf8.contains(type ?? 0) {
            if precision != nil { throw TemplateError(.value, "Precision not allowed in integer format specifier") }
            if type == UInt8(ascii: "c") {
                if isSigned || alternate {
                    throw TemplateError(.value, "Sign not allowed with integer format specifier 'c'")
                }
                guard case .int(let value) = number, value >= 0, value <= 0x10FFFF else {
                    throw TemplateError(.overflow, "%c arg not in range(0x110000)")
                }
                var bytes = [UInt8]()
                Text.encode(UInt32(value), to: &bytes)
                return try pad(Text(bytes), align ?? 0x3C, runtime)
            }
            let radix =
                type == UInt8(ascii: "b")
                ? 2 : type == UInt8(ascii: "o") ? 8 : type == UInt8(ascii: "x") || type == UInt8(ascii: "X") ? 16 : 10
            if grouping == UInt8(ascii: ","), radix != 10 {
                throw TemplateError(.value, "Cannot specify ',' with that type.")
            }
            body = try number.digits(radix: radix)
            isNegative = body.first == UInt8(ascii: "-")
            if isNegative { body.removeFirst() }
            if type == UInt8(ascii: "X") { body = body.map { $0 >= 0x61 ? $0 - 0x20 : $0 } }
            if alternate, radix != 10 { prefix = [0x30, type ?? 0] }
            body = grouped(
                body, every: radix == 10 ? 3 : 4, prefix.count + (isNegative || sign != 0x2D ? 1 : 0), fraction: [])
        } else {
            guard type == nil || "eEfFgG%n".utf8.contains(type ?? 0) else {
                throw unknown(type ?? 0, number.isInteger ? "int" : "float")
            }
            let value = try number.float()
            if type == nil || type == UInt8(ascii: "n") {
                type = precision == nil && type == nil ? nil : UInt8(ascii: "g")
            }
            isNegative = value.sign == .minus && !value.isNaN
            let digits = layout(value.magnitude, type)
            let wholeEnd = digits.firstIndex { !($0 >= 0x30 && $0 <= 0x39) } ?? digits.count
            body = grouped(
                Array(digits[..<wholeEnd]), every: 3, isNegative || sign != 0x2D ? 1 : 0,
                fraction: Array(digits[wholeEnd...]))
        }
        let mark: [UInt8] = isNegative ? [0x2D] : sign == UInt8(ascii: "-") ? [] : [sign]
        let missing = width - mark.count - prefix.count - body.count
        if missing <= 0 || align == nil || align == UInt8(ascii: ">") || align == UInt8(ascii: "<")
            || align == UInt8(ascii: "^")
        {
            return try pad(
                Text(mark + prefix + body, origin: OriginID.computed), align ?? UInt8(ascii: ">"), runtime)
        }
        try runtime.checkSize(missing)
        let padding = Array(repeatElement(fill, count: missing).joined())
        return Text(mark + prefix + padding + body, origin: OriginID.computed)
    }

    /// CPython: a float without a type is its repr, or with a precision `g` that keeps a ".0".
    private func layout(_ value: Double, _ type: UInt8?) -> [UInt8] {
        if value.isNaN || value.isInfinite {
            let isUpper = type.map { $0 >= 0x41 && $0 < 0x60 } ?? false
            let text =
                (isUpper ? (value.isNaN ? "NAN" : "INF") : (value.isNaN ? "nan" : "inf")) + (type == 0x25 ? "%" : "")
            return Array(text.utf8)
        }
        switch type {
        case nil:
            var text = Array(Numbers.repr(value).utf8)
            if alternate, !text.contains(UInt8(ascii: ".")) {
                text.insert(UInt8(ascii: "."), at: text.firstIndex(of: UInt8(ascii: "e")) ?? text.count)
            }
            return text
        case UInt8(ascii: "%")?:
            return Array((FloatFormat.print("f", value * 100, precision ?? 6, alternate: alternate) + "%").utf8)
        case let letter?:
            let lower = Swift.Character(Unicode.Scalar(letter | 0x20))
            var text = Array(FloatFormat.print(lower, value, precision ?? 6, alternate: alternate).utf8)
            if self.type == nil, letter == UInt8(ascii: "g"), let short = shortExponent(value) { return short }
            if self.type == nil, letter == UInt8(ascii: "g"), !text.contains(UInt8(ascii: ".")),
                !text.contains(UInt8(ascii: "e"))
            {
                text += ".0".utf8
            }
            return letter < 0x60 ? text.map { $0 >= 0x61 && $0 <= 0x7A ? $0 - 0x20 : $0 } : text
        }
    }

    /// CPython: format_float_short keeps a digit for the ".0" of a float without a type, so it goes over to an exponent
    /// one digit earlier than `g`. nil where it does not.
    private func shortExponent(_ value: Double) -> [UInt8]? {
        let digits = max(precision ?? 6, 1)
        let text = Array(FloatFormat.print("e", value, digits - 1, alternate: alternate).utf8)
        guard let mark = text.lastIndex(of: UInt8(ascii: "e")),
            Int(String(decoding: text[(mark + 1)...], as: UTF8.self)) == digits - 1
        else { return nil }
        if alternate { return text }
        var mantissa = text[..<mark]
        if mantissa.contains(UInt8(ascii: ".")) {
            while mantissa.last == UInt8(ascii: "0") { mantissa.removeLast() }
            if mantissa.last == UInt8(ascii: ".") { mantissa.removeLast() }
        }
        return Array(mantissa) + text[mark...]
    }

    /// Puts separators between groups of digits; with "0" padding the zeros are grouped, too.
    private func grouped(_ digits: [UInt8], every size: Int, _ other: Int, fraction: [UInt8]) -> [UInt8] {
        guard let grouping, !digits.isEmpty else { return digits + fraction }
        var digits = digits
        if isZeroPadded || align == UInt8(ascii: "="), fill == [0x30] {
            while digits.count + (digits.count - 1) / size + fraction.count + other < min(width, 1 << 16) {
                digits.insert(0x30, at: 0)
            }
        }
        var out = [UInt8]()
        for (i, digit) in digits.enumerated() {
            if i > 0, (digits.count - i) % size == 0 { out.append(grouping) }
            out.append(digit)
        }
        return out + fraction
    }
}
