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
                        let message = model.parse(Array(rendered.ids.suffix(20)), prompt: [])
                        #expect(!message.pieces.isEmpty)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// The first attribution finds out about turns; eight threads do so at once.
    @Test func eightThreadsAttributeWithOneModel() async throws {
        let model = try demoModel()
        let request = Self.chat.replacing("\"tools\"", with: "\"attribution\": true, \"tools\"")
        let expected = try demoModel().render(RenderRequest(fields(request)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10 {
                        let rendered = try model.render(RenderRequest(fields(request)))
                        #expect(rendered.attributions[0].messageIndices == expected.attributions[0].messageIndices)
                        #expect(rendered.attributions[0].sampledMask == expected.attributions[0].sampledMask)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// One chat and one model: each thread renders, goes on from what it rendered, and reads what another kept.
    @Test func eightThreadsRenderAndBridgeOneChat() async throws {
        let model = try demoModel()
        let chat = try Chat(model, fields(#"{"messages": [{"role": "user", "content": "Hello, wörld!"}]}"#))
        let options = try fields(#"{"add_generation_prompt": true}"#)
        let prompt = try chat.render(options).ids
        let next = try BridgeRequest(fields(#"{"messages": [{"role": "user", "content": "And?"}]}"#))
        let expected = try prompt.withUnsafeBufferPointer {
            try model.bridge(prompt: $0, completion: .init(start: nil, count: 0), next)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<20 {
                        let rendered = try chat.render(options)
                        #expect(rendered.ids == prompt)
                        let bridge = try rendered.ids.withUnsafeBufferPointer {
                            try model.bridge(prompt: $0, completion: .init(start: nil, count: 0), next)
                        }
                        #expect(bridge.ids == expected.ids)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func aBatchOnThreadsIsItsSamples() throws {
        let model = try demoModel()
        let one = try model.trainingSample(TrainingRequest(fields(Self.chat)))
        let samples = Array(repeating: Self.chat, count: 40).joined(separator: ",")
        let batch = try TrainingBatch(fields("{\"threads\": 8, \"samples\": [\(samples)]}"))
        let rendered = try model.trainingSamples(batch)
        #expect(rendered.ids == Array(repeating: one.ids, count: 40).flatMap { $0 })
        #expect(rendered.lossMask == Array(repeating: one.lossMask, count: 40).flatMap { $0 })
    }
}
