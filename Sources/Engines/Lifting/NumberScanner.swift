import Glibc

/// Reads numbers and fixed words of compact JSON, as the standard writes them. What is unusual it does not read, and says so.
struct NumberScanner {
    private(set) var place: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>.SubSequence, of whole: UnsafeBufferPointer<UInt8>) {
        // An empty buffer has no address; nobody scans one.
        let base = whole.baseAddress.unsafelyUnwrapped
        place = base + bytes.startIndex
        end = base + bytes.endIndex
    }

    /// The next byte; 0 at the end, which stands in no JSON outside strings.
    @inline(__always) var next: UInt8 { place < end ? place.pointee : 0 }

    @inline(__always) mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        place += 1
        return true
    }

    @inline(__always) mutating func take(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard end - place >= count, memcmp(place, word.utf8Start, count) == 0 else { return false }
        place += count
        return true
    }

    /// The bytes that stand between two places.
    @inline(__always) mutating func take(_ start: UnsafePointer<UInt8>, to stop: UnsafePointer<UInt8>) -> Bool {
        let count = stop - start
        guard end - place >= count, memcmp(place, start, count) == 0 else { return false }
        place += count
        return true
    }

    /// An integer from 0 on that fits in 32 bits.
    @inline(__always) mutating func id() -> UInt32? {
        let first = next &- UInt8(ascii: "0")
        guard first <= 9 else { return nil }
        place += 1
        guard first != 0 else { return isEndOfNumber ? 0 : nil }
        var value = UInt64(first)
        while case let digit = next &- UInt8(ascii: "0"), digit <= 9 {
            value = value &* 10 &+ UInt64(digit)
            guard value <= UInt64(UInt32.max) else { return nil }
            place += 1
        }
        return isEndOfNumber ? UInt32(truncatingIfNeeded: value) : nil
    }

    /// Behind a whole number neither a fraction nor more digits.
    @inline(__always) private var isEndOfNumber: Bool {
        switch next {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "\""): true
        default: false
        }
    }

    /// A logprob: a number, or null.
    @inline(__always) mutating func logprob() -> Float? {
        if next == UInt8(ascii: "n") { return take("null") ? .nan : nil }
        let start = place
        let isNegative = take(UInt8(ascii: "-"))
        var digits: UInt64 = 0
        // How many digits are in `digits`, leading zeros apart, and how many stand behind the point.
        var count = 0
        var behind = 0
        guard let first = digit() else { return nil }
        digits = UInt64(first)
        count = first == 0 ? 0 : 1
        if first != 0 {
            while let next = digit() {
                digits = digits &* 10 &+ UInt64(next)
                count += 1
            }
        }
        if take(UInt8(ascii: ".")) {
            let begin = place
            while let (value, zeros) = eightDigits() {
                count += digits != 0 ? 8 : 8 - zeros
                digits = digits &* 100_000_000 &+ value
            }
            while let next = digit() {
                digits = digits &* 10 &+ UInt64(next)
                if digits != 0 { count += 1 }
            }
            behind = place - begin
            guard behind > 0 else { return nil }
        }
        if next | 0x20 == UInt8(ascii: "e") {
            place += 1
            let isSmall = next == UInt8(ascii: "-")
            if isSmall || next == UInt8(ascii: "+") { place += 1 }
            guard let first = digit() else { return nil }
            var exponent = Int(first)
            while let next = digit() { exponent = min(exponent * 10 + Int(next), 9999) }
            behind += isSmall ? exponent : -exponent
        }
        guard isEndOfNumber else { return nil }
        let value: Double
        if digits == 0, count == 0 {
            // The parser reads -0 as an integer, which has no sign.
            if isNegative, place - start == 2 { return nil }
            value = 0
        } else if count <= 19, (0...44).contains(behind), let quick = NumberScanner.quick(digits, behind) {
            value = quick
        } else {
            guard let exact = exact(from: start), exact.isFinite else { return nil }
            return exact <= -9999 ? .nan : Float(exact)
        }
        return isNegative ? (value >= 9999 ? .nan : -Float(value)) : Float(value)
    }

    @inline(__always) private mutating func digit() -> UInt8? {
        let digit = next &- UInt8(ascii: "0")
        guard digit <= 9 else { return nil }
        place += 1
        return digit
    }

    /// The next eight bytes as one number, if they are all digits, and how many zeros they begin with.
    @inline(__always) private mutating func eightDigits() -> (value: UInt64, zeros: Int)? {
        guard end - place >= 8 else { return nil }
        var word = UInt64(littleEndian: UnsafeRawPointer(place).loadUnaligned(as: UInt64.self)) ^ 0x3030_3030_3030_3030
        // What is above 9 shows in the highest bit of its byte, now or with the distance added.
        guard (word &+ 0x7676_7676_7676_7676 | word) & 0x8080_8080_8080_8080 == 0 else { return nil }
        let zeros = min(word.trailingZeroBitCount / 8, 8)
        place += 8
        // Pairs of digits, pairs of pairs, and both halves: each step adds what stands beside it.
        word = word &* 10 &+ word >> 8
        let low = (word & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let high = (word >> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return ((low &+ high) >> 32, zeros)
    }

    /// digits / 10^behind, to within a few units in the last place of a Double; nil where the Float nearest to it could be another than the
    /// one nearest to the exact value's Double.
    @inline(__always) private static func quick(_ digits: UInt64, _ behind: Int) -> Double? {
        var value = Double(digits) / powers[min(behind, 22)]
        if behind > 22 { value /= powers[behind - 22] }
        // A Float drops the last 29 bits of a Double's fraction: half of their range is where it changes.
        let dropped = value.bitPattern & 0x1FFF_FFFF
        let isNearHalf = dropped > 0x1000_0000 - 16 && dropped < 0x1000_0000 + 16
        return isNearHalf || value < 1e-30 ? nil : value
    }

    /// Powers of ten that a Double holds exactly.
    private static let powers: [Double] = (0...22).map { exponent in
        (0..<exponent).reduce(1.0) { power, _ in power * 10 }
    }

    /// The C library's reading of a number that begins at `start` and ends here.
    private func exact(from start: UnsafePointer<UInt8>) -> Double? {
        Double(String(decoding: UnsafeBufferPointer(start: start, count: place - start), as: UTF8.self))
    }
}
