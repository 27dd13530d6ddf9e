import Bytes
import JSON
import Template
import Tokenizer

extension Bridger {
    /// The new part: its text, its ids, and whose they are where that was asked for.
    func prompt(_ extended: Extended, _ shape: TurnShape, last: UInt32?) throws(ChatError) -> Rendered.Prompt {
        let toolName = BridgeContext.toolName
        if let i = namedResults.firstIndex(where: { $0["name"] == nil }),
            ByteSearch.contains(extended.text[extended.seam...], toolName)
        {
            throw .notExtendable(BridgeRefusal(reason: .toolNameMissing, detail: "messages[\(i)].name"))
        }
        // A call that was cut off is not made whole.
        var start = shape.form.call == nil ? extended.answer.upperBound : extended.seam - shape.stopCount
        var isClosed = turn.isClosed
        if isClosed {
            start = extended.seam
        } else if !turn.behindStop.isEmpty, extended.text[extended.seam...].starts(with: turn.behindStop) {
            // Sampled past the stop, and what the template writes there.
            isClosed = true
            start = extended.seam + turn.behindStop.count
        }
        let opening = !isClosed && turn.reasoningIsOpen ? reasoningClose(shape) : []
        var prompt: Rendered.Prompt
        if request.chat.attribution || !request.chat.contentTokens.isPlain {
            prompt = try attributed(extended, shape, from: start)
        } else {
            prompt = Rendered.Prompt(
                ids: try ids(extended, shape, from: start), text: Array(extended.text[start...]), spans: .none)
        }
        if shape.close.isEmpty, let last, prompt.ids.first == last {
            // The opener of the next turn is what stopped the model.
            prompt.dropFirst(model.tokenizer.bytes(of: last) ?? [])
        }
        if !opening.isEmpty { try prompt.prepend(ids: encoded(opening[...]), text: opening) }
        return prompt
    }

    /// What ends reasoning that was cut off.
    private func reasoningClose(_ shape: TurnShape) -> [UInt8] {
        shape.form.call == nil && !shape.reasoningClose.isEmpty
            ? shape.reasoningClose : facts.reasoningMarkers?.end ?? []
    }

    /// The ids of the text from `start` on, as they are behind what stands in front of it.
    private func ids(_ extended: Extended, _ shape: TurnShape, from start: Int) throws(ChatError) -> [UInt32] {
        let text = extended.text
        if start == extended.seam, let anchor = shape.anchor {
            let ids = try encoded(text[extended.answer.lowerBound...])
            if ids.starts(with: anchor) { return Array(ids[anchor.count...]) }
        }
        let whole = try model.encode(
            Array(text[extended.answer.lowerBound...]), addSpecialTokens: false, wholeSpans: true)
        let offset = UInt32(truncatingIfNeeded: start - extended.answer.lowerBound)
        if let first = whole.ids.indices.first(where: { whole.wholeSpans[2 * $0] >= offset }),
            whole.wholeSpans[2 * first] == offset
        {
            return Array(whole.ids[first...])
        }
        return try encoded(text[start...])
    }

    private func encoded(_ text: ArraySlice<UInt8>) throws(ChatError) -> [UInt32] {
        let options = Tokenizer.EncodeOptions(addSpecialTokens: false)
        return try rethrowing(ChatError.tokenizer) { () throws(TokenizerError) in
            try text.withUnsafeBufferPointer { buffer throws(TokenizerError) in
                try model.tokenizer.encode(buffer, options: options).ids
            }
        }
    }

    /// The same with the owner and kind of every token; the messages are the new ones.
    private func attributed(_ extended: Extended, _ shape: TurnShape, from start: Int) throws(ChatError)
        -> Rendered.Prompt
    {
        let context = context(shape.form)
        let usesTools = ByteSearch.contains(extended.text[extended.seam...], BridgeContext.toolMark)
        let chat = chat(context.messages, request.chat.messages, prompt: wantsPrompt, realTools: usesTools)
        let traced = try model.trace(
            chat, named, generationSites: wantsPrompt ? facts.generationSites : [],
            plain: request.chat.contentTokens.isPlain ? nil : request.chat.contentTokens)
        var attribution = Attributor(model: model, facts: facts, messages: try model.prepared(chat)).attribution(traced)
        let count = context.messages.count
        for token in attribution.messageIndices.indices {
            let owner = attribution.messageIndices[token]
            attribution.messageIndices[token] = max(-1, owner - Int32(clamping: count))
            if owner < count { attribution.sampledMask[token] = 0 }
            if owner < count { attribution.isContent[token] = 0 }
        }
        attribution.messages.removeFirst(min(count, attribution.messages.count))
        var prompt = traced.prompt
        prompt.attribution = request.chat.attribution ? attribution : nil
        prompt.keep(traced.token(from: start)..<prompt.ids.count)
        prompt.moveText(from: min(start, prompt.text.count))
        return prompt
    }
}
