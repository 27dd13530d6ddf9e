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
            default:
                guard let number = Number(value) else { return bound[0] ?? .float(0) }
                return .float(try number.float())
            }
        case .abs:
            _ = try arguments.bind()
            if case .bigInt(let number) = value { return number.magnitude.value }
            switch Number(value) {
            case .int(let number)?: return number < 0 ? try signed(.int(number), negative: true) : .int(number)
            case .float(let number)?: return .float(number.magnitude)
            case .big, nil: throw TemplateError(.type, "bad operand type for abs(): '%'", value.typeName)
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
        case .float(let number):
            if number.isInfinite { throw TemplateError(.overflow, "cannot convert float infinity to integer") }
            return number.isNaN ? standard : try Interpreter.truncated(number)
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
        if let whole = Int(exactly: number.rounded(.towardZero)) { return .int(whole) }
        return BigInteger(truncating: number).value
    }

    /// What `int` and `float` strip: of ASCII only what C takes for space, unlike `str.strip`
    /// (CPython: _PyUnicode_TransformDecimalAndSpaceToASCII).
    private static func isNumberSpace(_ code: UInt32) -> Bool {
        code < 0x80 ? code == 0x20 || (code >= 0x09 && code <= 0x0D) : CodePoint.isSpace(code)
    }

    /// CPython: `int(str, base)`.
    static func parseInt(_ text: Text, base: Int) throws(TemplateError) -> TemplateValue? {
        var codes = text.strip(left: true, right: true, Interpreter.isNumberSpace).codePoints.map { (code) -> UInt32 in
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
        // CPython limits digits only where converting them takes more than linear time.
        if base & (base - 1) != 0, digits.count > BigInteger.mostDigits { return nil }
        guard let number = BigInteger(digits, radix: base), number.bitCount <= BigInteger.mostBits else {
            throw Number.tooLarge
        }
        return isNegative ? try Number.subtract(.int(0), .big(number)) : number.value
    }

    /// CPython: `float(str)`.
    static func parseFloat(_ text: Text) -> Double? {
        let codes = text.strip(left: true, right: true, Interpreter.isNumberSpace).codePoints
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
        guard let number = Number(value) else {
            throw TemplateError(.type, "type % doesn't define __round__ method", value.typeName)
        }
        let digits = try wantInt(bound[0], or: 0)
        try charge(8 + Int(min(digits.magnitude, 512)) >> 3 + value.limbs << 2)
        if method.equals("common") {
            switch number {
            case .int, .big: return try Interpreter.rounded(number, digits)
            case .float(let float): return .float(try Interpreter.rounded(float, digits))
            }
        }
        guard let scale = Number(try Number.power(.int(10), .int(digits))),
            let scaled = Number(try Number.multiply(number, scale))
        else { return .float(0) }
        // math.ceil and math.floor make an int, which is then divided.
        guard case .float(let float) = scaled else {
            return try Number.divide(scaled, scale)
        }
        if float.isNaN { throw TemplateError(.value, "cannot convert float NaN to integer") }
        if float.isInfinite { throw TemplateError(.overflow, "cannot convert float infinity to integer") }
        let whole = try Interpreter.truncated(method.equals("ceil") ? ceil(float) : floor(float))
        return try Number(whole).map { (whole) throws(TemplateError) in try Number.divide(whole, scale) } ?? .float(0)
    }

    /// CPython: int.__round__, halves to the even multiple.
    static func rounded(_ whole: Number, _ digits: Int) throws(TemplateError) -> TemplateValue {
        if digits >= 0 { return try Number.add(whole, .int(0)) }
        if digits < -BigInteger.mostBits / 3 { return .int(0) }
        func number(_ value: TemplateValue) -> Number { Number(value) ?? .int(0) }
        return try multiple(of: number(try Number.power(.int(10), .int(-digits))), near: whole)
    }

    /// The nearest multiple of `unit`; of two, the even one.
    private static func multiple(of unit: Number, near whole: Number) throws(TemplateError) -> TemplateValue {
        func number(_ value: TemplateValue) -> Number { Number(value) ?? .int(0) }
        let low = number(try Number.floorDivide(whole, unit))
        let twice = number(try Number.multiply(number(try Number.modulo(whole, unit)), .int(2)))
        let isOdd = !number(try Number.modulo(low, .int(2))).isZero
        let isUp = Number.less(unit, twice) || (isOdd && !Number.less(twice, unit))
        return try Number.multiply(isUp ? number(try Number.add(low, .int(1))) : low, unit)
    }

    /// CPython: float.__round__, by the decimal digits of the number as it is stored.
    static func rounded(_ number: Double, _ digits: Int) throws(TemplateError) -> Double {
        if !number.isFinite || digits > 323 { return number }
        if digits < -308 { return copysign(0, number) }
        if digits >= 0 { return strtod(FloatFormat.fixed(number, digits), nil) }
        // Twice the number, and one more for a fraction, which can only decide that it is no tie.
        let whole = number.magnitude.rounded(.down)
        let doubled = try Number.multiply(.big(BigInteger(truncating: whole)), .int(2))
        guard let exact = Number(try Number.add(Number(doubled) ?? .int(0), .int(whole == number.magnitude ? 0 : 1))),
            let power = Number(try Number.power(.int(10), .int(-digits))),
            let unit = Number(try Number.multiply(power, .int(2))),
            let near = Number(try multiple(of: unit, near: exact)),
            let half = Number(try Number.floorDivide(near, .int(2)))
        else { return number }
        let result = (try? half.float()) ?? .infinity
        if result.isInfinite { throw TemplateError(.overflow, "rounded value too large to represent") }
        return copysign(result, number)
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
            bytes = try number.float()
        }
        try charge(8)
        let base = binary ? 1024.0 : 1000.0
        if bytes == 1 { return Text("1 Byte") }
        if bytes < base {
            if bytes.isInfinite { throw TemplateError(.overflow, "cannot convert float infinity to integer") }
            return Text("\(FloatFormat.fixed(bytes.rounded(.towardZero) + 0, 0)) Bytes")
        }
        let units =
            binary
            ? ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]
            : ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]
        for (i, name) in units.enumerated() {
            // Compared exactly: the larger units are no floats.
            guard let unit = Number(try Number.power(.int(binary ? 1024 : 1000), .int(i + 2))) else { break }
            if Number.less(.float(bytes), unit) || i == units.count - 1 {
                let amount = base * bytes / (try unit.float())
                return Text("\(FloatFormat.fixed(amount.isNaN ? .nan : amount, 1)) \(name)")
            }
        }
        return Text.empty
    }
}
