import Glibc

/// The methods of `int`, `bool` and `float`.
extension Interpreter {
    func callNumber(
        _ value: TemplateValue, _ method: MethodName, _ arguments: CallArguments
    ) throws(TemplateError) -> TemplateValue {
        switch method {
        case .toBytes: return try toBytes(value, arguments)
        case .fromBytes: return try fromBytes(arguments, isBool: value.isBool)
        case .fromhex: return try floatFromHex(arguments)
        default: _ = try arguments.bind()
        }
        switch (method, Number(value)) {
        case (.isInteger, .float(let number)?): return .bool(number.isFinite && number == number.rounded())
        case (.hex, .float(let number)?): return .string(Text(Interpreter.hexadecimal(number)))
        case (.bitLength, .int(let number)?): return .int(Int.bitWidth - number.magnitude.leadingZeroBitCount)
        case (.bitCount, .int(let number)?): return .int(number.magnitude.nonzeroBitCount)
        case (.bitLength, .big(let number)?): return .int(number.bitCount)
        case (.bitCount, .big(let number)?): return .int(number.ones)
        case (.conjugate, .int(let number)?): return .int(number)
        case (.conjugate, _): return value
        case (.asIntegerRatio, .int(let number)?): return .tuple(try sequence([.int(number), .int(1)]))
        case (.asIntegerRatio, .float(let number)?): return .tuple(try ratio(number))
        case (.asIntegerRatio, .big?): return .tuple(try sequence([value, .int(1)]))
        default: throw TemplateError(.type, "'%' object is not callable", value.typeName)
        }
    }

    private func ratio(_ number: Double) throws(TemplateError) -> SequenceObject {
        if number.isNaN { throw TemplateError(.value, "cannot convert NaN to integer ratio") }
        if number.isInfinite { throw TemplateError(.overflow, "cannot convert Infinity to integer ratio") }
        if number == 0 { return try sequence([.int(0), .int(1)]) }
        var numerator = number
        var denominator = 0
        while numerator != numerator.rounded(.towardZero) {
            numerator *= 2
            denominator += 1
        }
        return try sequence([
            BigInteger(truncating: numerator).value, BigInteger.power(BigInteger(2), denominator).value,
        ])
    }

    /// CPython: float.hex. Thirteen digits, whatever the number.
    static func hexadecimal(_ number: Double) -> [UInt8] {
        let sign = number.sign == .minus && !number.isNaN ? "-" : ""
        if number.isNaN { return Array("nan".utf8) }
        if number.isInfinite { return Array("\(sign)inf".utf8) }
        if number == 0 { return Array("\(sign)0x0.0p+0".utf8) }
        let digits = String(number.significandBitPattern, radix: 16)
        let zeros = String(repeating: "0", count: 13 - digits.utf8.count)
        let isNormal = number.isNormal
        let exponent = isNormal ? Int(number.exponent) : -1022
        let mark = exponent < 0 ? "-" : "+"
        return Array("\(sign)0x\(isNormal ? 1 : 0).\(zeros)\(digits)p\(mark)\(exponent.magnitude)".utf8)
    }

    private func floatFromHex(_ arguments: CallArguments) throws(TemplateError) -> TemplateValue {
        guard case .string(let text)? = try arguments.bind("string", required: 1, positionalOnly: 1)[0] else {
            throw TemplateError(.type, "bad argument type for built-in operation")
        }
        try charge(text.count)
        let invalid = TemplateError(.value, "invalid hexadecimal floating-point string")
        let stripped = text.strip(left: true, right: true, Interpreter.isByteSpace).array
        var rest = stripped.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }[...]
        let isNegative = rest.first == 0x2D
        if rest.first == 0x2D || rest.first == 0x2B { rest.removeFirst() }
        let word = String(decoding: rest, as: UTF8.self)
        if word == "inf" || word == "infinity" { return .float(isNegative ? -.infinity : .infinity) }
        if word == "nan" { return .float(.nan) }
        if rest.starts(with: [0x30, 0x78]) { rest.removeFirst(2) }
        func take(_ belongs: (UInt8) -> Bool) -> ArraySlice<UInt8> {
            let part = rest.prefix(while: belongs)
            rest = rest.dropFirst(part.count)
            return part
        }
        func isHex(_ byte: UInt8) -> Bool { CodePoint.digit(byte).map { $0 < 16 } ?? false }
        func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
        var number = Array("0x".utf8)
        var count = take(isHex)
        number += count
        var digits = count.count
        if rest.first == 0x2E {
            rest.removeFirst()
            count = take(isHex)
            number += [0x2E] + count
            digits += count.count
        }
        if digits == 0 { throw invalid }
        if rest.first == 0x70 {
            rest.removeFirst()
            number.append(0x70)
            if rest.first == 0x2D || rest.first == 0x2B, let sign = rest.popFirst() { number.append(sign) }
            let exponent = take(isDigit)
            if exponent.isEmpty { throw invalid }
            number += exponent
        }
        if !rest.isEmpty { throw invalid }
        let value = strtod(String(decoding: number, as: UTF8.self), nil)
        if value.isInfinite {
            throw TemplateError(.overflow, "hexadecimal value too large to represent as a float")
        }
        return .float(isNegative ? -value : value)
    }

    // MARK: Bytes

    private func isBigEndian(_ value: TemplateValue?) throws(TemplateError) -> Bool {
        guard let value else { return true }
        let order = try wantText(value)
        if order.equals("big") { return true }
        if order.equals("little") { return false }
        throw TemplateError(.value, "byteorder must be either 'little' or 'big'")
    }

    private func toBytes(_ value: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> TemplateValue {
        var arguments = arguments
        let isSigned = arguments.takeKeyword(Text("signed"))?.isTrue ?? false
        let bound = try arguments.bind("length", "byteorder")
        let length = try wantInt(bound[0], or: 1)
        let isBig = try isBigEndian(bound[1])
        if length < 0 { throw TemplateError(.value, "length argument must be non-negative") }
        let number = Interpreter.bigInteger(value)
        if number.isNegative, !isSigned { throw TemplateError(.overflow, "can't convert negative int to unsigned") }
        // Two's complement: the complement of a negative number has as many bits.
        let one = BigInteger(1)
        let magnitude = number.isNegative ? number.magnitude - one : number
        let used = magnitude.bitCount + (isSigned ? 1 : 0)
        // CPython: no bytes hold 0, and -1 where there is a sign.
        if used > length.multipliedReportingOverflow(by: 8).partialValue, length < BigInteger.mostBits,
            !magnitude.isZero || length > 0
        {
            throw TemplateError(.overflow, "int too big to convert")
        }
        try checkSize(length)
        try charge(magnitude.bitCount >> 3)
        let digits = magnitude.digits(radix: 16).map { UInt8(CodePoint.digit($0) ?? 0) }
        let flip: UInt8 = number.isNegative ? 0xFF : 0
        var bytes = [UInt8](repeating: flip, count: length)
        for i in 0..<min((digits.count + 1) / 2, length) {
            let low = digits[digits.count - 1 - 2 * i]
            let high = 2 * i + 1 < digits.count ? digits[digits.count - 2 - 2 * i] : 0
            bytes[i] = (high << 4 | low) ^ flip
        }
        return .bytes(Interpreter.bytes(isBig ? bytes.reversed() : bytes))
    }

    private static func bigInteger(_ value: TemplateValue) -> BigInteger {
        switch Number(value) {
        case .int(let number)?: BigInteger(number)
        case .big(let number)?: number
        default: BigInteger(0)
        }
    }

    private func fromBytes(_ arguments: CallArguments, isBool: Bool) throws(TemplateError) -> TemplateValue {
        var arguments = arguments
        let isSigned = arguments.takeKeyword(Text("signed"))?.isTrue ?? false
        let bound = try arguments.bind("bytes", "byteorder", required: 1)
        let isBig = try isBigEndian(bound[1])
        var bytes = [UInt8]()
        switch bound[0] ?? .none {
        case .string(let text): throw TemplateError(.type, "cannot convert '%' object to bytes", Text.name(of: text))
        case let value:
            for item in try collect(value) {
                guard let number = item.index else {
                    throw TemplateError(.type, "'%' object cannot be interpreted as an integer", item.typeName)
                }
                guard (0...255).contains(number) else { throw TemplateError(.value, "bytes must be in range(0, 256)") }
                bytes.append(UInt8(number))
            }
        }
        if !isBig { bytes.reverse() }
        if bytes.count > BigInteger.mostBits / 8 { throw Number.tooLarge }
        try charge(bytes.count)
        let isNegative = isSigned && (bytes.first ?? 0) >= 0x80
        let digits = bytes.flatMap { Interpreter.hexDigits(isNegative ? ~$0 : $0) }
        let magnitude = BigInteger(digits.isEmpty ? [0x30] : digits, radix: 16) ?? BigInteger(0)
        let number = isNegative ? BigInteger(-1) - magnitude : magnitude
        return isBool ? .bool(!number.isZero) : number.value
    }
}

extension TemplateValue {
    fileprivate var isBool: Bool { if case .bool = self { true } else { false } }
}

extension Text {
    fileprivate static func name(of text: Text) -> StaticString { text.isMarkup ? "Markup" : "str" }
}
