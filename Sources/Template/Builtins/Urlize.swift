/// The filter `urlize`: jinja2.utils.urlize.
extension Interpreter {
    func urlize(_ value: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> Text {
        let bound = try arguments.bind("trim_url_limit", "nofollow", "target", "rel", "extra_schemes")
        var relations = Set<[UInt8]>()
        if let rel = bound[3], rel.isTrue {
            guard case .string(let text) = rel else {
                throw TemplateError(.attribute, "'%' object has no attribute 'split'", rel.typeName)
            }
            for word in text.splitSpace(limit: -1) { relations.insert(word.array) }
        }
        if bound[1]?.isTrue ?? false { relations.insert(Array("nofollow".utf8)) }
        relations.insert(Array("noopener".utf8))
        let sorted = relations.sorted { $0.lexicographicallyPrecedes($1) }
        var attributes = Array(" rel=\"".utf8)
        attributes += try escaped(Text(Array(sorted.joined(separator: [0x20])))).array + [0x22]
        if let target = bound[2], target.isTrue {
            attributes += Array(" target=\"".utf8) + (try escaped(string(target)).array) + [0x22]
        }
        let writer = LinkWriter(
            interpreter: self, attributes: attributes, limit: bound[0].flatMap { $0.isNone ? nil : $0 },
            schemes: try schemes(bound[4]))
        let text = try escaped(string(value)).asMarkup(false)
        try charge(text.count)
        return try writer.write(text).asMarkup(autoescape)
    }

    private func schemes(_ value: TemplateValue?) throws(TemplateError) -> [Text] {
        guard let value, !value.isNone else { return [] }
        var schemes = [Text]()
        for item in try collect(value) {
            guard case .string(let scheme) = item else {
                throw TemplateError(.type, "expected string or bytes-like object, got '%'", item.typeName)
            }
            if !LinkScanner(scheme).isScheme {
                throw TemplateError(.filterArgument, "'%' is not a valid URI scheme prefix.", scheme.array)
            }
            schemes.append(scheme.asMarkup(false))
        }
        // A generator has nothing left for the words.
        if case .generator = value { return [] }
        return schemes
    }
}

/// Writes a text whose links become links.
private struct LinkWriter {
    let interpreter: Interpreter
    /// `rel` and `target`, as they stand in the tag.
    let attributes: [UInt8]
    let limit: TemplateValue?
    let schemes: [Text]

    func write(_ text: Text) throws(TemplateError) -> Text {
        var builder = interpreter.builder()
        var start = 0
        var i = 0
        while i < text.count {
            let (code, width) = text.withBytes { Text.decode($0, i) }
            if CodePoint.isSpace(code) {
                try write(text.slice(start, i), &builder)
                builder.append(text, i, i + width)
                start = i + width
            }
            i += width
        }
        try write(text.slice(start, text.count), &builder)
        return builder.finish()
    }

    private func write(_ word: Text, _ out: inout TextBuilder) throws(TemplateError) {
        if word.isEmpty { return }
        try interpreter.charge(2 + word.count >> 2 + schemes.count)
        if out.count > interpreter.outputLimit { throw TemplateError(.limit, "a string grows too long") }
        let (from, to) = core(word)
        let link = word.slice(from, to)
        out.append(word, 0, from)
        try writeLink(link, &out)
        out.append(word, to, word.count)
    }

    /// What of a word may be a link: without brackets before it and punctuation behind it, unless that closes a
    /// bracket inside.
    private func core(_ word: Text) -> (Int, Int) {
        func has(_ piece: Text, at position: Int, to end: Int) -> Bool {
            position >= 0 && position + piece.count <= end && word.slice(position, position + piece.count) == piece
        }
        var from = 0
        while from < word.count {
            if word[from] == 0x28 || word[from] == 0x3C {
                from += 1
            } else if has(LinkWriter.less, at: from, to: word.count) {
                from += LinkWriter.less.count
            } else {
                break
            }
        }
        var to = word.count
        while to > from {
            if [0x29, 0x3E, 0x2E, 0x2C].contains(word[to - 1]) {
                to -= 1
            } else if to - 4 >= from, has(LinkWriter.greater, at: to - 4, to: to) {
                to -= 4
            } else {
                break
            }
        }
        for (open, close) in LinkWriter.brackets {
            let opened = word.count(of: open, from: from, to: to)
            if opened <= word.count(of: close, from: from, to: to) { continue }
            for _ in 0..<min(opened, word.count(of: close, from: to, to: word.count)) {
                guard let found = word.find(close, from: to) else { break }
                to = found + close.count
            }
        }
        return (from, to)
    }

    private static let less = Text("&lt;")
    private static let greater = Text("&gt;")
    private static let brackets = [(Text("("), Text(")")), (Text("<"), Text(">")), (less, greater)]

    private func writeLink(_ link: Text, _ out: inout TextBuilder) throws(TemplateError) {
        let scanner = LinkScanner(link)
        if scanner.isAddress {
            let isWhole = link.hasPrefix(Text("https://")) || link.hasPrefix(Text("http://"))
            open(link, isWhole ? "" : "https://", attributes, &out)
            try writeTrimmed(link, &out)
        } else if link.hasPrefix(Text("mailto:")), scanner.isMail(from: 7) {
            open(link, "", [], &out)
            out.append(link, 7, link.count)
        } else if link.find(Text("@")) != nil, !link.hasPrefix(Text("www.")), !link.hasPrefix(Text("@")),
            link.find(Text(":")) == nil, scanner.isMail()
        {
            open(link, "mailto:", [], &out)
            out.append(link)
        } else if schemes.contains(where: { link.count > $0.count && link.hasPrefix($0) }) {
            open(link, "", attributes, &out)
            out.append(link)
        } else {
            return out.append(link)
        }
        out.append("</a>", origin: link.originAt(max(link.count - 1, 0)).derived)
    }

    private func open(_ link: Text, _ scheme: StaticString, _ attributes: [UInt8], _ out: inout TextBuilder) {
        let origin = link.originAt(0).derived
        out.append("<a href=\"", origin: origin)
        out.append(scheme, origin: origin)
        out.append(link)
        out.append([0x22] + attributes + [0x3E], origin: origin)
    }

    private func writeTrimmed(_ link: Text, _ out: inout TextBuilder) throws(TemplateError) {
        guard let limit else { return out.append(link) }
        let length = TemplateValue.int(link.length)
        guard try interpreter.less(limit, length, orEqual: false, ">") else { return out.append(link) }
        guard case .string(let cut) = try interpreter.slice(.string(link), .none, limit, .none) else { return }
        out.append(cut)
        out.append("...", origin: link.originAt(0).derived)
    }
}
