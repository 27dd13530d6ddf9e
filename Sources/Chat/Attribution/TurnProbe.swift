import Bytes
import JSON
import Template
import Tokenizer

/// Finds `TurnFacts` out. About twenty renders of one to three short messages; one that fails tells nothing.
struct TurnProbe {
    let model: Model
    let named: Model.NamedTemplate
    /// Of the request: its variables, its clock, whether it has tools.
    let request: RenderRequest
    /// Some templates take content as a list of parts alone.
    private(set) var usesParts = false

    func facts() -> TurnFacts {
        var facts = TurnFacts()
        var probe = self
        probe.findParts()
        facts.usesParts = probe.usesParts
        probe.find(&facts)
        return facts
    }

    mutating func findParts() {
        usesParts = false
        usesParts = !shows(TurnProbe.question, [TurnProbe.user])
    }

    /// The ids of a chat, if the template takes it.
    func prompt(_ messages: [Object]) -> Rendered.Prompt? {
        try? model.encode(model.renderText(chat(messages, prompt: false)), addSpecialTokens: false)
    }

    private func find(_ facts: inout TurnFacts) {
        facts.beginning = model.specialTokens["bos_token"]?.stringBytes.flatMap(model.tokenizer.id)
        findGenerationPrompt(&facts)
        findTurnEnds(&facts)
        facts.stops = Set(model.stopTokenIDs).union(facts.closers)
        findPlaceholders(&facts)
        if facts.reasoningMarkers == nil {
            facts.reasoningMarkers = .init(opening: facts.generationPrompt, template: named.source)
        }
        findMedia(&facts)
    }

    // MARK: Renders

    func chat(_ messages: [Object], prompt: Bool) -> RenderRequest {
        var chat = request
        chat.messages = usesParts ? messages.map(TurnProbe.inParts) : messages
        chat.addGenerationPrompt = prompt
        chat.continuedField = nil
        chat.documents = .null
        if !request.tools.isNull { chat.tools = .array([TurnProbe.tool]) }
        return chat
    }

    func trace(_ messages: [Object], prompt: Bool = false, sites: Set<Range<Int>> = []) -> TracedPrompt? {
        try? model.trace(chat(messages, prompt: prompt), named, generationSites: sites, plain: nil)
    }

    /// The sites of template text in a chat.
    private func sites(_ messages: [Object], prompt: Bool) -> Set<Range<Int>> {
        guard let text = try? model.renderTraced(chat(messages, prompt: prompt), named) else { return [] }
        var sites = Set<Range<Int>>()
        for run in text.runs where run.length > 0 {
            let origin = text.origins[run.origin]
            if origin.kind == .template { sites.insert(origin.sourceRange) }
        }
        return sites
    }

    // MARK: Facts

    private func findGenerationPrompt(_ facts: inout TurnFacts) {
        var chats: [(TurnFacts.Ending, [Object])] = [
            (.user, [TurnProbe.user]), (.assistant, [TurnProbe.user, TurnProbe.assistant]),
            (.system, [TurnProbe.user, TurnProbe.message("system", TurnProbe.question)]),
            (.system, [TurnProbe.message("system", TurnProbe.question)]),
        ]
        chats += TurnProbe.calls.map { (.tool, [TurnProbe.user, $0, TurnProbe.result]) }
        var with = Set<Range<Int>>()
        var without = Set<Range<Int>>()
        for (ending, messages) in chats where facts.tails[ending] == nil {
            with.formUnion(sites(messages, prompt: true))
            without.formUnion(sites(messages, prompt: false))
            guard let open = trace(messages, prompt: true), let closed = trace(messages),
                let tail = rest(of: open), let plain = rest(of: closed)
            else { continue }
            facts.tails[ending] = TurnFacts.Tail(bytes: tail, promptStart: commonPrefix(tail[...], plain))
        }
        facts.generationSites = with.subtracting(without)
        if let empty = trace([], prompt: true) { facts.tails[.nothing] = TurnFacts.Tail(bytes: empty.text) }
    }

    /// What follows the last field of the last message.
    private func rest(of traced: TracedPrompt) -> [UInt8]? {
        guard let last = traced.segments.last(where: { $0.source == .field }),
            Int(last.owner) == traced.roles.count - 1
        else { return nil }
        return Array(traced.text[last.end...])
    }

    private func findTurnEnds(_ facts: inout TurnFacts) {
        let chats = [[TurnProbe.user, TurnProbe.assistant], [TurnProbe.user, TurnProbe.assistant, TurnProbe.user]]
        for messages in chats {
            guard let traced = trace(messages) else { continue }
            if let closer = closer(traced, message: 1), !facts.closers.contains(closer) { facts.closers.append(closer) }
        }
        // A template may close a turn where it opens the next.
        for (messages, message) in [([TurnProbe.user], 0), (chats[0], 1), (chats[1], 1)] {
            let added = trace(messages).map { header($0, of: message) } ?? []
            if let opener = added.first(where: { !facts.closers.contains($0) }) { facts.openers.insert(opener) }
        }
        if let prompt = trace([TurnProbe.user], prompt: true, sites: facts.generationSites) {
            let start = prompt.text.count - facts.generationPrompt.count
            let added = addedTokens(prompt, max(0, start)..<prompt.text.count)
            if let opener = added.first(where: { !facts.closers.contains($0) }) { facts.openers.insert(opener) }
        }
        facts.beginningCloses = facts.beginning.map(facts.closers.contains) ?? false
        // A family without closers is one whose next turn's opener ends a turn: the end of a call is none.
        if facts.closers.isEmpty { return }
        for call in TurnProbe.calls {
            guard let traced = trace([TurnProbe.user, call]) else { continue }
            if let closer = closer(traced, message: 1), !facts.closers.contains(closer) { facts.closers.append(closer) }
            break
        }
    }

    /// The added tokens of the template in a stretch of bytes.
    private func addedTokens(_ traced: TracedPrompt, _ range: Range<Int>) -> [UInt32] {
        var found = [UInt32]()
        var token = traced.token(from: range.lowerBound)
        while token < traced.prompt.ids.count, traced.tokenStart(token) < range.upperBound {
            let id = traced.prompt.ids[token]
            if model.tokenizer.isAdded(id), !traced.segments[traced.segment(at: traced.tokenStart(token))].isForeign {
                found.append(id)
            }
            token += 1
        }
        return found
    }

    /// The added tokens of a message's turn in front of its words.
    private func header(_ traced: TracedPrompt, of message: Int) -> [UInt32] {
        let place = MessagePlaces(traced.segments, count: traced.roles.count)[message]
        guard let start = place.start, let end = place.fieldStart, start < end else { return [] }
        return addedTokens(traced, start..<end)
    }

    /// A stop token behind the last field of a message's turn, else the last added token there.
    private func closer(_ traced: TracedPrompt, message: Int) -> UInt32? {
        guard let last = traced.segments.lastIndex(where: { $0.source == .field && Int($0.owner) == message })
        else { return nil }
        var end = traced.segments[last].end
        for segment in traced.segments[(last + 1)...] {
            let isFree = segment.source == .free || segment.source == .beginning
            let isOwn = Int(segment.owner) == message || (isFree && segment.owner < 0)
            guard isOwn, segment.source != .field else { break }
            end = segment.end
        }
        let added = addedTokens(traced, traced.segments[last].end..<end)
        return added.first { model.stopTokenIDs.contains($0) } ?? added.last
    }

    /// Only of a template that renders reasoning at all: others leave nothing out.
    private func findPlaceholders(_ facts: inout TurnFacts) {
        for field in Messages.reasoningFields {
            var message = TurnProbe.assistant
            message[field] = .string(TurnProbe.thought)
            if shows(TurnProbe.thought, [TurnProbe.user, message]) { facts.reasoningFields.append(field) }
        }
        if facts.reasoningFields.isEmpty { return }
        let found = model.givenFormat ?? FormatProbe(self, facts).texts()
        if let start = found.reasoning?.open.first, let end = found.reasoning?.close.first {
            let markers = [start, end].map { Array(PythonWhitespace.strip($0[...])) }
            facts.reasoningMarkers = TurnFacts.ReasoningMarkers(start: markers[0], end: markers[1])
            let parts = [markers[0], Array(TurnProbe.thought.utf8), markers[1], Array(TurnProbe.answer.utf8)]
            let inline = Object(["role": .string("assistant"), "content": .string(Array(parts.joined()))])
            facts.dropsInlineReasoning =
                shows(TurnProbe.thought, [TurnProbe.user, inline])
                && !shows(TurnProbe.thought, [TurnProbe.user, inline, TurnProbe.user])
        }
        let chats = [
            [TurnProbe.user, TurnProbe.assistant], [TurnProbe.user, TurnProbe.assistant, TurnProbe.user],
            [TurnProbe.user, TurnProbe.reasoned, TurnProbe.user],
        ]
        for messages in chats {
            guard var traced = trace(messages) else { continue }
            traced.resolveOwners(facts)
            let places = MessagePlaces(traced.segments, count: messages.count)
            guard !places[1].hasReasoning, let end = places[1].fieldStart else { continue }
            let start = SampledSpans.start(of: 1, traced, places, facts, messages).byte
            if start < end, !facts.placeholders.contains(Array(traced.text[start..<end])) {
                facts.placeholders.append(Array(traced.text[start..<end]))
            }
        }
        facts.placeholders.sort { $0.count > $1.count }
    }

    func shows(_ word: String, _ messages: [Object]) -> Bool {
        trace(messages).map { ByteSearch.contains($0.text, Array(word.utf8)) } ?? false
    }

    private func findMedia(_ facts: inout TurnFacts) {
        func chat(_ parts: [Value]) -> [Object] { [Object(["role": .string("user"), "content": .array(parts)])] }
        let text = Value.object(Object(["type": .string("text"), "text": .string(TurnProbe.question)]))
        guard let plain = trace(chat([text])) else { return }
        let known = Set(addedTokens(plain, 0..<plain.text.count))
        for type in ["image", "video", "audio"] {
            let url = Value.object(Object(["url": .string("x")]))
            let part = Value.object(Object(["type": .string(type), type: .string("x"), "\(type)_url": url]))
            guard let traced = trace(chat([part, text])) else { continue }
            facts.mediaTokens.formUnion(Set(addedTokens(traced, 0..<traced.text.count)).subtracting(known))
        }
    }
}
