import Glibc
import Tokenizer

// An input that begins with "{" is a tokenizer.json; one that begins with a zero says what to change in a compiled image, and one
// in a hundred of these, chosen by its bytes, what to change in the file that is kept of the tokenizer of
// $TYPECASE_FUZZ_TOKENIZER; any other is a text for that tokenizer.
// Loading ends with a tokenizer or an error; a text's spans lie inside it, and its ids decode; a changed image changes nothing.
private let fixed: Tokenizer? = {
    guard let path = getenv("TYPECASE_FUZZ_TOKENIZER") else { return nil }
    return try? Tokenizer(json: read(String(cString: path)))
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

/// A directory with a tokenizer.json large enough to be compiled, and its image.
private struct Compiled {
    let source: String
    let image: String
    let sound: [UInt8]
    let cache: TokenizerCache
    static let text = Array("Hello, wörld! 123 e\u{301} 你好 <|end|>\n\n".utf8)

    init?() {
        guard let path = getenv("TYPECASE_FUZZ_TOKENIZER") else { return nil }
        let bytes = read(String(cString: path)) + [UInt8](repeating: 0x20, count: 1 << 18)
        let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((temporary + "/typecase-fuzz-XXXXXX").utf8CString)
        guard let folder = mkdtemp(&template).map({ String(cString: $0) }) else { return nil }
        source = folder + "/tokenizer.json"
        cache = .directory(folder + "/cache")
        write(bytes, source)
        var found = glob_t()
        defer { globfree(&found) }
        guard (try? Tokenizer(path: source, cache: cache)) != nil, glob(folder + "/cache/*.image", 0, nil, &found) == 0,
            let name = found.gl_pathv?[0]
        else { return nil }
        image = String(cString: name)
        sound = read(image)
    }
}

private let compiled = Compiled()

private func read(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "rb") else { return [] }
    defer { fclose(file) }
    var bytes = [UInt8]()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return bytes
}

private func write(_ bytes: [UInt8], _ path: String) {
    guard let file = fopen(path, "wb") else { return }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
}

/// Each five bytes are a place, whether it is near the start, and what is added to the byte there; what is left is cut off the end.
private func changed(_ sound: [UInt8], _ changes: ArraySlice<UInt8>) -> [UInt8] {
    var image = sound
    var rest = changes
    while rest.count >= 5 {
        let change = Array(rest.prefix(5))
        let place = Int(change[0]) | Int(change[1]) << 8 | Int(change[2]) << 16
        let limit = change[3] & 1 == 0 ? min(2048, image.count) : image.count
        image[place % limit] &+= change[4]
        rest = rest.dropFirst(5)
    }
    image.removeLast(min(image.count, rest.reduce(0) { $0 * 256 + Int($1) }))
    return image
}

/// Through the directory where images are kept: a changed one is made anew.
private func checkFile(_ changes: ArraySlice<UInt8>, _ expected: Tokenizer) {
    guard let compiled else { return }
    write(changed(compiled.sound, changes), compiled.image)
    let tokenizer = try? Tokenizer(path: compiled.source, cache: compiled.cache)
    let ids = try? tokenizer?.encode(Compiled.text).ids
    precondition(ids == (try? expected.encode(Compiled.text).ids), "a changed image changes nothing")
}

/// The image of a small tokenizer: one is checked as a whole for each input.
private let small: [UInt8]? = {
    let json = """
        {"version": "1.0", "added_tokens": [{"id": 5, "content": "<e>", "special": true, "normalized": false, "lstrip": false, \
        "rstrip": false, "single_word": false}], "normalizer": {"type": "NFC"}, "pre_tokenizer": {"type": "ByteLevel", \
        "add_prefix_space": false, "trim_offsets": true, "use_regex": true}, "decoder": {"type": "ByteLevel"}, "model": \
        {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "c": 3, "abc": 4}, "merges": ["a b", "ab c"]}}
        """
    return try? Tokenizer.image(ofJSON: Array(json.utf8))
}()
private let expectedOfSmall = small.flatMap { try? Tokenizer(image: $0)?.encode(Array("abcab<e>".utf8)).ids }

/// Without any file, thousands of times faster.
private func checkMemory(_ changes: ArraySlice<UInt8>) {
    guard let small else { return }
    let image = changed(small, changes)
    let tokenizer = Tokenizer(image: image)
    precondition(tokenizer == nil || image == small, "a changed image is not trusted")
    precondition(
        image != small || (try? tokenizer?.encode(Array("abcab<e>".utf8)).ids) == expectedOfSmall, "a sound one is")
}

@c public func LLVMFuzzerTestOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: data, count: size))
    if input.first == UInt8(ascii: "{") {
        guard let tokenizer = try? Tokenizer(json: input) else { return 0 }
        check(tokenizer, Array("Hello, wörld! 123 e\u{301} 你好 <|end|>\n\n".utf8))
    } else if input.first == 0 {
        checkMemory(input.dropFirst())
        if let fixed, input.reduce(0, ^) & 127 == 1 { checkFile(input.dropFirst(), fixed) }
    } else if let fixed {
        check(fixed, input)
    }
    return 0
}
