/// A position in JSON text, for readers that know what they expect. It checks what it reads, and says false at anything
/// else. It does not recurse.
struct JSONCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var at: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, at: Int = 0) {
        self.bytes = bytes
        self.at = at
    }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 {
            at += 1
        }
    }

    /// Passes the byte if it is next, after any space.
    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    /// Walks an object. `body` has the cursor at each value in turn, passes it, and says false to stop. Keys with
    /// escapes stop the walk.
    mutating func members(_ body: (inout JSONCursor, Slice<UnsafeBufferPointer<UInt8>>) -> Bool) -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        if take(UInt8(ascii: "}")) { return true }
        repeat {
            guard take(UInt8(ascii: "\"")) else { return false }
            let start = at
            while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
                if bytes[at] == UInt8(ascii: "\\") { return false }
                at += 1
            }
            let key = bytes[start..<at]
            guard take(UInt8(ascii: "\"")), take(UInt8(ascii: ":")) else { return false }
            skipSpace()
            guard body(&self, key) else { return false }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}"))
    }

    /// Passes a value by its brackets and quotes alone.
    mutating func skipValue() -> Bool {
        var depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
                    at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
                }
                if at >= bytes.count { return false }
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // The end of what this value stands in.
                if depth == 0 { return true }
                depth -= 1
                if depth == 0 {
                    at += 1
                    return true
                }
            case UInt8(ascii: ","): if depth == 0 { return true }
            default: break
            }
            at += 1
        }
        return false
    }

    /// An integer of at most nine digits.
    mutating func smallNumber() -> UInt32? {
        skipSpace()
        let start = at
        var value: UInt32 = 0
        while at < bytes.count, bytes[at] &- 0x30 < 10, at - start < 9 {
            value = value * 10 + UInt32(bytes[at] &- 0x30)
            at += 1
        }
        if at == start || (bytes[start] == 0x30 && at - start > 1) { return nil }
        return value
    }

    /// Passes what may be a number.
    mutating func numberText() -> Slice<UnsafeBufferPointer<UInt8>> {
        skipSpace()
        let start = at
        while at < bytes.count {
            let byte = bytes[at]
            let isPart =
                byte &- 0x30 < 10 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
            if !isPart { break }
            at += 1
        }
        // A number does not start with a zero and another digit.
        let digits = bytes[start..<at].drop { $0 == UInt8(ascii: "-") }
        if digits.count > 1, digits.first == 0x30, digits.dropFirst().first.map({ $0 &- 0x30 < 10 }) ?? false {
            return bytes[at..<at]
        }
        return bytes[start..<at]
    }

    /// Passes what stands for itself in a string, eight bytes at a time.
    @inline(__always)
    private mutating func skipPlain() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        while at &+ 8 <= bytes.count, let base = bytes.baseAddress {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let slash = word ^ (ones &* 0x5C)
            // The lowest bit that is set is right; those above it may not be.
            let found =
                ((quote &- ones) & ~quote | (slash &- ones) & ~slash | (word &- (ones &* 0x20)) & ~word)
                & (ones &* 0x80)
            at &+= found == 0 ? 8 : found.trailingZeroBitCount &>> 3
            if found != 0 { return }
        }
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 {
            at &+= 1
        }
    }

    /// Appends a string, unescaped. The text must be known to be UTF-8.
    mutating func string(into out: inout [UInt8]) -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        while at < bytes.count {
            let start = at
            skipPlain()
            out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<at]))
            guard at < bytes.count else { return false }
            if bytes[at] == UInt8(ascii: "\"") {
                at += 1
                return true
            }
            guard bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count else { return false }
            at += 2
            switch bytes[at - 1] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(bytes[at - 1])
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "u"):
                guard let unit = hexadecimal() else { return false }
                // Surrogates are left to the parser, which knows which pairs are whole.
                if unit >= 0xD800, unit < 0xE000 { return false }
                Scalars.append(unit, to: &out)
            default: return false
            }
        }
        return false
    }

    private mutating func hexadecimal() -> UInt32? {
        guard at + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[at]
            let lower = byte | 0x20
            if byte &- 0x30 < 10 {
                value = value << 4 | UInt32(byte &- 0x30)
            } else if lower &- 0x61 < 6 {
                value = value << 4 | UInt32(lower &- 0x61 &+ 10)
            } else {
                return nil
            }
            at += 1
        }
        return value
    }
}
