import JSON

/// Arguments as keys and values between tags.
extension StreamingParser {
    /// The value that is being read.
    struct TagValue: Sendable {
        var close: Marker
        var start = 0
        /// Layout that may still be taken off the beginning.
        var layout: [UInt8] = []
        var scanned = 0
        /// A string for certain: told as it comes, up to `start`.
        var isString = false
        /// No string for certain.
        var isOther = false
        var schema = Schema()
    }

    /// What holds values: a call, or a value that is made of tags itself.
    struct TagElement: Sendable {
        /// What ends it; nil for a call.
        var close: Marker?
        var schema: Schema
        var isFirst = true
        /// A list: its values have no names.
        var isList = false
    }

    mutating func stepNextTag() -> Progress {
        var at = text.start
        while at < text.bytes.count, isSpace(text.bytes[at]) { at += 1 }
        text.start = at
        if at == text.bytes.count, !text.isFinal { return .wait }
        if let close = elements.last?.close {
            switch match(close, at: at) {
            case .partial: return .wait
            case .no: break
            case .yes(let end):
                endElement()
                text.start = end
                return .again
            }
        }
        switch opensTag(at: at) {
        case .partial: return .wait
        case .no: break
        case .yes(let end):
            text.start = end
            state = .tagKey
            return .again
        }
        for marker in grammar.callClose where !marker.isEmpty && elements.count == 1 {
            switch match(marker, at: at) {
            case .partial: return .wait
            case .no: continue
            case .yes:
                endTags()
                state = .closeCall
                return .again
            }
        }
        let isWhole = elements.count == 1 && grammar.callClose.allSatisfy(\.isEmpty)
        endTags()
        if isWhole {
            state = .closeCall
            return .again
        }
        return giveUp(at == text.bytes.count ? .unclosedBlock : .malformedStructure)
    }

    /// Whether a tag opens at a place: what closes one may begin like it.
    func opensTag(at place: Int) -> Match {
        let open = match(grammar.keyOpen, at: place)
        guard case .yes = open, let close = grammar.namedClose else { return open }
        switch match(close.start, at: place) {
        case .partial: return .partial
        case .no: return open
        case .yes: return .no
        }
    }

    private mutating func endElement() {
        guard let element = elements.popLast() else { return }
        if element.isFirst { tellArguments(Array((element.isList ? "[" : "{").utf8)) }
        tellArguments(Array((element.isList ? "]" : "}").utf8))
    }

    mutating func endTags() {
        while !elements.isEmpty { endElement() }
    }

    /// A key, up to what stands between it and its value.
    mutating func stepTagKey() -> Progress {
        let closers = [grammar.keyClose, grammar.otherKeyClose].compactMap { $0 }
        let limit = min(text.bytes.count, text.start + 4096)
        var i = max(text.start, scanned)
        while i <= limit {
            for (k, marker) in closers.enumerated() {
                switch match(marker, at: i) {
                case .no: continue
                case .partial:
                    scanned = i
                    return .wait
                case .yes(let end):
                    return beginValue(key: text.start..<i, behind: end, marker, isOther: k == 1)
                }
            }
            // Keys hold neither markers nor lines.
            let isBroken = i < limit && (text.bytes[i] == 0x0A || text.mark(from: i)?.start == i)
            if isBroken { break }
            i += 1
        }
        scanned = i
        if i >= text.bytes.count, !text.isFinal { return .wait }
        endTags()
        return giveUp(.malformedStructure)
    }

    private mutating func beginValue(
        key range: Range<Int>, behind end: Int, _ marker: Marker, isOther: Bool
    ) -> Progress {
        let key = valid(range)
        guard var element = elements.popLast() else { return giveUp(.malformedStructure) }
        if element.isFirst, element.close != nil, key == grammar.item {
            element.isList = !element.schema.kinds.contains(.object) || element.schema.kinds.contains(.array)
        }
        var prefix = Array((!element.isFirst ? ", " : element.isList ? "[" : "{").utf8)
        let isNamed = !element.isList || key == grammar.item
        if !element.isList {
            Dumps.appendString(key, ensureASCII: false, to: &prefix)
            prefix.append(contentsOf: ": ".utf8)
        }
        let schema = element.isList ? element.schema.element : element.schema.member(key)
        element.isFirst = element.isFirst && !isNamed
        elements.append(element)
        // A list has nothing but elements.
        if !isNamed {
            endTags()
            return giveUp(.malformedStructure)
        }
        let isTyped = grammar.otherKeyClose != nil
        tag = TagValue(
            close: grammar.valueClose(of: text.bytes[range]), start: end, layout: marker.trail, scanned: end,
            isString: grammar.wrap == nil && (isTyped ? !isOther : schema.kinds == .string),
            isOther: isTyped && isOther,
            schema: schema)
        tellArguments(prefix)
        text.start = end
        state = .tagNest
        return .again
    }
}
