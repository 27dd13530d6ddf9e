import Bytes
import Engines
import JSON

// An engine's answer: the first byte chooses the engine, the HTTP status and whether it is a stream, the rest is the body. Reading it
// ends with a completion whose parts agree with each other, or with an error; arrays that are read from the bytes say what the JSON
// parser says; a stream says the same in any pieces.
private let backends: [Backend] = Backend.engines.compactMap { engine in
    try? Backend(engine: engine.name, config: Fields(Object(["url": .string("http://127.0.0.1")])))
}

private let seen = SeenSkeletons()

@c public func LLVMFuzzerTestOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: data, count: size))
    guard let first = input.first else { return 0 }
    let backend = backends[Int(first) % backends.count]
    guard let wire = backend.wire else { return 0 }
    let body = Array(input.dropFirst())
    let isStream = first & 32 != 0
    let logprobs: Value = [.null, .integer(1), .integer(3)][Int(first / 64) % 3]
    let sampling = Object(["logprobs": logprobs, "prompt_logprobs": first & 8 != 0 ? .integer(1) : .null])
    let lengths: Value = first & 16 != 0 ? .array([.integer(1), .integer(1)]) : .null
    let words = Object(["stream": .bool(isStream), "prompt_lengths": lengths, "sampling_params": .object(sampling)])
    guard let options = try? GenerateOptions(Fields(words)) else { return 0 }
    let request = GenerateRequest(promptIDs: FlatArray([1, 2]), options)
    if isStream {
        check(wire, request, body)
        return 0
    }
    let response = HTTPResponse(status: [200, 200, 200, 400, 503][Int(first / 2) % 5], body: body)
    _ = backend.window(response, model: nil)
    _ = Backend.engine(response)
    if let completion = try? backend.completion(response, for: request, wire) { check(completion) }
    let lifted = (try? Reply(body, keepsTop: (options.sampling.logprobs ?? 0) > 1, seen: seen)).map { reply in
        told { () throws(FieldError) in try wire.completion(reply, for: request) }
    }
    let parsed = (try? Reply(body, lifts: false)).map { reply in
        told { () throws(FieldError) in try wire.completion(reply, for: request) }
    }
    precondition(lifted == parsed, "arrays say what the parser says")
    return 0
}

/// The completion as a text: there NaN equals NaN. Of an error only that it is one: what is wrong may be said in two ways.
private func told(_ read: () throws(FieldError) -> Completion) -> String {
    do {
        return String(describing: try read())
    } catch {
        return "an error"
    }
}

private func check(_ completion: Completion) {
    for choice in completion.choices {
        if let logprobs = choice.logprobs { precondition(logprobs.count == choice.ids.count, "a logprob for each id") }
        if let experts = choice.routedExperts {
            precondition(
                experts.shape.reduce(experts.type.size, *) == experts.bytes.count, "the shape is that of the bytes")
        }
    }
}

private func check(_ wire: any Wire, _ request: GenerateRequest, _ body: [UInt8]) {
    func read(_ length: Int) -> (String, [UInt32]) {
        var reader = StreamReader(wire, request, limit: 1 << 16)
        var ids = [UInt32]()
        for start in stride(from: 0, to: body.count, by: length) {
            reader.push(body[start..<min(start + length, body.count)])
            for delta in reader.takeDeltas() where delta.choice == 0 { ids += delta.ids }
        }
        guard let completion = try? reader.finish() else { return ("an error", ids) }
        check(completion)
        precondition(completion.choices[0].ids == ids, "what was told is the whole")
        return (String(describing: completion), ids)
    }
    let whole = read(max(body.count, 1))
    for length in [1, 7] { precondition(read(length) == whole, "pieces are the whole") }
}
