/// Numbers in the layouts of `%`.
struct NumberFormatter {
    let runtime: Interpreter

    /// `digits` are those of the conversion's radix, with the sign.
    func append(
        _ digits: [UInt8], _ spec: PercentFormat.Specification, _ letter: UInt8, _ out: inout TextBuilder
    ) {
        let hasSign = digits.first == 0x2D
        var body = hasSign ? Array(digits.dropFirst()) : digits
        let isNegative = hasSign && body != [0x30]
        if letter == UInt8(ascii: "X") { body = body.map { $0 >= 0x61 ? $0 - 0x20 : $0 } }
        if let precision = spec.precision, body.count < precision {
            body = Array(repeating: 0x30, count: precision - body.count) + body
        }
        var prefix = sign(isNegative, spec)
        if spec.alternate, PercentFormat.radix(letter) != 10 { prefix += [0x30, letter] }
        append(prefix, body, spec, &out)
    }

    func append(_ value: Double, _ spec: PercentFormat.Specification, _ letter: UInt8, _ out: inout TextBuilder) {
        let isUpper = letter < 0x60
        var body: [UInt8]
        if value.isNaN {
            body = Array("nan".utf8)
        } else if value.isInfinite {
            body = Array("inf".utf8)
        } else {
            let lower = Swift.Character(Unicode.Scalar(letter | 0x20))
            body = Array(FloatFormat.print(lower, value.magnitude, spec.precision ?? 6, alternate: spec.alternate).utf8)
        }
        if isUpper { body = body.map { $0 >= 0x61 && $0 <= 0x7A ? $0 - 0x20 : $0 } }
        append(sign(value.sign == .minus && !value.isNaN, spec), body, spec, &out)
    }

    private func sign(_ isNegative: Bool, _ spec: PercentFormat.Specification) -> [UInt8] {
        isNegative ? [0x2D] : spec.plus ? [0x2B] : spec.space ? [0x20] : []
    }

    private func append(
        _ prefix: [UInt8], _ body: [UInt8], _ spec: PercentFormat.Specification, _ out: inout TextBuilder
    ) {
        let origin = OriginID.computed
        let padding = max(spec.width - prefix.count - body.count, 0)
        if spec.leftAligned {
            out.append(prefix + body + Array(repeating: 0x20, count: padding), origin: origin)
        } else if spec.zero {
            out.append(prefix + Array(repeating: 0x30, count: padding) + body, origin: origin)
        } else {
            out.append(Array(repeating: 0x20, count: padding) + prefix + body, origin: origin)
        }
    }
}
