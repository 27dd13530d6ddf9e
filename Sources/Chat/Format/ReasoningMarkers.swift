import Bytes
import JSON
import Template
import Tokenizer

/// How a model marks its reasoning, read off its chat template.
///
/// An assistant message with and without reasoning is rendered; what the template writes between the generation prompt
/// and the reasoning opens it, what it writes between the reasoning and the content closes it. White space around the
/// markers belongs to the layout, not to them.
public struct ReasoningMarkers: Sendable, Equatable {
    public var start: [UInt8]
    public var end: [UInt8]

    private static let reasoning = Array("Rq7mVz2reasoning".utf8)
    private static let content = Array("Kw4xTb9content".utf8)

    /// nil where the template does not render reasoning, or renders it in a way that has no markers of its own.
    static func probe(
        _ named: Model.NamedTemplate?, _ specialTokens: Object, _ tokenizer: Tokenizer
    ) -> ReasoningMarkers? {
        guard let named else { return nil }
        var assistant = Object(["role": .string("assistant"), "content": .string(content)])
        let user = Object(["role": .string("user"), "content": .string("Hi")])
        for field in Messages.reasoningFields { assistant[field] = .string(reasoning) }
        guard
            let prompt = text(named, [user], generationPrompt: true, specialTokens),
            let whole = text(named, [user, assistant], generationPrompt: false, specialTokens),
            let reasoningAt = ByteSearch.first(reasoning, in: whole),
            let contentAt = ByteSearch.last(content, in: whole),
            reasoningAt + reasoning.count <= contentAt
        else { return nil }
        // The generation prompt may itself open the reasoning: what both texts begin with is not a marker unless it does.
        let shared = sharedPrefix(prompt, Array(whole[..<reasoningAt]), tokenizer)
        let opening = PythonWhitespace.strip(whole[min(shared, reasoningAt)..<reasoningAt])
        let end = PythonWhitespace.strip(whole[(reasoningAt + reasoning.count)..<contentAt])
        if end.isEmpty { return nil }
        let start = opening.isEmpty ? prefilled(whole[..<reasoningAt], end: end) : Array(opening)
        guard let start else { return nil }
        return ReasoningMarkers(start: start, end: Array(end))
    }

    init(start: [UInt8], end: [UInt8]) {
        self.start = start
        self.end = end
    }

    /// The markers of a prompt that ends with a tag, where the template knows the tag's end: a family that shows no
    /// reasoning of earlier turns.
    init?(opening prompt: [UInt8], template: [UInt8]) {
        let text = PythonWhitespace.strip(prompt[...])
        guard text.last == UInt8(ascii: ">"), let open = text.lastIndex(of: UInt8(ascii: "<")) else { return nil }
        let name = text[(open + 1)...].dropLast()
        let isName = name.allSatisfy { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") }
        if name.isEmpty || !isName { return nil }
        start = Array(text[open...])
        end = Array("</".utf8) + name + Array(">".utf8)
        if !ByteSearch.contains(template, end) { return nil }
    }

    /// How many bytes two texts begin with alike, cut at a token: a prompt that goes on with </think> shares a letter with
    /// <think>, and not a token.
    private static func sharedPrefix(_ prompt: [UInt8], _ text: [UInt8], _ tokenizer: Tokenizer) -> Int {
        let options = Tokenizer.EncodeOptions(addSpecialTokens: false, offsets: true)
        guard let first = try? tokenizer.encode(prompt, options: options),
            let second = try? tokenizer.encode(text, options: options)
        else { return 0 }
        let count = zip(first.ids, second.ids).prefix { $0 == $1 }.count
        return count < second.ids.count ? Int(second.byteOffsets[2 * count]) : text.count
    }

    /// The opening marker where the generation prompt ends with it: the last tag-like or line-like run before the reasoning.
    private static func prefilled(_ before: ArraySlice<UInt8>, end: ArraySlice<UInt8>) -> [UInt8]? {
        let text = PythonWhitespace.stripEnd(before)
        let open: UInt8 = end.first ?? 0
        guard let at = text.lastIndex(of: open) else { return nil }
        return Array(text[at...])
    }

    private static func text(
        _ named: Model.NamedTemplate, _ messages: [Object], generationPrompt: Bool, _ specialTokens: Object
    ) -> [UInt8]? {
        var variables = specialTokens
        variables.set("messages", .array(messages.map { .object($0) }))
        variables.set("tools", .null)
        variables.set("documents", .null)
        variables.set("add_generation_prompt", .bool(generationPrompt))
        // A template that cannot render the probe has nothing to tell.
        return try? named.render(variables, now: nil)
    }
}
