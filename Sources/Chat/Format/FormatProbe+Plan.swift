import Bytes
import JSON
import Template

/// Thoughts that a template writes in front of calls alone, from one of the usual fields or from one of its own.
extension FormatProbe {
    private static let known =
        ["role", "content", "tool_calls", "name", "tool_call_id", "id", "type", "function_call"]
        .map { Array($0.utf8) } + Messages.reasoningFields

    /// Where a turn without calls has no reasoning: the usual fields, or one that nothing else is known of, in front of calls.
    mutating func findPlan() {
        guard format.reasoning == nil else { return }
        for field in [nil] + fields.filter({ !FormatProbe.known.contains($0) }) {
            for form in CallWitness.forms {
                var message = CallWitness.message([CallWitness.first], form)
                if let field {
                    message[field] = .string(FormatProbe.thought)
                } else {
                    message = TurnProbe.thoughtful(message)
                }
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
                reasoning.field = field
                format.reasoning = reasoning
                format.notes.append("reasoning is written only in front of calls")
                return
            }
        }
    }
}
