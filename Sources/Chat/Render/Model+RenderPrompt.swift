import JSON

extension Model {
    /// Renders completion prompts, in order. The C function is `typecase_model_render_prompt`.
    public func render(_ prompt: CompletionPrompt) throws(ChatError) -> Rendered {
        var rendered = Rendered()
        for (i, item) in prompt.items.enumerated() {
            let path = prompt.items.count == 1 ? "prompt" : "prompt[\(i)]"
            var one: Rendered.Prompt
            switch item {
            case .text(let text): one = try encode(text, addSpecialTokens: prompt.addSpecialTokens)
            case .ids(let ids):
                try check(ids, path: path)
                let none = [UInt32](repeating: 0, count: ids.count * 2)
                one = Rendered.Prompt(ids: ids, byteOffsets: none, characterOffsets: none, text: [])
            }
            if one.ids.isEmpty {
                throw .field(FieldError(path: path, problem: .notAllowed("is empty: a prompt needs at least one id")))
            }
            if let kept = prompt.kept, one.ids.count > kept {
                let cut = one.ids.count - kept
                one.keep(prompt.side == .left ? cut..<one.ids.count : 0..<kept)
            }
            if let limit = prompt.maxLength, one.ids.count > limit {
                throw .window(length: one.ids.count, limit: limit)
            }
            rendered.append(one)
        }
        return rendered
    }

    /// Every id must be one that the model takes: one that is not can end an engine.
    public func check(_ ids: [UInt32], path: String) throws(ChatError) {
        for (i, id) in ids.enumerated() where Int(id) >= vocabularyLimit {
            throw .vocabulary(path: "\(path)[\(i)]", id: Int(id), limit: vocabularyLimit)
        }
    }
}
