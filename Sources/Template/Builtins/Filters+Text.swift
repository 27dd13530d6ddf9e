/// Filters over text.
extension Interpreter {
    func textFilter(
        _ name: FilterName, _ value: TemplateValue, _ arguments: CallArguments
    ) throws(TemplateError) -> TemplateValue {
        switch name {
        case .string:
            _ = try arguments.bind()
            return .string(try tracked(value))
        case .safe:
            _ = try arguments.bind()
            return .string(try tracked(value).asMarkup(true))
        case .escape, .e:
            _ = try arguments.bind()
            return .string(try escaped(tracked(value)))
        case .forceescape:
            _ = try arguments.bind()
            return .string(try escaped(tracked(value).asMarkup(false)))
        case .replace:
            let bound = try arguments.bind("old", "new", "count", required: 2)
            let limit =
                try bound[2].flatMap { $0.isNone ? nil : $0 }.map { (n) throws(TemplateError) in try wantInt(n, or: -1)
                } ?? -1
            if autoescape {
                let text = try tracked(value)
                try charge(text.count >> 4)
                return .string(
                    try replaceMarkup(text, bound[0] ?? .none, bound[1] ?? .none, limit: limit))
            }
            let text = try tracked(value).asMarkup(false)
            try charge(text.count >> 4)
            return .string(
                try text.replace(string(bound[0] ?? .none), string(bound[1] ?? .none), limit: limit, self).asMarkup(
                    false))
        case .indent: return .string(try indent(value, arguments))
        case .truncate: return try truncate(value, arguments)
        case .format:
            if !arguments.positional.isEmpty, !arguments.keywords.isEmpty {
                throw TemplateError(.filterArgument, "can't handle positional and keyword arguments at the same time")
            }
            if arguments.keywords.isEmpty {
                return .string(try PercentFormat.format(string(value), .tuple(arguments.positional), self))
            }
            let mapping = try dict(arguments.keywords.map { (.string($0.name), $0.value) })
            return .string(try PercentFormat.format(string(value), .single(.dict(mapping)), self))
        case .xmlattr: return .string(try xmlAttributes(value, arguments))
        case .pprint:
            _ = try arguments.bind()
            return .string(try PrettyPrinter(self).print(value))
        case .urlize: return .string(try urlize(value, arguments))
        case .wordwrap: return .string(try wrap(value, arguments))
        case .urlencode:
            _ = try arguments.bind()
            return .string(try urlEncode(value))
        default: break
        }
        let text = try tracked(value)
        try charge(text.count >> 4)
        switch name {
        case .trim:
            let characters = try optionalText(arguments.bind("chars")[0])
            return .string(text.strip(left: true, right: true, characters: characters))
        case .center:
            let width = try wantInt(arguments.bind("width")[0], or: 80)
            return try callString(text, .center, CallArguments(positional: [.int(width)]))
        default: _ = try arguments.bind()
        }
        switch name {
        case .upper: return .string(text.upper(self))
        case .lower: return .string(text.lower(self))
        case .capitalize: return .string(text.capitalized(self))
        case .title: return .string(titled(text))
        case .striptags: return .string(try stripTags(text))
        default:
            var words = 0
            var isInside = false
            for code in text.codePoints {
                let isWord = CodePoint.isAlphanumeric(code) || code == 0x5F
                if isWord && !isInside { words += 1 }
                isInside = isWord
            }
            return .int(words)
        }
    }

    /// `str(value)`, with the origin of a container for what it holds, of a number for its digits.
    private func tracked(_ value: TemplateValue) throws(TemplateError) -> Text {
        try string(value, readOrigin)
    }

    /// jinja2 3.1: do_title; words begin after white space and -({[<.
    private func titled(_ text: Text) -> Text {
        let starters = Text("-({[<").codePoints
        var builder = builder()
        var wordStart = 0
        func finishWord(_ end: Int) {
            if wordStart == end { return }
            let word = text.slice(wordStart, end)
            let width = word.withBytes { Text.decode($0, 0).width }
            builder.append(word.slice(0, width).upper(self))
            builder.append(word.slice(width, word.count).lower(self))
        }
        var i = 0
        while i < text.count {
            let (code, width) = text.withBytes { Text.decode($0, i) }
            if CodePoint.isSpace(code) || starters.contains(code) {
                finishWord(i)
                builder.append(text, i, i + width)
                wordStart = i + width
            }
            i += width
        }
        finishWord(text.count)
        return builder.finish()
    }

    private func indent(_ value: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> Text {
        let bound = try arguments.bind("width", "first", "blank")
        var indention: Text
        if case .string(let width)? = bound[0] {
            indention = width
        } else {
            if case .undefined(let undefined)? = bound[0] { throw undefined.error }
            indention = try Text(" ").repeated(wantInt(bound[0], or: 4), self)
        }
        guard case .string(let text) = value else {
            if case .undefined(let undefined) = value { throw undefined.error }
            if case .list = value { throw TemplateError(.attribute, "'list' object has no attribute 'splitlines'") }
            throw TemplateError(.type, "unsupported operand type(s): '%' and 'str'", value.typeName)
        }
        if text.isMarkup { indention = indention.asMarkup(true) }
        indention = text.isMarkup ? indention : try escapedIf(indention, indention.isMarkup)
        let isBlank = bound[2]?.isTrue ?? false
        var builder = builder()
        if bound[1]?.isTrue ?? false { builder.append(indention) }
        // jinja2 3.1 appends a newline first: so a text that ends in one keeps an empty last line.
        let extended = try join(text, Text("\n", isMarkup: text.isMarkup))
        for (i, line) in extended.splitLines(keepEnds: false).enumerated() {
            if i > 0 {
                builder.append("\n", origin: line.originAt(0).derived)
                if isBlank || !line.isEmpty { builder.append(indention) }
                try charge(1 + indention.count >> 4)
                if builder.count > outputLimit { throw TemplateError(.limit, "a string grows too long") }
            }
            builder.append(line)
        }
        return builder.finish(markup: text.isMarkup || indention.isMarkup)
    }

    private func escapedIf(_ text: Text, _ condition: Bool) throws(TemplateError) -> Text {
        condition ? try escaped(text) : text
    }

    private func truncate(_ value: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> TemplateValue {
        let bound = try arguments.bind("length", "killwords", "end", "leeway")
        let length = try wantInt(bound[0], or: 255)
        let end = try bound[2].map { (e) throws(TemplateError) in try wantText(e) } ?? Text("...")
        let leeway =
            try bound[3].flatMap { $0.isNone ? nil : $0 }.map { (n) throws(TemplateError) in try wantInt(n, or: 5) }
            ?? 5
        if length < end.length || leeway < 0 { throw TemplateError(.pythonAssertion, "expected a larger length") }
        guard case .string(let text) = value else {
            if try self.length(value) <= length.addingReportingOverflow(leeway).partialValue { return value }
            if value.isRepeatable, !(bound[1]?.isTrue ?? false) {
                throw TemplateError(.attribute, "'%' object has no attribute 'rsplit'", value.typeName)
            }
            throw TemplateError(.type, "truncate needs a string, not %", value.typeName)
        }
        if text.length <= length.addingReportingOverflow(leeway).partialValue { return value }
        var kept = text.slice(0, text.offset(ofCodePoint: length - end.length))
        if !(bound[1]?.isTrue ?? false), let space = kept.findLast(Text(" ")) { kept = kept.slice(0, space) }
        return .string(try join(kept, end))
    }

    /// markupsafe: striptags.
    func stripTags(_ text: Text) throws(TemplateError) -> Text {
        try charge(text.count >> 1)
        var builder = builder()
        var position = 0
        let open = Text("<")
        while let start = text.find(open, from: position) {
            let isComment = text.slice(start, text.count).hasPrefix(Text("<!--"))
            let end =
                isComment
                ? text.find(Text("-->"), from: min(start + 4, text.count)).map { $0 + 3 }
                : text.find(Text(">"), from: start).map { $0 + 1 }
            guard let end else { break }
            builder.append(text, position, start)
            position = end
        }
        builder.append(text, position, text.count)
        let words = builder.finish().splitSpace(limit: -1)
        var out = self.builder()
        for (i, word) in words.enumerated() {
            if i > 0 { out.append(" ", origin: word.originAt(0).derived) }
            out.append(word)
        }
        return try unescape(out.finish())
    }

    private func xmlAttributes(_ value: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> Text {
        let autospace = try arguments.bind("autospace")[0]?.isTrue ?? true
        guard case .dict(let dict) = value else {
            if case .undefined(let undefined) = value { throw undefined.error }
            throw TemplateError(.attribute, "'%' object has no attribute 'items'", value.typeName)
        }
        var builder = builder()
        for entry in dict.entries where !entry.value.isNone && !entry.value.isUndefined {
            let key = try wantText(entry.key)
            if key.codePoints.contains(where: { [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x2F, 0x3E, 0x3D].contains($0) }) {
                throw TemplateError(.value, "Invalid character in attribute name: '%'", key.array)
            }
            if autospace || builder.count > 0 { builder.append(" ", origin: dict.origin.derived) }
            builder.append(try escaped(key))
            builder.append("=\"", origin: dict.origin.derived)
            builder.append(try escaped(string(entry.value)))
            builder.append("\"", origin: dict.origin.derived)
        }
        return builder.finish(markup: autoescape)
    }

    /// CPython: urllib.parse.quote, with "/" kept, or for query strings.
    private func urlEncode(_ value: TemplateValue) throws(TemplateError) -> Text {
        func quote(_ value: TemplateValue, isQuery: Bool, _ out: inout TextBuilder) throws(TemplateError) {
            let text = try string(value)
            try charge(text.count)
            let result = text.mapCharacters(self, keeping: true) { code, _, out in
                let isSafe =
                    code < 0x80
                    && (CodePoint.isAlphanumeric(code) || [0x5F, 0x2E, 0x2D, 0x7E].contains(code)
                        || (code == 0x2F && !isQuery))
                if isSafe { return out.append(UInt8(truncatingIfNeeded: code)) }
                if isQuery, code == 0x20 { return out.append(0x2B) }
                var encoded = [UInt8]()
                Text.encode(code, to: &encoded)
                for byte in encoded {
                    let digits = Array(String(byte, radix: 16, uppercase: true).utf8)
                    out += [0x25] + (digits.count == 1 ? [0x30] : []) + digits
                }
            }
            out.append(result)
        }
        var builder = builder()
        if case .string = value {
            try quote(value, isQuery: false, &builder)
            return builder.finish()
        }
        var pairs: [TemplateValue] = []
        if case .dict(let dict) = value {
            pairs = (0..<dict.count).map { DictView(dict, .items).item($0) }
        } else if ValueIterator(value) == nil {
            try quote(value, isQuery: false, &builder)
            return builder.finish()
        } else {
            pairs = try collect(value)
        }
        for (i, pair) in pairs.enumerated() {
            let items = try collect(pair)
            if items.count != 2 { throw TemplateError(.value, "not enough values to unpack (expected 2)") }
            if i > 0 { builder.append("&", origin: 0) }
            try quote(items[0], isQuery: true, &builder)
            builder.append("=", origin: 0)
            try quote(items[1], isQuery: true, &builder)
        }
        return builder.finish()
    }
}
