import Chat
import Glibc
import JSON
import Tokenizer

// Bytes choose a format, a cut and ids: small ones most often name a piece of markup, others any token. Whatever they are, the
// events of two pieces are those of the whole, and calls that are well formed have arguments that are.
private let model: Model? = {
    guard let path = getenv("TYPECASE_FUZZ_TOKENIZER"), let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8]()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return try? Model(ModelParts(tokenizer: .text(ModelParts.Source(name: "tokenizer_json", bytes: bytes))))
}()

private let calls = [
    #"{"open": "<call>", "close": "</call>", "arguments": {"encoding": "object", "name": "name", "arguments": "arguments", "wrapper": "function"}}"#,
    #"{"section_open": "<call>[", "section_close": "]</call>", "separator": ", ", "open": "{name}", "arguments": {"encoding": "keywords", "open": "(", "close": ")", "assign": "="}}"#,
    #"{"open": "<call>{name}", "close": "</call>", "arguments": {"encoding": "tags", "key_open": "\n<k>", "key_close": "</k>", "value_close": "\n</v>"}}"#,
    #"{"open": "<call>{name}", "close": "</call>", "arguments": {"encoding": "tags", "key_open": "<", "key_close": ">", "value_close": "</{key}>", "item": "f"}}"#,
    #"{"open": "<call>{name}\n", "close": "</call>", "arguments": {"encoding": "json"}}"#,
    #"{"open": "<call>call:{name}", "close": "</call>", "arguments": {"encoding": "keywords", "open": "{", "close": "}", "assign": ":", "quote": "<q>"}}"#,
    #"{"separator": ";", "arguments": {"encoding": "object", "name": "name", "arguments": "arguments"}}"#,
]

private let models: [Model] = {
    guard let model else { return [] }
    return calls.flatMap { calls in
        [false, true].compactMap { hasSegments in
            let format =
                #"{"turn": {"open": "<|turn|>assistant", "segments": \#(hasSegments)}, "reasoning": {"open": "<think>\n", "close": "\n</think>"}, "#
                + #""content": {"open": "<c>", "close": "<|end|>", "trim_end": "whitespace"}, "tool_calls": \#(calls)}"#
            guard let value = try? JSONParser.parse(Array(format.utf8)), let object = value.object,
                let format = try? Format(Fields(object))
            else { return nil }
            return Model(model, format: format)
        }
    }
}()

private let pieces: [[UInt32]] = {
    let texts = [
        "<call>", "</call>", "<think>", "</think>", "<|turn|>assistant", "<|end|>", "{", "}", "[", "]", "\"", "\\",
        "name", ":", ",", "f", "(",
        ")", "=", "'", "<k>", "</k>", "</v>", "\n", " ", "{\"name\": \"f\", \"arguments\": {", "call:", "<q>", ";", "1",
        "null", "<c>", "é", "<f>", "</f>", "<", ">",
    ]
    return texts.map { (try? model?.tokenizer.encode(Array($0.utf8)))?.ids ?? [] }
}()

private func message(_ model: Model, _ parts: [ArraySlice<UInt32>]) -> ParsedMessage {
    var parser = model.parser(prompt: [])
    var message = ParsedMessage()
    for part in parts {
        parser.push(Array(part))
        for event in parser.takeEvents() { message.append(event) }
    }
    parser.finish()
    for event in parser.takeEvents() { message.append(event) }
    return message
}

@c public func LLVMFuzzerTestOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    let input = UnsafeBufferPointer(start: data, count: size)
    guard size > 2, !models.isEmpty else { return 0 }
    let model = models[Int(input[0]) % models.count]
    var ids = [UInt32]()
    for byte in input[2...] {
        if Int(byte) < 4 * pieces.count {
            ids += pieces[Int(byte) % pieces.count]
        } else {
            ids.append(UInt32(byte) * 4)
        }
    }
    let whole = message(model, [ids[...]])
    let cut = ids.isEmpty ? 0 : Int(input[1]) % (ids.count + 1)
    precondition(message(model, [ids[..<cut], ids[cut...]]) == whole, "a cut changes what is told")
    for call in whole.calls where call.status == .ok {
        precondition((try? JSONParser.parse(call.arguments))?.object != nil, "good arguments are an object")
    }
    return 0
}
