import JSON

/// `str.format` in the sandbox: attribute and item access go through the sandbox's own rules.
struct StrFormat {
    let runtime: Interpreter
    let isMarkup: Bool

    init(_ runtime: Interpreter, isMarkup: Bool) {
        self.runtime = runtime
        self.isMarkup = isMarkup
    }

    private enum Numbering {
        case undecided
        case automatic(Int)
        case manual
    }

    func format(_ text: Text, _ arguments: CallArguments) throws(TemplateError) -> Text {
        var numbering = Numbering.undecided
        let result = try format(text, arguments, &numbering, depth: 2)
        return result.asMarkup(isMarkup)
    }

    private func format(
        _ text: Text, _ arguments: CallArguments, _ numbering: inout Numbering, depth: Int
    ) throws(TemplateError) -> Text {
        if depth < 0 { throw TemplateError(.value, "Max string recursion exceeded") }
        var builder = runtime.builder()
        var i = 0
        while i < text.count {
            let byte = text[i]
            let isDoubled = i + 1 < text.count && text[i + 1] == byte
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
                if isDoubled {
                    builder.append(text, i, i + 1)
                    i += 2
                    continue
                }
                if byte == UInt8(ascii: "}") { throw TemplateError(.value, "Single '}' encountered in format string") }
                let end = try fieldEnd(text, i + 1)
                try field(text.slice(i + 1, end), arguments, &numbering, depth, &builder)
                i = end + 1
            } else {
                var end = i + 1
                while end < text.count, text[end] != UInt8(ascii: "{"), text[end] != UInt8(ascii: "}") { end += 1 }
                builder.append(text, i, end)
                i = end
            }
            try runtime.charge(1)
            if builder.count > runtime.outputLimit { throw TemplateError(.limit, "a string grows too long") }
        }
        return builder.finish()
    }

    private func fieldEnd(_ text: Text, _ start: Int) throws(TemplateError) -> Int {
        if start >= text.count { throw TemplateError(.value, "Single '{' encountered in format string") }
        var depth = 1
        var i = start
        while i < text.count {
            let byte = text[i]
            if byte == UInt8(ascii: "{") { depth += 1 }
            if byte == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return i }
            i += 1
        }
        throw TemplateError(.value, "expected '}' before end of string")
    }

    private func field(
        _ field: Text, _ arguments: CallArguments, _ numbering: inout Numbering, _ depth: Int,
        _ out: inout TextBuilder
    ) throws(TemplateError) {
        var nameEnd = field.count
        var conversion: UInt8?
        var specification = field.slice(0, 0)
        var i = 0
        var inBrackets = false
        scan: while i < field.count {
            switch field[i] {
            case UInt8(ascii: "["): inBrackets = true
            case UInt8(ascii: "]"): inBrackets = false
            case UInt8(ascii: ":") where !inBrackets, UInt8(ascii: "!") where !inBrackets:
                nameEnd = i
                break scan
            case UInt8(ascii: "{"): throw TemplateError(.value, "unexpected '{' in field name")
            default: break
            }
            i += 1
        }
        if i < field.count, field[i] == UInt8(ascii: "!") {
            guard i + 1 < field.count else {
                throw TemplateError(.value, "end of string while looking for conversion specifier")
            }
            conversion = field[i + 1]
            i += 2
            if i < field.count, field[i] != UInt8(ascii: ":") {
                throw TemplateError(.value, "expected ':' after conversion specifier")
            }
        }
        if i < field.count { specification = field.slice(i + 1, field.count) }
        var value = try lookUp(field.slice(0, nameEnd), arguments, &numbering)
        switch conversion {
        case nil: break
        case UInt8(ascii: "s")?: value = .string(try runtime.string(value).asMarkup(false))
        case UInt8(ascii: "r")?: value = .string(try runtime.repr(value))
        case UInt8(ascii: "a")?: value = .string(try runtime.repr(value).asciiEscaped(runtime))
        case let letter?: throw TemplateError(.value, "Unknown conversion specifier %", [letter])
        }
        let spec = try format(specification, arguments, &numbering, depth: depth - 1)
        let text = try FormatSpec.format(value, spec, runtime)
        out.append(isMarkup ? try runtime.escaped(text) : text)
    }

    private func lookUp(
        _ name: Text, _ arguments: CallArguments, _ numbering: inout Numbering
    ) throws(TemplateError) -> TemplateValue {
        var i = 0
        while i < name.count, name[i] != UInt8(ascii: "."), name[i] != UInt8(ascii: "[") { i += 1 }
        let first = name.slice(0, i)
        var value = try argument(first, arguments, &numbering)
        while i < name.count {
            if name[i] == UInt8(ascii: ".") {
                var end = i + 1
                while end < name.count, name[end] != UInt8(ascii: "."), name[end] != UInt8(ascii: "[") { end += 1 }
                if end == i + 1 { throw TemplateError(.value, "Empty attribute in format string") }
                let attribute = Table([AttributeName(name.slice(i + 1, end))])
                value = try withExtendedLifetime(attribute) { () throws(TemplateError) in
                    try runtime.attribute(of: value, attribute.base)
                }
                i = end
            } else if name[i] == UInt8(ascii: "[") {
                guard let end = name.find(Text("]"), from: i) else {
                    throw TemplateError(.value, "Missing ']' in format string")
                }
                let key = name.slice(i + 1, end)
                if key.isEmpty { throw TemplateError(.value, "Empty attribute in format string") }
                value = try runtime.item(of: value, StrFormat.number(key).map { .int($0) } ?? .string(key))
                i = end + 1
            } else {
                throw TemplateError(.value, "Only '.' or '[' may follow ']' in format field specifier")
            }
        }
        return value
    }

    private static func number(_ text: Text) -> Int? {
        text.isAll { $0 >= 0x30 && $0 <= 0x39 } ? Int(String(decoding: text.array, as: UTF8.self)) : nil
    }

    private func argument(
        _ name: Text, _ arguments: CallArguments, _ numbering: inout Numbering
    ) throws(TemplateError) -> TemplateValue {
        let index: Int
        if name.isEmpty {
            switch numbering {
            case .undecided: index = 0
            case .automatic(let next): index = next
            case .manual:
                throw TemplateError(
                    .value, "cannot switch from manual field specification to automatic field numbering")
            }
            numbering = .automatic(index + 1)
        } else if let number = StrFormat.number(name) {
            if case .automatic = numbering {
                throw TemplateError(
                    .value, "cannot switch from automatic field numbering to manual field specification")
            }
            numbering = .manual
            index = number
        } else {
            guard let found = arguments.keywords.first(where: { $0.name == name }) else {
                throw TemplateError(.key, "'%'", name.array)
            }
            return found.value
        }
        guard index < arguments.positional.count else {
            throw TemplateError(.index, "Replacement index % out of range for positional args tuple", index.digits)
        }
        return arguments.positional[index]
    }
}
