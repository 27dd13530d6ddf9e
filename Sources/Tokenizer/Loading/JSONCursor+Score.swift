/// A score as the reference reads it. Its JSON parser (serde_json 1 without `float_roundtrip`) does not round correctly:
/// it takes the digits for an integer, converts that, and divides by a power of ten, each step rounded. A quarter of the
/// scores of a real vocabulary come out one unit in the last place off, which decides between equally good cuts.
enum Score {
    private static let powers: [Double] = (0...308).map { Double("1e\($0)") ?? .infinity }

    /// The value of a JSON number; nil for text that is none, or whose value that parser refuses.
    static func value(_ text: some Collection<UInt8>) -> Double? {
        var digits: UInt64 = 0
        var exponent = 0
        var rest = text[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        var count = 0
        var isFull = false
        var isFraction = false
        while let byte = rest.first {
            if byte == UInt8(ascii: "."), !isFraction, count > 0 {
                isFraction = true
                count = 0
            } else if byte &- 0x30 < 10 {
                let (tens, overflow) = digits.multipliedReportingOverflow(by: 10)
                let (sum, carry) = tens.addingReportingOverflow(UInt64(byte &- 0x30))
                // Digits that do not fit any more are passed over.
                if overflow || carry { isFull = true }
                if isFull {
                    if !isFraction { exponent += 1 }
                } else {
                    digits = sum
                    if isFraction { exponent -= 1 }
                }
                count += 1
            } else {
                break
            }
            rest = rest.dropFirst()
        }
        if count == 0 { return nil }
        if let byte = rest.first {
            guard byte | 0x20 == UInt8(ascii: "e") else { return nil }
            rest = rest.dropFirst()
            let isDown = rest.first == UInt8(ascii: "-")
            if isDown || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            guard !rest.isEmpty, rest.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
            let size = rest.reduce(0) { min($0 * 10 + Int($1 &- 0x30), 100_000_000) }
            exponent += isDown ? -size : size
        }
        guard let value = scaled(Double(digits), by: exponent) else { return nil }
        return isNegative ? -value : value
    }

    private static func scaled(_ value: Double, by exponent: Int) -> Double? {
        var value = value
        var exponent = exponent
        while true {
            if abs(exponent) <= 308 {
                value = exponent >= 0 ? value * powers[exponent] : value / powers[-exponent]
                return value.isInfinite ? nil : value
            }
            if value == 0 { return 0 }
            if exponent > 0 { return nil }
            value /= 1e308
            exponent += 308
        }
    }
}

extension JSONCursor {
    /// Passes a number.
    mutating func score() -> Double? { Score.value(numberText()) }
}
