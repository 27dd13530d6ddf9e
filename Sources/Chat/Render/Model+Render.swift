import JSON
import Template
import Tokenizer

extension Model {
    /// Renders a chat and encodes it: the ids of transformers' `apply_chat_template(…, tokenize=True)`.
    /// The C function is `typecase_model_render`.
    public func render(_ request: RenderRequest) throws(ChatError) -> Rendered {
        let text = try renderText(request)
        var rendered = Rendered()
        rendered.append(try encode(text, addSpecialTokens: false))
        return rendered
    }

    /// The text of a chat.
    public func renderText(_ request: RenderRequest) throws(ChatError) -> [UInt8] {
        let named = try template(request)
        var messages = request.messages
        if case .applyChatTemplate = request.mode {
            messages = try rethrowing(ChatError.field) { () throws(FieldError) in try Messages.prepared(messages) }
        }
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
        var text = try named.render(variables, now: request.now)
        if let continuation {
            let end = try rethrowing(ChatError.continuation) { () throws(Continuation.Problem) in
                try continuation.end(in: text)
            }
            text.removeSubrange(end...)
        }
        return text
    }

    /// transformers 5.23: the template asked for by name, else "tool_use" where there are tools, else "default".
    private func template(_ request: RenderRequest) throws(ChatError) -> NamedTemplate {
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

    func encode(_ text: [UInt8], addSpecialTokens: Bool) throws(ChatError) -> Rendered.Prompt {
        var options = Tokenizer.EncodeOptions()
        options.addSpecialTokens = addSpecialTokens
        options.offsets = true
        let encoding = try rethrowing(ChatError.tokenizer) { () throws(TokenizerError) in
            try tokenizer.encode(text, options: options)
        }
        return Rendered.Prompt(
            ids: encoding.ids, byteOffsets: encoding.byteOffsets, characterOffsets: encoding.characterOffsets,
            text: text)
    }
}
