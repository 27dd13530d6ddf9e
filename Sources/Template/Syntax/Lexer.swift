import CUnicode

/// Cuts a template into tokens, as jinja2 3.1 does with trim_blocks and lstrip_blocks: jinja2/lexer.py, class Lexer.
/// Linear in the source.
struct Lexer {
    let source: [UInt8]
    var names = NameTable()
    private(set) var tokens: [Token] = []
    private var position = 0
    private var lineStarting = true

    init(_ source: [UInt8]) { self.source = Lexer.normalise(source) }

    /// jinja2 3.1: line ends become "\n", and one at the very end is dropped (keep_trailing_newline is off).
    static func normalise(_ source: [UInt8]) -> [UInt8] {
        var out = source
        if source.contains(0x0D) {
            out.removeAll(keepingCapacity: true)
            var i = 0
            while i < source.count {
                if source[i] == 0x0D {
                    out.append(0x0A)
                    if i + 1 < source.count, source[i + 1] == 0x0A { i += 1 }
                } else {
                    out.append(source[i])
                }
                i += 1
            }
        }
        if out.last == 0x0A { out.removeLast() }
        return out
    }

    mutating func run() throws(TemplateError) {
        while position < source.count { try root() }
        tokens.append(Token(kind: .eof, range: source.count..<source.count))
    }

    // MARK: Data

    private mutating func root() throws(TemplateError) {
        guard let begin = find("{", from: position, next: "{%#") else {
            emitData(position, source.count, position..<source.count)
            position = source.count
            return
        }
        let kind = source[begin + 1]
        if kind == UInt8(ascii: "%"), let end = rawBegin(begin) {
            data(until: begin, isVariable: false)
            advance(to: end)
            return try raw(opened: begin)
        }
        data(until: begin, isVariable: kind == UInt8(ascii: "{"))
        var after = begin + 2
        if after < source.count, isSign(source[after]) { after += 1 }
        advance(to: after)
        switch kind {
        case UInt8(ascii: "#"): try comment(opened: begin)
        case UInt8(ascii: "{"):
            tokens.append(Token(kind: .variableBegin, range: begin..<after))
            try expression(isBlock: false)
        default:
            tokens.append(Token(kind: .blockBegin, range: begin..<after))
            try expression(isBlock: true)
        }
    }

    private mutating func advance(to end: Int) {
        if end > position { lineStarting = source[end - 1] == 0x0A }
        position = end
    }

    /// Emits the text before a tag, stripped as its sign and lstrip_blocks ask.
    private mutating func data(until begin: Int, isVariable: Bool) {
        let sign = begin + 2 < source.count ? source[begin + 2] : 0
        var end = begin
        if sign == UInt8(ascii: "-") {
            end = stripEnd(position, begin)
        } else if sign != UInt8(ascii: "+"), !isVariable {
            let line = lineStart(position, begin)
            if line > position || lineStarting, stripEnd(line, begin) == line { end = line }
        }
        emitData(position, end, position..<begin)
    }

    private mutating func emitData(_ from: Int, _ to: Int, _ range: Range<Int>) {
        if from < to { tokens.append(Token(kind: .data, range: from..<to, text: Array(source[from..<to]))) }
    }

    /// The offset after the last line break of `from..<to`, or `from`.
    private func lineStart(_ from: Int, _ to: Int) -> Int {
        var i = to
        while i > from, source[i - 1] != 0x0A { i -= 1 }
        return i
    }

    /// Where the white space at the end of `from..<to` begins.
    private func stripEnd(_ from: Int, _ to: Int) -> Int {
        source.withUnsafeBufferPointer { bytes in
            var end = to
            while end > from {
                let before = Text.before(bytes, end)
                if before < from || !CodePoint.isSpace(Text.decode(bytes, before).code) { break }
                end = before
            }
            return end
        }
    }

    /// The offset after the white space that begins at `from`.
    func skipSpace(_ from: Int) -> Int {
        source.withUnsafeBufferPointer { bytes in
            var i = from
            while i < bytes.count {
                let (code, width) = Text.decode(bytes, i)
                if !CodePoint.isSpace(code) { break }
                i += width
            }
            return i
        }
    }

    /// The first `first` at or after `from` that is followed by one of `next`.
    private func find(_ first: Unicode.Scalar, from: Int, next: StaticString) -> Int? {
        let first = UInt8(ascii: first)
        let following = next.array
        var i = from
        while i + 1 < source.count {
            if source[i] == first, following.contains(source[i + 1]) { return i }
            i += 1
        }
        return nil
    }

    private func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") }

    private func has(_ text: StaticString, at offset: Int) -> Bool {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return offset + bytes.count <= source.count && source[offset..<(offset + bytes.count)].elementsEqual(bytes)
    }

    // MARK: Comments and raw blocks

    private mutating func comment(opened: Int) throws(TemplateError) {
        var i = position
        while i < source.count {
            if has("#}", at: i) { return advance(to: has("\n", at: i + 2) ? i + 3 : i + 2) }
            if has("+#}", at: i) { return advance(to: i + 3) }
            if has("-#}", at: i) { return advance(to: skipSpace(i + 3)) }
            i += 1
        }
        throw error(.syntax, "Missing end of comment tag", opened)
    }

    /// Past `{% raw %}` at `begin`. A line break after it stays: trim_blocks does not reach raw tags in jinja2 3.1.
    private func rawBegin(_ begin: Int) -> Int? {
        var i = begin + 2
        if i < source.count, isSign(source[i]) { i += 1 }
        i = skipSpace(i)
        guard has("raw", at: i) else { return nil }
        i = skipSpace(i + 3)
        if has("-%}", at: i) { return skipSpace(i + 3) }
        return has("%}", at: i) ? i + 2 : nil
    }

    private mutating func raw(opened: Int) throws(TemplateError) {
        var from = position
        while let begin = find("{", from: from, next: "%") {
            var i = begin + 2
            if i < source.count, isSign(source[i]) { i += 1 }
            i = skipSpace(i)
            if has("endraw", at: i), let end = blockEnd(skipSpace(i + 6)) {
                data(until: begin, isVariable: false)
                return advance(to: end)
            }
            from = begin + 1
        }
        throw error(.syntax, "Missing end of raw directive", opened)
    }

    /// Past `%}` with its sign, and the line break that trim_blocks takes.
    func blockEnd(_ i: Int) -> Int? {
        if has("+%}", at: i) { return i + 3 }
        if has("-%}", at: i) { return skipSpace(i + 3) }
        if has("%}", at: i) { return has("\n", at: i + 2) ? i + 3 : i + 2 }
        return nil
    }

    func variableEnd(_ i: Int) -> Int? {
        if has("-}}", at: i) { return skipSpace(i + 3) }
        return has("}}", at: i) ? i + 2 : nil
    }

    // MARK: Expressions

    private mutating func expression(isBlock: Bool) throws(TemplateError) {
        var open: [UInt8] = []
        while position < source.count {
            if open.isEmpty, let end = isBlock ? blockEnd(position) : variableEnd(position) {
                tokens.append(Token(kind: isBlock ? .blockEnd : .variableEnd, range: position..<end))
                return advance(to: end)
            }
            let spaceEnd = skipSpace(position)
            if spaceEnd > position {
                advance(to: spaceEnd)
                continue
            }
            let token = try scanToken(position)
            try balance(token, &open)
            tokens.append(token)
            advance(to: token.range.upperBound)
        }
    }

    /// Brackets must match before a tag may end: so `}}` can close two dicts.
    private func balance(_ token: Token, _ open: inout [UInt8]) throws(TemplateError) {
        switch token.kind {
        case .lbrace: open.append(UInt8(ascii: "}"))
        case .lparen: open.append(UInt8(ascii: ")"))
        case .lbracket: open.append(UInt8(ascii: "]"))
        case .rbrace, .rparen, .rbracket:
            let found = source[token.range.lowerBound]
            guard let expected = open.popLast() else {
                throw error(.syntax, "unexpected '%'", token.range.lowerBound, [found])
            }
            if expected != found {
                throw error(.syntax, "unexpected '%', expected '%'", token.range.lowerBound, [found], [expected])
            }
        default: break
        }
    }

    func error(
        _ kind: TemplateError.Kind, _ sentence: StaticString, _ offset: Int, _ a: [UInt8] = [], _ b: [UInt8] = []
    ) -> TemplateError {
        var error = TemplateError(kind, sentence, a, b)
        (error.line, error.column) = Lexer.place(offset, in: source)
        return error
    }

    /// Line and column, from 1, of a byte of the normalised source.
    static func place(_ offset: Int, in source: [UInt8]) -> (line: Int, column: Int) {
        let before = source.prefix(offset)
        let lineStart = (before.lastIndex(of: 0x0A) ?? -1) + 1
        let line = before.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
        return (line, before[lineStart...].reduce(1) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) })
    }
}
