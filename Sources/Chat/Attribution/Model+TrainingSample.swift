import JSON

extension Model {
    /// Renders a chat once, with the mask of what is learned from. The C function is `typecase_model_training_sample`.
    public func trainingSample(_ request: TrainingRequest) throws(ChatError) -> Rendered {
        var rendered = Rendered()
        rendered.append(try trainingPrompt(request))
        return rendered
    }

    /// Renders many chats on up to `threads` threads, in order. Fails as the first of those that fail.
    public func trainingSamples(_ batch: TrainingBatch) throws(ChatError) -> Rendered {
        let prompts = Threads.map(count: batch.count, threads: batch.threads) { i in self.outcome(batch, i) }
        var rendered = Rendered()
        for prompt in prompts {
            switch prompt {
            case .success(let prompt): rendered.append(prompt)
            case .failure(let error): throw error
            }
        }
        return rendered
    }

    private func outcome(_ batch: TrainingBatch, _ i: Int) -> Result<Rendered.Prompt, ChatError> {
        do {
            return .success(try trainingPrompt(batch.request(i)))
        } catch {
            return .failure(.sample(i, error))
        }
    }

    private func trainingPrompt(_ request: TrainingRequest) throws(ChatError) -> Rendered.Prompt {
        var prompt = try renderAttributed(request.chat)
        guard let attribution = prompt.attribution else { return prompt }
        prompt.lossMask = lossMask(attribution, request)
        if request.ensuresFinalStop { try ensureFinalStop(&prompt, request) }
        if let limit = request.maxLength, prompt.ids.count > limit {
            prompt.keep(0..<end(of: attribution, atMost: limit))
        }
        return prompt
    }

    private func lossMask(_ attribution: Attribution, _ request: TrainingRequest) -> [UInt8] {
        let messages = request.chat.messages
        let isContent = messages.map { request.contentRoles.contains($0["role"]?.stringBytes ?? []) }
        let isTrained = messages.indices.map { request.trains($0) }
        return attribution.messageIndices.indices.map { token in
            let i = Int(attribution.messageIndices[token])
            guard messages.indices.contains(i), request.messageLossMask?[i] ?? true else { return 0 }
            if isContent[i] { return attribution.isContent[token] }
            return isTrained[i] ? attribution.sampledMask[token] : 0
        }
    }

    /// A family that writes no stop token behind its last turn gets one to learn from.
    private func ensureFinalStop(_ prompt: inout Rendered.Prompt, _ request: TrainingRequest) throws(ChatError) {
        let last = request.chat.messages.count - 1
        guard last >= 0, MessageRole(request.chat.messages[last]["role"]?.stringBytes ?? []) == .assistant,
            request.trains(last), request.messageLossMask?[last] ?? true,
            let trained = prompt.lossMask.lastIndex(of: 1)
        else { return }
        let facts = turnFacts(request.chat, try template(request.chat))
        if stopTokenIDs.contains(prompt.ids[trained]) || facts.closers.contains(prompt.ids[trained]) { return }
        guard let stop = stopTokenIDs.first ?? facts.closers.first else {
            throw .field(
                FieldError(
                    path: "ensure_final_stop", problem: .notAllowed("needs a stop token, and the model has none")))
        }
        prompt.ids.append(stop)
        prompt.spans.append(byte: prompt.text.count)
        prompt.lossMask.append(1)
        prompt.attribution?.appendStop(of: last)
    }

    /// Where a sample of at most `limit` tokens ends: not inside the tokens of one image.
    private func end(of attribution: Attribution, atMost limit: Int) -> Int {
        let media = TokenKind.media.rawValue
        var end = limit
        guard end < attribution.kinds.count, attribution.kinds[end] == media else { return end }
        while end > 0, attribution.kinds[end - 1] == media { end -= 1 }
        return end
    }
}

extension Attribution {
    /// A stop token that the template did not write.
    mutating func appendStop(of message: Int) {
        messageIndices.append(Int32(clamping: message))
        sampledMask.append(1)
        isContent.append(1)
        kinds.append(TokenKind.scaffold.rawValue)
        straddles.append(0)
        if !generationMask.isEmpty { generationMask.append(1) }
        count()
    }
}
