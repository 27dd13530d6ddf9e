public import JSON

/// Whether a chat that ends with the assistant keeps its tokens when messages follow: for the same tools and variables, the
/// ids of the shorter chat begin those of the longer one.
///
/// Found out by rendering witnesses: turns with and without reasoning, calls, results, a system message in front. A template
/// that rewrites the past only for words or roles that no witness has is not seen through.
public struct PrefixStability: Sendable {
    public struct Witness: Sendable {
        public var messages: [Object]
        public var appended: [Object]
        /// The first token that differs.
        public var token: Int
        public var before: [UInt8]
        public var after: [UInt8]
    }

    /// nil where no witness could be rendered.
    public internal(set) var isStable: Bool?
    public internal(set) var witness: Witness?
    /// Pairs of chats that were rendered.
    public internal(set) var pairs = 0

    public var value: Value {
        var object = Object(["is_prefix_stable": isStable.map { .bool($0) } ?? .null, "pairs": .integer(pairs)])
        object.set(
            "witness",
            witness.map { witness in
                .object(
                    Object([
                        "messages": .array(witness.messages.map { .object($0) }),
                        "appended": .array(witness.appended.map { .object($0) }), "token": .integer(witness.token),
                        "before": .string(witness.before), "after": .string(witness.after),
                    ]))
            } ?? .null)
        return .object(object)
    }
}

extension Model {
    /// Of a template under a request's variables; its messages do not matter. The C function is
    /// `typecase_model_prefix_stability`.
    public func prefixStability(_ request: RenderRequest) throws(ChatError) -> PrefixStability {
        var probe = TurnProbe(model: self, named: try template(request), request: request)
        probe.findParts()
        var result = PrefixStability()
        for (messages, appended) in TurnProbe.growths {
            guard let short = probe.prompt(messages), let long = probe.prompt(messages + appended) else { continue }
            result.pairs += 1
            if result.isStable == nil { result.isStable = true }
            let shared = zip(short.ids, long.ids).prefix { $0 == $1 }.count
            if shared == short.ids.count { continue }
            result.isStable = false
            result.witness = PrefixStability.Witness(
                messages: messages, appended: appended, token: shared, before: excerpt(short, shared),
                after: excerpt(long, shared))
            break
        }
        return result
    }

    /// Some text from a token on.
    private func excerpt(_ prompt: Rendered.Prompt, _ token: Int) -> [UInt8] {
        guard token < prompt.ids.count else { return [] }
        let end = min(token + 16, prompt.ids.count) - 1
        var rendered = Rendered()
        rendered.append(prompt)
        let spans = rendered.prompts.offsets(tokenizer).bytes
        let bytes = prompt.text[Int(spans[2 * token])..<Int(spans[2 * end + 1])]
        return Array(String(decoding: bytes, as: UTF8.self).utf8)
    }
}
