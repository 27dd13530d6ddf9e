public import JSON
import Template
import Tokenizer

/// What is known of a completion besides its ids.
public struct ParseRequest: Sendable {
    public var tools: [Value] = []
    public var templateVariables = Object()
    public var templateName: String?

    public init() {}

    public init(_ fields: Fields) throws(FieldError) {
        tools = try fields.array("tools") ?? []
        templateVariables = try fields.fields("chat_template_kwargs")?.object ?? Object()
        templateName = try fields.text("chat_template")
    }
}

extension Model {
    /// A parser for a completion. `prompt` is what the completion goes on from: its last words say what is open already. Where
    /// there is none, it is taken for one that the template would write.
    public func parser(_ request: ParseRequest = ParseRequest(), prompt: [UInt32]? = nil) -> StreamingParser {
        let grammar = grammar(request)
        let tools = ToolSchemas(request.tools)
        return StreamingParser(grammar, tools: tools, behind: header(grammar, prompt)[...])
    }

    /// What a model said. Linear in the ids, whatever they are; never fails.
    public func parse(
        _ ids: UnsafeBufferPointer<UInt32>, _ request: ParseRequest = ParseRequest(), prompt: [UInt32]? = nil
    ) -> ParsedMessage {
        var streamed = StreamedMessage(parser(request, prompt: prompt))
        _ = streamed.push(ids)
        _ = streamed.finish()
        return streamed.message
    }

    public func parse(
        _ ids: [UInt32], _ request: ParseRequest = ParseRequest(), prompt: [UInt32]? = nil
    ) -> ParsedMessage {
        ids.withUnsafeBufferPointer { parse($0, request, prompt: prompt) }
    }

    /// The prompt from the opening of the assistant's turn on.
    private func header(_ grammar: Grammar, _ prompt: [UInt32]?) -> [UInt32] {
        if grammar.turnOpen.isEmpty { return [] }
        guard let prompt, !prompt.isEmpty else {
            let text = grammar.format.turnOpen + grammar.format.prompt
            let options = Tokenizer.EncodeOptions(addSpecialTokens: false)
            return (try? tokenizer.encode(text, options: options))?.ids ?? []
        }
        if let first = grammar.turnOpen.firstToken {
            guard let at = prompt.lastIndex(of: first) else { return [] }
            return Array(prompt[at...])
        }
        // A turn that is opened by text: looked for in the last words.
        let tail = Array(prompt.suffix(64))
        let core = PythonWhitespace.strip(grammar.format.turnOpen[...])
        for count in 1...max(1, tail.count) {
            let part = Array(tail.suffix(count))
            let text = part.withUnsafeBufferPointer { (try? tokenizer.decode($0, skipSpecialTokens: false)) ?? [] }
            if PythonWhitespace.stripStart(text[...]).starts(with: core) { return part }
        }
        return []
    }
}
