import Bytes
import JSON
import Template
import Tokenizer

extension Bridger {
    /// Finds out how the template writes the turn, and refuses where what came before would not stay as it is.
    func findShape() throws(ChatError) -> TurnShape {
        let shape = try findShape(request.hasSystemMessage == true ? .system : .none)
        if request.hasSystemMessage == nil, let other = try other(.system), other.moves {
            // Whether there is one only the caller knows.
            throw .notExtendable(
                BridgeRefusal(
                    reason: .rewritesHistory, detail: "the template moves a system message: set has_system_message"))
        }
        if let other = try other(.turns), let tail = try extended(shape)?.tail {
            if other.moves { throw .notExtendable(BridgeRefusal(reason: .rewritesHistory)) }
            if let found = other.shape, let after = try extended(found)?.tail, after != tail {
                throw .notExtendable(BridgeRefusal(reason: .dependsOnHistory))
            }
        }
        return shape
    }

    /// The shape behind another history; nil where the template takes no such one.
    private func other(_ history: BridgeContext.History) throws(ChatError) -> (shape: TurnShape?, moves: Bool)? {
        do {
            return (try findShape(history), false)
        } catch .notExtendable(let refusal) {
            return refusal.reason == .rewritesHistory ? (nil, true) : nil
        } catch {
            return nil
        }
    }

    private func findShape(_ history: BridgeContext.History) throws(ChatError) -> TurnShape {
        var failure: ChatError?
        let calls: [BridgeContext.CallForm?] =
            results.isEmpty ? [nil] : BridgeContext.CallForm.all(speaks: speaks) + [nil]
        for call in calls {
            let form = BridgeContext.Form(call: call, reasons: isStrict && turn.reasons, history: history)
            do {
                if let shape = try shape(form) { return shape }
            } catch .notExtendable(let refusal) {
                throw .notExtendable(refusal)
            } catch {
                if failure == nil { failure = error }
            }
        }
        if case .template(let error) = failure, error.kind != .limit {
            let words = String(decoding: error.message, as: UTF8.self)
            throw .notExtendable(BridgeRefusal(reason: .templateRefuses, detail: words))
        }
        if let failure { throw failure }
        throw .notExtendable(BridgeRefusal(reason: .turnNotFound))
    }

    /// nil where the text does not show the turn.
    private func shape(_ form: BridgeContext.Form) throws(ChatError) -> TurnShape? {
        let context = context(form)
        var traced = try model.trace(
            chat(context.messages, request.chat.messages, prompt: wantsPrompt), named,
            generationSites: wantsPrompt ? facts.generationSites : [], plain: nil)
        traced.resolveOwners(facts)
        let messages = try model.prepared(chat(context.messages, request.chat.messages, prompt: wantsPrompt))
        let i = context.assistantIndex
        let answer = BridgeContext.answer
        guard let span = SampledSpans(traced, facts, messages, model).spans.first(where: { $0.message == i }),
            let at = ByteSearch.last(answer, in: traced.text[..<span.end]), at >= span.start
        else { return nil }
        let isSplit = traced.segments.contains { $0.start >= at && $0.end <= span.end && Int($0.owner) > i }
        if isSplit {
            // Some of the turn's words stand behind what answers it.
            throw .notExtendable(BridgeRefusal(reason: .rewritesHistory))
        }
        let head = try head(context, traced.text, answerAt: at)
        var shape = TurnShape(
            form: form, head: head.text, reasoningClose: head.reasoningClose,
            close: Array(traced.text[(at + answer.count)..<span.end]))
        if let call = form.call {
            if call.content != .words {
                shape.lead = lead(traced, i, from: head.text.count)
                shape.callEnd = callEnd(traced, from: at + answer.count, to: span.end)
            } else if !ByteSearch.contains(traced.text[head.text.count..<span.end], BridgeContext.words) {
                // What was said beside the call stands behind its result.
                throw .notExtendable(BridgeRefusal(reason: .rewritesHistory))
            }
        }
        shape.anchor = anchor(traced.text[at..<span.end])
        let last = traced.token(from: span.end) - 1
        if last >= 0, facts.stops.contains(traced.prompt.ids[last]), traced.tokenEnd(last) == span.end {
            shape.stopCount = span.end - max(traced.tokenStart(last), at + answer.count)
        }
        return shape
    }

    /// Whether the turn, which calls, also says something: it begins or ends otherwise than one that does not.
    func speaksBeside(_ shape: TurnShape, _ completion: UnsafeBufferPointer<UInt32>) -> Bool {
        if !turn.said.starts(with: shape.lead) { return true }
        return turn.isClosed && !SampledTurn.ends(completion, with: shape.callEnd, model)
    }

    /// The last added token behind a call that does not stop the turn.
    private func callEnd(_ traced: TracedPrompt, from start: Int, to end: Int) -> [UInt8] {
        let tokens = traced.token(from: start)..<max(traced.token(from: start), traced.token(from: end))
        let last = tokens.last {
            model.tokenizer.isAdded(traced.prompt.ids[$0]) && !facts.stops.contains(traced.prompt.ids[$0])
        }
        return last.flatMap { model.tokenizer.bytes(of: traced.prompt.ids[$0]) } ?? []
    }

    /// What the template writes in front of the first field of a call, behind reasoning.
    private func lead(_ traced: TracedPrompt, _ message: Int, from start: Int) -> [UInt8] {
        let calls: [TokenKind] = [.toolName, .toolCall, .toolArguments]
        let field = traced.segments.first { Int($0.owner) == message && $0.start >= start && calls.contains($0.kind) }
        guard let field else { return [] }
        var text = traced.text[start..<field.start]
        if let end = facts.reasoningMarkers?.end, let at = ByteSearch.last(end, in: text) {
            text = text.dropFirst(at + end.count)
        }
        return Array(PythonWhitespace.strip(text))
    }

    /// What the text must begin with. Refuses where it does not.
    private func head(
        _ context: BridgeContext, _ text: [UInt8], answerAt: Int
    ) throws(ChatError) -> (text: [UInt8], reasoningClose: [UInt8]) {
        let before = try model.renderText(chat(context.before, prompt: true))
        let common = commonPrefix(before[...], text)
        let header = before.count - generationPrompt(context, before)
        if common < header { throw .notExtendable(BridgeRefusal(reason: .rewritesHistory)) }
        if !isStrict { return (Array(text[..<header]), []) }
        guard context.form.reasons else {
            let keeps = common == before.count && keepsEmptyReasoning(text[common..<max(common, answerAt)])
            if keeps { return (before, []) }
            let reason: BridgeRefusal.Reason = facts.reasoningMarkers == nil ? .rewritesHistory : .thinkingRetention
            throw .notExtendable(BridgeRefusal(reason: reason))
        }
        let last = try model.renderText(chat(context.messages, prompt: false))
        let thought = BridgeContext.thought
        guard let at = ByteSearch.first(thought, in: last), at + thought.count <= text.count,
            last[..<(at + thought.count)].elementsEqual(text[..<(at + thought.count)]), at + thought.count <= answerAt
        else { throw .notExtendable(BridgeRefusal(reason: .thinkingRetention)) }
        return (Array(last[..<(at + thought.count)]), Array(text[(at + thought.count)..<answerAt]))
    }

    /// Whether the template writes, in front of the turn's words, the reasoning that says nothing as it was sampled.
    private func keepsEmptyReasoning(_ lead: ArraySlice<UInt8>) -> Bool {
        guard let markers = facts.reasoningMarkers else { return true }
        guard let end = ByteSearch.first(markers.end, in: lead) else { return turn.emptyReasoning.isEmpty }
        let written = lead.prefix(end + markers.end.count)
        return PythonWhitespace.strip(written).elementsEqual(PythonWhitespace.strip(turn.emptyReasoning[...]))
    }

    /// How many bytes of a prompt are its generation prompt.
    private func generationPrompt(_ context: BridgeContext, _ prompt: [UInt8]) -> Int {
        if let closed = try? model.renderText(chat(context.before, prompt: false)), prompt.starts(with: closed) {
            return prompt.count - closed.count
        }
        let known = facts.generationPrompt
        return prompt.suffix(known.count).elementsEqual(known) ? known.count : 0
    }

    private func anchor(_ text: ArraySlice<UInt8>) -> [UInt32]? {
        let options = Tokenizer.EncodeOptions(addSpecialTokens: false)
        guard let ids = try? model.tokenizer.encode(Array(text), options: options).ids, let last = ids.last,
            model.tokenizer.isAdded(last)
        else { return nil }
        return ids
    }
}
