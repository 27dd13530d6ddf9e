import Chat
import JSON
import Testing
import Tokenizer

/// Reading what a model sampled: the demo model reasons between <think> and </think>, and calls in <call>.
@Suite struct ParseTests {
    private func parsed(
        _ sampled: String, after prompt: String = "<|turn|>assistant\n", tools: String = "[]"
    ) throws -> ParsedMessage {
        let model = try demoModel()
        let request = try ParseRequest(fields("{\"tools\": \(tools)}"))
        return model.parse(
            try model.tokenizer.encode(Array(sampled.utf8)).ids, request,
            prompt: try model.tokenizer.encode(Array(prompt.utf8)).ids)
    }

    private func expect(_ message: ParsedMessage, _ content: String, _ reasoning: String?) {
        #expect(String(decoding: message.content, as: UTF8.self) == content)
        #expect(message.reasoning.map { String(decoding: $0, as: UTF8.self) } == reasoning)
    }

    private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test func contentAlone() throws {
        expect(try parsed("Hello<|end|>"), "Hello", nil)
        expect(try parsed("  Hello \n"), "  Hello \n", nil)
    }

    @Test func reasoningThatTheModelOpens() throws {
        let message = try parsed("<think>\nhm\n</think>\n\nHello<|end|>")
        expect(message, "Hello", "hm")
        #expect(message.reasoningComplete == true)
        expect(try parsed("\n<think></think>Hello"), "Hello", nil)
    }

    @Test func reasoningThatThePromptOpens() throws {
        expect(try parsed("hm\n</think>\n\nHello<|end|>", after: "<|turn|>assistant\n<think>\n"), "Hello", "hm")
        let open = try parsed("hm", after: "<|turn|>assistant\n<think>\n")
        expect(open, "", "hm")
        #expect(open.reasoningComplete == false)
        #expect(try parsed("", after: "<|turn|>assistant\n<think>").reasoningComplete == false)
    }

    @Test func markersInsideContentAreContent() throws {
        expect(try parsed("Say <think> to me"), "Say <think> to me", nil)
        expect(try parsed("<think>a</think>b</think>c"), "b</think>c", "a")
    }

    @Test func callsAmongText() throws {
        let message = try parsed(
            #"Both.<call>{"name": "f", "arguments": {"a": "</call> \"q\""}}</call>"#
                + #"<call>{"name": "g", "arguments": {}}</call>after<|end|>"#)
        expect(message, "Both.after", nil)
        #expect(message.calls.map(\.status) == [.ok, .ok])
        #expect(text(message.calls.first?.arguments) == #"{"a": "</call> \"q\""}"#)
        #expect(text(message.calls.last?.name) == "g")
        #expect(message.hasGoodCall)
        #expect(message.pieces.count == 4)
        let span = try #require(message.calls.last?.tokens)
        #expect(span.lowerBound == message.calls.first?.tokens.upperBound)
    }

    @Test(arguments: [
        (#"<call>{"name": "f", "arguments": {"a": 1}"#, CallStatus.unclosedBlock),
        (#"<call>{"name": "f", "arguments": {"a": 1}}"#, .unclosedBlock),
        (#"<call>{"name": "f", "arguments": {a: 1}}</call>"#, .invalidJSON),
        (#"<call>{"name": "f", "arguments": [1]}</call>"#, .invalidJSON),
        (#"<call>{"arguments": {"a": 1}}</call>"#, .missingName),
        (#"<call>{"name": "f", "arguments": {}} or so</call>"#, .malformedStructure),
        (#"<call>{"name": "h", "arguments": {}}</call>"#, .unknownTool),
        (#"<call>{"name": "f"}</call>"#, .ok),
    ])
    func whatIsWrongWithACall(sampled: String, status: CallStatus) throws {
        let message = try parsed(sampled + "<|end|>", tools: #"[{"name": "f"}]"#)
        #expect(message.calls.map(\.status) == [status])
        #expect(text(message.calls.first?.raw) == sampled)
        expect(message, "", nil)
    }

    @Test func aMessageGoesIntoTheNextRequest() throws {
        let message = try parsed(#"<think>hm</think>Yes.<call>{"name": "f", "arguments": {"a": [1, null]}}</call>"#)
        let chat = Object([
            "messages": .array([
                .object(Object(["role": .string("user"), "content": .string("Hi")])), .object(message.message),
            ])
        ])
        let rendered = try demoModel().renderText(RenderRequest(Fields(chat)))
        #expect(
            String(decoding: rendered, as: UTF8.self).contains(
                #"<call>{"name": "f", "arguments": {"a": [1, null]}}</call>"#))
    }

    @Test func anyIdsGiveAMessage() throws {
        let model = try demoModel()
        expect(model.parse([], prompt: []), "", nil)
        let odd: [UInt32] = [0, 255, 128, 4_294_967_295, 700]
        #expect(String(validating: model.parse(odd, prompt: odd).content, as: UTF8.self) != nil)
    }

    @Test func aFormatIsReadAsItIsWritten() throws {
        let format = try demoModel().format()
        #expect(format.toolCalls?.close == [Array("</call>".utf8)])
        #expect(try Format(Fields(root: format.value, name: "format")) == format)
    }
}
