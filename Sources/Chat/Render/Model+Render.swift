import JSON
import Template
import Tokenizer

extension Model {
    /// Renders a chat and encodes it: the ids of transformers' `apply_chat_template(…, tokenize=True)`.
    /// The C function is `typecase_model_render`.
    public func render(_ request: RenderRequest) throws(ChatError) -> Rendered {
        var rendered = Rendered()
        if request.attribution || !request.contentTokens.isPlain {
            rendered.append(try renderAttributed(request))
        } else {
            rendered.append(try encode(renderText(request), addSpecialTokens: false))
        }
        return rendered
    }

    /// The text of a chat.
    public func renderText(_ request: RenderRequest) throws(ChatError) -> [UInt8] {
        try render(request, template(request)) { (named, variables) throws(ChatError) in
            try named.render(variables, now: request.now)
        } cut: { text, end in
            text.removeSubrange(end...)
        } bytes: {
            $0
        }
    }

    /// The text of a chat with the origins of its bytes.
    func renderTraced(_ request: RenderRequest, _ named: NamedTemplate) throws(ChatError) -> RenderedText {
        try render(request, named) { (named, variables) throws(ChatError) in
            try named.renderTraced(variables, now: request.now)
        } cut: { text, end in
            // Runs go on behind the end: whoever reads them stops there.
            text.bytes.removeSubrange(end...)
            text.generations = text.generations.compactMap { range in
                range.lowerBound < end ? range.lowerBound..<min(range.upperBound, end) : nil
            }
        } bytes: {
            $0.bytes
        }
    }

    /// The messages as the template sees them.
    func prepared(_ request: RenderRequest) throws(ChatError) -> [Object] {
        guard case .applyChatTemplate = request.mode else { return request.messages }
        return try rethrowing(ChatError.field) { () throws(FieldError) in try Messages.prepared(request.messages) }
    }

    private func render<Text>(
        _ request: RenderRequest, _ named: NamedTemplate,
        _ write: (NamedTemplate, Object) throws(ChatError) -> Text, cut: (inout Text, Int) -> Void,
        bytes: (Text) -> [UInt8]
    ) throws(ChatError) -> Text {
        var messages = try prepared(request)
        var continuation: Continuation?
        if let field = request.continuedField {
            continuation = try rethrowing(ChatError.continuation) { () throws(Continuation.Problem) in
                try Continuation(field: field, messages: &messages, templateSource: named.source)
            }
        }
        var variables = specialTokens
        for member in request.templateVariables.members { variables[member.key] = member.value }
        variables.set("messages", .array(messages.map { .object($0) }))
        variables.set("tools", request.tools)
        variables.set("documents", request.documents)
        variables.set("add_generation_prompt", .bool(request.addGenerationPrompt))
        var text = try write(named, variables)
        if let continuation {
            let end = try rethrowing(ChatError.continuation) { () throws(Continuation.Problem) in
                try continuation.end(in: bytes(text))
            }
            cut(&text, end)
        }
        return text
    }

    /// transformers 5.23: the template asked for by name, else "tool_use" where there are tools, else "default".
    func template(_ request: RenderRequest) throws(ChatError) -> NamedTemplate {
        var wanted = ["default"]
        if let name = request.templateName {
            wanted = [name]
        } else if !request.tools.isNull {
            wanted = ["tool_use", "default"]
        }
        for name in wanted {
            if let named = templates.first(where: { $0.name == name }) { return named }
        }
        throw .noChatTemplate(asked: request.templateName, names: templates.map(\.name))
    }

    func encode(
        _ text: [UInt8], addSpecialTokens: Bool, plainRanges: [Range<Int>] = [], wholeSpans: Bool = false
    ) throws(ChatError) -> Rendered.Prompt {
        var options = Tokenizer.EncodeOptions()
        options.addSpecialTokens = addSpecialTokens
        options.plainRanges = plainRanges
        options.offsets = wholeSpans
        options.wholeSpans = wholeSpans
        let encoding = try rethrowing(ChatError.tokenizer) { () throws(TokenizerError) in
            try tokenizer.encode(text, options: options)
        }
        let spans: TokenSpans =
            wholeSpans
            ? .known(bytes: encoding.byteOffsets, characters: encoding.characterOffsets)
            : .encoded(addSpecialTokens: addSpecialTokens, kept: encoding.ids.indices)
        return Rendered.Prompt(ids: encoding.ids, text: text, spans: spans, wholeSpans: encoding.wholeSpans)
    }
}
