import CUnicode

/// The methods of `str`, and of Markup, which escapes what is put into it.
extension Interpreter {
    func callString(_ text: Text, _ method: MethodName, _ arguments: CallArguments) throws(TemplateError)
        -> TemplateValue
    {
        try charge(text.count >> (text.isASCII ? 4 : 3))
        switch method {
        case .strip, .lstrip, .rstrip:
            let characters = try optionalText(arguments.bind("chars", positionalOnly: text.isMarkup ? 0 : 1)[0])
            return .string(text.strip(left: method != .rstrip, right: method != .lstrip, characters: characters))
        case .split, .rsplit: return try split(text, fromRight: method == .rsplit, arguments)
        case .startswith, .endswith: return .bool(try hasAffix(text, atEnd: method == .endswith, arguments))
        case .replace:
            let bound = try arguments.bind("old", "new", "count", required: 2, positionalOnly: 3)
            let new = try text.isMarkup ? escaped(string(bound[1] ?? .none)) : wantText(bound[1])
            let limit = try wantInt(bound[2], or: -1)
            return .string(
                try text.replace(wantText(bound[0]), new, limit: limit, self))
        case .join:
            return .string(try join(arguments.bind("iterable", required: 1, positionalOnly: 1)[0] ?? .none, by: text))
        case .upper, .lower, .capitalize, .title, .swapcase, .casefold:
            _ = try arguments.bind()
            return .string(changeCase(text, method))
        case .find, .rfind, .index, .rindex, .count: return try search(text, method, arguments)
        case .format: return .string(try StrFormat(self, isMarkup: text.isMarkup).format(text, arguments))
        case .formatMap:
            guard arguments.keywords.isEmpty, arguments.positional.count == 1 else {
                throw TemplateError(.type, "format_map() takes exactly one argument")
            }
            var mapped = CallArguments()
            if case .dict(let dict) = arguments.positional[0] {
                for entry in dict.entries {
                    if case .string(let key) = entry.key { mapped.keywords.append((key, entry.value)) }
                }
            } else if text.find(Text("{")) != nil {
                throw TemplateError(.type, "'%' object is not a mapping", arguments.positional[0].typeName)
            }
            return .string(try StrFormat(self, isMarkup: text.isMarkup).format(text, mapped))
        case .splitlines:
            let keep = try arguments.bind("keepends")[0].map(\.isTrue) ?? false
            try charge(text.count)
            return .list(try sequence(text.splitLines(keepEnds: keep).map { .string($0) }))
        case .partition, .rpartition:
            let separator = try wantText(arguments.bind("sep", required: 1, positionalOnly: 1)[0])
            if separator.isEmpty { throw TemplateError(.value, "empty separator") }
            let found = method == .partition ? text.find(separator) : text.findLast(separator)
            let nothing = text.slice(0, 0)
            guard let found else {
                let parts = method == .partition ? [text, nothing, nothing] : [nothing, nothing, text]
                return .tuple(try sequence(parts.map { .string($0) }))
            }
            let end = found + separator.count
            return .tuple(
                try sequence([
                    .string(text.slice(0, found)), .string(separator.asMarkup(text.isMarkup)),
                    .string(text.slice(end, text.count)),
                ]))
        case .removeprefix:
            let affix = try wantText(arguments.bind("prefix", required: 1, positionalOnly: 1)[0])
            return .string(text.hasPrefix(affix) ? text.slice(affix.count, text.count) : text)
        case .removesuffix:
            let affix = try wantText(arguments.bind("suffix", required: 1, positionalOnly: 1)[0])
            return .string(text.hasSuffix(affix) ? text.slice(0, text.count - affix.count) : text)
        case .center, .ljust, .rjust, .zfill: return .string(try pad(text, method, arguments))
        case .expandtabs: return .string(try expandTabs(text, wantInt(arguments.bind("tabsize")[0], or: 8)))
        case .encode:
            let bound = try arguments.bind("encoding", "errors")
            let codec = try Codec(named: bound[0].map { (e) throws(TemplateError) in try wantText(e) } ?? Text("utf-8"))
            let errors = try bound[1].map { (e) throws(TemplateError) in try wantText(e) } ?? Text("strict")
            return .bytes(try codec.encode(text, errors: errors, self))
        case .maketrans: return try makeTranslation(arguments)
        case .translate: return .string(try translate(text, arguments))
        case .unescape:
            _ = try arguments.bind()
            return .string(try unescape(text.asMarkup(false)))
        case .escape:
            let value = try arguments.bind("s", required: 1, positionalOnly: 1)[0] ?? .none
            return .string(try escaped(string(value)))
        case .striptags:
            _ = try arguments.bind()
            return .string(try stripTags(text))
        default:
            _ = try arguments.bind()
            return .bool(classify(text, method))
        }
    }

    private func changeCase(_ text: Text, _ method: MethodName) -> Text {
        switch method {
        case .upper: text.upper(self)
        case .lower: text.lower(self)
        case .capitalize: text.capitalized(self)
        case .title: text.title(self)
        case .swapcase: text.swapCase(self)
        default: text.caseFolded(self)
        }
    }

    private func classify(_ text: Text, _ method: MethodName) -> Bool {
        switch method {
        case .isalnum: text.isAll(CodePoint.isAlphanumeric)
        case .isalpha: text.isAll { CodePoint.has($0, CUNICODE_ALPHA) }
        case .isascii: text.isASCII
        case .isdecimal: text.isAll { CodePoint.has($0, CUNICODE_DECIMAL) }
        case .isdigit: text.isAll { CodePoint.has($0, CUNICODE_DIGIT) }
        case .isnumeric: text.isAll { CodePoint.has($0, CUNICODE_NUMERIC) }
        case .isspace: text.isAll(CodePoint.isSpace)
        case .isprintable: text.isEmpty || text.isAll { CodePoint.has($0, CUNICODE_PRINTABLE) }
        case .islower: text.isCased(CUNICODE_LOWER, not: CUNICODE_UPPER | CUNICODE_TITLE)
        case .isupper: text.isCased(CUNICODE_UPPER, not: CUNICODE_LOWER | CUNICODE_TITLE)
        case .istitle: text.isTitle
        default:
            text.codePoints.first.map { CodePoint.has($0, CUNICODE_ID_START) } ?? false
                && text.isAll { CodePoint.has($0, CUNICODE_ID_CONTINUE) }
        }
    }

    private func split(_ text: Text, fromRight: Bool, _ arguments: CallArguments) throws(TemplateError) -> TemplateValue
    {
        let bound = try arguments.bind("sep", "maxsplit")
        let limit = try wantInt(bound[1], or: -1)
        let parts: [Text]
        if let separator = try optionalText(bound[0]) {
            if separator.isEmpty { throw TemplateError(.value, "empty separator") }
            try charge(text.count(of: separator, from: 0, to: text.count) &* 4)
            parts = fromRight ? text.splitLast(separator, limit: limit) : text.split(separator, limit: limit)
        } else {
            try charge(text.count)
            parts = fromRight ? text.splitSpaceLast(limit: limit) : text.splitSpace(limit: limit)
        }
        try charge(parts.count)
        return .list(try sequence(parts.map { .string($0) }))
    }

    /// The byte range of Python's optional start and end; nil where they leave nothing, not even an empty place.
    private func range(_ text: Text, _ start: TemplateValue?, _ end: TemplateValue?) throws(TemplateError) -> Range<
        Int
    >? {
        for bound in [start, end] {
            if let bound, !bound.isNone, bound.index == nil {
                throw TemplateError(.type, "slice indices must be integers or None or have an __index__ method")
            }
        }
        if start?.index == nil, end?.index == nil { return 0..<text.count }
        let length = text.length
        func clamp(_ bound: Int) -> Int {
            bound < 0 ? max(bound.addingReportingOverflow(length).partialValue, 0) : bound
        }
        let from = clamp(start?.index ?? 0)
        let to = min(clamp(end?.index ?? length), length)
        if from > length || from > to { return nil }
        return text.offset(ofCodePoint: from)..<text.offset(ofCodePoint: to)
    }

    private func hasAffix(_ text: Text, atEnd: Bool, _ arguments: CallArguments) throws(TemplateError) -> Bool {
        let bound = try arguments.bind("affix", "start", "end", required: 1, positionalOnly: 3)
        var affixes: [Text] = []
        if case .tuple(let sequence)? = bound[0] {
            for item in sequence.items { affixes.append(try wantText(item)) }
        } else {
            affixes = [try wantText(bound[0])]
        }
        guard let range = try range(text, bound[1], bound[2]) else { return false }
        let part = text.slice(range.lowerBound, range.upperBound)
        return affixes.contains { atEnd ? part.hasSuffix($0) : part.hasPrefix($0) }
    }

    private func search(_ text: Text, _ method: MethodName, _ arguments: CallArguments) throws(TemplateError)
        -> TemplateValue
    {
        let bound = try arguments.bind("sub", "start", "end", required: 1, positionalOnly: 3)
        let part = try wantText(bound[0])
        let range = try range(text, bound[1], bound[2])
        if method == .count {
            guard let range else { return .int(0) }
            return .int(text.count(of: part, from: range.lowerBound, to: range.upperBound))
        }
        let found = range.flatMap {
            method == .find || method == .index
                ? text.find(part, from: $0.lowerBound, to: $0.upperBound)
                : text.findLast(part, from: $0.lowerBound, to: $0.upperBound)
        }
        if let found { return .int(text.codePoint(ofOffset: found)) }
        if method == .find || method == .rfind { return .int(-1) }
        throw TemplateError(.value, "substring not found")
    }

    /// `separator.join(items)`.
    private func join(_ items: TemplateValue, by separator: Text) throws(TemplateError) -> Text {
        var builder = builder()
        for (i, item) in try collect(items).enumerated() {
            guard case .string(let part) = separator.isMarkup ? .string(try escaped(string(item))) : item else {
                throw TemplateError(
                    .type, "sequence item %: expected str instance, % found", i.digits, item.typeName.array)
            }
            if i > 0 { builder.append(separator) }
            builder.append(part)
            try charge(part.count >> 4)
            if builder.count > outputLimit { throw TemplateError(.limit, "a string grows too long") }
        }
        return builder.finish(markup: separator.isMarkup)
    }

    private func pad(_ text: Text, _ method: MethodName, _ arguments: CallArguments) throws(TemplateError) -> Text {
        let bound =
            try method == .zfill
            ? arguments.bind("width", required: 1, positionalOnly: 1)
            : arguments.bind("width", "fillchar", required: 1, positionalOnly: 2)
        let missing = try wantInt(bound[0], or: 0).subtractingReportingOverflow(text.length).partialValue
        var fill = Text(method == .zfill ? "0" : " ")
        if method != .zfill, let given = bound[1] {
            fill = try wantText(given)
            if text.isMarkup { fill = try escaped(fill) }
            if fill.length != 1 { throw TemplateError(.type, "The fill character must be exactly one character long") }
        }
        if missing <= 0 { return text }
        let (total, overflow) = missing.multipliedReportingOverflow(by: fill.count)
        if overflow { throw TemplateError(.limit, "a string grows too long") }
        try checkSize(total)
        var builder = builder()
        // CPython: unicode_center_impl puts the odd one to the left of an odd width.
        let left =
            switch method {
            case .ljust: 0
            case .center: missing / 2 + (missing & (missing + text.length) & 1)
            default: missing
            }
        let hasSign =
            method == .zfill && !text.isEmpty && (text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+"))
        if hasSign { builder.append(text, 0, 1) }
        for _ in 0..<left { builder.append(fill) }
        builder.append(text, hasSign ? 1 : 0, text.count)
        for _ in 0..<(missing - left) { builder.append(fill) }
        return builder.finish(markup: text.isMarkup)
    }

    private func expandTabs(_ text: Text, _ size: Int) throws(TemplateError) -> Text {
        var column = 0
        let (room, overflow) = text.count.multipliedReportingOverflow(by: max(size, 1))
        if overflow { throw TemplateError(.limit, "a string grows too long") }
        try checkSize(room)
        return text.mapCharacters(self, keeping: true) { code, _, out in
            if code == 0x09 {
                let width = size > 0 ? size - column % size : 0
                out.append(contentsOf: repeatElement(0x20, count: width))
                column += width
            } else {
                column = code == 0x0A || code == 0x0D ? 0 : column + 1
                Text.encode(code, to: &out)
            }
        }
    }

    // MARK: Arguments

    func wantText(_ value: TemplateValue?) throws(TemplateError) -> Text {
        if case .string(let text)? = value { return text }
        throw TemplateError(.type, "must be str, not %", value?.typeName ?? "NoneType")
    }

    func optionalText(_ value: TemplateValue?) throws(TemplateError) -> Text? {
        guard let value, !value.isNone else { return nil }
        return try wantText(value)
    }

    func wantInt(_ value: TemplateValue?, or standard: Int) throws(TemplateError) -> Int {
        guard let value else { return standard }
        if let index = value.index { return index }
        throw TemplateError(.type, "'%' object cannot be interpreted as an integer", value.typeName)
    }
}
