import Bytes
import JSON
import Template

/// Thoughts in front of calls that stand in a field of their own.
extension FormatProbe {
    private static let known =
        ["role", "content", "tool_calls", "name", "tool_call_id", "id", "type", "function_call"]
        .map { Array($0.utf8) } + Messages.reasoningFields

    /// Where a turn without calls has no reasoning: a field that nothing else is known of, written in front of calls.
    mutating func findPlan() {
        guard format.reasoning == nil else { return }
        for field in fields where !FormatProbe.known.contains(field) {
            for form in CallWitness.forms {
                var message = CallWitness.message([CallWitness.first], form)
                message[field] = .string(FormatProbe.thought)
                guard let turn = witness.turn(message)?.text, let at = ByteSearch.first(FormatProbe.thought, in: turn),
                    let core = core(turn, CallWitness.first), core.range.lowerBound > at
                else { continue }
                let open = turn[..<at].dropFirst(turn.starts(with: format.turnOpen) ? format.turnOpen.count : 0)
                let rest = turn[(at + FormatProbe.thought.count)..<core.range.lowerBound]
                let space = rest.prefix(while: isSpace).count
                guard !PythonWhitespace.strip(open).isEmpty,
                    let close = MarkerVocabulary(model.tokenizer).token(at: rest.dropFirst(space))
                else { continue }
                var reasoning = Format.Text()
                reasoning.open = [Array(open)]
                reasoning.close = [Array(rest.prefix(space + close.count))]
                format.reasoning = reasoning
                let name = String(decoding: field, as: UTF8.self)
                format.notes.append("reasoning stands in the field \(name), and only in front of calls")
                return
            }
        }
    }
}
