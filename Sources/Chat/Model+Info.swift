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
            "reasoning": reasoningMarkers.map {
                .object(Object(["start": .string($0.start), "end": .string($0.end)]))
            } ?? .null,
        ])
    }
}
