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
            var textForm = form
            textForm.asText = true
            calls.takesObjects = witness.turn(CallWitness.message([CallWitness.first], textForm))?.text != one.text
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

    func firstField(_ turn: [UInt8], _ call: CallWitness.Call) -> Int? {
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
    func head(_ text: ArraySlice<UInt8>, _ call: CallWitness.Call) -> [UInt8] {
        var head = Array(text)
        for (word, field) in [(call.name, "{name}"), (call.id, "{id}")] {
            while let at = ByteSearch.first(word, in: head) {
                head.replaceSubrange(at..<(at + word.count), with: Array(field.utf8))
            }
        }
        return head
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
    private mutating func addLayout(_ calls: inout Format.ToolCalls, _ form: CallWitness.Form) {
        var form = form
        form.content = .string(TurnProbe.answer)
        guard let turn = witness.turn(CallWitness.message([CallWitness.first], form))?.text,
            let at = ByteSearch.last(FormatProbe.answer, in: turn)
        else { return }
        findContentLayout(turn[opening(turn)..<max(at, opening(turn))])
        let layout = Array(turn[(at + FormatProbe.answer.count)...].prefix(while: isSpace))
        func laid(_ marker: [UInt8]) -> [UInt8] { layout + marker.drop(while: isSpace) }
        if !PythonWhitespace.strip(calls.sectionOpen[...]).isEmpty {
            calls.sectionOpen = laid(calls.sectionOpen)
        } else if let open = calls.open.first {
            calls.open = [laid(open)]
        }
    }

    /// Some templates write more white space in front of content where calls follow.
    private mutating func findContentLayout(_ before: ArraySlice<UInt8>) {
        let space = withoutReasoning(before)
        let known = format.content.open.first ?? []
        guard space.count > known.count, space.allSatisfy(isSpace), known.allSatisfy(isSpace) else { return }
        let close = format.reasoning?.close.first.map { $0.reversed().prefix(while: isSpace).count } ?? 0
        if space.count > close { format.content.open = [Array(space)] }
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
