import Chat
import JSON
import Testing

/// One model, many threads: what ThreadSanitizer looks at.
@Suite struct SharingTests {
    private static let chat = #"""
        {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello, wörld! 123"},
        {"role": "assistant", "content": "Hi", "reasoning_content": "hm", "tool_calls": [{"name": "f", "arguments": {"a": 1}}]}],
        "tools": [{"name": "f"}], "add_generation_prompt": true}
        """#

    @Test func eightThreadsRenderWithOneModel() async throws {
        let model = try demoModel()
        let expected = try model.render(RenderRequest(fields(Self.chat)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<40 {
                        let rendered = try model.render(RenderRequest(fields(Self.chat)))
                        #expect(rendered.ids == expected.ids)
                        #expect(rendered.texts == expected.texts)
                        let message = model.message(completion: Array(rendered.ids.suffix(20)), prompt: rendered.ids)
                        #expect(!message.content.isEmpty)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
