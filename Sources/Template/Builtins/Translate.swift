/// `str.maketrans` and `str.translate`.
extension Interpreter {
    func makeTranslation(_ arguments: CallArguments) throws(TemplateError) -> TemplateValue {
        let bound = try arguments.bind("x", "y", "z", required: 1, positionalOnly: 3)
        guard let second = bound[1] else {
            guard case .dict(let dict)? = bound[0] else {
                throw TemplateError(.type, "if you give only one argument to maketrans it must be a dict")
            }
            var pairs = [(TemplateValue, TemplateValue)]()
            for entry in dict.entries {
                switch entry.key {
                case .string(let text):
                    guard text.length == 1, let code = text.codePoints.first else {
                        throw TemplateError(.value, "string keys in translate table must be of length 1")
                    }
                    pairs.append((.int(Int(code)), entry.value))
                case .int, .bool, .bigInt: pairs.append((entry.key, entry.value))
                default: throw TemplateError(.type, "keys in translate table must be strings or integers")
                }
            }
            return .dict(try self.dict(pairs))
        }
        guard case .string(let from)? = bound[0] else {
            throw TemplateError(.type, "first maketrans argument must be a string if there is a second argument")
        }
        let to = try wantText(second)
        let deleted = try bound[2].map { (z) throws(TemplateError) in try wantText(z) }
        let (keys, values) = (from.codePoints, to.codePoints)
        if keys.count != values.count {
            throw TemplateError(.value, "the first two maketrans arguments must have equal length")
        }
        var pairs = zip(keys, values).map { (TemplateValue.int(Int($0)), TemplateValue.int(Int($1))) }
        for code in deleted?.codePoints ?? [] { pairs.append((.int(Int(code)), TemplateValue.none)) }
        return .dict(try dict(pairs))
    }

    /// Each character becomes what the table has for its number; what it does not have stays.
    func translate(_ text: Text, _ arguments: CallArguments) throws(TemplateError) -> Text {
        let table = try arguments.bind("table", required: 1, positionalOnly: 1)[0] ?? .none
        try charge(text.count)
        var builder = builder()
        var i = 0
        while i < text.count {
            let (code, width) = text.withBytes { Text.decode($0, i) }
            let origin = text.originAt(i)
            switch try translation(of: Int(code), table) {
            case nil: builder.append(text, i, i + width)
            case .some(.none): break
            case .string(let new)?:
                try charge(1 + new.count >> 4)
                builder.append(new)
            case .bigInt?: throw TemplateError(.value, "character mapping must be in range(0x110000)")
            case let value?:
                guard let number = value.index else {
                    throw TemplateError(.type, "character mapping must return integer, None or str")
                }
                guard (0...0x10FFFF).contains(number) else {
                    throw TemplateError(.value, "character mapping must be in range(0x110000)")
                }
                if (0xD800..<0xE000).contains(number) {
                    throw TemplateError(.unsupported, "surrogates are not supported in strings")
                }
                builder.appendCodePoint(UInt32(number), origin: number == code ? origin : origin.derived)
            }
            i += width
            if builder.count > outputLimit { throw TemplateError(.limit, "a string grows too long") }
        }
        return builder.finish(markup: text.isMarkup)
    }

    /// `table[code]`; nil for a LookupError.
    private func translation(of code: Int, _ table: TemplateValue) throws(TemplateError) -> TemplateValue? {
        switch table {
        case .dict(let dict): return dict[.int(code)]
        case .list, .tuple, .range, .bytes: return element(table, code)
        case .string(let text):
            if !text.isASCII { try charge(text.count >> 3) }
            return element(table, code)
        case .undefined(let undefined): throw undefined.error
        case .namespace:
            throw TemplateError(.key, "%", code.digits)
        default: throw TemplateError(.type, "'%' object is not subscriptable", table.typeName)
        }
    }
}
