import Glibc
import JSON

/// Python's arithmetic: integers are exact, division and modulo round towards minus infinity, `/` is float.
enum Number {
    case int(Int)
    case big(BigInteger)
    case float(Double)

    /// bool is an int.
    init?(_ value: TemplateValue) {
        switch value {
        case .bool(let flag): self = .int(flag ? 1 : 0)
        case .int(let number): self = .int(number)
        case .bigInt(let number): self = .big(number)
        case .float(let number): self = .float(number)
        default: return nil
        }
    }

    /// `float(x)`: OverflowError for integers beyond all floats.
    func float() throws(TemplateError) -> Double {
        switch self {
        case .int(let number): return Double(number)
        case .big(let number): return try number.float()
        case .float(let number): return number
        }
    }

    var isZero: Bool {
        switch self {
        case .int(let number): number == 0
        case .big: false
        case .float(let number): number == 0
        }
    }

    var isInteger: Bool { if case .float = self { false } else { true } }

    /// Of an integer, as `str` or a format prints it.
    func digits(radix: Int) throws(TemplateError) -> [UInt8] {
        switch self {
        case .int(let number): return radix == 10 ? number.digits : Array(String(number, radix: radix).utf8)
        case .big(let number): return radix == 10 ? try number.printed() : number.digits(radix: radix)
        case .float: return []
        }
    }

    /// nil for floats.
    private var integer: BigInteger? {
        switch self {
        case .int(let number): BigInteger(number)
        case .big(let number): number
        case .float: nil
        }
    }

    static func equal(_ a: TemplateValue, _ b: TemplateValue) -> Bool {
        guard let a = Number(a), let b = Number(b) else { return false }
        switch (a, b) {
        case (.int(let x), .int(let y)): return x == y
        case (.float(let x), .float(let y)): return x == y
        case (.int(let x), .float(let y)), (.float(let y), .int(let x)): return Int(exactly: y) == x
        case (.big(let x), .big(let y)): return x == y
        case (.big(let x), .float(let y)), (.float(let y), .big(let x)): return !y.isNaN && x.compare(y) == 0
        case (.big, .int), (.int, .big): return false
        }
    }

    static func less(_ a: Number, _ b: Number) -> Bool {
        switch (a, b) {
        case (.int(let x), .int(let y)): return x < y
        case (.float(let x), .float(let y)): return x < y
        case (.int(let x), .float(let y)):
            if y.isNaN { return false }
            if let whole = Int(exactly: y.rounded(.down)) { return x < whole || (x == whole && Double(whole) < y) }
            return y > 0
        case (.float(let x), .int(let y)):
            if x.isNaN { return false }
            if let whole = Int(exactly: x.rounded(.down)) { return whole < y }
            return x < 0
        case (.big(let x), .big(let y)): return x < y
        case (.big(let x), .int): return x.isNegative
        case (.int, .big(let y)): return !y.isNegative
        case (.big(let x), .float(let y)): return !y.isNaN && x.compare(y) < 0
        case (.float(let x), .big(let y)): return !x.isNaN && y.compare(x) > 0
        }
    }

    static var tooLarge: TemplateError { TemplateError(.limit, "an integer grows too large") }

    static func add(_ a: Number, _ b: Number) throws(TemplateError) -> TemplateValue {
        if case (.int(let x), .int(let y)) = (a, b) {
            let (sum, overflow) = x.addingReportingOverflow(y)
            if !overflow { return .int(sum) }
        }
        guard let x = a.integer, let y = b.integer else { return .float(try a.float() + b.float()) }
        return try checked(x + y)
    }

    static func subtract(_ a: Number, _ b: Number) throws(TemplateError) -> TemplateValue {
        if case (.int(let x), .int(let y)) = (a, b) {
            let (difference, overflow) = x.subtractingReportingOverflow(y)
            if !overflow { return .int(difference) }
        }
        guard let x = a.integer, let y = b.integer else { return .float(try a.float() - b.float()) }
        return try checked(x - y)
    }

    static func multiply(_ a: Number, _ b: Number) throws(TemplateError) -> TemplateValue {
        if case (.int(let x), .int(let y)) = (a, b) {
            let (product, overflow) = x.multipliedReportingOverflow(by: y)
            if !overflow { return .int(product) }
        }
        guard let x = a.integer, let y = b.integer else { return .float(try a.float() * b.float()) }
        return try BigInteger.multiply(x, y).value
    }

    private static func checked(_ result: BigInteger) throws(TemplateError) -> TemplateValue {
        if result.bitCount > BigInteger.mostBits { throw tooLarge }
        return result.value
    }

    /// Both as floats if one is, and then that the divisor is not zero: in this order, as CPython does.
    private static func divisible(
        _ a: Number, _ b: Number, _ message: StaticString
    ) throws(TemplateError) -> (Number, Number) {
        let isFloat = !a.isInteger || !b.isInteger
        let both: (Number, Number) = isFloat ? (.float(try a.float()), .float(try b.float())) : (a, b)
        if both.1.isZero { throw TemplateError(.zeroDivision, message) }
        return both
    }

    static func divide(_ a: Number, _ b: Number) throws(TemplateError) -> TemplateValue {
        let (a, b) = try divisible(a, b, "division by zero")
        if case (.int(let x), .int(let y)) = (a, b), Double.isExact(x), Double.isExact(y) {
            return .float(Double(x) / Double(y))
        }
        guard let x = a.integer, let y = b.integer else { return .float(try a.float() / b.float()) }
        let ratio = BigInteger.ratio(x, y)
        if ratio.isInfinite { throw TemplateError(.overflow, "integer division result too large for a float") }
        return .float(ratio)
    }

    static func floorDivide(_ a: Number, _ b: Number) throws(TemplateError) -> TemplateValue {
        let (a, b) = try divisible(a, b, "integer division or modulo by zero")
        if case (.int(let x), .int(let y)) = (a, b) {
            if y == -1 { return try subtract(.int(0), a) }
            let quotient = x / y
            return .int(x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient)
        }
        guard let x = a.integer, let y = b.integer else { return .float(divmod(try a.float(), try b.float()).quotient) }
        return BigInteger.divide(x, y).quotient.value
    }

    static func modulo(_ a: Number, _ b: Number) throws(TemplateError) -> TemplateValue {
        let (a, b) = try divisible(a, b, "integer division or modulo by zero")
        if case (.int(let x), .int(let y)) = (a, b) {
            if y == -1 { return .int(0) }
            let rest = x % y
            return .int(rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest)
        }
        guard let x = a.integer, let y = b.integer else {
            return .float(divmod(try a.float(), try b.float()).remainder)
        }
        return BigInteger.divide(x, y).rest.value
    }

    /// CPython: float_divmod in Objects/floatobject.c.
    private static func divmod(_ a: Double, _ b: Double) -> (quotient: Double, remainder: Double) {
        var remainder = fmod(a, b)
        var quotient = (a - remainder) / b
        if remainder != 0 {
            if (b < 0) != (remainder < 0) {
                remainder += b
                quotient -= 1
            }
        } else {
            remainder = copysign(0, b)
        }
        if quotient != 0 {
            let whole = floor(quotient)
            quotient = quotient - whole > 0.5 ? whole + 1 : whole
        } else {
            quotient = copysign(0, a / b)
        }
        return (quotient, remainder)
    }

    static func power(_ a: Number, _ b: Number) throws(TemplateError) -> TemplateValue {
        if let base = a.integer, let exponent = b.integer, !exponent.isNegative {
            switch a {
            case .int(0): return .int(exponent.isZero ? 1 : 0)
            case .int(1): return .int(1)
            case .int(-1): return .int(BigInteger.divide(exponent, BigInteger(2)).rest.isZero ? 1 : -1)
            default: break
            }
            guard case .int(let small) = b else { throw tooLarge }
            return try BigInteger.power(base, small).value
        }
        let (x, y) = (try a.float(), try b.float())
        if x == 0 && y < 0 { throw TemplateError(.zeroDivision, "0.0 cannot be raised to a negative power") }
        if x < 0 && y.isFinite && x.isFinite && y != y.rounded() {
            throw TemplateError(.unsupported, "complex numbers are not supported")
        }
        let result = pow(x, y)
        if result.isInfinite && x.isFinite && y.isFinite {
            throw TemplateError(.overflow, "(34, 'Numerical result out of range')")
        }
        return .float(result)
    }
}

extension Double {
    /// Whether every integer between this and 0 is a float.
    fileprivate static func isExact(_ number: Int) -> Bool { number.magnitude <= 1 << 53 }
}
