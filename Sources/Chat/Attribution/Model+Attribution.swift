import JSON
import Template
import Tokenizer

extension TracedPrompt {
    /// The role of the last message, where there is one.
    var lastRole: [UInt8]? { roleNames.last }
}

extension Model {
    /// A chat with the owner and kind of every token.
    func renderAttributed(_ request: RenderRequest) throws(ChatError) -> Rendered.Prompt {
        let named = try template(request)
        let messages = try prepared(request)
        let facts = turnFacts(request, named)
        var traced = try trace(
            request, named, generationSites: request.addGenerationPrompt ? facts.generationSites : [],
            plain: request.contentTokens.isPlain ? nil : request.contentTokens)
        let attribution = Attributor(model: self, facts: facts, messages: messages).attribution(traced)
        if request.attribution { traced.prompt.attribution = attribution }
        return traced.prompt
    }

    /// What is known of the template's turns under a request's variables; found out once.
    func turnFacts(
        _ request: RenderRequest, _ named: NamedTemplate, _ key: TurnFactsCache.Key? = nil
    ) -> TurnFacts {
        turns.facts(for: key ?? TurnFactsCache.Key(request, named)) {
            TurnProbe(model: self, named: named, request: request).facts()
        }
    }

    func trace(
        _ request: RenderRequest, _ named: NamedTemplate, generationSites: Set<Range<Int>>, plain: ContentTokens?
    ) throws(ChatError) -> TracedPrompt {
        let text = try renderTraced(request, named)
        let messages = try prepared(request)
        let roleNames = messages.map { $0["role"]?.stringBytes ?? [] }
        let roles = roleNames.map { MessageRole($0) }
        var reader = SegmentReader(text.origins, roles: roles, generationSites: generationSites)
        let segments = reader.segments(text.runs, count: text.bytes.count)
        var plainRanges = [Range<Int>]()
        if let plain {
            for segment in segments where segment.isForeign && plain.rule(for: segment, messages) == .text {
                plainRanges.append(segment.start..<segment.end)
            }
        }
        let prompt = try encode(text.bytes, addSpecialTokens: false, plainRanges: plainRanges, wholeSpans: true)
        let traced = TracedPrompt(
            prompt: prompt, segments: segments, generations: text.generations, roles: roles, roleNames: roleNames,
            hasGenerationPrompt: request.addGenerationPrompt)
        if let plain { try refuse(traced, plain, messages, text) }
        return traced
    }

    /// Fails at the first control token in what a caller wrote, where that is to be rejected.
    private func refuse(
        _ traced: TracedPrompt, _ rules: ContentTokens, _ messages: [Object], _ text: RenderedText
    ) throws(ChatError) {
        for (token, id) in traced.prompt.ids.enumerated() where isControl(id) {
            let start = traced.tokenStart(token)
            let segment = traced.segments[traced.segment(at: start)]
            guard segment.isForeign, rules.rule(for: segment, messages) == .reject else { continue }
            var at = 0
            var path = ""
            for run in text.runs {
                at += run.length
                if at > start {
                    path = String(decoding: text.origins[run.origin].path, as: UTF8.self)
                    break
                }
            }
            let content = String(decoding: tokenizer.bytes(of: id) ?? [], as: UTF8.self)
            let owner: String =
                switch segment.kind {
                case .documents: "documents" + path
                case .tools where segment.owner < 0: "tools" + path
                default: "messages[\(segment.owner)].\(path)"
                }
            throw .field(FieldError(path: owner, problem: .notAllowed("holds the control token \(content)")))
        }
    }
}
