/// JSON as Python's `json.dumps` writes it, byte for byte.
public struct Dumps: Sendable {
    public var ensureASCII: Bool
    public var itemSeparator: [UInt8]
    public var keySeparator: [UInt8]

    /// The defaults of Python's `json.dumps(…, ensure_ascii=False)`.
    public init(ensureASCII: Bool = false, itemSeparator: String = ", ", keySeparator: String = ": ") {
        self.ensureASCII = ensureASCII
        self.itemSeparator = Array(itemSeparator.utf8)
        self.keySeparator = Array(keySeparator.utf8)
    }

    /// Without spaces: what goes over a wire.
    public static let compact = Dumps(itemSeparator: ",", keySeparator: ":")

    public func bytes(_ value: Value) -> [UInt8] {
        var out = [UInt8]()
        append(value, to: &out)
        return out
    }

    /// Recurses as deep as the value is nested, which the parser bounds (2048 levels).
    public func append(_ value: Value, to out: inout [UInt8]) {
        switch value {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let number): out.append(contentsOf: String(number).utf8)
        case .bigInteger(let digits): out.append(contentsOf: digits)
        case .real(let number): out.append(contentsOf: Dumps.number(number).utf8)
        case .string(let bytes): Dumps.appendString(bytes, ensureASCII: ensureASCII, to: &out)
        case .array(let values):
            out.append(UInt8(ascii: "["))
            for (i, element) in values.enumerated() {
                if i > 0 { out.append(contentsOf: itemSeparator) }
                append(element, to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let object):
            out.append(UInt8(ascii: "{"))
            for (i, member) in object.members.enumerated() {
                if i > 0 { out.append(contentsOf: itemSeparator) }
                Dumps.appendString(member.key, ensureASCII: ensureASCII, to: &out)
                out.append(contentsOf: keySeparator)
                append(member.value, to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    /// A float as `json.dumps` prints it: its repr, and the three names JSON does not have.
    public static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return Numbers.repr(value)
    }

    /// A quoted string: `"`, `\` and control characters escaped; with `ensureASCII` also DEL-and-above as \uXXXX
    /// (surrogate pairs above the BMP), as CPython's encoder does.
    public static func appendString(_ bytes: some Collection<UInt8>, ensureASCII: Bool, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        if bytes.withContiguousStorageIfAvailable({ appendEscaped($0, ensureASCII: ensureASCII, to: &out) }) == nil {
            Array(bytes).withUnsafeBufferPointer { appendEscaped($0, ensureASCII: ensureASCII, to: &out) }
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func appendEscaped(_ bytes: UnsafeBufferPointer<UInt8>, ensureASCII: Bool, to out: inout [UInt8]) {
        var plainStart = 0
        var i = 0
        while i < bytes.count {
            if !ensureASCII { i = PlainText.end(bytes, from: i, to: bytes.count) }
            if i == bytes.count { break }
            let byte = bytes[i]
            let isPlain =
                byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                && (!ensureASCII || byte < 0x80)
            if isPlain {
                i += 1
                continue
            }
            out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[plainStart..<i]))
            i += appendEscape(bytes, at: i, to: &out)
            plainStart = i
        }
        out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[plainStart...]))
    }

    /// The letter that stands for a byte behind a backslash; nil where it has none.
    @inlinable
    public static func shortEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
        case UInt8(ascii: "\n"): UInt8(ascii: "n")
        case UInt8(ascii: "\r"): UInt8(ascii: "r")
        case UInt8(ascii: "\t"): UInt8(ascii: "t")
        case 0x08: UInt8(ascii: "b")
        case 0x0C: UInt8(ascii: "f")
        default: nil
        }
    }

    /// Writes the escape of the character at `i` and returns the bytes it took.
    private static func appendEscape(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int, to out: inout [UInt8]) -> Int {
        if let letter = shortEscape(bytes[i]) {
            out.append(UInt8(ascii: "\\"))
            out.append(letter)
            return 1
        }
        var decoder = UTF8()
        var iterator = bytes[i...].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else {
            out.append(bytes[i])
            return 1
        }
        for unit in UTF16.encode(scalar) ?? UTF16.EncodedScalar() {
            let digits = String(unit, radix: 16)
            out.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
        }
        return UTF8.width(scalar)
    }
}
