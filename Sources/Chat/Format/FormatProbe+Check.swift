import Bytes
import JSON
import Tokenizer

/// A format must read back what it was found in.
extension FormatProbe {
    mutating func check() {
        if format.toolCalls != nil, !readsCalls() {
            format.toolCalls = nil
            format.notes.append("tool calls are written in a way that is not known")
        }
        if format.reasoning != nil, !format.notes.contains(where: { $0.starts(with: "reasoning") }), !readsReasoning() {
            format.reasoning = nil
            format.notes.append("reasoning does not read back")
        }
    }

    private func read(_ message: Object) -> ParsedMessage? {
        guard let turn = witness.turn(message) else { return nil }
        let text = Array(turn.text.dropFirst(turn.text.starts(with: format.turnOpen) ? format.turnOpen.count : 0))
        let options = Tokenizer.EncodeOptions(addSpecialTokens: false)
        guard var ids = (try? model.tokenizer.encode(text, options: options))?.ids else { return nil }
        if let stop = turn.stop { ids.append(stop) }
        let grammar = Grammar(format, model.tokenizer, stops: model.stopTokenIDs)
        var parser = StreamingParser(grammar, tools: ToolSchemas())
        parser.push(ids)
        parser.finish()
        var parsed = ParsedMessage()
        for event in parser.takeEvents() { parsed.append(event) }
        return parsed
    }

    private func readsReasoning() -> Bool {
        guard let parsed = read(TurnProbe.reasoned) else { return true }
        return parsed.reasoning == FormatProbe.thought && parsed.content == FormatProbe.answer && parsed.calls.isEmpty
    }

    private func readsCalls() -> Bool {
        var hasRead = false
        var bare = CallWitness.first
        bare.arguments = Object()
        let chats = [[CallWitness.first], [CallWitness.first, CallWitness.second], [bare]]
        for form in CallWitness.forms where form.asText == callForm?.asText && form.content == callForm?.content {
            for calls in chats {
                let message = CallWitness.message(calls, form)
                // What the template leaves out cannot be read.
                guard let turn = witness.turn(message)?.text, let parsed = read(message),
                    calls.allSatisfy({ shows($0, turn) })
                else { continue }
                hasRead = true
                guard parsed.calls.count == calls.count else { return false }
                for (call, there) in zip(calls, parsed.calls) {
                    guard there.status == .ok,
                        there.name == call.name || (format.toolCalls?.nameInID != nil && there.id == call.id),
                        (try? JSONParser.parse(there.arguments)) == .object(call.arguments)
                    else { return false }
                }
            }
        }
        return hasRead
    }

    private func shows(_ call: CallWitness.Call, _ turn: [UInt8]) -> Bool {
        let name = format.toolCalls?.nameInID == nil ? call.name : call.id
        let words = [name] + call.arguments.members.compactMap { $0.value.stringBytes }
        return words.allSatisfy { ByteSearch.contains(turn, $0) }
    }
}
