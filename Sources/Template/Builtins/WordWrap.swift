/// CPython's textwrap.TextWrapper with the options that jinja2's `wordwrap` sets, for one line of text.
struct WordWrap {
    /// Counted in code points, as Python counts.
    var width: Int
    /// A width that is no integer can be compared with, but a word cannot be cut at it.
    var canCut: Bool
    var breaksLongWords: Bool
    /// What a long word is cut at, and what words are split at: Python asks the one for truth, the other for `True`.
    var prefersHyphens: Bool
    var splitsAtHyphens: Bool

    private typealias Chunk = Range<Int>

    /// The lines, each a run of byte ranges of `line`.
    func lines(_ line: Text, _ interpreter: Interpreter) throws(TemplateError) -> [[Range<Int>]] {
        let codes = line.codePoints
        let offsets = line.characterOffsets
        try interpreter.charge(codes.count)
        var rest = Array(chunks(codes).reversed())
        var lines = [[Range<Int>]]()
        while !rest.isEmpty {
            try interpreter.charge(2)
            var current = [Chunk]()
            var length = 0
            if !lines.isEmpty, let first = rest.last, isBlank(codes, first) { rest.removeLast() }
            while let next = rest.last, length + next.count <= width {
                current.append(next)
                length += next.count
                rest.removeLast()
            }
            if let long = rest.last, long.count > width { try take(long, codes, &rest, &current, length) }
            if let last = current.last, isBlank(codes, last) { current.removeLast() }
            if current.isEmpty { continue }
            lines.append(current.map { offsets[$0.lowerBound]..<offsets[$0.upperBound] })
        }
        return lines
    }

    private func isBlank(_ codes: [UInt32], _ chunk: Chunk) -> Bool { codes[chunk].allSatisfy(CodePoint.isSpace) }

    /// A word that fits on no line: cut to what is left of this one, at a hyphen if there is one.
    private func take(
        _ long: Chunk, _ codes: [UInt32], _ rest: inout [Chunk], _ current: inout [Chunk], _ length: Int
    ) throws(TemplateError) {
        if !breaksLongWords {
            if current.isEmpty {
                current.append(long)
                rest.removeLast()
            }
            return
        }
        let room = max(width, 1) - (width < 1 ? 0 : length)
        if !canCut { throw TemplateError(.type, "slice indices must be integers or None or have an __index__ method") }
        var end = min(long.lowerBound + room, long.upperBound)
        if prefersHyphens, long.count > room,
            let hyphen = codes[long.lowerBound..<end].lastIndex(of: 0x2D), hyphen > long.lowerBound,
            codes[long.lowerBound..<hyphen].contains(where: { $0 != 0x2D })
        {
            end = hyphen + 1
        }
        current.append(long.lowerBound..<end)
        rest[rest.count - 1] = end..<long.upperBound
    }

    // MARK: Splitting

    private func chunks(_ codes: [UInt32]) -> [Chunk] {
        var chunks = [Chunk]()
        var start = 0
        while start < codes.count {
            var end = start + 1
            if WordWrap.isBreak(codes[start]) {
                while end < codes.count, WordWrap.isBreak(codes[end]) { end += 1 }
            } else if !splitsAtHyphens {
                while end < codes.count, !WordWrap.isBreak(codes[end]) { end += 1 }
            } else if let dashes = dash(codes, start) {
                end = dashes
            } else {
                end = wordEnd(codes, start)
            }
            chunks.append(start..<end)
            start = end
        }
        return chunks
    }

    /// Where a word that starts here ends: after a hyphen between letters, or before white space or a dash.
    private func wordEnd(_ codes: [UInt32], _ start: Int) -> Int {
        var i = start + 1
        while i < codes.count {
            if WordWrap.isBreak(codes[i]) { return i }
            if codes[i] == 0x2D {
                if isHyphen(codes, i) { return i + 1 }
                if dash(codes, i) != nil { return i }
            }
            i += 1
        }
        return i
    }

    /// The end of two hyphens or more that begin here, between what punctuates a word and a word.
    private func dash(_ codes: [UInt32], _ start: Int) -> Int? {
        guard start > 0, codes[start] == 0x2D else { return nil }
        let before = codes[start - 1]
        guard WordWrap.isWord(before) || [0x21, 0x22, 0x27, 0x26, 0x2E, 0x2C, 0x3F].contains(before) else { return nil }
        var end = start
        while end < codes.count, codes[end] == 0x2D { end += 1 }
        return end - start >= 2 && end < codes.count && WordWrap.isWord(codes[end]) ? end : nil
    }

    /// Whether the hyphen here joins two parts of a word, of two letters each, or of one that a hyphen sets off.
    private func isHyphen(_ codes: [UInt32], _ i: Int) -> Bool {
        func isLetter(_ at: Int) -> Bool { at >= 0 && at < codes.count && WordWrap.isLetter(codes[at]) }
        func isHyphen(_ at: Int) -> Bool { at >= 0 && at < codes.count && codes[at] == 0x2D }
        guard isLetter(i - 1), isLetter(i - 2) || (isHyphen(i - 2) && isLetter(i - 3)) else { return false }
        return isLetter(i + 1) && (isLetter(i + 2) || (isHyphen(i + 2) && isLetter(i + 3)))
    }

    /// textwrap knows only the white space of ASCII.
    private static func isBreak(_ code: UInt32) -> Bool { code == 0x20 || (code >= 0x09 && code <= 0x0D) }

    static func isWord(_ code: UInt32) -> Bool { code == 0x5F || CodePoint.isAlphanumeric(code) }

    private static func isLetter(_ code: UInt32) -> Bool { isWord(code) && CodePoint.decimal(code) == nil }
}

extension Interpreter {
    /// The filter `wordwrap`: each line of the text is wrapped by itself.
    func wrap(_ value: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> Text {
        let bound = try arguments.bind("width", "break_long_words", "wrapstring", "break_on_hyphens")
        var glue = Text("\n")
        if let given = bound[2], !given.isNone {
            if case .undefined(let undefined) = given { throw undefined.error }
            guard case .string(let text) = given else {
                throw TemplateError(.attribute, "'%' object has no attribute 'join'", given.typeName)
            }
            glue = text
        }
        if case .undefined(let undefined) = value { throw undefined.error }
        guard case .string(let text) = value else {
            throw TemplateError(.attribute, "'%' object has no attribute 'splitlines'", value.typeName)
        }
        if text.isEmpty { return Text("", isMarkup: glue.isMarkup) }
        let (width, canCut) = try wrapWidth(bound[0])
        var splits = true
        if let flag = bound[3] { if case .bool(true) = flag { splits = true } else { splits = false } }
        let wrapper = WordWrap(
            width: width, canCut: canCut, breaksLongWords: bound[1]?.isTrue ?? true,
            prefersHyphens: bound[3]?.isTrue ?? true, splitsAtHyphens: splits)
        var builder = builder()
        try charge(text.count)
        for (i, line) in text.asMarkup(false).splitLines(keepEnds: false).enumerated() {
            var isFirst = i == 0
            let wrapped = try wrapper.lines(line, self)
            for pieces in wrapped.isEmpty ? [[]] : wrapped {
                if !isFirst {
                    // A newline of the filter's own belongs to the text it breaks.
                    builder.append(
                        glue.origin == 0 ? glue.with(origin: line.originAt(0).derived) : glue)
                }
                isFirst = false
                for piece in pieces {
                    let part = line.slice(piece.lowerBound, piece.upperBound)
                    builder.append(glue.isMarkup ? try escaped(part) : part)
                }
                if builder.count > outputLimit { throw TemplateError(.limit, "a string grows too long") }
                try charge(1 + glue.count >> 4)
            }
        }
        return builder.finish(markup: glue.isMarkup)
    }

    /// The width in characters, and whether it is an integer.
    private func wrapWidth(_ value: TemplateValue?) throws(TemplateError) -> (Int, Bool) {
        guard let value else { return (79, true) }
        if case .undefined(let undefined) = value { throw undefined.error }
        let width: Int
        var isInteger = true
        if case .float(let number) = value {
            width = number.isNaN || number <= 0 ? 0 : number >= 1e12 ? 1_000_000_000_000 : Int(number)
            isInteger = number < 1
            if number > 0, number < 1 { return (0, true) }
        } else if let index = value.index {
            width = min(index, 1 << 40)
        } else {
            throw TemplateError(.type, "'<=' not supported between instances of '%' and 'int'", value.typeName)
        }
        if width <= 0 { throw TemplateError(.value, "invalid width % (must be > 0)", width.digits) }
        return (width, isInteger)
    }
}
