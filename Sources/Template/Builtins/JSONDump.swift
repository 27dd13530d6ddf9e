import JSON

/// `tojson` as transformers sets it up: CPython's `json.dumps`, byte for byte, without HTML escaping.
struct JSONDump: Sendable {
    var ensureASCII = false
    /// The indent of one level; nil for everything on one line.
    var indent: [UInt8]?
    var itemSeparator: Text
    var keySeparator: Text
    var sortKeys = false
    /// The default layout, whose separators need no looking up.
    var isPlain = false

    /// transformers' defaults.
    static let plain: JSONDump = {
        var dump = JSONDump(itemSeparator: Text(", "), keySeparator: Text(": "))
        dump.isPlain = true
        return dump
    }()

    func dump(_ value: TemplateValue, _ interpreter: Interpreter, container: OriginID = OriginID.computed)
        throws(TemplateError) -> Text
    {
        var builder = interpreter.builder()
        try append(value, &builder, interpreter, level: 0, container: container)
        return builder.finish()
    }

    /// `container` is the origin of what has none of its own.
    func append(
        _ value: TemplateValue, _ out: inout TextBuilder, _ interpreter: Interpreter, level: Int, container: OriginID
    ) throws(TemplateError) {
        try interpreter.charge(1)
        if out.count > interpreter.outputLimit { throw TemplateError(.limit, "a string grows too long") }
        switch value {
        case .none: out.append("null", origin: container)
        case .bool(let flag): out.append(flag ? "true" : "false", origin: container)
        case .int(let number): out.appendNumber(number, origin: container)
        case .bigInt(let number):
            try interpreter.charge(number.bitCount >> 5)
            out.append(try number.printed(), origin: container)
        case .float(let number): out.append(Array(Dumps.number(number).utf8), origin: container)
        case .string(let text):
            try interpreter.charge(text.count >> 4)
            appendString(text, &out)
        case .list(let sequence), .tuple(let sequence):
            let origin = sequence.origin.derived
            guard let base = sequence.base, sequence.count > 0 else { return out.append("[]", origin: origin) }
            out.append(UInt8(ascii: "["), origin: origin)
            for i in 0..<sequence.count {
                separate(i, level, origin, &out)
                try append(base[i], &out, interpreter, level: level + 1, container: origin)
            }
            newline(level, origin, &out)
            out.append(UInt8(ascii: "]"), origin: origin)
        case .dict(let dict): try append(dict, &out, interpreter, level)
        default:
            throw TemplateError(.type, "Object of type % is not JSON serializable", value.typeName)
        }
    }

    private func append(
        _ dict: DictObject, _ out: inout TextBuilder, _ interpreter: Interpreter, _ level: Int
    ) throws(TemplateError) {
        let origin = dict.origin.derived
        guard dict.count > 0, let base = dict.base else { return out.append("{}", origin: origin) }
        out.append(UInt8(ascii: "{"), origin: origin)
        if sortKeys {
            let entries = try interpreter.sorted(dict.entries) { (a, b) throws(TemplateError) in
                try interpreter.less(a.key, b.key, orEqual: false, "<")
            }
            for (i, entry) in entries.enumerated() {
                separate(i, level, origin, &out)
                try append(entry.key, entry.value, origin, &out, interpreter, level)
            }
        } else {
            for i in 0..<dict.count {
                separate(i, level, origin, &out)
                try append(base[i].key, base[i].value, origin, &out, interpreter, level)
            }
        }
        newline(level, origin, &out)
        out.append(UInt8(ascii: "}"), origin: origin)
    }

    @inline(__always)
    private func append(
        _ key: TemplateValue, _ value: TemplateValue, _ origin: OriginID, _ out: inout TextBuilder,
        _ interpreter: Interpreter, _ level: Int
    ) throws(TemplateError) {
        if case .string(let text) = key { appendString(text, &out) } else { try appendKey(key, origin, &out) }
        if isPlain {
            out.append(": ", origin: origin)
        } else {
            out.append(keySeparator, site: origin)
        }
        try append(value, &out, interpreter, level: level + 1, container: origin)
    }

    @inline(__always)
    private func separate(_ i: Int, _ level: Int, _ origin: OriginID, _ out: inout TextBuilder) {
        if isPlain {
            if i > 0 { out.append(", ", origin: origin) }
            return
        }
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
        case .bigInt(let number): quoted(try number.printed())
        case .float(let number): quoted(Array(Dumps.number(number).utf8))
        case .bool(let flag): quoted(Array((flag ? "true" : "false").utf8))
        case .none: quoted(Array("null".utf8))
        default:
            throw TemplateError(.type, "keys must be str, int, float, bool or None, not %", key.typeName)
        }
    }

    /// Where the next byte that needs an escape is.
    @inline(__always)
    private func plainEnd(_ base: UnsafePointer<UInt8>, _ from: Int, _ count: Int) -> Int {
        let limit: UInt8 = ensureASCII ? 0x7F : 0xFF
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops = ones &* 0x80
        var i = from
        // Eight at a time: subtracting sets the top bit of a byte that is too small. A borrow can do so as well, but only
        // above one that is, and the lowest counts.
        while i &+ 8 <= count {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + i).loadUnaligned(as: UInt64.self))
            let quotes = word ^ (ones &* 0x22)
            let slashes = word ^ (ones &* 0x5C)
            var found = (word &- ones &* 0x20) & ~word
            found |= (quotes &- ones) & ~quotes
            found |= (slashes &- ones) & ~slashes
            if ensureASCII { found |= word }
            found &= tops
            if found != 0 { return i &+ found.trailingZeroBitCount &>> 3 }
            i &+= 8
        }
        while i < count {
            let byte = base[i]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C || byte > limit { break }
            i &+= 1
        }
        return i
    }

    /// In quotes: what needs no escape stands as it is, the rest is derived.
    private func appendString(_ text: Text, _ out: inout TextBuilder) {
        let base = text.base
        var plain = 0
        var i = plainEnd(base, 0, text.count)
        if i == text.count, !text.hasRuns {
            return out.appendQuoted(UnsafeBufferPointer(start: base, count: i), origin: text.origin)
        }
        out.append(0x22, origin: text.originAt(0).derived)
        while i < text.count {
            out.append(text, plain, i)
            let derived = text.originAt(i).derived
            if let letter = Dumps.shortEscape(base[i]) {
                out.append(UInt8(ascii: "\\"), origin: derived)
                out.append(letter, origin: derived)
                i &+= 1
                plain = i
                i = plainEnd(base, i, text.count)
                continue
            }
            let width = base[i] < 0x80 ? 1 : Text.decode(UnsafeBufferPointer(start: base, count: text.count), i).width
            var escaped = [UInt8]()
            let character = UnsafeBufferPointer(start: base + i, count: width)
            Dumps.appendString(character, ensureASCII: ensureASCII, to: &escaped)
            out.append(Array(escaped.dropFirst().dropLast()), origin: derived)
            i &+= width
            plain = i
            i = plainEnd(base, i, text.count)
        }
        out.append(text, plain, text.count)
        out.append(0x22, origin: text.originAt(Swift.max(text.count &- 1, 0)).derived)
    }
}

extension Interpreter {
    /// Prints what `tojson` without arguments makes of a value; `origin` is a number's.
    func emitJSON(_ value: TemplateValue, _ site: Int32, _ origin: OriginID) throws(TemplateError) {
        if tracks { return try write(JSONDump.plain.dump(value, self, container: origin), site) }
        try JSONDump.plain.append(value, &output, self, level: 0, container: 0)
        if output.count > outputLimit { throw TemplateError(.limit, "the output grows too long") }
    }
}
