import Bytes
import JSON
import Template

/// How a template writes tool calls.
extension FormatProbe {
    /// A call in a turn: the bytes from its first field to its last, and what they are.
    struct Core {
        var range: Range<Int>
        /// Up to the arguments, with fields for names and ids.
        var head: [UInt8]
        var arguments: Format.Arguments
        /// What ends a value, where that is known already.
        var tail: [UInt8] = []
    }

    mutating func findCalls() {
        for form in CallWitness.forms {
            guard let one = witness.turn(CallWitness.message([CallWitness.first], form)),
                let core = core(one.text, CallWitness.first)
            else { continue }
            addStop(one)
            callForm = form
            var calls = Format.ToolCalls()
            calls.arguments = core.arguments
            let before = leading(one.text, core.range.lowerBound, form)
            let behind = one.text[core.range.upperBound...]
            if let two = witness.turn(CallWitness.message([CallWitness.first, CallWitness.second], form)),
                let next = self.core(two.text, CallWitness.second),
                two.text.starts(with: one.text[..<core.range.upperBound]),
                next.range.lowerBound >= core.range.upperBound
            {
                split(&calls, core, next, before, two.text)
            } else {
                calls.open = [Array(before) + core.head]
                calls.close = [Array(behind)]
            }
            addLayout(&calls, form)
            tidy(&calls)
            if case .object = calls.arguments {
            } else if !calls.open.contains(where: { ByteSearch.contains($0, Array("{name}".utf8)) }) {
                // Nothing tells the name but the id.
                calls.nameInID = Format.NameInID(prefix: [], suffix: [])
            }
            format.toolCalls = calls
            return
        }
    }

    /// What stands in front of the first call: without the places of reasoning and of content.
    private func leading(_ turn: [UInt8], _ end: Int, _ form: CallWitness.Form) -> ArraySlice<UInt8> {
        let open = opening(turn)
        var before = turn[open..<max(end, open)]
        if form.content?.stringBytes?.isEmpty == false, let at = ByteSearch.last(FormatProbe.answer, in: before) {
            before = before.dropFirst(at + FormatProbe.answer.count)
            before = without(format.content.close, before)
        } else {
            before = withoutReasoning(before)
            before = without(format.content.open, before)
            before = without(format.content.close, before)
        }
        if format.hasSegments { before = without([format.turnOpen], before) }
        return before
    }

    /// How much of a turn is what opens it.
    private func opening(_ turn: [UInt8]) -> Int { turn.starts(with: format.turnOpen) ? format.turnOpen.count : 0 }

    /// A text without the marker that it may begin with.
    private func without(_ markers: [[UInt8]], _ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        for marker in markers {
            let core = PythonWhitespace.strip(marker[...])
            let rest = PythonWhitespace.stripStart(text)
            if !core.isEmpty, rest.starts(with: core) { return rest.dropFirst(core.count) }
        }
        return text
    }

    // MARK: One call

    func core(_ turn: [UInt8], _ call: CallWitness.Call) -> Core? {
        if let core = objectCore(turn, call) { return core }
        guard let key = place(CallWitness.keys[0], turn, behind: call),
            place(CallWitness.values[0], turn, behind: call) != nil, let field = firstField(turn, call), field < key
        else { return nil }
        if let open = turn[field..<key].lastIndex(of: UInt8(ascii: "{")), let end = jsonEnd(turn, open),
            let value = try? JSONParser.parse(Array(turn[open..<end])), value == .object(call.arguments)
        {
            return Core(range: field..<end, head: head(turn[field..<open], call), arguments: .json)
        }
        return writtenCore(turn, call, field)
    }

    /// Where a word stands behind the name of its call: a second call has the keys of the first.
    private func place(_ word: [UInt8], _ turn: [UInt8], behind call: CallWitness.Call) -> Int? {
        guard let field = firstField(turn, call) else { return nil }
        return ByteSearch.first(word, in: turn[field...]).map { field + $0 }
    }

    private func firstField(_ turn: [UInt8], _ call: CallWitness.Call) -> Int? {
        [call.name, call.id].compactMap { ByteSearch.first($0, in: turn) }.min()
    }

    private func jsonEnd(_ turn: [UInt8], _ start: Int) -> Int? {
        var scanner = JSONScanner()
        let (event, end) = turn.withUnsafeBufferPointer { scanner.run($0, from: start, to: turn.count) }
        if case .complete = event { return end }
        return nil
    }

    /// A call that is an object with a name and arguments among its members.
    private func objectCore(_ turn: [UInt8], _ call: CallWitness.Call) -> Core? {
        for open in turn.indices where turn[open] == UInt8(ascii: "{") && open < turn.count {
            guard open >= opening(turn), let end = jsonEnd(turn, open),
                let object = (try? JSONParser.parse(Array(turn[open..<end])))?.object,
                let members = members(object, call)
            else { continue }
            let field = firstField(turn, call) ?? open
            // Of a name that is written in front of the object as well, that one counts for the call's beginning.
            if field < open, turn[field..<open].allSatisfy({ $0 != 0x0A }) {
                return Core(
                    range: field..<end, head: head(turn[field..<open], call), arguments: .object(members))
            }
            return Core(range: open..<end, head: [], arguments: .object(members))
        }
        return nil
    }

    private func members(_ object: Object, _ call: CallWitness.Call) -> Format.Members? {
        func find(_ object: Object, _ wrapper: [UInt8]?) -> Format.Members? {
            let arguments = Value.object(call.arguments)
            guard let name = object.members.first(where: { $0.value == .string(call.name) }),
                let holder = object.members.first(where: { member in
                    member.value == arguments
                        || member.value.stringBytes.flatMap { try? JSONParser.parse($0) } == arguments
                })
            else { return nil }
            return Format.Members(name: name.key, arguments: holder.key, id: nil, wrapper: wrapper)
        }
        var found = find(object, nil)
        if found == nil {
            for member in object.members {
                if let inner = member.value.object { found = found ?? find(inner, member.key) }
            }
        }
        guard var members = found else { return nil }
        // An id of the message's, or a number that the template counts.
        let isID = { (value: Value) in value == .string(call.id) || value == .string("0") || value == .string("1") }
        members.id = object.members.first { isID($0.value) }?.key
        return members
    }

    /// The text in front of arguments, with fields in the places of what the call says.
    private func head(_ text: ArraySlice<UInt8>, _ call: CallWitness.Call) -> [UInt8] {
        var head = Array(text)
        for (word, field) in [(call.name, "{name}"), (call.id, "{id}")] {
            while let at = ByteSearch.first(word, in: head) {
                head.replaceSubrange(at..<(at + word.count), with: Array(field.utf8))
            }
        }
        return head
    }

    // MARK: Keys and values

    private func writtenCore(_ turn: [UInt8], _ call: CallWitness.Call, _ field: Int) -> Core? {
        var at = field
        var ends = [(start: Int, end: Int)]()
        for word in [CallWitness.keys[0], CallWitness.values[0], CallWitness.keys[1], CallWitness.values[1]] {
            guard let found = ByteSearch.first(word, in: turn[at...]) else { return nil }
            ends.append((at + found, at + found + word.count))
            at += found + word.count
        }
        let before = turn[field..<ends[0].start]
        let between = turn[ends[0].end..<ends[1].start]
        let next = turn[ends[1].end..<ends[2].start]
        let behind = turn[ends[3].end...]
        // A format that writes keys again behind values is none of these.
        if ByteSearch.contains(next, CallWitness.keys[0]) { return nil }
        let other = numberAssign(call) ?? Array(between)
        if let keywords = keywords(before, between, other, next, behind) {
            guard let open = before.lastIndex(of: keywords.open[0]),
                let close = behind.firstIndex(of: keywords.close[0])
            else { return nil }
            return Core(
                range: field..<(close + 1), head: head(turn[field..<open], call), arguments: .keywords(keywords))
        }
        let keyOpen = Bounds.suffix(before, next)
        let valueClose = Bounds.prefix([next.dropLast(min(keyOpen.count, next.count)), behind])
        if PythonWhitespace.strip(keyOpen[...]).isEmpty || PythonWhitespace.strip(valueClose[...]).isEmpty {
            return nil
        }
        var tags = Format.Tags(
            keyOpen: keyOpen, keyClose: Array(between), otherKeyClose: other.elementsEqual(between) ? nil : other,
            valueClose: valueClose)
        findWrap(&tags, call)
        return Core(
            range: field..<(ends[3].end + valueClose.count), head: head(before.dropLast(keyOpen.count), call),
            arguments: .tags(tags))
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
            guard start < value, let close = ByteSearch.first(tags.valueClose, in: turn[(value + word.count)...]) else {
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

    // MARK: Around calls

    /// Cuts what stands around two calls into what belongs to each, and to both.
    private func split(
        _ calls: inout Format.ToolCalls, _ first: Core, _ second: Core, _ before: ArraySlice<UInt8>, _ turn: [UInt8]
    ) {
        let middle = turn[first.range.upperBound..<second.range.lowerBound]
        let behind = turn[second.range.upperBound...]
        var open = Bounds.suffix(before, middle)
        if PythonWhitespace.strip(open[...]).isEmpty { open = [] }
        var close = Bounds.prefix([middle.dropLast(open.count), behind])
        if PythonWhitespace.strip(close[...]).isEmpty { close = [] }
        calls.sectionOpen = Array(before.dropLast(open.count))
        calls.sectionClose = Array(behind.dropFirst(close.count))
        calls.separator = Array(middle.dropFirst(close.count).dropLast(open.count))
        calls.close = close.isEmpty ? [] : [close]
        let head = open + FormatProbe.indexed(first.head, second.head)
        calls.open = head.isEmpty ? [] : [head]
    }

    /// A head in which numbers that count calls are fields.
    private static func indexed(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        guard first != second, first.count == second.count,
            let at = first.indices.first(where: { first[$0] != second[$0] }),
            first[at] == UInt8(ascii: "0") || first[at] == UInt8(ascii: "1"), second[at] == first[at] + 1
        else { return first }
        return Array(first[..<at]) + Array("{index}".utf8) + first[(at + 1)...]
    }

    /// The white space between content and the first call.
    private func addLayout(_ calls: inout Format.ToolCalls, _ form: CallWitness.Form) {
        var form = form
        form.content = .string(TurnProbe.answer)
        guard let turn = witness.turn(CallWitness.message([CallWitness.first], form))?.text,
            let at = ByteSearch.last(FormatProbe.answer, in: turn)
        else { return }
        let layout = Array(turn[(at + FormatProbe.answer.count)...].prefix(while: isSpace))
        func laid(_ marker: [UInt8]) -> [UInt8] { layout + marker.drop(while: isSpace) }
        if !PythonWhitespace.strip(calls.sectionOpen[...]).isEmpty {
            calls.sectionOpen = laid(calls.sectionOpen)
        } else if let open = calls.open.first {
            calls.open = [laid(open)]
        }
    }

    private mutating func tidy(_ calls: inout Format.ToolCalls) {
        func isBlank(_ bytes: [UInt8]) -> Bool { PythonWhitespace.strip(bytes[...]).isEmpty }
        if isBlank(calls.sectionOpen) { calls.sectionOpen = [] }
        if isBlank(calls.sectionClose) { calls.sectionClose = [] }
        calls.open = calls.open.filter { !isBlank($0) }
        calls.close = calls.close.filter { !isBlank($0) }
        if calls.sectionOpen.isEmpty, !calls.sectionClose.isEmpty {
            // What closes the turn, not the calls.
            if !format.content.close.contains(calls.sectionClose) { format.content.close.append(calls.sectionClose) }
            calls.sectionClose = []
        }
    }
}
