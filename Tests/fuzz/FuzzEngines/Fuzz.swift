import Engines
import JSON

// An engine's answer: the first byte chooses the engine and the HTTP status, the rest is the body. Reading it ends with a
// completion whose parts agree with each other, or with an error.
private let backends: [Backend] = Backend.engines.compactMap { engine in
    try? Backend(engine: engine.name, config: Fields(Object(["url": .string("http://127.0.0.1")])))
}

@c public func LLVMFuzzerTestOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: data, count: size))
    guard let first = input.first else { return 0 }
    let backend = backends[Int(first) % backends.count]
    let response = HTTPResponse(status: [200, 200, 200, 400, 503][Int(first / 2) % 5], body: Array(input.dropFirst()))
    _ = backend.window(response, model: nil)
    guard let completion = try? backend.completion(response, for: GenerateRequest(promptIDs: [1, 2])) else { return 0 }
    for choice in completion.choices {
        if let logprobs = choice.logprobs { precondition(logprobs.count == choice.ids.count, "a logprob for each id") }
        if let experts = choice.routedExperts {
            precondition(
                experts.shape.reduce(experts.type.size, *) == experts.bytes.count, "the shape is that of the bytes")
        }
    }
    return 0
}
