import CScan

/// Finding, stripping, splitting: what `str` does without changing a character.
extension Text {
    /// The byte offset of the first `part` in `from..<to`. Linear.
    func find(_ part: Text, from: Int = 0, to: Int? = nil) -> Int? {
        let to = to ?? count
        if from > to { return nil }
        if part.isEmpty { return from }
        return withBytes { bytes in
            part.withBytes { wanted -> Int? in
                guard let base = bytes.baseAddress, let needle = wanted.baseAddress else { return nil }
                let at = cscan_find(base + from, to - from, needle, wanted.count)
                return at < 0 ? nil : from + at
            }
        }
    }

    func findLast(_ part: Text, from: Int = 0, to: Int? = nil) -> Int? {
        let to = to ?? count
        guard to - from >= part.count else { return nil }
        return withBytes { bytes in
            part.withBytes { wanted in
                var i = to - wanted.count
                while i >= from {
                    if Text.equal(UnsafeBufferPointer(rebasing: bytes[i..<(i + wanted.count)]), wanted) { return i }
                    i -= 1
                }
                return nil
            }
        }
    }

    func hasPrefix(_ part: Text) -> Bool {
        count >= part.count && Text.equal(base, part.base, part.count)
    }

    func hasSuffix(_ part: Text) -> Bool {
        count >= part.count && Text.equal(base + (count - part.count), part.base, part.count)
    }

    /// At least one character, and all of them so: Python's `str.is…` methods.
    func isAll(_ test: (UInt32) -> Bool) -> Bool {
        withBytes { bytes in
            var i = 0
            while i < bytes.count {
                let (code, width) = Text.decode(bytes, i)
                if !test(code) { return false }
                i += width
            }
            return i > 0
        }
    }

    func strip(left: Bool, right: Bool, _ belongs: (UInt32) -> Bool) -> Text {
        let (from, to) = withBytes { bytes in
            var from = 0
            var to = bytes.count
            while left, from < to {
                let (code, width) = Text.decode(bytes, from)
                if !belongs(code) { break }
                from += width
            }
            while right, to > from {
                let before = Text.before(bytes, to)
                if !belongs(Text.decode(bytes, before).code) { break }
                to = before
            }
            return (from, to)
        }
        return slice(from, to)
    }

    /// `str.strip()`: ASCII ends are looked at byte by byte.
    func strippedOfSpace(left: Bool, right: Bool) -> Text {
        var from = 0
        var to = count
        while left, from < to, Text.isASCIISpace(base[from]) { from &+= 1 }
        while right, to > from, Text.isASCIISpace(base[to &- 1]) { to &-= 1 }
        if isASCII || from == to || ((!left || base[from] < 0x80) && (!right || base[to &- 1] < 0x80)) {
            return slice(from, to)
        }
        return slice(from, to).strip(left: left, right: right, CodePoint.isSpace)
    }

    @inline(__always)
    private static func isASCIISpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) || (byte >= 0x1C && byte <= 0x1F)
    }

    /// `str.strip(chars)` and its kin; nil strips white space.
    func strip(left: Bool, right: Bool, characters: Text?) -> Text {
        guard let characters else { return strippedOfSpace(left: left, right: right) }
        if characters.count == 1, characters.isASCII {
            let byte = characters.base[0]
            var from = 0
            var to = count
            while left, from < to, base[from] == byte { from &+= 1 }
            while right, to > from, base[to &- 1] == byte { to &-= 1 }
            return slice(from, to)
        }
        let set = characters.codePoints
        return strip(left: left, right: right) { set.contains($0) }
    }

    var codePoints: [UInt32] {
        withBytes { bytes in
            var out = [UInt32]()
            var i = 0
            while i < bytes.count {
                let (code, width) = Text.decode(bytes, i)
                out.append(code)
                i += width
            }
            return out
        }
    }

    /// `str.split(separator, limit)`; limit -1 is none.
    func split(_ separator: Text, limit: Int) -> [Text] {
        var parts = [Text]()
        var from = 0
        while limit < 0 || parts.count < limit, let found = find(separator, from: from) {
            parts.append(slice(from, found))
            from = found + separator.count
        }
        parts.append(slice(from, count))
        return parts
    }

    func splitLast(_ separator: Text, limit: Int) -> [Text] {
        var parts = [Text]()
        var to = count
        while limit < 0 || parts.count < limit, let found = findLast(separator, to: to) {
            parts.append(slice(found + separator.count, to))
            to = found
        }
        parts.append(slice(0, to))
        return parts.reversed()
    }

    /// `str.split()`: runs of white space part, none at the ends.
    func splitSpace(limit: Int) -> [Text] {
        var parts = [Text]()
        var at = skip(0, isSpace: true)
        while at < count {
            if limit >= 0, parts.count >= limit {
                parts.append(slice(at, count).strippedOfSpace(left: false, right: true))
                break
            }
            let end = skip(at, isSpace: false)
            parts.append(slice(at, end))
            at = skip(end, isSpace: true)
        }
        return parts
    }

    /// The end of the run of characters from `offset` on that are white space, or that are not.
    private func skip(_ offset: Int, isSpace: Bool) -> Int {
        let bytes = UnsafeBufferPointer(start: base, count: count)
        var i = offset
        while i < count {
            let (code, width) = Text.decode(bytes, i)
            if CodePoint.isSpace(code) != isSpace { break }
            i &+= width
        }
        return i
    }

    func splitSpaceLast(limit: Int) -> [Text] {
        var parts = [Text]()
        var to = skipBack(count, isSpace: true)
        while to > 0 {
            if limit >= 0, parts.count >= limit {
                parts.append(slice(0, to).strippedOfSpace(left: true, right: false))
                break
            }
            let from = skipBack(to, isSpace: false)
            parts.append(slice(from, to))
            to = skipBack(from, isSpace: true)
        }
        return parts.reversed()
    }

    /// As `skip`, backwards.
    private func skipBack(_ offset: Int, isSpace: Bool) -> Int {
        let bytes = UnsafeBufferPointer(start: base, count: count)
        var i = offset
        while i > 0 {
            let before = Text.before(bytes, i)
            if CodePoint.isSpace(Text.decode(bytes, before).code) != isSpace { break }
            i = before
        }
        return i
    }

    /// The byte offset of the first character that `test` accepts.
    func firstOffset(_ test: (UInt32) -> Bool) -> Int? {
        withBytes { bytes in
            var i = 0
            while i < bytes.count {
                let (code, width) = Text.decode(bytes, i)
                if test(code) { return i }
                i += width
            }
            return nil
        }
    }

    func splitLines(keepEnds: Bool) -> [Text] {
        var lines = [Text]()
        var from = 0
        withBytes { bytes in
            var i = 0
            while i < bytes.count {
                let (code, width) = Text.decode(bytes, i)
                var end = i + width
                if CodePoint.isLineBreak(code) {
                    if code == 0x0D, end < bytes.count, bytes[end] == 0x0A { end += 1 }
                    lines.append(slice(from, keepEnds ? end : i))
                    from = end
                }
                i = end
            }
        }
        if from < count { lines.append(slice(from, count)) }
        return lines
    }

    func count(of part: Text, from: Int, to: Int) -> Int {
        if part.isEmpty { return slice(from, to).length + 1 }
        var n = 0
        var at = from
        while let found = find(part, from: at, to: to) {
            n += 1
            at = found + part.count
        }
        return n
    }

    func repeated(_ times: Int, _ interpreter: Interpreter) throws(TemplateError) -> Text {
        if times <= 0 || isEmpty { return slice(0, 0) }
        let (total, overflow) = count.multipliedReportingOverflow(by: times)
        if overflow { throw TemplateError(.limit, "a string grows too long") }
        try interpreter.checkSize(total)
        try interpreter.charge(interpreter.tracks && hasRuns ? total >> 1 : times >> 2)
        var builder = interpreter.builder()
        builder.reserve(total)
        for _ in 0..<times { builder.append(self) }
        return builder.finish(markup: isMarkup)
    }

    /// `str.replace(old, new, limit)`.
    func replace(_ old: Text, _ new: Text, limit: Int, _ interpreter: Interpreter) throws(TemplateError) -> Text {
        var builder = interpreter.builder()
        var from = 0
        var left = limit < 0 ? Int.max : limit
        if old.isEmpty {
            let offsets = characterOffsets
            for (i, offset) in offsets.enumerated() where left > 0 {
                builder.append(self, from, offset)
                builder.append(new)
                try interpreter.checkSize(builder.count)
                from = offset
                left -= 1
                if i == offsets.count - 1 { break }
            }
        } else {
            while left > 0, let found = find(old, from: from) {
                if from == 0, found == 0, count == old.count { return new.asMarkup(isMarkup) }
                builder.append(self, from, found)
                builder.append(new)
                if builder.count > interpreter.outputLimit { throw TemplateError(.limit, "a string grows too long") }
                from = found + old.count
                left -= 1
            }
            if from == 0 { return self }
        }
        builder.append(self, from, count)
        try interpreter.checkSize(builder.count)
        return builder.finish(markup: isMarkup)
    }
}
