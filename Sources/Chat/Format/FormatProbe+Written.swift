import Bytes
import JSON
import Template

/// Arguments that are no JSON object: keys and values between tags, or as literals.
extension FormatProbe {
    func writtenCore(_ turn: [UInt8], _ call: CallWitness.Call, _ field: Int) -> Core? {
        var at = field
        var ends = [(start: Int, end: Int)]()
        for word in [CallWitness.keys[0], CallWitness.values[0], CallWitness.keys[1], CallWitness.values[1]] {
            guard let found = ByteSearch.first(word, in: turn[at...]) else { return nil }
            ends.append((at + found, at + found + word.count))
            at += found + word.count
        }
        let before = turn[field..<ends[0].start]
        let between = turn[ends[0].end..<ends[1].start]
        // Keys may be written again behind their values.
        let next = keyed(turn[ends[1].end..<ends[2].start], CallWitness.keys[0])
        let behind = keyed(turn[ends[3].end...], CallWitness.keys[1])
        let other = numberAssign(call) ?? Array(between)
        if let keywords = keywords(before, between, other, next, behind) {
            guard let open = before.lastIndex(of: keywords.open[0]),
                let close = behind.firstIndex(of: keywords.close[0])
            else { return nil }
            return Core(
                range: field..<(close + 1), head: head(turn[field..<open], call), arguments: .keywords(keywords))
        }
        let keyOpen = Bounds.suffix(before, next)
        let rest = next.dropLast(min(keyOpen.count, next.count))
        // A name in it tells how far it goes.
        let isNamed = ByteSearch.contains(rest, Format.Tags.key) && behind.starts(with: rest)
        let valueClose = isNamed ? Array(rest) : Bounds.prefix([rest, behind])
        if PythonWhitespace.strip(keyOpen[...]).isEmpty || PythonWhitespace.strip(valueClose[...]).isEmpty {
            return nil
        }
        var tags = Format.Tags(
            keyOpen: keyOpen, keyClose: Array(between), otherKeyClose: other.elementsEqual(between) ? nil : other,
            valueClose: valueClose)
        findWrap(&tags, call)
        findItem(&tags, call)
        return Core(
            range: field..<(ends[3].end + tags.valueClose(of: CallWitness.keys[1]).count),
            head: head(before.dropLast(keyOpen.count), call),
            arguments: .tags(tags))
    }

    /// A text with a field in the place of a key.
    private func keyed(_ text: ArraySlice<UInt8>, _ key: [UInt8]) -> ArraySlice<UInt8> {
        guard let at = ByteSearch.first(key, in: text) else { return text }
        return text[..<(text.startIndex + at)] + Format.Tags.key + text[(text.startIndex + at + key.count)...]
    }

    /// The name that elements of lists have, where lists and objects are tags inside tags.
    private func findItem(_ tags: inout Format.Tags, _ call: CallWitness.Call) {
        let word = CallWitness.values[0]
        let key = CallWitness.keys[0]
        func close(_ key: [UInt8]) -> [UInt8] { tags.valueClose(of: key) }
        func written(_ value: Value) -> ArraySlice<UInt8>? {
            var call = call
            call.arguments = Object([Object.Member(key: key, value: value)])
            let open = tags.keyOpen + key + tags.keyClose
            for form in CallWitness.forms {
                guard let turn = witness.turn(CallWitness.message([call], form))?.text,
                    let start = ByteSearch.first(open, in: turn),
                    let end = ByteSearch.last(close(key), in: turn), start + open.count < end
                else { continue }
                return turn[(start + open.count)..<end]
            }
            return nil
        }
        let inner = CallWitness.keys[1]
        guard let object = written(.object(Object([Object.Member(key: inner, value: .string(word))]))),
            object.elementsEqual(tags.keyOpen + inner + tags.keyClose + word + close(inner)),
            let list = written(.array([.string(word)])), list.starts(with: tags.keyOpen),
            let at = ByteSearch.first(tags.keyClose + word, in: list), at > tags.keyOpen.count
        else { return }
        let item = Array(list.prefix(at).dropFirst(tags.keyOpen.count))
        if list.elementsEqual(tags.keyOpen + item + tags.keyClose + word + close(item)) { tags.item = item }
    }

    /// What the template puts around a value that looks like a tag.
    private func findWrap(_ tags: inout Format.Tags, _ call: CallWitness.Call) {
        let word = Array("<vq3Xc>&</vq3Xc>".utf8)
        var call = call
        call.arguments = Object([Object.Member(key: CallWitness.keys[0], value: .string(word))])
        for form in CallWitness.forms {
            guard let turn = witness.turn(CallWitness.message([call], form))?.text,
                let key = ByteSearch.first(CallWitness.keys[0] + tags.keyClose, in: turn),
                let value = ByteSearch.first(word, in: turn)
            else { continue }
            let start = key + CallWitness.keys[0].count + tags.keyClose.count
            let end = tags.valueClose(of: CallWitness.keys[0])
            guard start < value, let close = ByteSearch.first(end, in: turn[(value + word.count)...]) else {
                return
            }
            tags.wrapOpen = Array(turn[start..<value])
            tags.wrapClose = Array(turn[(value + word.count)...].prefix(close))
            return
        }
    }

    /// What stands between a key and a number.
    private func numberAssign(_ call: CallWitness.Call) -> [UInt8]? {
        var call = call
        call.arguments = CallWitness.numeric
        for form in CallWitness.forms {
            guard let turn = witness.turn(CallWitness.message([call], form))?.text,
                let field = firstField(turn, call),
                let key = ByteSearch.first(CallWitness.keys[0], in: turn[field...]).map({
                    field + $0 + CallWitness.keys[0].count
                }),
                let number = ByteSearch.first(CallWitness.number, in: turn[key...])
            else { continue }
            return Array(turn[key..<(key + number)])
        }
        return nil
    }

    /// Arguments as literals: strings in quotes, other values without.
    private func keywords(
        _ before: ArraySlice<UInt8>, _ between: ArraySlice<UInt8>, _ other: [UInt8], _ next: ArraySlice<UInt8>,
        _ behind: ArraySlice<UInt8>
    ) -> Format.Keywords? {
        let quotes = [UInt8(ascii: "'"), UInt8(ascii: "\"")]
        var key = before
        var assign = other[...]
        // A key may be quoted like a string.
        if let last = key.last, quotes.contains(last), assign.first == last {
            key = key.dropLast()
            assign = assign.dropFirst()
        }
        let quoteStart = between.dropFirst(commonPrefix(between, other))
        var quote = PythonWhitespace.strip(quoteStart)
        if quote.isEmpty, let last = between.last, quotes.contains(last) {
            // Every value is in quotes, whatever it is.
            quote = [last]
            assign = PythonWhitespace.stripEnd(between.dropLast())
            if let first = assign.first, quotes.contains(first) { assign = assign.dropFirst() }
        }
        guard !quote.isEmpty, next.starts(with: quote), behind.starts(with: quote) else { return nil }
        key = PythonWhitespace.stripEnd(key)
        let tail = PythonWhitespace.stripStart(behind.dropFirst(quote.count))
        let pairs: [UInt8: UInt8] = [0x28: 0x29, 0x7B: 0x7D]
        guard let open = key.last, let close = pairs[open], tail.first == close else { return nil }
        let mark = PythonWhitespace.strip(assign)
        guard !mark.isEmpty else { return nil }
        let isPlain = quote.count == 1 && quotes.contains(quote.first ?? 0)
        return Format.Keywords(open: [open], close: [close], assign: Array(mark), quote: isPlain ? nil : Array(quote))
    }
}
