/// The methods of `bytes`. A bytes value is kept as a text of the characters U+0000 to U+00FF, one a byte: an index is
/// the index of a character, origins stay where they are, and what does not depend on Unicode is done as for strings.
extension Interpreter {
    func callBytes(_ bytes: Text, _ method: MethodName, _ arguments: CallArguments) throws(TemplateError)
        -> TemplateValue
    {
        try charge(bytes.count >> 3)
        switch method {
        case .decode:
            let bound = try arguments.bind("encoding", "errors")
            let codec = try Codec(named: bound[0].map { (e) throws(TemplateError) in try wantText(e) } ?? Text("utf-8"))
            let errors = try bound[1].map { (e) throws(TemplateError) in try wantText(e) } ?? Text("strict")
            return .string(try codec.decode(bytes, errors: errors, self))
        case .hex: return .string(try hex(bytes, arguments))
        case .fromhex: return try bytesFromHex(arguments)
        case .maketrans: return try bytesTable(arguments)
        case .translate: return .bytes(try translateBytes(bytes, arguments))
        case .strip, .lstrip, .rstrip:
            let (left, right) = (method != .rstrip, method != .lstrip)
            guard let characters = try arguments.bind("bytes", positionalOnly: 1)[0], !characters.isNone else {
                return .bytes(bytes.strip(left: left, right: right, Interpreter.isByteSpace))
            }
            return .bytes(bytes.strip(left: left, right: right, characters: try wantBytes(characters)))
        case .split where arguments.hasNoSeparator, .rsplit where arguments.hasNoSeparator:
            let limit = try wantInt(arguments.bind("sep", "maxsplit")[1], or: -1)
            let parts = method == .split ? splitBytes(bytes, limit) : splitBytesLast(bytes, limit)
            return .list(try sequence(parts.map { .bytes($0) }))
        case .splitlines:
            let keep = try arguments.bind("keepends")[0]?.isTrue ?? false
            return .list(try sequence(byteLines(bytes, keepEnds: keep).map { .bytes($0) }))
        case .upper, .lower, .capitalize, .title, .swapcase:
            _ = try arguments.bind()
            return .bytes(changeByteCase(bytes, method))
        case .isalnum, .isalpha, .isascii, .isdigit, .islower, .isspace, .istitle, .isupper:
            _ = try arguments.bind()
            return .bool(classifyBytes(bytes, method))
        case .join:
            var mapped = CallArguments()
            var items = [TemplateValue]()
            for item in try collect(arguments.bind("iterable", required: 1, positionalOnly: 1)[0] ?? .none) {
                items.append(.string(try wantBytes(item)))
            }
            mapped.positional = [.list(try sequence(items))]
            return asBytes(try callString(bytes, method, mapped))
        case .find, .rfind, .index, .rindex, .count:
            var mapped = arguments
            if let part = arguments.positional.first { mapped.positional[0] = .string(try wantPart(part)) }
            return try callString(bytes, method, mapped)
        case .startswith, .endswith:
            var mapped = arguments
            if case .tuple(let affixes)? = arguments.positional.first {
                var items = [TemplateValue]()
                for affix in affixes.items { items.append(.string(try wantBytes(affix))) }
                mapped.positional[0] = .tuple(try sequence(items))
            } else if let affix = arguments.positional.first {
                mapped.positional[0] = .string(try wantBytes(affix))
            }
            return try callString(bytes, method, mapped)
        default:
            // What is left takes bytes where strings take strings, and numbers.
            var mapped = arguments
            for (i, value) in arguments.positional.enumerated() {
                if case .string = value { throw notBytes(value) }
                if case .bytes(let text) = value { mapped.positional[i] = .string(text) }
            }
            for (i, keyword) in arguments.keywords.enumerated() {
                if case .bytes(let text) = keyword.value { mapped.keywords[i].value = .string(text) }
            }
            return asBytes(try callString(bytes, method, mapped))
        }
    }

    private func asBytes(_ value: TemplateValue) -> TemplateValue {
        func mapped(_ items: SequenceObject) -> SequenceObject {
            SequenceObject(items.items.map(asBytes), extent: items.extent, origin: items.origin)
        }
        switch value {
        case .string(let text): return .bytes(text)
        case .list(let items): return .list(mapped(items))
        case .tuple(let items): return .tuple(mapped(items))
        default: return value
        }
    }

    func notBytes(_ value: TemplateValue) -> TemplateError {
        TemplateError(.type, "a bytes-like object is required, not '%'", value.typeName)
    }

    func wantBytes(_ value: TemplateValue) throws(TemplateError) -> Text {
        if case .bytes(let text) = value { return text }
        throw notBytes(value)
    }

    /// What can be looked for in bytes: bytes, or the number of one.
    func wantPart(_ value: TemplateValue) throws(TemplateError) -> Text {
        guard let number = value.index else {
            if case .bytes(let text) = value { return text }
            throw TemplateError(.type, "argument should be integer or bytes-like object, not '%'", value.typeName)
        }
        guard (0...255).contains(number) else { throw TemplateError(.value, "byte must be in range(0, 256)") }
        return Interpreter.bytes([UInt8(number)])
    }

    /// Bytes as the text that stands for them.
    static func bytes(_ bytes: [UInt8]) -> Text {
        var out = [UInt8]()
        out.reserveCapacity(bytes.count)
        for byte in bytes { Text.encode(UInt32(byte), to: &out) }
        return Text(out)
    }

    // MARK: ASCII

    static func isByteSpace(_ code: UInt32) -> Bool { code == 0x20 || (code >= 0x09 && code <= 0x0D) }

    private func changeByteCase(_ bytes: Text, _ method: MethodName) -> Text {
        var isInside = false
        var isFirst = true
        return bytes.mapCharacters(self, keeping: true) { code, _, out in
            let isUpper = code >= 0x41 && code <= 0x5A
            let isLower = code >= 0x61 && code <= 0x7A
            let makesUpper =
                switch method {
                case .upper: true
                case .lower: false
                case .capitalize: isFirst
                case .title: !isInside
                default: isLower
                }
            isFirst = false
            isInside = isUpper || isLower
            let changed = isUpper && !makesUpper ? code + 32 : isLower && makesUpper ? code - 32 : code
            Text.encode(changed, to: &out)
        }
    }

    private func classifyBytes(_ bytes: Text, _ method: MethodName) -> Bool {
        func isUpper(_ code: UInt32) -> Bool { code >= 0x41 && code <= 0x5A }
        func isLower(_ code: UInt32) -> Bool { code >= 0x61 && code <= 0x7A }
        func isDigit(_ code: UInt32) -> Bool { code >= 0x30 && code <= 0x39 }
        switch method {
        case .isascii: return bytes.isASCII
        case .isspace: return bytes.isAll(Interpreter.isByteSpace)
        case .isdigit: return bytes.isAll(isDigit)
        case .isalpha: return bytes.isAll { isUpper($0) || isLower($0) }
        case .isalnum: return bytes.isAll { isUpper($0) || isLower($0) || isDigit($0) }
        case .islower: return !bytes.codePoints.contains(where: isUpper) && bytes.codePoints.contains(where: isLower)
        case .isupper: return !bytes.codePoints.contains(where: isLower) && bytes.codePoints.contains(where: isUpper)
        default:
            var isInside = false
            var found = false
            for code in bytes.codePoints {
                if isUpper(code) && isInside || isLower(code) && !isInside { return false }
                isInside = isUpper(code) || isLower(code)
                found = found || isInside
            }
            return found
        }
    }

    private func byteLines(_ bytes: Text, keepEnds: Bool) -> [Text] {
        var lines = [Text]()
        var start = 0
        var i = 0
        while i < bytes.count {
            guard bytes[i] == 0x0A || bytes[i] == 0x0D else {
                i += 1
                continue
            }
            let end = bytes[i] == 0x0D && i + 1 < bytes.count && bytes[i + 1] == 0x0A ? i + 2 : i + 1
            lines.append(bytes.slice(start, keepEnds ? end : i))
            start = end
            i = end
        }
        if start < bytes.count { lines.append(bytes.slice(start, bytes.count)) }
        spend(bytes.count >> 2 + lines.count)
        return lines
    }

    private func splitBytes(_ bytes: Text, _ limit: Int) -> [Text] {
        var parts = [Text]()
        var i = 0
        func isSpace(_ at: Int) -> Bool { Interpreter.isByteSpace(UInt32(bytes[at])) }
        while i < bytes.count {
            while i < bytes.count, isSpace(i) { i += 1 }
            if i == bytes.count { break }
            var end = i
            if limit >= 0, parts.count >= limit {
                end = bytes.count
                while end > i, isSpace(end - 1) { end -= 1 }
            } else {
                while end < bytes.count, !isSpace(end) { end += 1 }
            }
            parts.append(bytes.slice(i, end))
            i = limit >= 0 && parts.count > limit ? bytes.count : end
        }
        spend(bytes.count >> 2 + parts.count)
        return parts
    }

    private func splitBytesLast(_ bytes: Text, _ limit: Int) -> [Text] {
        var parts = [Text]()
        var end = bytes.count
        func isSpace(_ at: Int) -> Bool { Interpreter.isByteSpace(UInt32(bytes[at])) }
        while end > 0 {
            while end > 0, isSpace(end - 1) { end -= 1 }
            if end == 0 { break }
            var start = end
            if limit >= 0, parts.count >= limit {
                start = 0
                while start < end, isSpace(start) { start += 1 }
            } else {
                while start > 0, !isSpace(start - 1) { start -= 1 }
            }
            parts.append(bytes.slice(start, end))
            end = limit >= 0 && parts.count > limit ? 0 : start
        }
        spend(bytes.count >> 2 + parts.count)
        return parts.reversed()
    }
}

extension CallArguments {
    /// Whether `split` is asked to split at white space.
    fileprivate var hasNoSeparator: Bool {
        let given = positional.first ?? keywords.first { $0.name.equals("sep") }?.value
        return given?.isNone ?? true
    }
}
