public import JSON
import Template

extension Model {
    /// The tokens with which the default template closes turns of the assistant: `stopTokenIDs` may say more, or less.
    public var turnEndTokenIDs: [UInt32] {
        guard let named = templates.first(where: { $0.name == "default" }) ?? templates.first,
            let request = try? RenderRequest(Fields(Object(["messages": .array([])])))
        else { return [] }
        return turnFacts(request, named).closers
    }

    /// The markers around reasoning, without layout.
    private var reasoningMarkers: (start: [UInt8], end: [UInt8])? {
        guard let text = format().reasoning, let open = text.open.first, let close = text.close.first else {
            return nil
        }
        return (Array(PythonWhitespace.strip(open[...])), Array(PythonWhitespace.strip(close[...])))
    }

    /// What `Retention.auto` comes to for a turn that reasons; nil for a template that shows no reasoning.
    private var retention: Retention? {
        guard let named = templates.first(where: { $0.name == "default" }) ?? templates.first,
            let request = try? RenderRequest(Fields(Object(["messages": .array([])])))
        else { return nil }
        var probe = TurnProbe(model: self, named: named, request: request)
        probe.findParts()
        if probe.shows(TurnProbe.thought, [TurnProbe.user, TurnProbe.reasoned, TurnProbe.user]) { return .all }
        let calls = TurnProbe.calls.map(TurnProbe.thoughtful)
        if calls.contains(where: { probe.shows(TurnProbe.thought, [TurnProbe.user, $0, TurnProbe.result]) }) {
            return .toolCycle
        }
        return turnFacts(request, named).reasoningMarkers == nil ? nil : .template
    }

    /// The model's facts, for people and for tools: see `typecase_model_info`.
    public var info: Object {
        var variables = [Value]()
        for named in templates {
            for variable in named.template.analysis.variables where !variables.contains(.string(variable.name)) {
                variables.append(.string(variable.name))
            }
        }
        return Object([
            "stop_token_ids": .array(stopTokenIDs.map { .integer(Int($0)) }),
            "turn_end_token_ids": .array(turnEndTokenIDs.map { .integer(Int($0)) }),
            "special_tokens": .object(specialTokens),
            "chat_templates": .array(templates.map { .string($0.name) }),
            "template_variables": .array(variables),
            "vocab_size": .integer(vocabularyLimit),
            "window": window.map { .integer($0) } ?? .null,
            "thinking_retention": retention.map { .string(Array($0.rawValue.utf8)) } ?? .null,
            "reasoning": reasoningMarkers.map {
                .object(Object(["start": .string($0.start), "end": .string($0.end)]))
            } ?? .null,
        ])
    }
}
