import JSON

/// `tojson` as transformers sets it up: CPython's `json.dumps`, byte for byte, without HTML escaping.
struct JSONDump {
    var ensureASCII = false
    /// The indent of one level; nil for everything on one line.
    var indent: [UInt8]?
    var itemSeparator: Text
    var keySeparator: Text
    var sortKeys = false

    func dump(_ value: TemplateValue, _ interpreter: Interpreter) throws(TemplateError) -> Text {
        var builder = interpreter.builder()
        try append(value, &builder, interpreter, level: 0, container: 0)
        return builder.finish()
    }

    private func append(
        _ value: TemplateValue, _ out: inout TextBuilder, _ interpreter: Interpreter, level: Int, container: OriginID
    ) throws(TemplateError) {
        try interpreter.charge(1)
        if out.count > interpreter.outputLimit { throw TemplateError(.limit, "a string grows too long") }
        switch value {
        case .none: out.append("null", origin: container)
        case .bool(let flag): out.append(flag ? "true" : "false", origin: container)
        case .int(let number): out.append(number.digits, origin: container)
        case .bigInt(let digits): out.append(digits.array, origin: container)
        case .float(let number): out.append(Array(Dumps.number(number).utf8), origin: container)
        case .string(let text): appendString(text, &out)
        case .list(let sequence), .tuple(let sequence):
            if sequence.items.isEmpty { return out.append("[]", origin: sequence.origin) }
            out.append("[", origin: sequence.origin)
            for (i, item) in sequence.items.enumerated() {
                separate(i, level, sequence.origin, &out)
                try append(item, &out, interpreter, level: level + 1, container: sequence.origin)
            }
            newline(level, sequence.origin, &out)
            out.append("]", origin: sequence.origin)
        case .dict(let dict): try append(dict, &out, interpreter, level)
        default:
            throw TemplateError(.type, "Object of type % is not JSON serializable", value.typeName)
        }
    }

    private func append(
        _ dict: DictObject, _ out: inout TextBuilder, _ interpreter: Interpreter, _ level: Int
    ) throws(TemplateError) {
        if dict.count == 0 { return out.append("{}", origin: dict.origin) }
        var entries = dict.entries
        if sortKeys {
            entries = try interpreter.sorted(entries) { (a, b) throws(TemplateError) in
                try interpreter.less(a.key, b.key, orEqual: false, "<")
            }
        }
        out.append("{", origin: dict.origin)
        for (i, entry) in entries.enumerated() {
            separate(i, level, dict.origin, &out)
            try appendKey(entry.key, dict.origin, &out)
            out.append(keySeparator, site: dict.origin)
            try append(entry.value, &out, interpreter, level: level + 1, container: dict.origin)
        }
        newline(level, dict.origin, &out)
        out.append("}", origin: dict.origin)
    }

    private func separate(_ i: Int, _ level: Int, _ origin: OriginID, _ out: inout TextBuilder) {
        if i > 0 { out.append(itemSeparator, site: origin) }
        newline(level + 1, origin, &out)
    }

    private func newline(_ level: Int, _ origin: OriginID, _ out: inout TextBuilder) {
        guard let indent else { return }
        out.append(0x0A, origin: origin)
        for _ in 0..<level { out.append(indent, origin: origin) }
    }

    /// CPython: keys become strings; other kinds than these are a TypeError.
    private func appendKey(_ key: TemplateValue, _ origin: OriginID, _ out: inout TextBuilder) throws(TemplateError) {
        func quoted(_ text: [UInt8]) { out.append([0x22] + text + [0x22], origin: origin) }
        switch key {
        case .string(let text): appendString(text, &out)
        case .int(let number): quoted(number.digits)
        case .bigInt(let digits): quoted(digits.array)
        case .float(let number): quoted(Array(Dumps.number(number).utf8))
        case .bool(let flag): quoted(Array((flag ? "true" : "false").utf8))
        case .none: quoted(Array("null".utf8))
        default:
            throw TemplateError(.type, "keys must be str, int, float, bool or None, not %", key.typeName)
        }
    }

    private func appendString(_ text: Text, _ out: inout TextBuilder) {
        if text.runs.isEmpty {
            var bytes = [UInt8]()
            bytes.reserveCapacity(text.count + 2)
            text.withBytes { Dumps.appendString($0, ensureASCII: ensureASCII, to: &bytes) }
            return out.append(bytes, origin: text.origin)
        }
        out.append(0x22, origin: text.originAt(0))
        var from = 0
        for run in text.runs {
            var bytes = [UInt8]()
            let to = from + run.length
            text.withBytes {
                Dumps.appendString(UnsafeBufferPointer(rebasing: $0[from..<to]), ensureASCII: ensureASCII, to: &bytes)
            }
            out.append(Array(bytes.dropFirst().dropLast()), origin: run.origin)
            from = to
        }
        out.append(0x22, origin: text.originAt(text.count - 1))
    }
}
