import Bytes
import JSON
import Template
import Tokenizer

extension Model {
    /// The ids that follow a prompt and what was sampled behind it, as the template goes on with new messages. Costs what is
    /// new: of the prompt only the last ids are read, unless the template drops reasoning and the completion has none.
    /// The C function is `typecase_model_bridge`.
    public func bridge(
        prompt: UnsafeBufferPointer<UInt32>, completion: UnsafeBufferPointer<UInt32>, _ request: BridgeRequest
    ) throws(ChatError) -> Rendered {
        do {
            return try extended(prompt, completion, request)
        } catch .notExtendable(let refusal) where refusal.reason == .toolNameMissing && request.called == nil {
            // The completion has the names of the tools that it called.
            var request = request
            request.called = message(completion, behind: prompt, request.chat)
            return try extended(prompt, completion, request)
        }
    }

    private func message(
        _ completion: UnsafeBufferPointer<UInt32>, behind prompt: UnsafeBufferPointer<UInt32>, _ chat: RenderRequest
    ) -> Object {
        var request = ParseRequest()
        request.tools = chat.tools.array ?? []
        request.templateVariables = chat.templateVariables
        request.templateName = chat.templateName
        return parse(completion, request, prompt: Array(prompt.suffix(256))).message
    }

    private func extended(
        _ prompt: UnsafeBufferPointer<UInt32>, _ completion: UnsafeBufferPointer<UInt32>, _ request: BridgeRequest
    ) throws(ChatError) -> Rendered {
        let named = try template(request.chat)
        try refuse(prompt, request)
        let key = TurnFactsCache.Key(request.chat, named)
        let facts = turnFacts(request.chat, named, key)
        var turn = SampledTurn(
            prompt: prompt, completion: completion, stops: facts.stops, markers: facts.reasoningMarkers, model: self)
        if turn.isClosed, turn.reasoningIsOpen { throw .notExtendable(BridgeRefusal(reason: .reasoningOpen)) }
        var isStrict = try isStrict(request, facts)
        if isStrict, !turn.reasons, let markers = facts.reasoningMarkers {
            // An earlier turn of the same question may have reasoned.
            turn.reasons = SampledTurn.reasons(prompt, markers, self)
            // Where nothing was thought nothing is lost with the empty marks of reasoning.
            if request.retention == .auto, !turn.reasons { isStrict = false }
        }
        var bridger = Bridger(
            model: self, named: named, facts: facts, factsKey: key, request: request, added: try prepared(request.chat),
            turn: turn, isStrict: isStrict)
        var shape = try bridger.shape(turnShapes)
        if bridger.speaksBeside(shape, completion) {
            bridger.speaks = true
            do {
                shape = try bridger.shape(turnShapes)
            } catch .notExtendable(let refusal) where refusal.reason == .templateRefuses {
                // It has no place for words beside a call: what it does with them nobody can say.
                bridger.speaks = false
            }
        }
        let text = try bridger.extended(&shape, turnShapes)
        var rendered = Rendered()
        rendered.append(try bridger.prompt(text, shape, last: completion.last))
        return rendered
    }

    private func refuse(_ prompt: UnsafeBufferPointer<UInt32>, _ request: BridgeRequest) throws(ChatError) {
        if prompt.isEmpty { throw .notExtendable(BridgeRefusal(reason: .noPrompt)) }
        if request.chat.messages.isEmpty { throw .notExtendable(BridgeRefusal(reason: .noMessages)) }
        for (i, message) in request.chat.messages.enumerated()
        where MessageRole(message["role"]?.stringBytes ?? []) == .assistant {
            throw .notExtendable(BridgeRefusal(reason: .assistantMessage, detail: "messages[\(i)]"))
        }
    }

    /// Whether what the template drops is a reason to refuse.
    private func isStrict(_ request: BridgeRequest, _ facts: TurnFacts) throws(ChatError) -> Bool {
        switch request.retention {
        case .all: return false
        case .template: return true
        case .auto:
            // A prompt that closes the reasoning itself has switched it off.
            guard let markers = facts.reasoningMarkers else { return true }
            return !ByteSearch.contains(facts.generationPrompt, markers.end)
        case .toolCycle:
            let speaks = request.chat.messages.contains { $0["role"]?.stringBytes == Array("user".utf8) }
            if speaks, facts.reasoningMarkers != nil { throw .notExtendable(BridgeRefusal(reason: .thinkingRetention)) }
            return false
        }
    }
}
