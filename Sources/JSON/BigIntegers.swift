import Bytes

/// Numbers that jansson refuses for their size, carried through it as marked strings.
enum BigIntegers {
    /// A mark that occurs nowhere in `bytes`, so that no string of the document can be taken for a number. It is drawn
    /// at random: a document cannot be written to contain it.
    static func unusedMark(in bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        while true {
            let mark = Array("#number-\(String(UInt64.random(in: .min ... .max), radix: 36))#".utf8)
            if !ByteSearch.contains(bytes, mark) { return mark }
        }
    }

    /// The document with every number of more than 18 digits, or with an exponent of more than two, put in quotes
    /// behind `mark`. What a mark brings back decides `number`.
    static func quote(_ bytes: UnsafeBufferPointer<UInt8>, mark: [UInt8]) -> [UInt8] {
        var out = [UInt8]()
        out.reserveCapacity(bytes.count + 64)
        var i = 0
        while i < bytes.count {
            let byte = bytes[i]
            if byte == UInt8(ascii: "\"") {
                let end = stringEnd(bytes, i)
                out.append(contentsOf: bytes[i..<end])
                i = end
            } else if byte == UInt8(ascii: "-") || isDigit(byte) {
                var end = i + 1
                while end < bytes.count, isNumberByte(bytes[end]) { end += 1 }
                let text = bytes[i..<end]
                if isValid(text), text.count > 18 || text.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
                    out.append(UInt8(ascii: "\""))
                    out.append(contentsOf: mark)
                    out.append(contentsOf: text)
                    out.append(UInt8(ascii: "\""))
                } else {
                    out.append(contentsOf: text)
                }
                i = end
            } else {
                out.append(byte)
                i += 1
            }
        }
        return out
    }

    /// A number's own text as a value: what Python's `json.loads` makes of it (an infinite float for 1e999).
    static func number(_ text: [UInt8]) -> Value {
        let string = String(decoding: text, as: UTF8.self)
        if text.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }) {
            return .real(Double(string) ?? .nan)
        }
        if let small = Int(string) { return .integer(small) }
        return .bigInteger(text)
    }

    /// RFC 8259 section 6: a number, whole. Anything else is left for jansson to refuse in its own words.
    private static func isValid(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var rest = text[...]
        func digits() -> Int {
            let run = rest.prefix(while: isDigit).count
            rest = rest.dropFirst(run)
            return run
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        if rest.first == UInt8(ascii: "0") {
            rest = rest.dropFirst()
        } else if digits() == 0 {
            return false
        }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            if digits() == 0 { return false }
        }
        if let e = rest.first, e | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
            if digits() == 0 { return false }
        }
        return rest.isEmpty
    }

    /// One past the closing quote of the string that opens at `start`, or the end of the text.
    private static func stringEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var i = start + 1
        while i < bytes.count {
            if bytes[i] == UInt8(ascii: "\\") {
                i += 2
            } else if bytes[i] == UInt8(ascii: "\"") {
                return i + 1
            } else {
                i += 1
            }
        }
        return bytes.count
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
            || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }
}
