import Bytes
import JSON
import Template

/// The words that stand for what came before: a user's, and a turn of the assistant that the new messages answer.
struct BridgeContext {
    /// How the assistant's turn looks. Templates take calls in different forms.
    struct Form: Hashable {
        /// nil for an answer in words.
        var call: CallForm?
        var reasons: Bool
        var history = History.none
    }

    /// What stands in front of the user's word, which a template may carry along or count.
    enum History: Hashable { case none, system, turns }

    struct CallForm: Hashable {
        enum Content: Hashable { case empty, absent, words }

        var argumentsAreText: Bool
        var content: Content

        static func all(speaks: Bool) -> [CallForm] {
            [false, true].flatMap { text in
                (speaks ? [Content.words] : [.empty, .absent]).map { CallForm(argumentsAreText: text, content: $0) }
            }
        }

        /// Of a turn with calls.
        var contentValue: Value? {
            switch content {
            case .empty: .string([])
            case .absent: nil
            case .words: .string(BridgeContext.words)
            }
        }
    }

    static let system = "Bs8Nd3system"
    static let answer = Array(TurnProbe.answer.utf8)
    /// What a turn says that also calls.
    static let words = Array("Bw6Zc1words".utf8)
    static let thought = Array(TurnProbe.thought.utf8)
    static let toolName = Array("Fn5Yk2tool".utf8)
    /// Stands for the tools of the conversation, which may be many: what follows a turn seldom shows them.
    static let tool = SampleTool.value(named: "Tl6Hs1tool")
    static let toolMark = Array("Tl6Hs1tool".utf8)

    var form: Form
    /// The user's side.
    let before: [Object]
    let assistant: Object

    var messages: [Object] { before + [assistant] }
    var assistantIndex: Int { before.count }

    /// - Parameters:
    ///   - results: the messages of tools that the new messages begin with; each answers a call.
    ///   - facts: where the template looks for reasoning, and whether it takes content in parts alone.
    init(_ form: Form, results: ArraySlice<Object>, facts: TurnFacts, markers: TurnFacts.ReasoningMarkers?) {
        self.form = form
        let user = TurnProbe.user
        switch form.history {
        case .none: before = [user]
        case .system: before = [TurnProbe.message("system", BridgeContext.system), user]
        case .turns:
            // Calls and results only where there are some: not every template takes them.
            var calls = [Object]()
            if !results.isEmpty {
                let call = form.call ?? CallForm(argumentsAreText: false, content: .empty)
                for content in [call.content, .words] {
                    let form = CallForm(argumentsAreText: call.argumentsAreText, content: content)
                    calls += [BridgeContext.caller(form, [TurnProbe.result]), TurnProbe.result]
                }
            }
            before = [user] + calls + [TurnProbe.message("assistant", "b"), user]
        }
        var turn = Object(["role": .string("assistant")])
        let calls = form.call.map { BridgeContext.calls($0, results) }
        var content: Value? = form.call.map(\.contentValue) ?? .string(BridgeContext.answer)
        if form.reasons {
            if facts.reasoningFields.isEmpty, let markers {
                let inline = markers.start + BridgeContext.thought + markers.end
                content = .string(inline + (content?.stringBytes ?? []))
            }
            for field in facts.reasoningFields { turn[field] = .string(BridgeContext.thought) }
        }
        turn.set("content", content)
        if let calls { turn.set("tool_calls", .array(calls)) }
        assistant = turn
    }

    private static func calls(_ form: CallForm, _ results: ArraySlice<Object>) -> [Value] {
        let last = results.count - 1
        return results.enumerated().map { call(form, $0, $1, isLast: $0 == last) }
    }

    /// A turn that calls what messages of tools answer.
    private static func caller(_ form: CallForm, _ results: ArraySlice<Object>) -> Object {
        var turn = Object(["role": .string("assistant")])
        turn.set("content", form.contentValue)
        turn.set("tool_calls", .array(calls(form, results)))
        return turn
    }

    private static func call(_ form: CallForm, _ index: Int, _ result: Object, isLast: Bool) -> Value {
        let arguments = Object(["a": .string(isLast ? answer : Array("b".utf8))])
        let name = result["name"]?.stringBytes ?? toolName
        let function = Object([
            "name": .string(name),
            "arguments": form.argumentsAreText ? .string(Dumps().bytes(.object(arguments))) : .object(arguments),
        ])
        // Some templates take ids of nine characters only.
        let id = result["tool_call_id"]?.stringBytes ?? Array("call\(10001 + index % 89999)".utf8)
        return .object(
            Object(["id": .string(id), "type": .string("function"), "function": .object(function)]))
    }
}
