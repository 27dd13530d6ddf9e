import Engines
import Generation
import JSON
import Synchronization

/// What is said of a completion besides arrays: few ask for it, and its text is made for the first who does.
final class CompletionInfo: Sendable {
    private struct Choice: Sendable {
        let finishReason: [UInt8]
        let stopReason: Value
        let missingLogprobs: Int
        let weightVersions: Value
    }

    private struct Facts: Sendable {
        let requestID: [UInt8]?
        let model: [UInt8]?
        let promptTokens: Int?
        let completionTokens: Int?
        let cachedTokens: Int?
        let choices: [Choice]
        let engine: ChosenEngine
        let milliseconds: Int
        let timing: Object
    }

    private let facts: Facts
    private let made = Mutex<TextHandle?>(nil)

    init(_ generated: Generated) {
        let completion = generated.completion
        facts = Facts(
            requestID: completion.requestID, model: completion.model,
            promptTokens: completion.promptTokens, completionTokens: completion.completionTokens,
            cachedTokens: completion.cachedTokens,
            choices: completion.choices.map { choice in
                Choice(
                    finishReason: choice.finishReason, stopReason: choice.stopReason,
                    missingLogprobs: (choice.logprobs ?? []).reduce(0) { $0 + ($1.isNaN ? 1 : 0) },
                    weightVersions: choice.weightVersions)
            },
            engine: generated.engine, milliseconds: generated.milliseconds, timing: completion.timing)
    }

    /// JSON. From any thread.
    var text: TextHandle {
        made.withLock { made in
            if let made { return made }
            let text = TextHandle(Dumps().bytes(.object(CompletionInfo.object(facts))))
            made = text
            return text
        }
    }

    private static func object(_ facts: Facts) -> Object {
        func count(_ value: Int?) -> Value { value.map { .integer($0) } ?? .null }
        func text(_ value: [UInt8]?) -> Value { value.map { .string($0) } ?? .null }
        let choices = facts.choices.map { choice in
            Value.object(
                Object([
                    "finish_reason": .string(choice.finishReason),
                    "stop_reason": choice.stopReason,
                    "missing_logprobs": .integer(choice.missingLogprobs),
                    "weight_versions": choice.weightVersions,
                ]))
        }
        return Object([
            "request_id": text(facts.requestID),
            "model": text(facts.model),
            "usage": .object(
                Object([
                    "prompt_tokens": count(facts.promptTokens),
                    "completion_tokens": count(facts.completionTokens),
                    "cached_tokens": count(facts.cachedTokens),
                ])),
            "choices": .array(choices),
            "engine": .string(facts.engine.engine),
            "engine_reason": .string(facts.engine.reason),
            "milliseconds": .integer(facts.milliseconds),
            "timing": .object(facts.timing),
        ])
    }
}
