import Bytes
import JSON
import Template
import Tokenizer

/// Extends the ids of a conversation by new messages, without touching the ids that are there.
///
/// The history is not rendered: a user's word and a turn of the assistant stand for it. What the template writes behind that
/// turn is the bridge. It is one as long as the template writes the same as before in front of it, which is compared.
struct Bridger {
    let model: Model
    let named: Model.NamedTemplate
    let facts: TurnFacts
    let factsKey: TurnFactsCache.Key
    let request: BridgeRequest
    /// As the template sees them.
    let added: [Object]
    let turn: SampledTurn
    /// Whether what the template writes for the turn must be what was sampled, reasoning and all.
    let isStrict: Bool
    /// Whether the turn says something beside its calls.
    var speaks = false

    /// The messages of tools that the new ones begin with.
    var results: ArraySlice<Object> {
        added.prefix { MessageRole($0["role"]?.stringBytes ?? []) == .tool }
    }

    /// The same, with the names of the tools that were called.
    var namedResults: [Object] {
        let calls = request.called?["tool_calls"]?.array ?? []
        return results.enumerated().map { i, result in
            guard result["name"] == nil, !calls.isEmpty else { return result }
            let id = result["tool_call_id"]
            let call = calls.first { id != nil && $0["id"] == id } ?? (i < calls.count ? calls[i] : nil)
            var named = result
            named.set("name", call?["function"]?["name"] ?? call?["name"])
            return named
        }
    }

    var key: TurnShapeCache.Key {
        var roles = [[UInt8]]()
        for message in added {
            let role = message["role"]?.stringBytes ?? []
            if role != roles.last { roles.append(role) }
        }
        return TurnShapeCache.Key(
            facts: factsKey, roles: roles, reasons: turn.reasons,
            emptyReasoning: turn.emptyReasoning, isStrict: isStrict, speaks: speaks,
            hasSystemMessage: request.hasSystemMessage)
    }

    /// A conversation in which `context` stands for what came before.
    func chat(_ context: [Object], _ new: [Object] = [], prompt: Bool, realTools: Bool = false) -> RenderRequest {
        var chat = request.chat
        chat.messages = (facts.usesParts ? context.map(TurnProbe.inParts) : context) + new
        chat.addGenerationPrompt = prompt
        chat.documents = .null
        if !realTools, !chat.tools.isNull { chat.tools = .array([BridgeContext.tool]) }
        return chat
    }

    func context(_ form: BridgeContext.Form) -> BridgeContext {
        BridgeContext(form, results: namedResults[...], facts: facts, markers: facts.reasoningMarkers)
    }

    /// A conversation's text, and where in it the words stand that end the turn.
    struct Extended {
        var text: [UInt8]
        /// Where the last words of the turn begin and end, and what closes it.
        var answer: Range<Int>
        var seam: Int

        /// What follows the turn.
        var tail: ArraySlice<UInt8> { text[seam...] }
    }

    /// The shape of the turn: known, or found.
    func shape(_ cache: TurnShapeCache) throws(ChatError) -> TurnShape {
        let key = key
        if let known = cache[key] { return known }
        let shape = try findShape()
        cache[key] = shape
        return shape
    }

    /// The text that extends a turn of a shape.
    func extended(_ shape: inout TurnShape, _ cache: TurnShapeCache) throws(ChatError) -> Extended {
        if let text = try? extended(shape) { return text }
        // A text that depends on more than shapes are known by: the time of day, the id of a call.
        shape = try findShape()
        guard let text = try extended(shape) else {
            throw .notExtendable(BridgeRefusal(reason: .rewritesHistory))
        }
        cache[key] = shape
        return text
    }

    /// The text of a known shape; nil where the text is not of that shape.
    func extended(_ shape: TurnShape) throws(ChatError) -> Extended? {
        let context = context(shape.form)
        var text = try model.renderText(chat(context.messages, request.chat.messages, prompt: wantsPrompt))
        guard let found = place(in: text, shape) else { return nil }
        if !request.chat.tools.isNull, ByteSearch.contains(text[found.seam...], BridgeContext.toolMark) {
            text = try model.renderText(
                chat(context.messages, request.chat.messages, prompt: wantsPrompt, realTools: true))
            // The tools may stand in front as well: the head is another.
            guard let answer = ByteSearch.last(BridgeContext.answer, in: text) else { return nil }
            let end = answer + BridgeContext.answer.count
            guard text[end...].starts(with: shape.close) else { return nil }
            return Extended(text: text, answer: answer..<end, seam: end + shape.close.count)
        }
        return found
    }

    var wantsPrompt: Bool { request.chat.addGenerationPrompt }

    private func place(in text: [UInt8], _ shape: TurnShape) -> Extended? {
        guard text.starts(with: shape.head),
            let at = ByteSearch.first(BridgeContext.answer, in: text[shape.head.count...])
        else { return nil }
        let start = shape.head.count + at
        let end = start + BridgeContext.answer.count
        guard text[end...].starts(with: shape.close) else { return nil }
        return Extended(text: text, answer: start..<end, seam: end + shape.close.count)
    }
}
