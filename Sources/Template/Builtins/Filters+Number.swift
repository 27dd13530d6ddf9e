import Glibc
import JSON

/// Filters that make numbers.
extension Interpreter {
    func numberFilter(
        _ name: FilterName, _ value: TemplateValue, _ arguments: CallArguments
    ) throws(TemplateError) -> TemplateValue {
        switch name {
        case .int:
            let bound = try arguments.bind("default", "base")
            return try integer(value, or: bound[0] ?? .int(0), base: wantInt(bound[1], or: 10))
        case .float:
            let bound = try arguments.bind("default")
            switch value {
            case .undefined(let undefined): throw undefined.error
            case .string(let text), .bytes(let text):
                try charge(text.count >> 2)
                return Interpreter.parseFloat(text).map { .float($0) } ?? bound[0] ?? .float(0)
            case .bigInt(let digits): return .float(Double(String(decoding: digits.array, as: UTF8.self)) ?? .infinity)
            default: return Number(value).map { .float($0.double) } ?? bound[0] ?? .float(0)
            }
        case .abs:
            _ = try arguments.bind()
            if case .bigInt(let digits) = value {
                return try signed(value, negative: digits.withBytes { $0.first } == UInt8(ascii: "-"))
            }
            switch Number(value) {
            case .int(let number)?: return number < 0 ? try signed(.int(number), negative: true) : .int(number)
            case .float(let number)?: return .float(number.magnitude)
            case nil: throw TemplateError(.type, "bad operand type for abs(): '%'", value.typeName)
            }
        case .round: return try round(value, arguments)
        default: return .string(try fileSize(value, arguments))
        }
    }

    /// jinja2 3.1: do_int. What is no number gives the default.
    private func integer(_ value: TemplateValue, or standard: TemplateValue, base: Int) throws(TemplateError)
        -> TemplateValue
    {
        switch value {
        case .undefined(let undefined): throw undefined.error
        case .int, .bigInt: return value
        case .bool(let flag): return .int(flag ? 1 : 0)
        case .float(let number): return number.isFinite ? try Interpreter.truncated(number) : standard
        case .bytes(let text):
            try charge(text.count)
            if let parsed = try Interpreter.parseInt(text, base: 10) { return parsed }
            guard let float = Interpreter.parseFloat(text), float.isFinite else { return standard }
            return try Interpreter.truncated(float)
        case .string(let text):
            try charge(text.count)
            if base != 0, !(2...36).contains(base) {
                guard let float = Interpreter.parseFloat(text), float.isFinite else { return standard }
                return try Interpreter.truncated(float)
            }
            if let parsed = try Interpreter.parseInt(text, base: base) { return parsed }
            guard let float = Interpreter.parseFloat(text), float.isFinite else { return standard }
            return try Interpreter.truncated(float)
        default: return standard
        }
    }

    static func truncated(_ number: Double) throws(TemplateError) -> TemplateValue {
        guard let whole = Int(exactly: number.rounded(.towardZero)) else { throw Number.tooLarge }
        return .int(whole)
    }

    /// CPython: `int(str, base)`.
    static func parseInt(_ text: Text, base: Int) throws(TemplateError) -> TemplateValue? {
        var codes = text.strip(left: true, right: true, CodePoint.isSpace).codePoints.map { (code) -> UInt32 in
            CodePoint.decimal(code).map { UInt32(0x30 + $0) } ?? code
        }
        var isNegative = false
        if let sign = codes.first, sign == 0x2B || sign == 0x2D {
            isNegative = sign == 0x2D
            codes.removeFirst()
        }
        var base = base
        if codes.count >= 2, codes[0] == 0x30 {
            let prefix: Int? = [0x78: 16, 0x6F: 8, 0x62: 2][codes[1] | 0x20]
            if let prefix, base == 0 || base == prefix {
                base = prefix
                codes.removeFirst(2)
                if codes.first == 0x5F { codes.removeFirst() }
            } else if base == 0, codes.contains(where: { $0 != 0x30 && $0 != 0x5F }) {
                return nil
            }
        }
        if base == 0 { base = 10 }
        var digits = [UInt8]()
        var previousIsDigit = false
        for code in codes {
            if code == 0x5F {
                if !previousIsDigit { return nil }
                previousIsDigit = false
                continue
            }
            guard code < 0x80, let digit = CodePoint.digit(UInt8(code)), digit < base else { return nil }
            digits.append(UInt8(code))
            previousIsDigit = true
        }
        if digits.isEmpty || !previousIsDigit { return nil }
        let sign = isNegative ? "-" : ""
        if let small = Int(sign + String(decoding: digits, as: UTF8.self), radix: base) { return .int(small) }
        if base != 10 { throw Number.tooLarge }
        if digits.count > 4300 { return nil }
        return .bigInt(Text(Array(sign.utf8) + digits.drop { $0 == 0x30 }))
    }

    /// CPython: `float(str)`.
    static func parseFloat(_ text: Text) -> Double? {
        let codes = text.strip(left: true, right: true, CodePoint.isSpace).codePoints
        var out = [UInt8]()
        var previousIsDigit = false
        for (i, code) in codes.enumerated() {
            if code == 0x5F {
                guard previousIsDigit, i + 1 < codes.count, CodePoint.decimal(codes[i + 1]) != nil else { return nil }
                continue
            }
            let digit = CodePoint.decimal(code)
            previousIsDigit = digit != nil
            if let digit {
                out.append(UInt8(0x30 + digit))
            } else if code < 0x80 {
                out.append(UInt8(code) >= 0x41 && UInt8(code) <= 0x5A ? UInt8(code) | 0x20 : UInt8(code))
            } else {
                return nil
            }
        }
        let unsigned = out.first == 0x2B || out.first == 0x2D ? Array(out.dropFirst()) : out
        switch String(decoding: unsigned, as: UTF8.self) {
        case "inf", "infinity": return out.first == 0x2D ? -Double.infinity : .infinity
        case "nan": return .nan
        default: break
        }
        var rest = unsigned[...]
        func digits() -> Int {
            let run = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }.count
            rest = rest.dropFirst(run)
            return run
        }
        var count = digits()
        if rest.first == 0x2E {
            rest = rest.dropFirst()
            count += digits()
        }
        if count == 0 { return nil }
        if rest.first == 0x65 {
            rest = rest.dropFirst()
            if rest.first == 0x2B || rest.first == 0x2D { rest = rest.dropFirst() }
            if digits() == 0 { return nil }
        }
        return rest.isEmpty ? strtod(String(decoding: out, as: UTF8.self), nil) : nil
    }

    /// jinja2 3.1: do_round. "common" is Python's round: halves go to the even digit, as the number is stored.
    private func round(_ value: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> TemplateValue {
        let bound = try arguments.bind("precision", "method")
        let method = try bound[1].map { (m) throws(TemplateError) in try string(m) } ?? Text("common")
        if !["common", "ceil", "floor"].contains(where: { method == Text($0) }) {
            throw TemplateError(.filterArgument, "method must be common, ceil or floor")
        }
        if case .undefined(let undefined) = value, !method.equals("common") { throw undefined.error }
        if value.isBigInt, method.equals("common") { return value }
        if value.isBigInt { throw Number.tooLarge }
        guard let number = Number(value) else {
            throw TemplateError(.type, "type % doesn't define __round__ method", value.typeName)
        }
        let digits = try wantInt(bound[0], or: 0)
        if method.equals("common") {
            switch number {
            case .int(let whole): return try Interpreter.rounded(whole, digits)
            case .float(let float): return .float(Interpreter.rounded(float, digits))
            }
        }
        guard let scale = Number(try Number.power(.int(10), .int(digits))),
            let scaled = Number(try Number.multiply(number, scale))
        else { return .float(0) }
        // An int is its own floor, and Python divides what it multiplied before exactly.
        if case .int(let whole) = number, case .int = scale { return .float(Double(whole)) }
        let double = method.equals("ceil") ? ceil(scaled.double) : floor(scaled.double)
        if double.isNaN { throw TemplateError(.value, "cannot convert float NaN to integer") }
        if double.isInfinite { throw TemplateError(.overflow, "cannot convert float infinity to integer") }
        // Python divides an int: there is no negative zero.
        return .float(double == 0 ? 0 : double / scale.double)
    }

    static func rounded(_ whole: Int, _ digits: Int) throws(TemplateError) -> TemplateValue {
        if digits >= 0 { return .int(whole) }
        if digits < -18 { return .int(0) }
        var unit = 1
        for _ in 0..<(-digits) { unit *= 10 }
        guard case .int(let rest) = try Number.modulo(.int(whole), .int(unit)) else { return .int(whole) }
        let low = whole.subtractingReportingOverflow(rest)
        if low.overflow { throw Number.tooLarge }
        let isUp = rest > unit - rest || (rest == unit - rest && (low.partialValue / unit) % 2 != 0)
        return isUp ? try Number.add(.int(low.partialValue), .int(unit)) : .int(low.partialValue)
    }

    static func rounded(_ number: Double, _ digits: Int) -> Double {
        if !number.isFinite || digits > 323 { return number }
        if digits < -308 { return copysign(0, number) }
        if digits >= 0 { return strtod(FloatFormat.fixed(number, digits), nil) }
        var unit = 1.0
        for _ in 0..<(-digits) { unit *= 10 }
        return (number / unit).rounded(.toNearestOrEven) * unit
    }

    private func fileSize(_ value: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> Text {
        let binary = try arguments.bind("binary")[0]?.isTrue ?? false
        let bytes: Double
        switch value {
        case .string(let text), .bytes(let text):
            guard let parsed = Interpreter.parseFloat(text) else {
                throw TemplateError(.value, "could not convert string to float")
            }
            bytes = parsed
        default:
            if case .undefined(let undefined) = value { throw undefined.error }
            guard let number = Number(value) else {
                throw TemplateError(.type, "float() argument must be a string or a real number")
            }
            bytes = number.double
        }
        let base = binary ? 1024.0 : 1000.0
        if bytes == 1 { return Text("1 Byte") }
        if bytes < base { return Text("\(FloatFormat.fixed(bytes.rounded(.towardZero) + 0, 0)) Bytes") }
        let units =
            binary
            ? ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]
            : ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]
        var unit = base
        for (i, name) in units.enumerated() {
            unit *= base
            if bytes < unit || i == units.count - 1 {
                return Text("\(FloatFormat.fixed(base * bytes / unit, 1)) \(name)")
            }
        }
        return Text.empty
    }
}
