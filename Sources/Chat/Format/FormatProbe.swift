import Bytes
import JSON
import Template
import Tokenizer

/// Finds a format out from a chat template: renders turns of the assistant whose words stand nowhere else, and takes what the
/// template writes around them for markers. What a format found so does not read back is left out of it.
struct FormatProbe {
    let model: Model
    let witness: FormatWitness
    let source: [UInt8]
    /// The fields of messages that the template reads.
    let fields: [[UInt8]]
    let generationPrompt: [UInt8]
    var format = Format()
    /// The form in which the template took calls.
    var callForm: CallWitness.Form?

    static let thought = Array(TurnProbe.thought.utf8)
    static let answer = Array(TurnProbe.answer.utf8)

    init(_ probe: TurnProbe, _ facts: TurnFacts) {
        model = probe.model
        witness = FormatWitness(probe, facts)
        source = probe.named.source
        fields = probe.named.template.analysis.messageFields
        generationPrompt = Array(facts.generationPrompt.drop(while: isSpace))
    }

    /// The whole format.
    func found() -> Format {
        var probe = self
        probe.findTexts()
        probe.findPlan()
        probe.findCalls()
        probe.check()
        probe.findOpening()
        return probe.format
    }

    /// Where a turn begins with its words, what closes the user's opens it: behind the last token that stops.
    private mutating func findOpening() {
        guard format.turnOpen.isEmpty, var before = witness.turn(TurnProbe.assistant)?.before[...] else { return }
        let stops = model.stopTokenIDs.compactMap { model.tokenizer.token($0) } + format.stop
        for stop in stops where !stop.isEmpty {
            if let at = ByteSearch.last(stop, in: before) { before = before.dropFirst(at + stop.count) }
        }
        let open = before.drop(while: isSpace)
        if Marker(open, MarkerVocabulary(model.tokenizer)).isDistinct { format.turnOpen = Array(open) }
    }

    /// Reasoning and content alone, which cost less.
    func texts() -> Format {
        var probe = self
        probe.findTexts()
        return probe.format
    }

    // MARK: Reasoning and content

    mutating func findTexts() {
        let plain = witness.turn(TurnProbe.assistant)
        let reasoned = witness.turn(TurnProbe.reasoned)
        let history = witness.turn(TurnProbe.assistant, before: [TurnProbe.user])
        let reasonedHistory = witness.turn(TurnProbe.reasoned, before: [TurnProbe.user])
        let witness = witness
        let called = TurnProbe.calls.lazy.compactMap { witness.turn($0) }.first
        var turns = [plain, reasoned, history, reasonedHistory, called].compactMap { $0?.text[...] }
        if !generationPrompt.isEmpty {
            // A template may leave the opening out of turns that have nothing but calls.
            turns = turns.filter { !Bounds.prefix([$0, generationPrompt[...]]).isEmpty }
            turns.append(generationPrompt[...])
        }
        // Words may come at once where the template writes nothing in front of them.
        format.turnOpen = Bounds.prefix(turns)
        // White space alone opens nothing: it is layout in front of content.
        if strip(format.turnOpen).isEmpty { format.turnOpen = [] }
        for turn in [plain, reasoned] { addStop(turn) }
        if let reasoned { findReasoning(reasoned.text, plain?.text) }
        if format.reasoning == nil { findInlineReasoning() }
        if format.reasoning == nil { findClosedReasoning() }
        if let plain { findContent(plain.text) }
        findTrims()
        if generationPrompt.starts(with: format.turnOpen) {
            format.prompt = Array(generationPrompt.dropFirst(format.turnOpen.count))
        }
    }

    mutating func addStop(_ turn: FormatWitness.Turn?) {
        guard let turn, let stop = turn.stop, let content = model.tokenizer.token(stop), !format.stop.contains(content),
            !ByteSearch.contains(turn.text, content)
        else { return }
        format.stop.append(content)
    }

    private mutating func findReasoning(_ turn: [UInt8], _ plain: [UInt8]?) {
        guard let thought = ByteSearch.first(FormatProbe.thought, in: turn),
            let answer = ByteSearch.last(FormatProbe.answer, in: turn),
            thought + FormatProbe.thought.count < answer
        else { return }
        let before = turn[..<thought]
        var between = turn[(thought + FormatProbe.thought.count)..<answer]
        var reasoning = Format.Text()
        // What opens content, and maybe the segment that it is in.
        if let plain, let at = ByteSearch.last(FormatProbe.answer, in: plain) {
            let open = plain[..<at].dropFirst(min(format.turnOpen.count, at))
            let shared = Bounds.suffix(between, open)
            if !strip(shared).isEmpty, !strip(between.dropLast(shared.count)).isEmpty {
                format.content.open = [shared]
                between = between.dropLast(shared.count)
            }
            let header = strip(format.turnOpen[...])
            if !header.isEmpty, strip(between).count > header.count,
                strip(between).suffix(header.count).elementsEqual(header)
            {
                format.hasSegments = true
                between = PythonWhitespace.stripEnd(between).dropLast(header.count)
            }
        }
        if strip(between).isEmpty { return }
        reasoning.close = [Array(between)]
        var open = Array(before.dropFirst(min(format.turnOpen.count, before.count)))
        if strip(open[...]).isEmpty {
            // Every turn begins with it.
            guard let tag = FormatProbe.openingTag(before, Array(strip(between))) else { return }
            open = Array(before[tag...])
            format.turnOpen = Array(before[..<tag])
        }
        reasoning.open = [open]
        format.reasoning = reasoning
    }

    /// Where the tag begins that a text ends with and that a closing tag closes.
    private static func openingTag(_ text: ArraySlice<UInt8>, _ close: [UInt8]) -> Int? {
        let text = PythonWhitespace.stripEnd(text)
        guard let first = close.first else { return nil }
        return text.lastIndex(of: first)
    }

    private func strip(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> { PythonWhitespace.strip(text) }
    private func strip(_ text: [UInt8]) -> ArraySlice<UInt8> { PythonWhitespace.strip(text[...]) }

    /// Templates that read reasoning out of the content: they cut at its closing tag, or open it in the prompt.
    private mutating func findInlineReasoning() {
        let prompt = strip(generationPrompt)
        var tags = FormatProbe.closingTags(source)
        if let at = prompt.lastIndex(of: UInt8(ascii: "<")), prompt.last == UInt8(ascii: ">"),
            prompt.count > at - prompt.startIndex + 2
        {
            let close = Array("</".utf8) + prompt[(at + 1)...]
            let isOpen =
                prompt[at...].dropFirst().first.map { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "|") && $0 < 0x80 }
                ?? false
            if isOpen, tags.contains(close) { return setInline(close) }
            tags = tags.filter { $0 != close } + (isOpen ? [close] : [])
        }
        for close in tags {
            let open = Array("<".utf8) + close.dropFirst(2)
            let words = [
                open, Array("\n".utf8), FormatProbe.thought, Array("\n".utf8), close, Array("\n\n".utf8),
                FormatProbe.answer,
            ]
            let message = Object(["role": .string("assistant"), "content": .string(Array(words.joined()))])
            guard let turn = witness.turn(message, before: [TurnProbe.user]) ?? witness.turn(message) else { continue }
            if ByteSearch.contains(turn.text, FormatProbe.answer), !ByteSearch.contains(turn.text, FormatProbe.thought)
            {
                return setInline(close)
            }
        }
    }

    private mutating func setInline(_ close: [UInt8]) {
        var reasoning = Format.Text()
        reasoning.open = [Array("<".utf8) + close.dropFirst(2) + Array("\n".utf8)]
        reasoning.close = [Array("\n".utf8) + close + Array("\n\n".utf8)]
        format.reasoning = reasoning
        cutTurnOpen(Array("<".utf8) + close.dropFirst(2))
        format.notes.append("reasoning is found in content, not written from a field")
    }

    /// What every turn has of reasoning is no part of what opens it.
    private mutating func cutTurnOpen(_ tag: [UInt8]) {
        guard let at = ByteSearch.last(tag, in: format.turnOpen) else { return }
        format.turnOpen.removeLast(format.turnOpen.count - at)
    }

    /// A template that closes in every turn what nobody has opened.
    private mutating func findClosedReasoning() {
        let open = strip(format.turnOpen)
        guard let at = ByteSearch.last(Array("</".utf8), in: open), open.last == UInt8(ascii: ">") else { return }
        let close = Array(open.dropFirst(at))
        guard !close.dropLast().contains(UInt8(ascii: ">")), close.count > 3 else { return }
        var reasoning = Format.Text()
        reasoning.open = [Array("<".utf8) + close.dropFirst(2)]
        reasoning.close = [close]
        format.reasoning = reasoning
        cutTurnOpen(close)
        format.notes.append("reasoning is closed in every turn, and never written")
    }

    /// The closing tags in a template's source, at which it may cut texts.
    private static func closingTags(_ source: [UInt8]) -> [[UInt8]] {
        var tags = [[UInt8]]()
        var rest = source[...]
        while let at = ByteSearch.first(Array("</".utf8), in: rest) {
            let start = rest.startIndex + at
            let tag = rest[start...].prefix { $0 != UInt8(ascii: ">") }
            rest = rest[(start + 2)...]
            guard tag.endIndex < source.endIndex, tag.count < 40, !tag.contains(where: isSpace),
                !tag.contains(UInt8(ascii: "'"))
            else { continue }
            let whole = Array(tag) + [UInt8(ascii: ">")]
            if !tags.contains(whole) { tags.append(whole) }
        }
        return tags
    }

    /// What stands around content that has no reasoning in front of it.
    private mutating func findContent(_ turn: [UInt8]) {
        guard let at = ByteSearch.last(FormatProbe.answer, in: turn) else { return }
        let behind = turn[(at + FormatProbe.answer.count)...]
        if !behind.isEmpty { format.content.close = [Array(behind)] }
        guard format.content.open.isEmpty, turn.starts(with: format.turnOpen) else { return }
        let open = withoutReasoning(turn[format.turnOpen.count..<max(at, format.turnOpen.count)])
        // Reasoning that is opened and not closed opens no content.
        if let tag = format.reasoning?.open.first, strip(open).starts(with: strip(tag)) { return }
        if !open.isEmpty { format.content.open = [Array(open)] }
    }

    /// A text without the place of reasoning that it begins with.
    func withoutReasoning(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let reasoning = format.reasoning, let close = reasoning.close.first.map({ strip($0) }), !close.isEmpty,
            let at = ByteSearch.first(Array(close), in: text)
        else { return text }
        let open = reasoning.open.first.map { strip($0) } ?? []
        let before = strip(text.prefix(at))
        let isEmpty = before.isEmpty || before.elementsEqual(open)
        return isEmpty ? text.dropFirst(at + close.count) : text
    }

    /// Which white space the template takes off.
    private mutating func findTrims() {
        func trims(_ word: [UInt8], _ set: (inout Object, Value) -> Void) -> (Format.Trim, Format.Trim)? {
            var (bare, spaced) = (TurnProbe.reasoned, TurnProbe.reasoned)
            if format.reasoning == nil { (bare, spaced) = (TurnProbe.assistant, TurnProbe.assistant) }
            set(&bare, .string(word))
            set(&spaced, .string(Array("\n \n".utf8) + word + Array("\n \n".utf8)))
            guard let first = witness.turn(bare)?.text, let second = witness.turn(spaced)?.text,
                let a = ByteSearch.last(word, in: first), let b = ByteSearch.last(word, in: second)
            else { return nil }
            func trim(_ kept: Int) -> Format.Trim {
                kept == 3 ? .none : kept == 0 ? .whitespace : kept == 2 ? .newlines : .none
            }
            return (trim(b - a), trim((second.count - b) - (first.count - a)))
        }
        if let (start, end) = trims(FormatProbe.answer, { $0.set("content", $1) }) {
            (format.content.trimStart, format.content.trimEnd) = (start, end)
        }
        guard format.reasoning != nil else { return }
        let fields = Messages.reasoningFields
        if let (start, end) = trims(
            FormatProbe.thought, { message, value in for field in fields { message[field] = value } })
        {
            format.reasoning?.trimStart = start
            format.reasoning?.trimEnd = end
        }
    }
}
