import JSON

/// Reads arguments as Python and its relatives write them, and writes them as JSON.
///
/// Takes what templates write: `True`, `true`, `None`, `null`, numbers, strings in either quote or between a quote of the
/// format's own, lists, tuples, objects with quoted and with bare keys. Nested 400 levels deep at most, as templates are.
struct LiteralReader {
    private let text: ArraySlice<UInt8>
    private var at: Int
    /// Between keys and values: `=`, or `:`.
    private let assign: [UInt8]
    private let quote: [UInt8]?
    private(set) var out: [UInt8] = []

    private static let depthLimit = 400

    /// Whether keys may do without quotes.
    private let takesBareKeys: Bool

    private init(_ text: ArraySlice<UInt8>, assign: [UInt8], quote: [UInt8]?, takesBareKeys: Bool) {
        self.takesBareKeys = takesBareKeys
        self.text = text
        at = text.startIndex
        self.assign = assign
        self.quote = quote
    }

    /// Arguments between `open` and `close` as a JSON object; nil where they are not well formed.
    static func object(_ text: ArraySlice<UInt8>, _ keywords: Format.Keywords) -> [UInt8]? {
        var reader = LiteralReader(
            text, assign: keywords.assign.filter { !isSpace($0) }, quote: keywords.quote,
            takesBareKeys: true)
        guard reader.members(open: keywords.open, close: keywords.close, depth: 0) else { return nil }
        reader.skipSpace()
        return reader.at == text.endIndex ? reader.out : nil
    }

    /// One value as JSON; nil where it is none.
    static func value(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var reader = LiteralReader(text, assign: [UInt8(ascii: ":")], quote: nil, takesBareKeys: false)
        guard reader.value(depth: 0) else { return nil }
        reader.skipSpace()
        return reader.at == text.endIndex ? reader.out : nil
    }

    private var next: UInt8? { at < text.endIndex ? text[at] : nil }

    private mutating func skipSpace() {
        while let byte = next, isSpace(byte) { at += 1 }
    }

    private mutating func take(_ wanted: some Collection<UInt8>) -> Bool {
        guard text[at...].starts(with: wanted) else { return false }
        at += wanted.count
        return true
    }

    private mutating func members(open: [UInt8], close: [UInt8], depth: Int) -> Bool {
        guard depth < LiteralReader.depthLimit, take(open) else { return false }
        out.append(UInt8(ascii: "{"))
        var isFirst = true
        while true {
            skipSpace()
            if take(close) { break }
            if !isFirst {
                guard take(CollectionOfOne(UInt8(ascii: ","))) else { return false }
                skipSpace()
                if take(close) { break }
                out.append(contentsOf: ", ".utf8)
            }
            isFirst = false
            guard key() else { return false }
            skipSpace()
            // Inside values there are objects with colons, whatever stands between keywords and values.
            guard take(depth == 0 ? assign : [UInt8(ascii: ":")]) else { return false }
            out.append(contentsOf: ": ".utf8)
            guard value(depth: depth + 1) else { return false }
        }
        out.append(UInt8(ascii: "}"))
        return true
    }

    private mutating func key() -> Bool {
        if let byte = next, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return string() }
        if let quote, text[at...].starts(with: quote) { return quoted(quote) }
        guard takesBareKeys else { return false }
        let bare = text[at...].prefix { $0 != assign.first && $0 != UInt8(ascii: ":") && !isSpace($0) }
        if bare.isEmpty || assign.isEmpty { return false }
        Dumps.appendString(bare, ensureASCII: false, to: &out)
        at = bare.endIndex
        return true
    }

    private mutating func value(depth: Int) -> Bool {
        skipSpace()
        guard let byte = next, depth < LiteralReader.depthLimit else { return false }
        if let quote, text[at...].starts(with: quote) { return quoted(quote) }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return string()
        case UInt8(ascii: "{"): return members(open: [0x7B], close: [0x7D], depth: depth + 1)
        case UInt8(ascii: "["): return list(close: UInt8(ascii: "]"), depth)
        case UInt8(ascii: "("): return list(close: UInt8(ascii: ")"), depth)
        default: return word()
        }
    }

    private mutating func list(close: UInt8, _ depth: Int) -> Bool {
        at += 1
        out.append(UInt8(ascii: "["))
        var isFirst = true
        while true {
            skipSpace()
            if take(CollectionOfOne(close)) { break }
            if !isFirst {
                guard take(CollectionOfOne(UInt8(ascii: ","))) else { return false }
                skipSpace()
                if take(CollectionOfOne(close)) { break }
                out.append(contentsOf: ", ".utf8)
            }
            isFirst = false
            guard value(depth: depth + 1) else { return false }
        }
        out.append(UInt8(ascii: "]"))
        return true
    }

    private mutating func word() -> Bool {
        let word = text[at...].prefix { !isSpace($0) && !",]})".utf8.contains($0) }
        switch String(decoding: word, as: UTF8.self) {
        case "True", "true": out.append(contentsOf: "true".utf8)
        case "False", "false": out.append(contentsOf: "false".utf8)
        case "None", "null": out.append(contentsOf: "null".utf8)
        default:
            var scanner = JSONScanner()
            let isNumber = Array(word).withUnsafeBufferPointer { bytes in
                bytes.first.map { $0 == UInt8(ascii: "-") || ($0 >= 0x30 && $0 <= 0x39) } == true
                    && scanner.run(bytes, from: 0, to: bytes.count).1 == bytes.count && scanner.mayEnd
            }
            if !isNumber { return false }
            out.append(contentsOf: word)
        }
        at = word.endIndex
        return true
    }

    /// Between quotes of the format's own nothing is escaped.
    private mutating func quoted(_ quote: [UInt8]) -> Bool {
        at += quote.count
        let start = at
        while at < text.endIndex, !text[at...].starts(with: quote) { at += 1 }
        guard at < text.endIndex else { return false }
        Dumps.appendString(text[start..<at], ensureASCII: false, to: &out)
        at += quote.count
        return true
    }

    /// Escapes of JSON and of Python's repr.
    private mutating func string() -> Bool {
        guard let mark = next else { return false }
        at += 1
        var content = [UInt8]()
        while let byte = next {
            at += 1
            if byte == mark {
                Dumps.appendString(content, ensureASCII: false, to: &out)
                return true
            }
            if byte != UInt8(ascii: "\\") {
                content.append(byte)
                continue
            }
            guard let escape = next else { return false }
            at += 1
            switch escape {
            case UInt8(ascii: "n"): content.append(0x0A)
            case UInt8(ascii: "r"): content.append(0x0D)
            case UInt8(ascii: "t"): content.append(0x09)
            case UInt8(ascii: "b"): content.append(0x08)
            case UInt8(ascii: "f"): content.append(0x0C)
            case UInt8(ascii: "x"): if !scalar(2, &content) { return false }
            case UInt8(ascii: "u"): if !scalar(4, &content) { return false }
            case UInt8(ascii: "U"): if !scalar(8, &content) { return false }
            case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "/"): content.append(escape)
            default: content += [UInt8(ascii: "\\"), escape]
            }
        }
        return false
    }

    private mutating func scalar(_ digits: Int, _ content: inout [UInt8]) -> Bool {
        guard var value = hex(digits) else { return false }
        if value & 0xFFFF_FC00 == 0xD800, text[at...].starts(with: "\\u".utf8) {
            at += 2
            guard let low = hex(4), low & 0xFFFF_FC00 == 0xDC00 else { return false }
            value = 0x10000 + (value & 0x3FF) << 10 + low & 0x3FF
        }
        guard let scalar = Unicode.Scalar(value) else { return false }
        content.append(contentsOf: Array(String(Character(scalar)).utf8))
        return true
    }

    private mutating func hex(_ digits: Int) -> UInt32? {
        guard text.endIndex - at >= digits else { return nil }
        let value = UInt32(String(decoding: text[at..<(at + digits)], as: UTF8.self), radix: 16)
        at += digits
        return value
    }
}
