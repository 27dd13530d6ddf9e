import Bytes
import JSON
import Template

extension Model {
    /// Renders completion prompts, in order. The C function is `typecase_model_render_prompt`.
    public func render(_ prompt: CompletionPrompt) throws(ChatError) -> Rendered {
        let kept = try kept(prompt)
        let lowercases = prompt.lowercases ?? lowercasesPrompts
        var rendered = Rendered()
        for (i, item) in prompt.items.enumerated() {
            let path = prompt.items.count == 1 ? "prompt" : "prompt[\(i)]"
            var one: Rendered.Prompt
            switch item {
            case .text(let text):
                let text = lowercases && UTF8Check.firstInvalid(text) == nil ? PythonText.lowercased(text) : text
                one = try encode(text, addSpecialTokens: prompt.addSpecialTokens)
            case .ids(let ids):
                try check(ids, path: path)
                one = Rendered.Prompt(ids: ids, text: [], spans: .none)
            }
            if let kept, one.ids.count > kept {
                let cut = one.ids.count - kept
                one.keep(prompt.side == .left ? cut..<one.ids.count : 0..<kept)
            }
            if one.ids.isEmpty, !prompt.allowsEmpty {
                let problem =
                    kept == 0
                    ? "is cut to nothing by truncate_prompt_tokens, which is 0: set allow_empty to have it so"
                    : "is empty: a prompt needs at least one id"
                throw .field(FieldError(path: path, problem: .notAllowed(problem)))
            }
            if let limit = prompt.maxLength, one.ids.count > limit {
                throw .window(length: one.ids.count, limit: limit)
            }
            rendered.append(one)
        }
        return rendered
    }

    /// How many ids of each prompt are kept; nil for all.
    private func kept(_ prompt: CompletionPrompt) throws(ChatError) -> Int? {
        switch prompt.truncation {
        case nil: return nil
        case .to(let count)?: return count
        case .toWindow?:
            guard let limit = prompt.maxLength ?? window else {
                throw .field(
                    FieldError(
                        path: "truncate_prompt_tokens",
                        problem: .notAllowed(
                            "is -1, which means the window, and the model does not say it: max_length must be given")))
            }
            return limit
        }
    }

    /// Every id must be one that the model takes: one that is not can end an engine.
    public func check(_ ids: [UInt32], path: String) throws(ChatError) {
        for (i, id) in ids.enumerated() where Int(id) >= vocabularyLimit {
            throw .vocabulary(path: "\(path)[\(i)]", id: Int(id), limit: vocabularyLimit)
        }
    }
}
