import Chat
import JSON
import Testing
import Tokenizer

/// Reading what a model sampled: the demo model reasons between <think> and </think>.
@Suite struct SampledMessageTests {
    private func message(_ sampled: String, after prompt: String = "<|turn|>assistant\n") throws -> SampledMessage {
        let model = try demoModel()
        let ids = try model.tokenizer.encode(Array(sampled.utf8)).ids
        return model.message(completion: ids, prompt: try model.tokenizer.encode(Array(prompt.utf8)).ids)
    }

    private func expect(_ message: SampledMessage, _ content: String, _ reasoning: String?) {
        #expect(String(decoding: message.content, as: UTF8.self) == content)
        #expect(message.reasoning.map { String(decoding: $0, as: UTF8.self) } == reasoning)
    }

    @Test func contentAlone() throws {
        expect(try message("Hello<|end|>"), "Hello", nil)
        expect(try message("  Hello \n"), "  Hello \n", nil)
    }

    @Test func reasoningThatTheModelOpens() throws {
        expect(try message("<think>\nhm\n</think>\n\nHello<|end|>"), "Hello", "hm")
        expect(try message("\n<think></think>Hello"), "Hello", "")
    }

    @Test func reasoningThatThePromptOpens() throws {
        expect(try message("hm\n</think>\n\nHello<|end|>", after: "<|turn|>assistant\n<think>\n"), "Hello", "hm")
        expect(try message("hm", after: "<|turn|>assistant\n<think>\n"), "", "hm")
    }

    @Test func reasoningThatIsNotClosed() throws {
        expect(try message("<think>\nhm, and"), "", "hm, and")
    }

    @Test func markersInsideContentAreContent() throws {
        expect(try message("Say <think> to me"), "Say <think> to me", nil)
        expect(try message("<think>a</think>b</think>c"), "b</think>c", "a")
    }

    @Test func anyIdsGiveAMessage() throws {
        let model = try demoModel()
        expect(model.message(completion: [], prompt: []), "", nil)
        let odd: [UInt32] = [0, 255, 128, 4_294_967_295, 700]
        #expect(String(validating: model.message(completion: odd, prompt: odd).content, as: UTF8.self) != nil)
    }
}
