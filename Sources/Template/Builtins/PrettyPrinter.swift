/// CPython's `pprint.pformat` with its defaults: 80 columns, one space for each level, dicts sorted.
struct PrettyPrinter {
    private let interpreter: Interpreter
    private let width = 80

    init(_ interpreter: Interpreter) { self.interpreter = interpreter }

    func print(_ value: TemplateValue) throws(TemplateError) -> Text {
        interpreter.sortsRepr = true
        defer { interpreter.sortsRepr = false }
        var builder = interpreter.builder()
        try format(value, 0, 0, 0, OriginID.computed, &builder)
        return builder.finish()
    }

    /// `indent` is where the value begins, `allowance` what has to fit behind it, `level` how many containers it is in.
    private func format(
        _ value: TemplateValue, _ indent: Int, _ allowance: Int, _ level: Int, _ container: OriginID,
        _ out: inout TextBuilder
    ) throws(TemplateError) {
        let text = try interpreter.repr(value, container)
        try interpreter.charge(1 + text.count >> 4)
        if out.count > interpreter.outputLimit { throw TemplateError(.limit, "a string grows too long") }
        if text.length <= width - indent - allowance { return out.append(text) }
        switch value {
        case .dict(let dict): try format(dict, indent, allowance, level + 1, &out)
        case .list(let list):
            try format(list, "[", "]", indent, allowance + 1, level + 1, &out)
        case .tuple(let tuple) where !tuple.isGroup:
            let isSingle = tuple.count == 1
            try format(
                tuple, "(", isSingle ? ",)" : ")", indent, allowance + (isSingle ? 2 : 1), level + 1, &out)
        case .string(let string) where !string.isMarkup && !string.isEmpty:
            try format(string, text, indent, allowance, isOutermost: level == 0, &out)
        case .bytes(let bytes): try formatBytes(bytes, indent, allowance, isOutermost: level == 0, &out)
        default: out.append(text)
        }
    }

    private func format(
        _ items: SequenceObject, _ open: StaticString, _ close: StaticString, _ indent: Int, _ allowance: Int,
        _ level: Int, _ out: inout TextBuilder
    ) throws(TemplateError) {
        let origin = items.origin.derived
        out.append(open, origin: origin)
        for (i, item) in items.items.enumerated() {
            if i > 0 { breakLine(indent + 1, after: ",", origin, &out) }
            let isLast = i + 1 == items.count
            try format(item, indent + 1, isLast ? allowance : 1, level, origin, &out)
        }
        out.append(close, origin: origin)
    }

    private func format(
        _ dict: DictObject, _ indent: Int, _ allowance: Int, _ level: Int, _ out: inout TextBuilder
    ) throws(TemplateError) {
        let origin = dict.origin.derived
        out.append("{", origin: origin)
        let entries = try interpreter.prettySorted(dict.entries)
        for (i, entry) in entries.enumerated() {
            if i > 0 { breakLine(indent + 1, after: ",", origin, &out) }
            let key = try interpreter.repr(entry.key, origin)
            out.append(key)
            out.append(": ", origin: origin)
            let isLast = i + 1 == entries.count
            try format(entry.value, indent + 1 + key.length + 2, isLast ? allowance + 1 : 1, level, origin, &out)
        }
        out.append("}", origin: origin)
    }

    private func breakLine(_ indent: Int, after mark: StaticString, _ origin: OriginID, _ out: inout TextBuilder) {
        out.append(mark, origin: origin)
        out.append([0x0A] + Array(repeating: 0x20, count: indent), origin: origin)
        interpreter.spend(indent >> 4)
    }

    // MARK: Strings

    /// A string over lines: each of its own lines is a literal, or several where the words do not fit.
    private func format(
        _ string: Text, _ whole: Text, _ indent: Int, _ allowance: Int, isOutermost: Bool, _ out: inout TextBuilder
    ) throws(TemplateError) {
        let indent = isOutermost ? indent + 1 : indent
        let allowance = isOutermost ? allowance + 1 : allowance
        let room = width - indent
        var chunks = [Text]()
        let lines = string.splitLines(keepEnds: true)
        for (i, line) in lines.enumerated() {
            let isLast = i + 1 == lines.count
            let text = literal(line)
            if text.length <= (isLast ? room - allowance : room) {
                chunks.append(text)
            } else {
                try appendWords(line, room, isLast ? room - allowance : room, &chunks)
            }
        }
        if chunks.count == 1 { return out.append(whole) }
        let origin = string.originAt(0).derived
        if isOutermost { out.append("(", origin: origin) }
        for (i, chunk) in chunks.enumerated() {
            if i > 0 { breakLine(indent, after: "", origin, &out) }
            out.append(chunk)
        }
        if isOutermost { out.append(")", origin: origin) }
    }

    /// As many words on a line as fit; each with the white space behind it.
    private func appendWords(_ line: Text, _ room: Int, _ lastRoom: Int, _ chunks: inout [Text]) throws(TemplateError) {
        var start = 0
        var end = 0
        while end < line.count {
            let next = wordEnd(line, end)
            let candidate = line.slice(start, next)
            try interpreter.charge(1 + candidate.count >> 2)
            if literal(candidate).length > (next == line.count ? lastRoom : room) {
                if end > start { chunks.append(literal(line.slice(start, end))) }
                start = end
            }
            end = next
        }
        if end > start { chunks.append(literal(line.slice(start, end))) }
    }

    private func wordEnd(_ line: Text, _ start: Int) -> Int {
        var i = start
        var isInSpace = false
        while i < line.count {
            let (code, width) = line.withBytes { Text.decode($0, i) }
            let isSpace = CodePoint.isSpace(code)
            if isInSpace, !isSpace { return i }
            isInSpace = isSpace
            i += width
        }
        return i
    }

    private func literal(_ text: Text) -> Text {
        var builder = interpreter.builder()
        Interpreter.appendRepr(text, &builder)
        return builder.finish()
    }

    /// Bytes go over lines four at a time.
    private func formatBytes(
        _ bytes: Text, _ indent: Int, _ allowance: Int, isOutermost: Bool, _ out: inout TextBuilder
    ) throws(TemplateError) {
        let offsets = bytes.characterOffsets
        let count = offsets.count - 1
        let origin = bytes.originAt(0).derived
        if count <= 4 { return out.append(try interpreter.repr(.bytes(bytes), origin)) }
        let indent = isOutermost ? indent + 1 : indent
        let allowance = isOutermost ? allowance + 1 : allowance
        var room = width - indent
        if isOutermost { out.append("(", origin: origin) }
        var start = 0
        var end = 0
        var isFirst = true
        func write(_ to: Int) throws(TemplateError) {
            if !isFirst { breakLine(indent, after: "", origin, &out) }
            isFirst = false
            out.append(try interpreter.repr(.bytes(bytes.slice(offsets[start], offsets[to])), origin))
        }
        while end < count {
            let next = min(end + 4, count)
            if end == count / 4 * 4 { room -= allowance }
            let candidate = try interpreter.repr(.bytes(bytes.slice(offsets[start], offsets[next])), origin)
            if candidate.length > room {
                if end > start { try write(end) }
                start = end
            }
            end = next
        }
        if end > start { try write(end) }
        if isOutermost { out.append(")", origin: origin) }
    }
}
