import CGMP
import Glibc

/// An integer beyond 64 bits. Immutable. GMP calculates; how far is bounded, because it ends the process where memory does.
final class BigInteger: @unchecked Sendable {
    // Unchecked: nothing changes `number` after the initializer that fills it.
    private let number: UnsafeMutablePointer<__mpz_struct>

    /// Bits that a number may have: far more than Python prints.
    static let mostBits = 1 << 17
    /// CPython 3.11: sys.int_info.default_max_str_digits.
    static let mostDigits = 4300

    private init(_ fill: (UnsafeMutablePointer<__mpz_struct>) -> Void) {
        number = .allocate(capacity: 1)
        cgmp_init(number)
        fill(number)
    }

    convenience init(_ value: Int) { self.init { cgmp_set($0, value) } }

    /// A finite number, towards zero.
    convenience init(truncating value: Double) { self.init { cgmp_set_double($0, value) } }

    /// Digits of the radix, with a minus or without; nil for anything else.
    convenience init?(_ digits: [UInt8], radix: Int = 10) {
        if digits.isEmpty || digits.count > BigInteger.mostBits { return nil }
        var isNumber = false
        self.init { number in
            (digits + [0]).withUnsafeBytes { bytes in
                guard let text = bytes.bindMemory(to: CChar.self).baseAddress else { return }
                isNumber = cgmp_set_text(number, text, Int32(truncatingIfNeeded: radix)) == 0
            }
        }
        if !isNumber { return nil }
    }

    /// Reads the number, and keeps it until that is done.
    private func read<R>(_ body: (UnsafePointer<__mpz_struct>) -> R) -> R {
        withExtendedLifetime(self) { body(UnsafePointer(number)) }
    }

    /// The result of a function of two numbers.
    private static func combine(
        _ a: BigInteger, _ b: BigInteger,
        _ body: (UnsafeMutablePointer<__mpz_struct>, UnsafePointer<__mpz_struct>, UnsafePointer<__mpz_struct>) -> Void
    ) -> BigInteger {
        BigInteger { result in a.read { x in b.read { y in body(result, x, y) } } }
    }

    deinit {
        cgmp_clear(number)
        number.deallocate()
    }

    /// The value in its normal form: an int where that can hold it.
    var value: TemplateValue { read { cgmp_fits($0) != 0 ? .int(cgmp_get($0)) : .bigInt(self) } }

    var isNegative: Bool { read { cgmp_sign($0) < 0 } }
    var isZero: Bool { read { cgmp_sign($0) == 0 } }
    /// Without the sign.
    var bitCount: Int { isZero ? 0 : read { Int(cgmp_size($0, 2)) } }
    /// Bits set in the number without its sign.
    var ones: Int { magnitude.read { Int(cgmp_ones($0)) } }
    var magnitude: BigInteger { BigInteger { result in read { cgmp_absolute(result, $0) } } }

    func digits(radix: Int = 10) -> [UInt8] {
        let radix = Int32(truncatingIfNeeded: radix)
        let text = read { number in
            [CChar](unsafeUninitializedCapacity: Int(cgmp_size(number, radix)) + 2) { buffer, count in
                guard let base = buffer.baseAddress else { return }
                cgmp_text(base, radix, number)
                count = strlen(base)
            }
        }
        return text.map { UInt8(bitPattern: $0) }
    }

    /// As `str` prints it: CPython refuses to convert very long ones.
    func printed() throws(TemplateError) -> [UInt8] {
        // GMP's size is exact or one too many.
        let size = read { Int(cgmp_size($0, 10)) }
        let digits = size <= BigInteger.mostDigits + 1 ? digits() : []
        if digits.isEmpty || digits.count - (isNegative ? 1 : 0) > BigInteger.mostDigits {
            throw TemplateError(.value, "Exceeds the limit (4300 digits) for integer string conversion")
        }
        return digits
    }

    /// The nearest float, halves to even; infinite where there is none.
    var double: Double { BigInteger.ratio(self, BigInteger(1)) }

    /// As `double`, where Python fails for what is too large.
    func float() throws(TemplateError) -> Double {
        let result = double
        if result.isInfinite { throw TemplateError(.overflow, "int too large to convert to float") }
        return result
    }

    /// Equal to that of a float that is equal.
    var hash: Int {
        let near = double
        if compare(near) == 0 { return Int(truncatingIfNeeded: near.bitPattern) }
        return Int(truncatingIfNeeded: near.bitPattern ^ read { UInt64(cgmp_low($0)) })
    }

    // MARK: Comparison

    static func == (a: BigInteger, b: BigInteger) -> Bool { order(a, b) == 0 }
    static func < (a: BigInteger, b: BigInteger) -> Bool { order(a, b) < 0 }

    private static func order(_ a: BigInteger, _ b: BigInteger) -> Int32 {
        a.read { x in b.read { y in cgmp_compare(x, y) } }
    }

    /// Below 0, 0 or above, as for a float that is a number.
    func compare(_ other: Double) -> Int {
        if other.isInfinite { return other < 0 ? 1 : -1 }
        return read { Int(cgmp_compare_double($0, other)) }
    }

    // MARK: Arithmetic

    static func + (a: BigInteger, b: BigInteger) -> BigInteger { combine(a, b, cgmp_add) }
    static func - (a: BigInteger, b: BigInteger) -> BigInteger { combine(a, b, cgmp_subtract) }

    static func multiply(_ a: BigInteger, _ b: BigInteger) throws(TemplateError) -> BigInteger {
        if a.bitCount + b.bitCount > mostBits { throw Number.tooLarge }
        return combine(a, b, cgmp_multiply)
    }

    /// `divmod`: towards minus infinity. `b` is not 0.
    static func divide(_ a: BigInteger, _ b: BigInteger) -> (quotient: BigInteger, rest: BigInteger) {
        let rest = BigInteger(0)
        let quotient = withExtendedLifetime(rest) { combine(a, b) { cgmp_floor_divide($0, rest.number, $1, $2) } }
        return (quotient, rest)
    }

    static func power(_ a: BigInteger, _ exponent: Int) throws(TemplateError) -> BigInteger {
        let (bits, overflow) = a.bitCount.multipliedReportingOverflow(by: exponent)
        if overflow || bits > mostBits { throw Number.tooLarge }
        return BigInteger { result in a.read { cgmp_power(result, $0, UInt(exponent)) } }
    }

    private func shifted(_ bits: Int) -> BigInteger {
        BigInteger { result in read { cgmp_shift(result, $0, UInt(bits)) } }
    }

    /// The float nearest to a / b, halves to even (CPython: long_true_divide). `b` is not 0.
    static func ratio(_ a: BigInteger, _ b: BigInteger) -> Double {
        if a.isZero { return b.isNegative ? -0.0 : 0 }
        let isNegative = a.isNegative != b.isNegative
        // The quotient lies between 2^(size - 1) and 2^(size + 1).
        let size = a.bitCount - b.bitCount
        if size > 1025 { return isNegative ? -.infinity : .infinity }
        if size < -1080 { return isNegative ? -0.0 : 0 }
        // Scaled so that its whole part has 55 bits or more, or that of the smallest floats two bits more than they have.
        let scale = min(56 - size, 1076)
        let (quotient, rest) = divide(a.magnitude.shifted(max(scale, 0)), b.magnitude.shifted(max(-scale, 0)))
        var whole = quotient.read { UInt64(cgmp_low($0)) }
        if !rest.isZero { whole |= 1 }
        let excess = max(UInt64.bitWidth - whole.leadingZeroBitCount - 53, 2)
        let half: UInt64 = 1 << UInt64(excess - 1)
        let low = whole & (half &* 2 &- 1)
        var kept = whole >> UInt64(excess)
        if low > half || (low == half && kept & 1 == 1) { kept += 1 }
        let result = scalbn(Double(kept), Int32(truncatingIfNeeded: excess - scale))
        return isNegative ? -result : result
    }
}
