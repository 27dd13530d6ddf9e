import Engines
import JSON
import Testing

/// What a backend makes of its address and of model cards.
@Suite struct BackendTests {
    private func backend(_ url: String) throws -> Backend {
        try Backend(engine: "vllm", config: Fields(Object(["url": .string(url)])))
    }

    @Test(arguments: [
        ("http://a:1", "http://a:1"), ("http://a:1/", "http://a:1"), ("http://a:1/v1", "http://a:1"),
        ("http://a:1/v1//", "http://a:1"),
        ("https://a/prefix/v1", "https://a/prefix"), ("HTTP://a", "HTTP://a"),
    ])
    func theRootOfAServer(url: String, root: String) throws {
        #expect(try backend(url).destination.servers == [root])
    }

    @Test(arguments: [
        (#"{"data": [{"id": "a", "max_model_len": 8}]}"#, nil, 8),
        (#"{"data": [{"id": "a", "max_model_len": 8}, {"id": "b", "max_model_len": 9}]}"#, "b", 9),
        (
            #"{"data": [{"id": "a", "max_model_len": 8}, {"id": "lora", "parent": "a", "max_model_len": null}]}"#,
            "lora", 8
        ),
        (#"{"data": [{"id": "a", "parent": "b"}, {"id": "b", "parent": "a"}]}"#, "a", nil),
        (#"{"data": [{"id": "a", "max_model_len": 0}]}"#, "a", nil),
        (#"{"data": []}"#, "a", nil), (#"{"data": 7}"#, nil, nil), ("no JSON", nil, nil),
    ])
    func theWindowOfAModel(cards: String, model: String?, window: Int?) throws {
        let response = HTTPResponse(status: 200, body: Array(cards.utf8))
        #expect(try backend("http://a").window(response, model: model.map { Array($0.utf8) }) == window)
    }
}
