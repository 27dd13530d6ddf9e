/// What `{% autoescape %}` changes at run time.
extension Interpreter {
    /// Prints a value: `escape(value)`, or `str(value)` where the setting is off.
    func emitEscaped(
        _ value: TemplateValue, _ site: Int32, _ origin: OriginID, always: Bool
    ) throws(TemplateError) {
        if !always, !autoescape { return try emit(value, site, origin) }
        try write(escaped(string(value, origin)), site)
    }

    /// What a function wrote, as its caller sees it; `mode` as in `Instruction.Opcode.returnText`.
    @inline(__always)
    func returned(_ text: Text, _ mode: UInt8, _ frame: CallFrame) -> Text {
        let isMarkup =
            switch mode {
            case 0: frame.autoescape
            case 1: true
            case 2: false
            default: autoescape
            }
        return isMarkup ? text.asMarkup(true) : text
    }

    /// `~` under autoescape.
    func joinMarkup(_ values: [TemplateValue], _ origin: OriginID) throws(TemplateError) -> Text {
        let hasMarkup = values.contains { $0.isMarkup }
        if !hasMarkup { return try concatenate(values, origin) }
        var parts = [TemplateValue]()
        for (i, value) in values.enumerated() {
            parts.append(.string(try escaped(string(value, i == values.count - 1 ? origin : OriginID.computed))))
        }
        return try concatenate(parts, origin).asMarkup(true)
    }

    /// A filter whose setting the compiler may have fixed.
    func filter(
        _ name: FilterName, _ value: TemplateValue, _ arguments: CallArguments, fixed flags: UInt8
    ) throws(TemplateError) -> TemplateValue {
        if flags & 12 == 0 { return try filter(name, value, arguments) }
        let setting = autoescape
        autoescape = flags & 4 != 0
        defer { autoescape = setting }
        return try filter(name, value, arguments)
    }

    /// The filter `replace` under autoescape: Markup on either side makes the text Markup.
    func replaceMarkup(
        _ text: Text, _ old: TemplateValue, _ new: TemplateValue, limit: Int
    ) throws(TemplateError) -> Text {
        let text = old.isMarkup || new.isMarkup ? try escaped(text) : text
        let replacement = try string(new)
        return try text.replace(
            string(old).asMarkup(false), text.isMarkup ? escaped(replacement) : replacement, limit: limit, self
        ).asMarkup(text.isMarkup)
    }

    /// The filter `join` under autoescape, of items that are taken already.
    func joinMarkup(_ items: [TemplateValue], by separator: TemplateValue, _ origin: OriginID) throws(TemplateError)
        -> Text
    {
        let isMarkup = separator.isMarkup || items.contains { $0.isMarkup }
        let glue = try isMarkup ? escaped(string(separator)) : string(separator)
        var builder = builder()
        for (i, item) in items.enumerated() {
            if i > 0 { builder.append(glue) }
            let text = try string(item, origin)
            try charge(1 + text.count >> 4)
            builder.append(isMarkup ? try escaped(text) : text)
            if builder.count > outputLimit { throw TemplateError(.limit, "a string grows too long") }
        }
        return builder.finish(markup: isMarkup)
    }
}

extension TemplateValue {
    /// Whether it has an `__html__`.
    var isMarkup: Bool { if case .string(let text) = self { text.isMarkup } else { false } }
}
