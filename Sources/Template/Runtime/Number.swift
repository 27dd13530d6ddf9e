import Glibc
import JSON

/// Python's arithmetic: integers are exact or refused, division and modulo round towards minus infinity, `/` is float.
enum Number {
    case int(Int)
    case float(Double)

    /// bool is an int.
    init?(_ value: TemplateValue) {
        switch value {
        case .bool(let flag): self = .int(flag ? 1 : 0)
        case .int(let number): self = .int(number)
        case .float(let number): self = .float(number)
        default: return nil
        }
    }

    var double: Double {
        switch self {
        case .int(let number): Double(number)
        case .float(let number): number
        }
    }

    static func equal(_ a: TemplateValue, _ b: TemplateValue) -> Bool {
        guard let a = Number(a), let b = Number(b) else { return false }
        switch (a, b) {
        case (.int(let x), .int(let y)): return x == y
        case (.float(let x), .float(let y)): return x == y
        case (.int(let x), .float(let y)), (.float(let y), .int(let x)): return Int(exactly: y) == x
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
        }
    }

    static var tooLarge: TemplateError { TemplateError(.limit, "integer too large") }

    static func add(_ a: Number, _ b: Number) throws(TemplateError) -> TemplateValue {
        guard case (.int(let x), .int(let y)) = (a, b) else { return .float(a.double + b.double) }
        return try checked(x.addingReportingOverflow(y))
    }

    static func subtract(_ a: Number, _ b: Number) throws(TemplateError) -> TemplateValue {
        guard case (.int(let x), .int(let y)) = (a, b) else { return .float(a.double - b.double) }
        return try checked(x.subtractingReportingOverflow(y))
    }

    static func multiply(_ a: Number, _ b: Number) throws(TemplateError) -> TemplateValue {
        guard case (.int(let x), .int(let y)) = (a, b) else { return .float(a.double * b.double) }
        return try checked(x.multipliedReportingOverflow(by: y))
    }

    private static func checked(_ result: (partialValue: Int, overflow: Bool)) throws(TemplateError) -> TemplateValue {
        if result.overflow { throw tooLarge }
        return .int(result.partialValue)
    }

    static func divide(_ a: Number, _ b: Number) throws(TemplateError) -> TemplateValue {
        if b.double == 0 { throw TemplateError(.zeroDivision, "division by zero") }
        return .float(a.double / b.double)
    }

    static func floorDivide(_ a: Number, _ b: Number) throws(TemplateError) -> TemplateValue {
        if b.double == 0 { throw TemplateError(.zeroDivision, "integer division or modulo by zero") }
        if case (.int(let x), .int(let y)) = (a, b) {
            if y == -1 { return try subtract(.int(0), a) }
            let quotient = x / y
            return .int(x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient)
        }
        return .float(divmod(a.double, b.double).quotient)
    }

    static func modulo(_ a: Number, _ b: Number) throws(TemplateError) -> TemplateValue {
        if b.double == 0 { throw TemplateError(.zeroDivision, "integer division or modulo by zero") }
        if case (.int(let x), .int(let y)) = (a, b) {
            if y == -1 { return .int(0) }
            let rest = x % y
            return .int(rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest)
        }
        return .float(divmod(a.double, b.double).remainder)
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
        if case (.int(let base), .int(let exponent)) = (a, b), exponent >= 0 {
            if exponent == 0 || base == 1 { return .int(1) }
            if base == 0 { return .int(0) }
            if base == -1 { return .int(exponent % 2 == 0 ? 1 : -1) }
            if exponent > 64 { throw tooLarge }
            var result = TemplateValue.int(1)
            for _ in 0..<exponent {
                guard let number = Number(result) else { break }
                result = try multiply(number, a)
            }
            return result
        }
        let (x, y) = (a.double, b.double)
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
