public import JSON

@testable import Tokenizer

/// A small tokenizer.json, made here: byte letters and the merges of a few words.
struct SampleFile {
    var normalizer: Value = .null
    var preTokenizer: Value = SampleFile.sequence([SampleFile.split(SampleFile.qwen), SampleFile.byteLevel])
    var postProcessor: Value = .null
    var decoder: Value = SampleFile.byteLevel
    var addedTokens: [Value] = [SampleFile.added("<|end|>", special: true)]
    var words = [" the", "the", " hello", "hello", "ing", "字", "é", "  "]
    var ignoresMerges = false

    static let qwen =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    static let byteLevel: Value = .object([
        "type": .string("ByteLevel"), "add_prefix_space": .bool(false), "trim_offsets": .bool(true),
        "use_regex": .bool(false),
    ])

    static func sequence(_ parts: [Value]) -> Value {
        .object(["type": .string("Sequence"), "pretokenizers": .array(parts)])
    }

    static func split(_ pattern: String, behavior: String = "Isolated") -> Value {
        .object([
            "type": .string("Split"), "pattern": .object(["Regex": .string(pattern)]), "behavior": .string(behavior),
            "invert": .bool(false),
        ])
    }

    static func added(
        _ content: String, special: Bool = false, normalized: Bool = false, lstrip: Bool = false, rstrip: Bool = false,
        singleWord: Bool = false
    ) -> Value {
        .object([
            "id": .integer(0), "content": .string(content), "special": .bool(special), "normalized": .bool(normalized),
            "lstrip": .bool(lstrip), "rstrip": .bool(rstrip), "single_word": .bool(singleWord),
        ])
    }

    /// Ids 0 to 255 are the bytes in order; the words and what they are merged from follow.
    var model: Object {
        var vocabulary = [[UInt8]]()
        for byte in 0...255 { vocabulary.append(ByteAlphabet.encode([UInt8(byte)])) }
        var merges = [Value]()
        for word in words {
            let bytes = Array(word.utf8)
            for end in 2...max(bytes.count, 2) where end <= bytes.count {
                let text = ByteAlphabet.encode(bytes[..<end])
                let left = ByteAlphabet.encode(bytes[..<(end - 1)])
                let right = ByteAlphabet.encode([bytes[end - 1]])
                if vocabulary.contains(text) { continue }
                vocabulary.append(text)
                merges.append(.array([.string(left), .string(right)]))
            }
        }
        let members = vocabulary.enumerated().map { Object.Member(key: $1, value: .integer($0)) }
        return Object([
            "type": .string("BPE"), "unk_token": .null, "ignore_merges": .bool(ignoresMerges),
            "vocab": .object(Object(members)), "merges": .array(merges),
        ])
    }

    var object: Object {
        Object([
            "version": .string("1.0"), "truncation": .null, "padding": .null, "added_tokens": .array(addedTokens),
            "normalizer": normalizer, "pre_tokenizer": preTokenizer, "post_processor": postProcessor,
            "decoder": decoder, "model": .object(model),
        ])
    }

    func tokenizer() throws -> Tokenizer { try Tokenizer(json: Dumps.compact.bytes(.object(object))) }
}

extension Object: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, Value)...) {
        self.init(elements.map { Member(key: Array($0.0.utf8), value: $0.1) })
    }
}

extension Tokenizer {
    func ids(_ text: String, plain: Bool = false) throws -> [UInt32] {
        try encode(Array(text.utf8), options: .init(addSpecialTokens: false, specialTokensAsText: plain)).ids
    }

    func text(_ ids: [UInt32], skipSpecialTokens: Bool = false) throws -> String {
        let bytes = try ids.withUnsafeBufferPointer { try decode($0, skipSpecialTokens: skipSpecialTokens) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The texts of the tokens of a text, for reading.
    func pieces(_ text: String) throws -> [String] {
        try ids(text).map { String(decoding: bytes(of: $0) ?? [], as: UTF8.self) }
    }
}
