import Glibc
import Tokenizer

// An input that begins with "{" is a tokenizer.json; any other is a text for the tokenizer of $TYPECASE_FUZZ_TOKENIZER.
// Loading ends with a tokenizer or an error; a text's spans lie inside it, and its ids decode.
private let fixed: Tokenizer? = {
    guard let path = getenv("TYPECASE_FUZZ_TOKENIZER"), let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8]()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return try? Tokenizer(json: bytes)
}()

private func check(_ tokenizer: Tokenizer, _ text: [UInt8]) {
    var options = Tokenizer.EncodeOptions()
    options.offsets = true
    guard let encoding = try? tokenizer.encode(text, options: options) else { return }
    precondition(encoding.byteOffsets.allSatisfy { Int($0) <= text.count }, "spans lie in the text")
    options.offsets = false
    precondition((try? tokenizer.encode(text, options: options))?.ids == encoding.ids, "spans do not change the ids")
    _ = encoding.ids.withUnsafeBufferPointer { try? tokenizer.decode($0, skipSpecialTokens: false) }
}

@c public func LLVMFuzzerTestOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: data, count: size))
    if input.first == UInt8(ascii: "{") {
        guard let tokenizer = try? Tokenizer(json: input) else { return 0 }
        check(tokenizer, Array("Hello, wörld! 123 e\u{301} 你好 <|end|>\n\n".utf8))
    } else if let fixed {
        check(fixed, input)
    }
    return 0
}
