import JSON

extension Completion {
    /// More choices than anyone samples: an index beyond is no index.
    private static let choiceLimit = 4096
    private static let idLimit = 1 << 24

    /// Adds what an event of a stream says of a choice.
    mutating func add(_ more: Choice, at index: Int, _ path: String) throws(FieldError) {
        guard (0..<Completion.choiceLimit).contains(index) else {
            throw FieldError(path: path, problem: .notAllowed("is \(index), and there is no such choice"))
        }
        while choices.count <= index { choices.append(Choice()) }
        if choices[index].ids.count + more.ids.count > Completion.idLimit {
            throw FieldError(path: path, problem: .notAllowed("has more ids than any window holds"))
        }
        choices[index].add(more)
    }
}

extension Completion.Choice {
    fileprivate mutating func add(_ more: Completion.Choice) {
        // What has logprobs has one for each id: it begins with the first.
        if let logprobs = more.logprobs, self.logprobs != nil || ids.isEmpty {
            self.logprobs = self.logprobs ?? []
            self.logprobs?.append(contentsOf: logprobs)
        }
        if let lists = more.topLogprobs { add(lists, to: \.topLogprobs) }
        if let lists = more.samplingMask { add(lists, to: \.samplingMask) }
        if let logprobs = more.samplingLogprobs { samplingLogprobs = (samplingLogprobs ?? []) + logprobs }
        if let logprobs = more.promptLogprobs {
            (promptLogprobs, promptTopLogprobs) = (logprobs, more.promptTopLogprobs)
        }
        ids += more.ids
        if !more.finishReason.isEmpty { finishReason = more.finishReason }
        if !more.stopReason.isNull { stopReason = more.stopReason }
        if !more.weightVersions.isNull { weightVersions = more.weightVersions }
        if let experts = more.routedExperts { routedExperts = experts }
    }

    private mutating func add(_ more: TokenLists, to lists: WritableKeyPath<Self, TokenLists?>) {
        if self[keyPath: lists] == nil { self[keyPath: lists] = TokenLists() }
        self[keyPath: lists]?.append(more)
    }
}
