import JSON

/// Reads one JSON value byte by byte and says where its parts are. Keeps one bit of memory a level, whatever the depth.
///
/// As strict as RFC 8259; what is no JSON is found at the first byte that cannot be.
struct JSONScanner: Sendable {
    enum Event: Sendable {
        /// All bytes are read, and the value goes on.
        case more
        /// A key has ended at the watched depth.
        case key
        /// A value begins at the watched depth; its first byte is not read yet.
        case valueStart
        /// A value has ended at the watched depth.
        case valueEnd
        case complete
        case invalid
    }

    private enum State: Sendable {
        case value
        case firstKey
        case key
        case colon
        case firstElement
        case afterValue
        case string
        case escape
        case unicode(Int)
        case word([UInt8])
        case number(Number)
        case end
        case broken
    }

    private enum Number: Sendable {
        case minus
        case zero
        case digits
        case point
        case fraction
        case exponent
        case sign
        case power

        var canEnd: Bool { self == .zero || self == .digits || self == .fraction || self == .power }
    }

    private var state = State.value
    private var isObject: [Bool] = []
    private var isKey = false
    /// Whether the start of the value that comes next has been told.
    private var isTold = false
    /// The depth whose members are told of; 0 for none.
    var watched = 0

    var depth: Int { isObject.count }
    var isInString: Bool {
        switch state {
        case .string, .escape, .unicode: true
        default: false
        }
    }
    /// A value that is not closed by a byte of its own, and may end with the text.
    var mayEnd: Bool {
        if depth > 0 { return false }
        switch state {
        case .end: return true
        case .number(let number): return number.canEnd
        default: return false
        }
    }

    /// Reads from `start`; returns what happened, and the place behind the last byte that was read.
    mutating func run(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> (Event, Int) {
        var i = start
        while i < end {
            let byte = bytes[i]
            switch state {
            case .string:
                // The bulk of large arguments is here.
                var j = PlainText.end(bytes, from: i, to: end)
                while j < end, bytes[j] != UInt8(ascii: "\""), bytes[j] != UInt8(ascii: "\\"), bytes[j] >= 0x20 {
                    j += 1
                }
                if j == end { return (.more, end) }
                i = j + 1
                if bytes[j] == UInt8(ascii: "\\") {
                    state = .escape
                } else if bytes[j] == UInt8(ascii: "\"") {
                    if isKey {
                        state = .colon
                        isKey = false
                        if depth == watched { return (.key, i) }
                    } else if let event = ended() {
                        return (event, i)
                    }
                } else {
                    return fail(j)
                }
                continue
            case .escape:
                if byte == UInt8(ascii: "u") {
                    state = .unicode(4)
                } else if "\"\\/bfnrt".utf8.contains(byte) {
                    state = .string
                } else {
                    return fail(i)
                }
            case .unicode(let left):
                guard isHex(byte) else { return fail(i) }
                state = left > 1 ? .unicode(left - 1) : .string
            case .word(let rest):
                guard byte == rest.first else { return fail(i) }
                state = .word(Array(rest.dropFirst()))
                if rest.count == 1, let event = ended() { return (event, i + 1) }
            case .number(let number):
                if let next = next(number, byte) {
                    state = .number(next)
                } else if number.canEnd {
                    // The byte is not the number's.
                    if let event = ended() { return (event, i) }
                    continue
                } else {
                    return fail(i)
                }
            case .end: return (.complete, i)
            case .broken: return (.invalid, i)
            default:
                if isSpace(byte) && byte != 0x0B && byte != 0x0C {
                    i += 1
                    continue
                }
                if case .value = state, depth == watched, watched > 0, !isTold {
                    isTold = true
                    return (.valueStart, i)
                }
                if !structure(byte) { return fail(i) }
                if case .end = state { return (.complete, i + 1) }
                // The end of what holds the watched members is told, too.
                if case .afterValue = state, watched > 0, depth == watched || depth == watched - 1,
                    byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
                {
                    return (.valueEnd, i + 1)
                }
            }
            i += 1
        }
        return (.more, end)
    }

    private mutating func fail(_ place: Int) -> (Event, Int) {
        state = .broken
        return (.invalid, place)
    }

    /// A value has ended.
    private mutating func ended() -> Event? {
        isTold = false
        if isObject.isEmpty {
            state = .end
            return .complete
        }
        state = .afterValue
        return depth == watched ? .valueEnd : nil
    }

    /// A byte outside strings, numbers and words.
    private mutating func structure(_ byte: UInt8) -> Bool {
        switch (state, byte) {
        case (.firstElement, UInt8(ascii: "]")), (.firstKey, UInt8(ascii: "}")): return pop(byte)
        case (.value, _), (.firstElement, _): return startValue(byte)
        case (.firstKey, UInt8(ascii: "\"")), (.key, UInt8(ascii: "\"")):
            state = .string
            isKey = true
        case (.colon, UInt8(ascii: ":")): state = .value
        case (.afterValue, UInt8(ascii: ",")): state = isObject.last == true ? .key : .value
        case (.afterValue, UInt8(ascii: "]")), (.afterValue, UInt8(ascii: "}")): return pop(byte)
        default: return false
        }
        return true
    }

    private mutating func startValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "{"):
            isTold = false
            isObject.append(true)
            state = .firstKey
        case UInt8(ascii: "["):
            isTold = false
            isObject.append(false)
            state = .firstElement
        case UInt8(ascii: "\""): state = .string
        case UInt8(ascii: "t"): state = .word(Array("rue".utf8))
        case UInt8(ascii: "f"): state = .word(Array("alse".utf8))
        case UInt8(ascii: "n"): state = .word(Array("ull".utf8))
        case UInt8(ascii: "-"): state = .number(.minus)
        case UInt8(ascii: "0"): state = .number(.zero)
        case UInt8(ascii: "1")...UInt8(ascii: "9"): state = .number(.digits)
        default: return false
        }
        return true
    }

    private mutating func pop(_ byte: UInt8) -> Bool {
        guard isObject.last == (byte == UInt8(ascii: "}")) else { return false }
        isObject.removeLast()
        isTold = false
        state = isObject.isEmpty ? .end : .afterValue
        return true
    }

    private func next(_ number: Number, _ byte: UInt8) -> Number? {
        let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        let isE = byte | 0x20 == UInt8(ascii: "e")
        switch number {
        case .minus: return byte == UInt8(ascii: "0") ? .zero : isDigit ? .digits : nil
        case .zero: return byte == UInt8(ascii: ".") ? .point : isE ? .exponent : nil
        case .digits: return isDigit ? .digits : byte == UInt8(ascii: ".") ? .point : isE ? .exponent : nil
        case .point: return isDigit ? .fraction : nil
        case .fraction: return isDigit ? .fraction : isE ? .exponent : nil
        case .exponent:
            return isDigit ? .power : byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") ? .sign : nil
        case .sign, .power: return isDigit ? .power : nil
        }
    }

    private func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}
