import Tokenizer

/// What announces a call: patterns, and objects that look like one.
extension StreamingParser {
    private enum Opened {
        case no
        case partial
        case yes(end: Int, name: [UInt8]?, id: [UInt8]?)
    }

    /// Names and ids are not longer.
    private static let fieldLimit = 512

    /// Matches a pattern. What ends a field is the marker behind it, else what follows the pattern.
    private func match(_ pattern: Pattern, at start: Int) -> Opened {
        var i = start
        var (name, id): ([UInt8]?, [UInt8]?) = (nil, nil)
        var skips = false
        for (k, part) in pattern.parts.enumerated() {
            if case .marker(let marker) = part {
                // The search for a field's end has found it.
                if skips {
                    skips = marker.isEmpty
                    continue
                }
                switch match(marker, at: i) {
                case .no: return .no
                case .partial: return .partial
                case .yes(let end): i = end
                }
                continue
            }
            if k + 1 < pattern.parts.count, case .any = pattern.parts[k + 1] {
                // In front of anything, a field is one word.
                guard let end = wordEnd(from: i) else { return .partial }
                if case .name = part { name = valid(i..<end) } else { id = valid(i..<end) }
                i = end
                continue
            }
            let next = pattern.parts[(k + 1)...].lazy.compactMap { part -> Marker? in
                if case .marker(let marker) = part, !marker.isEmpty { marker } else { nil }
            }.first
            let isAny = if case .any = part { true } else { false }
            guard let found = fieldEnd(from: i, next.map { [$0] } ?? followers, isAny: isAny) else {
                return text.isFinal || text.bytes.count - i > StreamingParser.fieldLimit ? .no : .partial
            }
            guard found.end >= 0 else { return .no }
            let field = stripped(i..<found.start)
            switch part {
            case .name: name = valid(field)
            case .id, .index: id = valid(field)
            case .any, .marker: break
            }
            i = next == nil ? found.start : found.end
            skips = next != nil
        }
        return .yes(end: i, name: name, id: id)
    }

    /// Where a field ends and what is behind it ends; nil where more text must tell, and a negative end where there is none.
    private func fieldEnd(from start: Int, _ ends: [Marker], isAny: Bool) -> (start: Int, end: Int)? {
        var i = start
        let limit = min(text.bytes.count, start + StreamingParser.fieldLimit)
        var hasEnded = false
        while i <= limit {
            for marker in ends {
                if i < text.bytes.count, let first = marker.first, first != text.bytes[i] { continue }
                switch match(marker, at: i) {
                case .no: continue
                case .partial: return nil
                case .yes(let end): return (i, end)
                }
            }
            guard i < limit else { break }
            if isAny {
                i += 1
                continue
            }
            if text.mark(from: i)?.start == i { return (i, -1) }
            // A field is one line; white space may stand behind it.
            let byte = text.bytes[i]
            if hasEnded, !isSpace(byte) { return (i, -1) }
            if byte == 0x0A, i > start { hasEnded = text.bytes[start..<i].contains { !isSpace($0) } }
            i += 1
        }
        return limit == text.bytes.count ? nil : (i, -1)
    }

    /// The end of a word; nil where more text must tell.
    private func wordEnd(from start: Int) -> Int? {
        let limit = min(text.bytes.count, start + StreamingParser.fieldLimit)
        var i = start
        while i < limit, !isSpace(text.bytes[i]), text.bytes[i] != UInt8(ascii: "<") { i += 1 }
        return i == text.bytes.count && !text.isFinal ? nil : i
    }

    /// What may stand behind a call's opening.
    private var followers: [Marker] { grammar.followers }

    private func stripped(_ range: Range<Int>) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, isSpace(text.bytes[low]) { low += 1 }
        while low < high, isSpace(text.bytes[high - 1]) { high -= 1 }
        return low..<high
    }

    /// Begins a call whose opening is at a place. nil where there is none.
    mutating func beginCall(at place: Int) -> Progress? {
        for pattern in grammar.callOpen {
            switch match(pattern, at: place) {
            case .no: continue
            case .partial: return .wait
            case .yes(let end, let name, let id):
                if grammar.isBare || pattern.prefix == nil, let name, !isPlainName(name) { continue }
                start(at: place, behind: end, name: name, id: id)
                return .again
            }
        }
        if grammar.callOpen.isEmpty, place < text.bytes.count, text.bytes[place] == UInt8(ascii: "{") {
            if grammar.isBare {
                switch startsObject(at: place) {
                case .no: return nil
                case .partial: return .wait
                case .yes: break
                }
            }
            start(at: place, behind: place, name: nil, id: nil)
            return .again
        }
        return nil
    }

    /// Where nothing else announces a call, its name must look like one.
    private func isPlainName(_ name: [UInt8]) -> Bool {
        !name.isEmpty
            && name.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
                case UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "/"): true
                default: byte >= 0x80
                }
            }
    }

    private mutating func start(at place: Int, behind end: Int, name: [UInt8]?, id: [UInt8]?) {
        isFirstText = false
        var attempt = Attempt(start: place, name: name, id: id, index: callCount)
        callCount += 1
        if let around = grammar.format.toolCalls?.nameInID, let id, name == nil {
            attempt.name = StreamingParser.name(in: id, around)
        }
        if attempt.name?.isEmpty == true { attempt.name = nil }
        self.attempt = attempt
        text.start = end
        scanner = JSONScanner()
        if attempt.name != nil { tellStart() }
        switch grammar.format.toolCalls?.arguments ?? .json {
        case .json: state = .json
        case .object:
            object = ObjectCall(cursor: end)
            scanner.watched = 1
            state = .object
        case .tags:
            elements = [TagElement(schema: tools.arguments(of: attempt.name))]
            state = .nextTag
        case .keywords:
            nesting = Nesting(cursor: end)
            state = .keywords
        }
    }

    private static func name(in id: [UInt8], _ around: Format.NameInID) -> [UInt8] {
        var name = id[...]
        if name.starts(with: around.prefix) { name = name.dropFirst(around.prefix.count) }
        if let suffix = around.suffix.first, let end = name.lastIndex(of: suffix) { name = name[..<end] }
        return Array(name)
    }

    mutating func tellStart() {
        guard let attempt, let name = attempt.name else { return }
        events.append(.callStarted(index: attempt.index, name: name, id: attempt.id))
    }

    /// Whether an object begins that is a call: its first key is one of a call's.
    private func startsObject(at place: Int) -> Match {
        guard case .object(let members)? = grammar.format.toolCalls?.arguments else { return .no }
        let keys = [members.name, members.arguments, members.wrapper, members.id].compactMap { $0 }
        guard text.bytes[place] == UInt8(ascii: "{") else { return .no }
        guard let open = afterSpace(from: place + 1) else { return .partial }
        var isPartial = false
        for key in keys {
            let wanted = [UInt8(ascii: "\"")] + key + [UInt8(ascii: "\"")]
            let there = text.bytes[open...].prefix(wanted.count)
            if there.elementsEqual(wanted) { return .yes(open) }
            if wanted.starts(with: there), !text.isFinal { isPartial = true }
        }
        return isPartial ? .partial : .no
    }
}
