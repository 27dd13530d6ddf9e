import Chat
import JSON
import Testing

/// Whose token is it, on the demonstration model: `<|turn|>role`, words, `<|end|>`.
@Suite struct AttributionTests {
    private func attribution(_ json: String) throws -> (Rendered, Attribution) {
        let rendered = try demoModel().render(RenderRequest(fields(json)))
        return (rendered, try #require(rendered.attributions.first))
    }

    @Test func turnsOwnTheirHeadersAndClosers() throws {
        let (rendered, attribution) = try attribution(
            #"{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}], "#
                + #""add_generation_prompt": true, "attribution": true}"#)
        let owners = attribution.messageIndices
        #expect(owners.first == 0 && owners.last == -1)
        #expect(owners == owners.sorted { ($0 < 0 ? 9 : $0) < ($1 < 0 ? 9 : $1) })
        #expect(attribution.messages.map(\.tokenCount).reduce(0, +) == owners.count { $0 >= 0 })
        let stop = try #require(rendered.ids.indices.last { attribution.sampledMask[$0] == 1 })
        #expect(rendered.ids[stop] == rendered.ids[attribution.messages[0].span?.upperBound.advanced(by: -2) ?? 0])
    }

    @Test func nothingIsSaidUnasked() throws {
        let rendered = try demoModel().render(
            RenderRequest(fields(#"{"messages": [{"role": "user", "content": "Hi"}]}"#)))
        #expect(rendered.attributions.isEmpty && rendered.lossMask.isEmpty)
    }

    @Test(arguments: [
        #"{"messages": [{}], "attribution": true}"#,
        #"{"messages": [{"role": 1, "content": {"a": [1, {"b": null}]}}], "attribution": true}"#,
        #"{"messages": [{"role": "assistant"}, {"role": "assistant", "tool_calls": 3}], "attribution": true}"#,
        #"{"messages": [{"role": "tool", "tool_call_id": {}, "name": []}], "attribution": true}"#,
        #"{"messages": [{"role": "assistant", "content": ""}], "attribution": true, "add_generation_prompt": true}"#,
        #"{"messages": [{"role": "assistant", "content": "x"}], "attribution": true, "continue_final_message": true}"#,
    ])
    func oddChatsAreAnsweredOrRefused(json: String) throws {
        guard let rendered = try? demoModel().render(RenderRequest(fields(json))) else { return }
        let attribution = try #require(rendered.attributions.first)
        #expect(attribution.messageIndices.count == rendered.ids.count)
        #expect(attribution.sampledMask.count == rendered.ids.count)
    }
}
