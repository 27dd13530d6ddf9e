import CUnicode

/// The tokens inside a tag: names, numbers, strings, operators.
extension Lexer {
    mutating func scanToken(_ start: Int) throws(TemplateError) -> Token {
        let byte = source[start]
        if byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") { return try number(start) }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return try string(start, quote: byte) }
        if let token = try name(start) { return token }
        return try op(start)
    }

    private mutating func name(_ start: Int) throws(TemplateError) -> Token? {
        let source = self.source
        let (end, isIdentifier) = source.withUnsafeBufferPointer { bytes in
            var i = start
            var valid = true
            while i < bytes.count {
                let (code, width) = Text.decode(bytes, i)
                let flags = Int(cunicode_python(code).pointee.flags)
                let isID = flags & CUNICODE_ID_CONTINUE != 0
                if !isID && flags & (CUNICODE_ALPHA | CUNICODE_DECIMAL | CUNICODE_NUMERIC | CUNICODE_DIGIT) == 0 {
                    break
                }
                valid = valid && isID && (i > start || flags & CUNICODE_ID_START != 0)
                i += width
            }
            return (i, valid)
        }
        if end == start { return nil }
        if !isIdentifier { throw error(.syntax, "Invalid character in identifier", start) }
        return Token(kind: .name, range: start..<end, number: names.id(Array(source[start..<end])))
    }

    private func isDigit(_ i: Int) -> Bool {
        i < source.count && source[i] >= UInt8(ascii: "0") && source[i] <= UInt8(ascii: "9")
    }

    /// Past `\d+` with single underscores between digits.
    private func digits(_ start: Int) -> Int {
        var i = start
        while isDigit(i) || (i < source.count && source[i] == UInt8(ascii: "_") && i > start && isDigit(i + 1)) {
            i += 1
        }
        return i
    }

    private func number(_ start: Int) throws(TemplateError) -> Token {
        if let float = float(start) { return float }
        if source[start] == UInt8(ascii: "0"), start + 1 < source.count {
            let radix: Int? =
                switch source[start + 1] | 0x20 {
                case UInt8(ascii: "b"): 2
                case UInt8(ascii: "o"): 8
                case UInt8(ascii: "x"): 16
                default: nil
                }
            if let radix {
                var i = start + 2
                var text = [UInt8]()
                while i < source.count {
                    let isUnderscore = source[i] == UInt8(ascii: "_")
                    let at = isUnderscore ? i + 1 : i
                    guard at < source.count, let digit = CodePoint.digit(source[at]), digit < radix else { break }
                    text.append(source[at])
                    i = at + 1
                }
                if !text.isEmpty {
                    if let value = Int(String(decoding: text, as: UTF8.self), radix: radix) {
                        return Token(kind: .integer, range: start..<i, number: value)
                    }
                    guard text.count <= BigInteger.mostDigits, let value = BigInteger(text, radix: radix) else {
                        throw error(.limit, "integer too large", start)
                    }
                    return Token(kind: .bigInteger, range: start..<i, text: value.digits())
                }
            }
            var i = start + 1
            while i < source.count, source[i] == UInt8(ascii: "0") || has0(i) { i += 1 }
            return Token(kind: .integer, range: start..<i, number: 0)
        }
        let end = digits(start)
        let text = source[start..<end].filter { $0 != UInt8(ascii: "_") }
        if let value = Int(String(decoding: text, as: UTF8.self)) {
            return Token(kind: .integer, range: start..<end, number: value)
        }
        if text.count > 4300 { throw error(.syntax, "Exceeds the limit for integer string conversion", start) }
        return Token(kind: .bigInteger, range: start..<end, text: text)
    }

    private func has0(_ i: Int) -> Bool {
        source[i] == UInt8(ascii: "_") && i + 1 < source.count && source[i + 1] == UInt8(ascii: "0")
    }

    /// jinja2 3.1: float_re. Not after a dot, so that `x.0.1` is two subscripts.
    private func float(_ start: Int) -> Token? {
        if start > 0, source[start - 1] == UInt8(ascii: ".") { return nil }
        var end = digits(start)
        let whole = end
        if end < source.count, source[end] == UInt8(ascii: "."), isDigit(end + 1) { end = digits(end + 1) }
        if end < source.count, source[end] | 0x20 == UInt8(ascii: "e") {
            var i = end + 1
            if i < source.count, source[i] == UInt8(ascii: "+") || source[i] == UInt8(ascii: "-") { i += 1 }
            if isDigit(i) { end = digits(i) }
        }
        if end == whole { return nil }
        let text = source[start..<end].filter { $0 != UInt8(ascii: "_") }
        return Token(
            kind: .float, range: start..<end, float: Double(String(decoding: text, as: UTF8.self)) ?? .infinity)
    }

    private func string(_ start: Int, quote: UInt8) throws(TemplateError) -> Token {
        var i = start + 1
        var out = [UInt8]()
        while i < source.count, source[i] != quote {
            if source[i] == UInt8(ascii: "\\") {
                i = try escape(i, &out)
            } else {
                out.append(source[i])
                i += 1
            }
        }
        if i >= source.count {
            throw error(.syntax, "unexpected char %", start, quote == 0x22 ? Array("'\"'".utf8) : Array("\"'\"".utf8))
        }
        return Token(kind: .string, range: start..<(i + 1), text: out)
    }

    /// CPython's "unicode-escape" codec. Returns the offset after the escape that begins at `i`.
    private func escape(_ i: Int, _ out: inout [UInt8]) throws(TemplateError) -> Int {
        guard i + 1 < source.count else { return i + 1 }
        let letter = source[i + 1]
        switch letter {
        case 0x0A: return i + 2
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): out.append(letter)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "v"): out.append(0x0B)
        case UInt8(ascii: "a"): out.append(0x07)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            var code: UInt32 = 0
            var end = i + 1
            while end < source.count, end < i + 4, source[end] >= 0x30, source[end] <= 0x37 {
                code = code * 8 + UInt32(source[end] - 0x30)
                end += 1
            }
            Text.encode(code, to: &out)
            return end
        case UInt8(ascii: "x"): return try hex(i, 2, "truncated \\xXX escape", &out)
        case UInt8(ascii: "u"): return try hex(i, 4, "truncated \\uXXXX escape", &out)
        case UInt8(ascii: "U"): return try hex(i, 8, "truncated \\UXXXXXXXX escape", &out)
        case UInt8(ascii: "N"): throw error(.unsupported, "named Unicode characters are not supported", i)
        default:
            out.append(UInt8(ascii: "\\"))
            return i + 1
        }
        return i + 2
    }

    private func hex(
        _ i: Int, _ count: Int, _ message: StaticString, _ out: inout [UInt8]
    ) throws(TemplateError) -> Int {
        var code: UInt32 = 0
        for k in 0..<count {
            guard i + 2 + k < source.count, let digit = CodePoint.digit(source[i + 2 + k]), digit < 16 else {
                throw error(.syntax, message, i)
            }
            code = code << 4 | UInt32(digit)
        }
        if code > 0x10FFFF { throw error(.syntax, "illegal Unicode character", i) }
        // A lone surrogate cannot leave Python as UTF-8 either; a pair of them is two characters there.
        if code >= 0xD800 && code < 0xE000 { throw error(.unsupported, "surrogates are not supported in strings", i) }
        Text.encode(code, to: &out)
        return i + 2 + count
    }

    private func op(_ start: Int) throws(TemplateError) -> Token {
        let byte = source[start]
        let next = start + 1 < source.count ? source[start + 1] : 0
        let two: Token.Kind? =
            switch (byte, next) {
            case (UInt8(ascii: "/"), UInt8(ascii: "/")): .floordiv
            case (UInt8(ascii: "*"), UInt8(ascii: "*")): .pow
            case (UInt8(ascii: "="), UInt8(ascii: "=")): .eq
            case (UInt8(ascii: "!"), UInt8(ascii: "=")): .ne
            case (UInt8(ascii: ">"), UInt8(ascii: "=")): .gteq
            case (UInt8(ascii: "<"), UInt8(ascii: "=")): .lteq
            default: nil
            }
        if let two { return Token(kind: two, range: start..<(start + 2)) }
        let one: Token.Kind? =
            switch byte {
            case UInt8(ascii: "+"): .add
            case UInt8(ascii: "-"): .sub
            case UInt8(ascii: "/"): .div
            case UInt8(ascii: "*"): .mul
            case UInt8(ascii: "%"): .mod
            case UInt8(ascii: "~"): .tilde
            case UInt8(ascii: "["): .lbracket
            case UInt8(ascii: "]"): .rbracket
            case UInt8(ascii: "("): .lparen
            case UInt8(ascii: ")"): .rparen
            case UInt8(ascii: "{"): .lbrace
            case UInt8(ascii: "}"): .rbrace
            case UInt8(ascii: ">"): .gt
            case UInt8(ascii: "<"): .lt
            case UInt8(ascii: "="): .assign
            case UInt8(ascii: "."): .dot
            case UInt8(ascii: ":"): .colon
            case UInt8(ascii: "|"): .pipe
            case UInt8(ascii: ","): .comma
            case UInt8(ascii: ";"): .semicolon
            default: nil
            }
        guard let one else { throw error(.syntax, "unexpected char '%'", start, [byte]) }
        return Token(kind: one, range: start..<(start + 1))
    }
}
