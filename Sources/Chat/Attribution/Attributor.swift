import JSON
import Tokenizer

/// Turns what is known of bytes into one value a token.
struct Attributor {
    let model: Model
    let facts: TurnFacts
    /// As the template sees them.
    let messages: [Object]

    func attribution(_ traced: TracedPrompt) -> Attribution {
        var traced = traced
        traced.resolveOwners(facts)
        let sampled = SampledSpans(traced, facts, messages, model)
        var result = arrays(traced)
        markSampled(&result, traced, sampled)
        markGenerations(&result, traced)
        result.messages = zip(messages, toolNames()).map { message, tool in
            Attribution.Message(role: message["role"]?.stringBytes ?? [], toolName: tool)
        }
        result.count()
        return result
    }

    private func arrays(_ traced: TracedPrompt) -> Attribution {
        var result = Attribution()
        let count = traced.prompt.ids.count
        result.messageIndices.reserveCapacity(count)
        result.kinds.reserveCapacity(count)
        var at = 0
        for token in 0..<count {
            let start = traced.tokenStart(token)
            // Tokens of one character's bytes share its span: never more than a step back.
            while at > 0, traced.segments[at].start > start { at -= 1 }
            while at + 1 < traced.segments.count, traced.segments[at].end <= start { at += 1 }
            let segment = traced.segments[at]
            let id = traced.prompt.ids[token]
            var kind = segment.kind
            if facts.mediaTokens.contains(id), !segment.isForeign { kind = .media }
            result.messageIndices.append(segment.owner)
            result.kinds.append(kind.rawValue)
            let isOwn = segment.source == .field && segment.owner >= 0
            result.isContent.append(isOwn ? 1 : 0)
            result.straddles.append(straddles(traced, from: at, to: traced.tokenEnd(token)) ? 1 : 0)
            if segment.isForeign, model.isControl(id) { result.controlTokensInContent += 1 }
        }
        result.sampledMask = Array(repeating: 0, count: count)
        return result
    }

    private func straddles(_ traced: TracedPrompt, from segment: Int, to end: Int) -> Bool {
        let first = traced.segments[segment]
        var next = segment + 1
        while next < traced.segments.count, traced.segments[next].start < end {
            if traced.segments[next].owner != first.owner || traced.segments[next].kind != first.kind { return true }
            next += 1
        }
        return false
    }

    private func markSampled(_ result: inout Attribution, _ traced: TracedPrompt, _ sampled: SampledSpans) {
        for (token, message) in sampled.borrowed {
            result.messageIndices[token] = Int32(clamping: message)
            result.sampledMask[token] = 1
        }
        var spans = [Range<Int>?](repeating: nil, count: messages.count)
        for span in sampled.spans { spans[span.message] = span.start..<span.end }
        for token in traced.prompt.ids.indices {
            let owner = Int(result.messageIndices[token])
            guard spans.indices.contains(owner), let span = spans[owner] else { continue }
            if span.contains(traced.tokenStart(token)) { result.sampledMask[token] = 1 }
        }
        for token in traced.prompt.ids.indices {
            let owner = Int(result.messageIndices[token])
            if traced.roles.indices.contains(owner), traced.roles[owner] == .assistant {
                result.isContent[token] = result.sampledMask[token]
            }
        }
    }

    /// transformers 5.23 marks the tokens from that of a block's first character to that of its last.
    private func markGenerations(_ result: inout Attribution, _ traced: TracedPrompt) {
        guard !traced.generations.isEmpty else { return }
        result.generationMask = Array(repeating: 0, count: traced.prompt.ids.count)
        // Of an empty block inside a token it marks that token.
        for range in traced.generations {
            var token = traced.token(from: range.lowerBound)
            while token > 0, traced.tokenEnd(token - 1) > range.lowerBound { token -= 1 }
            while token < traced.prompt.ids.count, traced.tokenStart(token) < range.upperBound {
                result.generationMask[token] = 1
                token += 1
            }
        }
    }

    /// Of each message of a tool the tool's name: its own, or by the call that it answers.
    private func toolNames() -> [[UInt8]?] {
        var calls: [[UInt8]: [UInt8]] = [:]
        return messages.enumerated().map { _, message in
            for call in message["tool_calls"]?.array ?? [] {
                let name = call["function"]?["name"]?.stringBytes ?? call["name"]?.stringBytes
                if let id = call["id"]?.stringBytes, let name { calls[id] = name }
            }
            guard MessageRole(message["role"]?.stringBytes ?? []) == .tool else { return nil }
            return message["name"]?.stringBytes ?? message["tool_call_id"]?.stringBytes.flatMap { calls[$0] }
        }
    }
}

extension Model {
    /// Whether a token steers: an added one, unless it is a run of white space, which is a word like others.
    func isControl(_ id: UInt32) -> Bool {
        guard tokenizer.isAdded(id), let bytes = tokenizer.bytes(of: id) else { return false }
        return !bytes.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }
}
