import Tokenizer

/// Text between markers.
extension StreamingParser {
    enum Match {
        case no
        /// More text decides.
        case partial
        /// The place behind it.
        case yes(Int)
    }

    /// A marker that was found.
    struct Hit {
        var role: Grammar.Role
        var start: Int
        var end: Int
        var lead: [UInt8]
        var trail: [UInt8]
    }

    /// White space inside markers is looked through so far, and no further.
    static let spaceLimit = 64

    func match(_ marker: Marker, at start: Int) -> Match {
        var i = start
        let count = text.bytes.count
        for atom in marker.atoms {
            switch atom {
            case .token(let id):
                if i >= count { return text.isFinal ? .no : .partial }
                guard let mark = text.mark(from: i), mark.start == i, mark.id == id else { return .no }
                i = mark.end
            case .text(let wanted):
                for (k, byte) in wanted.enumerated() {
                    if i + k >= count { return text.isFinal ? .no : .partial }
                    if text.bytes[i + k] != byte { return .no }
                }
                i += wanted.count
            case .space:
                let limit = min(count, i + StreamingParser.spaceLimit)
                while i < limit, isSpace(text.bytes[i]) { i += 1 }
            }
        }
        return .yes(i)
    }

    /// A marker of which a text that is over may lack the end.
    func matchEnd(_ marker: Marker, at start: Int) -> Match {
        let whole = match(marker, at: start)
        guard case .no = whole, text.isFinal, marker.atoms.count > 1 else { return whole }
        var part = marker
        while part.atoms.count > 1 {
            part.atoms.removeLast()
            if case .yes(let end) = match(part, at: start), end == text.bytes.count { return .yes(end) }
        }
        return .no
    }

    /// The first byte from `start` that is no white space; the end of a text that is over; nil where more must come.
    func afterSpace(from start: Int) -> Int? {
        let limit = min(text.bytes.count, start + StreamingParser.spaceLimit)
        var i = start
        while i < limit, isSpace(text.bytes[i]) { i += 1 }
        return i < text.bytes.count || text.isFinal ? i : nil
    }

    /// Tells the text up to the next marker of a set, and returns that; nil at the end of what is there.
    mutating func readText(
        _ set: Grammar.Set, _ trimEnd: Format.Trim, _ endLayout: [UInt8], _ event: ([UInt8]) -> ParseEvent
    ) -> Hit? {
        let (hit, limit) = scan(set)
        let trimStart = state == .reasoning ? grammar.format.reasoning?.trimStart : grammar.format.content.trimStart
        if !passOpening(limit, isEnd: hit != nil, trimStart ?? .none) { return hit }
        if let hit {
            tell(to: trimmed(limit, trimEnd, hit.lead), event)
            return hit
        }
        if text.isFinal {
            tell(to: trimmed(limit, trimEnd, endLayout), event)
            text.start = limit
            return nil
        }
        // White space at the end may be layout, or be trimmed.
        var k = limit
        while k > max(solidEnd, text.start), isSpace(text.bytes[k - 1]) { k -= 1 }
        solidEnd = max(solidEnd, k)
        var end = solidEnd
        if trimEnd == .none { end = max(end, limit - max(set.longestLead, endLayout.count)) }
        if end == text.bytes.count {
            let tail = text.bytes[max(text.start, end - 3)..<end]
            end -= tail.withUnsafeBufferPointer { LossyUTF8.unfinished($0) }
        }
        tell(to: end, event)
        return nil
    }

    /// The first marker of a set, or the place up to which there is certainly none.
    mutating func scan(_ set: Grammar.Set) -> (Hit?, Int) {
        var i = max(scanned, text.start)
        let count = text.bytes.count
        while i < count {
            let mark = text.mark(from: i)
            let end = mark?.start ?? count
            let from = i
            i = text.bytes.withUnsafeBufferPointer { set.first.first(in: $0, from: from, to: end) }
            if i >= count { break }
            var isPartial = false
            for (marker, role) in set.entries {
                switch match(marker, at: i) {
                case .no: continue
                case .partial: isPartial = true
                case .yes(let end):
                    scanned = i
                    return (Hit(role: role, start: i, end: end, lead: marker.lead, trail: marker.trail), i)
                }
                break
            }
            if isPartial { break }
            if let mark, mark.start == i { i = mark.end } else { i += 1 }
        }
        scanned = i
        return (nil, i)
    }

    /// Takes off what a marker's layout and the template's trimming say of a text's beginning. False where the text has not
    /// begun.
    private mutating func passOpening(_ limit: Int, isEnd: Bool, _ trim: Format.Trim) -> Bool {
        guard let opening else { return true }
        var at = opening.at ?? text.start
        while at < limit, isSpace(text.bytes[at]) { at += 1 }
        self.opening?.at = at
        if at == limit {
            if !isEnd, !text.isFinal { return false }
            if isEnd || !opening.isKept {
                text.start = limit
                return false
            }
        }
        let space = text.bytes[text.start..<at]
        var gone = commonPrefix(space, opening.layout)
        // Behind reasoning the layout may be that of content.
        if state != .reasoning { gone = max(gone, commonPrefix(space, grammar.contentLayout)) }
        while gone < space.count, trim.contains(space[text.start + gone]) { gone += 1 }
        text.start += gone
        self.opening = nil
        solidEnd = max(solidEnd, text.start)
        return true
    }

    private func trimmed(_ end: Int, _ trim: Format.Trim, _ layout: [UInt8]) -> Int {
        var end = end
        for byte in layout.reversed() {
            guard end > text.start, text.bytes[end - 1] == byte else { break }
            end -= 1
        }
        while end > text.start, trim.contains(text.bytes[end - 1]) { end -= 1 }
        return end
    }

    /// Tells the text up to a place, valid UTF-8.
    mutating func tell(to end: Int, _ event: ([UInt8]) -> ParseEvent) {
        guard end > text.start else { return }
        events.append(event(valid(text.start..<end)))
        text.start = end
    }

    func valid(_ range: Range<Int>) -> [UInt8] {
        var out = [UInt8]()
        out.reserveCapacity(range.count)
        text.bytes[range].withUnsafeBufferPointer { LossyUTF8.append($0, to: &out) }
        return out
    }
}
