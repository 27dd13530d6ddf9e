import JSON
import Tokenizer

/// Values between tags.
extension StreamingParser {
    /// A value begins: tags may be what it is made of.
    mutating func stepTagNest() -> Progress {
        if grammar.item != nil, !tag.isString {
            guard let at = afterSpace(from: text.start) else { return .wait }
            switch opensTag(at: at) {
            case .partial: return .wait
            case .no: break
            case .yes:
                elements.append(TagElement(close: tag.close, schema: tag.schema))
                text.start = at
                state = .nextTag
                return .again
            }
        }
        if tag.isString { tellArguments([UInt8(ascii: "\"")]) }
        state = .tagValue
        return .again
    }

    /// A value ends at the closing tag behind which a call goes on, or ends: others are its own.
    mutating func stepTagValue() -> Progress {
        while let wanted = tag.layout.first {
            guard tag.start < text.bytes.count else { break }
            if text.bytes[tag.start] == wanted {
                tag.start += 1
                tag.layout.removeFirst()
            } else {
                tag.layout = []
            }
        }
        tag.scanned = max(tag.scanned, tag.start)
        let count = text.bytes.count
        var i = tag.scanned
        while i < count {
            let from = i
            i = text.bytes.withUnsafeBufferPointer { grammar.valueEnds.first(in: $0, from: from, to: count) }
            if i == count { break }
            switch valueEnd(at: i) {
            case .no: i += 1
            case .partial:
                tag.scanned = i
                tellString(to: i, holding: tag.close.lead.count)
                return .wait
            case .yes(let end):
                endValue(at: i, behind: end)
                return .again
            }
        }
        tag.scanned = i
        if text.isFinal {
            endValue(at: count, behind: count)
            endTags()
            return giveUp(.unclosedBlock)
        }
        tellString(to: i, holding: tag.close.lead.count)
        return .wait
    }

    /// Whether a value ends at a place.
    private func valueEnd(at place: Int) -> Match {
        if !tag.close.isEmpty {
            switch match(tag.close, at: place) {
            case .partial: return .partial
            case .no: break
            case .yes(let end):
                switch goesOn(at: end) {
                case .yes: return .yes(end)
                case .partial: return .partial
                case .no: break
                }
            }
        } else if case .yes = goesOn(at: place) {
            return .yes(place)
        } else if case .partial = goesOn(at: place) {
            return .partial
        }
        return brokenEnd(at: place)
    }

    /// Whether a place behind a value is where the call goes on, or ends.
    private func goesOn(at place: Int) -> Match {
        guard let at = afterSpace(from: place) else { return .partial }
        if at == text.bytes.count { return .yes(at) }
        switch opensTag(at: at) {
        case .partial: return .partial
        case .yes: return .yes(at)
        case .no: break
        }
        for marker in elements.last?.close.map({ [$0] }) ?? grammar.callClose where !marker.isEmpty {
            switch match(marker, at: at) {
            case .partial: return .partial
            case .yes: return .yes(at)
            case .no: continue
            }
        }
        for close in grammar.callClose where close.atoms.count > 1 {
            guard let ending = close.ending else { continue }
            switch match(ending, at: at) {
            case .partial: return .partial
            case .yes: return .yes(at)
            case .no: continue
            }
        }
        return .no
    }

    /// A call that ends in a value that was not closed: its last token, and behind that another call or nothing.
    private func brokenEnd(at place: Int) -> Match {
        guard let mark = text.mark(from: place), mark.start == place,
            grammar.callClose.contains(where: { $0.lastToken == mark.id })
        else { return .no }
        guard let at = afterSpace(from: mark.end) else { return .partial }
        if at == text.bytes.count { return .yes(place) }
        let next = text.mark(from: at)
        guard let next, next.start == at else { return .no }
        let isCall = grammar.callOpen.contains { $0.prefix?.firstToken == next.id }
        return isCall || grammar.sectionClose.firstToken == next.id ? .yes(place) : .no
    }

    /// Tells a string as far as it is certain.
    private mutating func tellString(to end: Int, holding layout: Int) {
        guard tag.isString else { return }
        var end = end
        // Layout in front of the closing tag is not the value's.
        var held = 0
        while held < layout, end > tag.start, isSpace(text.bytes[end - 1]) {
            end -= 1
            held += 1
        }
        if end == text.bytes.count, !text.isFinal, end > tag.start {
            end -= text.bytes[max(tag.start, end - 3)..<end].withUnsafeBufferPointer { LossyUTF8.unfinished($0) }
        }
        guard end > tag.start, tag.layout.isEmpty || text.bytes[tag.start] != tag.layout[0] else { return }
        var quoted = [UInt8]()
        Dumps.appendString(valid(tag.start..<end), ensureASCII: false, to: &quoted)
        tellArguments(Array(quoted.dropFirst().dropLast()))
        tag.start = end
    }

    private mutating func endValue(at place: Int, behind end: Int) {
        var stop = place
        for byte in tag.close.lead.reversed() {
            guard stop > tag.start, text.bytes[stop - 1] == byte else { break }
            stop -= 1
        }
        if tag.isString {
            tellString(to: stop, holding: 0)
            tellArguments([UInt8(ascii: "\"")])
        } else {
            tellArguments(converted(valid(tag.start..<stop)))
        }
        text.start = end
        state = .nextTag
    }

    /// A value as JSON. A text that may be a string is one, unless it is JSON, or what Python prints, of a kind that may be.
    private mutating func converted(_ value: [UInt8]) -> [UInt8] {
        if let inner = unwrapped(value) { return quoted(inner) }
        let kinds = tag.schema.kinds
        // Where tags are in tags, lists and objects are made of them, and what is missing is not written.
        let isNested = grammar.item != nil
        if isNested, value.isEmpty {
            if kinds == .array { return Array("[]".utf8) }
            if kinds == .object { return Array("{}".utf8) }
        }
        if let json = StreamingParser.json(value), let first = json.first(where: { !isSpace($0) }) {
            let kind = Schema.Kinds(json: first)
            let mayBe =
                kinds.isEmpty
                ? !isNested || kind == .number || kind == .boolean : kinds.contains(kind) || !kinds.contains(.string)
            if tag.isOther || (mayBe && kind != .string) { return json }
        }
        if tag.isOther || (!kinds.isEmpty && !kinds.contains(.string)), attempt?.problem == nil {
            attempt?.problem = .invalidJSON
        }
        return quoted(value)
    }

    private func quoted(_ text: some Collection<UInt8>) -> [UInt8] {
        var quoted = [UInt8]()
        Dumps.appendString(text, ensureASCII: false, to: &quoted)
        return quoted
    }

    /// What a value is wrapped in, taken off; nil where it is not.
    private func unwrapped(_ value: [UInt8]) -> ArraySlice<UInt8>? {
        guard let wrap = grammar.wrap, value.count >= wrap.open.count + wrap.close.count,
            value.starts(with: wrap.open), value.suffix(wrap.close.count).elementsEqual(wrap.close)
        else { return nil }
        return value.dropFirst(wrap.open.count).dropLast(wrap.close.count)
    }

    /// A text that is JSON, or what Python prints, as JSON.
    private static func json(_ text: [UInt8]) -> [UInt8]? {
        var scanner = JSONScanner()
        let (event, end) = text.withUnsafeBufferPointer { scanner.run($0, from: 0, to: text.count) }
        switch event {
        case .complete: if text[end...].allSatisfy(isSpace) { return text }
        case .more: if scanner.mayEnd { return text }
        default: break
        }
        return LiteralReader.value(text[...])
    }
}
