import Bytes
import JSON
import Template
import Tokenizer

/// Renders messages for `FormatProbe`, and cuts out what the model would write.
struct FormatWitness {
    private let model: Model
    private let probe: TurnProbe
    private let facts: TurnFacts

    /// Behind the words of a user's message: what closes that turn.
    private var userClose: [UInt8]
    private let hasPrompt: Bool

    init(_ probe: TurnProbe, _ facts: TurnFacts) {
        model = probe.model
        self.probe = probe
        self.facts = facts
        let tail = facts.tails[.user] ?? TurnFacts.Tail()
        userClose = Array(tail.bytes[..<tail.promptStart])
        hasPrompt = tail.bytes[tail.promptStart...].contains { !isSpace($0) }
        if hasPrompt { return }
        // A template that opens the next turn always does not say where the user's ends: where turns are no longer alike.
        for message in [TurnProbe.assistant] + TurnProbe.calls {
            guard let before = turn(message)?.before, before.count < userClose.count else { continue }
            userClose = before
        }
    }

    /// A turn of the assistant, from its opening to the token that stops it.
    struct Turn {
        /// What stands between the user's words and the turn.
        var before: [UInt8]
        var text: [UInt8]
        var stop: UInt32?
    }

    /// The turn of a message behind a user's; nil where the template refuses it.
    func turn(_ message: Object, before rest: [Object] = []) -> Turn? {
        let messages = [TurnProbe.user, message] + rest
        guard var traced = probe.trace(messages),
            let prepared = try? model.prepared(probe.chat(messages, prompt: false))
        else { return nil }
        traced.resolveOwners(facts)
        let spans = SampledSpans(traced, facts, prepared, model)
        guard let span = spans.spans.first(where: { $0.message == 1 }) else { return nil }
        let question = Array(TurnProbe.question.utf8)
        guard let asked = ByteSearch.first(question, in: traced.text) else { return nil }
        var start = asked + question.count
        if traced.text[start...].starts(with: userClose) {
            start += userClose.count
        } else {
            start += Bounds.prefix([traced.text[start...], userClose[...]]).count
        }
        // White space in front of a turn is nobody's, where the prompt opens turns.
        if hasPrompt {
            while start < span.end, isSpace(traced.text[start]) { start += 1 }
        }
        guard start <= span.end else { return nil }
        var end = span.end
        var stop: UInt32?
        let next = traced.token(from: end)
        if next > 0, traced.tokenEnd(next - 1) == end {
            let id = traced.prompt.ids[next - 1]
            if model.stopTokenIDs.contains(id) || facts.closers.contains(id) {
                stop = id
                end = traced.tokenStart(next - 1)
            }
        }
        if stop == nil { stop = spans.borrowed.first { $0.message == 1 }.map { traced.prompt.ids[$0.token] } }
        guard start <= end else { return nil }
        return Turn(
            before: Array(traced.text[(asked + question.count)..<start]), text: Array(traced.text[start..<end]),
            stop: stop)
    }
}
