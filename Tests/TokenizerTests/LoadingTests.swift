import JSON
import Testing

@testable import Tokenizer

/// The vocabulary and the merges are read past the JSON parser; that must never show.
@Suite struct LoadingTests {
    let text = "hello the 字é  '字'"

    func ids(_ json: [UInt8]) throws -> [UInt32] {
        try Tokenizer(json: json).encode(Array(text.utf8)).ids
    }

    @Test func everyWayOfWritingLoadsTheSame() throws {
        let object = SampleFile().object
        let expected = try ids(Dumps.compact.bytes(.object(object)))
        #expect(try ids(Dumps(ensureASCII: true).bytes(.object(object))) == expected)
        let spaced = Dumps(itemSeparator: " ,\n\t", keySeparator: "\r\n : ")
        #expect(try ids(spaced.bytes(.object(object))) == expected)
        var reordered = object
        reordered.set("model", nil)
        reordered.set("model", object["model"])
        #expect(try ids(Dumps.compact.bytes(.object(reordered))) == expected)
    }

    @Test func sectionsAreFoundOnlyWhereTheyAreRegular() {
        func sections(_ text: String) -> ModelSections? {
            Array(text.utf8).withUnsafeBufferPointer { ModelSections($0) }
        }
        #expect(sections(#"{"a": [1, {"model": "}"}], "model": {"vocab": {"x": 1}, "merges": []}}"#) != nil)
        #expect(sections(#"{"model": {"vocab": {}, "merges": []}, "model": {"vocab": {}, "merges": []}}"#) == nil)
        #expect(sections(#"{"model": {"vocab": {}, "merges": [], "vocab": {}}}"#) == nil)
        #expect(sections(#"{"mod\u0065l": {"vocab": {}, "merges": []}}"#) == nil)
        #expect(sections(#"{"model": {"vocab": 1, "merges": []}}"#) == nil)
        for end in 0..<40 {
            #expect(sections(String(#"{"model": {"vocab": {"x": 1}, "merges": []"#.prefix(end))) == nil)
        }
    }

    @Test func aRepeatedTokenKeepsItsLastId() throws {
        let json = #"{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "a": 2}, "merges": []}}"#
        let tokenizer = try Tokenizer(json: Array(json.utf8))
        #expect(tokenizer.id(of: [0x61]) == 2)
        #expect(tokenizer.token(0) == nil)
    }

    @Test func twoTokensWithOneIdAreRefused() {
        let json = #"{"model": {"type": "BPE", "vocab": {"a": 0, "b": 0}, "merges": []}}"#
        #expect(throws: TokenizerError(.invalid(path: "model.vocab", reason: "two tokens have the id 0"))) {
            try Tokenizer(json: Array(json.utf8))
        }
    }
}
