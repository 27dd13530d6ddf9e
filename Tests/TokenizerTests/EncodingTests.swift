import JSON
import Testing

@testable import Tokenizer

@Suite struct EncodingTests {
    @Test func mergesAndSplits() throws {
        let tokenizer = try SampleFile().tokenizer()
        #expect(try tokenizer.pieces("hello the  the") == ["hello", " the", " ", " the"])
        #expect(try tokenizer.pieces("字é") == ["字", "é"])
        #expect(try tokenizer.ids("") == [])
        #expect(try tokenizer.ids("a") == [0x61])
    }

    @Test func everyTextComesBack() throws {
        let tokenizer = try SampleFile().tokenizer()
        for text in ["hello", "don't  stop\r\n", "日本語 😀 é", "\u{0}\u{7F}\u{85}", "<|end|>x<|end|"] {
            #expect(try tokenizer.text(try tokenizer.ids(text)) == text)
        }
    }

    @Test func offsetsOfPartsAreTheWholeCharacter() throws {
        let encoding = try SampleFile().tokenizer().encode(
            Array("a😀字".utf8), options: .init(addSpecialTokens: false, offsets: true))
        #expect(encoding.characterOffsets == [0, 1, 1, 2, 1, 2, 1, 2, 1, 2, 2, 3])
        #expect(encoding.byteOffsets == [0, 1, 1, 5, 1, 5, 1, 5, 1, 5, 5, 8])
    }

    @Test func composedCharactersPointToTheFirstPart() throws {
        var file = SampleFile()
        file.normalizer = .object(["type": .string("NFC")])
        let encoding = try file.tokenizer().encode(Array("e\u{301}x".utf8), options: .init(offsets: true))
        #expect(encoding.characterOffsets == [0, 1, 2, 3])
        #expect(try file.tokenizer().pieces("e\u{301}") == ["é"])
    }

    @Test func longRunsOfMarksAreSortedAndKept() throws {
        var file = SampleFile()
        file.normalizer = .object(["type": .string("NFC")])
        let tokenizer = try file.tokenizer()
        let text = "a" + String(repeating: "\u{301}\u{323}", count: 50_000)
        // ạ composes; then 49,999 marks below and 50,000 above, two bytes each.
        #expect(try tokenizer.ids(text).count == 3 + 2 * 99_999)
    }

    @Test func addedTokensAndTheirFlags() throws {
        var file = SampleFile()
        file.addedTokens = [
            SampleFile.added("<|end|>", special: true), SampleFile.added("<l>", lstrip: true),
            SampleFile.added("<r>", rstrip: true), SampleFile.added("word", singleWord: true),
            SampleFile.added("<|end|>>"),
        ]
        let tokenizer = try file.tokenizer()
        func id(_ text: String) -> UInt32 { tokenizer.id(of: Array(text.utf8)) ?? .max }
        #expect(try tokenizer.ids("a  <l>") == [0x61, id("<l>")])
        #expect(try tokenizer.ids("<r> \n a") == [id("<r>"), 0x61])
        #expect(try tokenizer.ids("word") == [id("word")])
        #expect(try tokenizer.ids("sword").count == 5)
        #expect(try tokenizer.ids("<|end|>>") == [id("<|end|>>")])
        #expect(try tokenizer.ids("<|end|>") == [id("<|end|>")])
        #expect(try tokenizer.ids("<|end|>", plain: true).count == 7)
        #expect(try tokenizer.text([id("<|end|>"), 0x61], skipSpecialTokens: true) == "a")
        #expect(tokenizer.isSpecial(id("<|end|>")) && !tokenizer.isSpecial(id("<l>")) && tokenizer.isAdded(id("<l>")))
    }

    @Test func addedTokensAreNumberedOnFromTheVocabulary() throws {
        var file = SampleFile()
        file.addedTokens = [SampleFile.added("x1"), SampleFile.added("the"), SampleFile.added("x2")]
        let tokenizer = try file.tokenizer()
        let size = UInt32(tokenizer.vocabularySize)
        #expect(tokenizer.id(of: Array("x1".utf8)) == size - 2)
        #expect(tokenizer.id(of: Array("x2".utf8)) == size - 1)
        #expect(tokenizer.idLimit == Int(size))
    }

    @Test func tokensThatShareAnIdAreAllCounted() throws {
        let json = #"""
            {"added_tokens": [
              {"id": 0, "content": "p", "special": false, "normalized": false, "lstrip": false, "rstrip": false, "single_word": false},
              {"id": 0, "content": "q", "special": false, "normalized": false, "lstrip": false, "rstrip": false, "single_word": false},
              {"id": 0, "content": "b", "special": false, "normalized": false, "lstrip": false, "rstrip": false, "single_word": false}],
             "model": {"type": "WordLevel", "vocab": {"a": 0, "b": 3}, "unk_token": "a"}}
            """#
        let tokenizer = try Tokenizer(json: Array(json.utf8))
        // "q" is numbered on to the id that "b" has.
        #expect(tokenizer.id(of: Array("q".utf8)) == 3 && tokenizer.id(of: Array("b".utf8)) == 3)
        #expect(tokenizer.vocabularySize == 4)
    }

    @Test func postProcessorSurroundsTheText() throws {
        var file = SampleFile()
        file.postProcessor = .object([
            "type": .string("TemplateProcessing"),
            "single": .array([
                .object(["SpecialToken": .object(["id": .string("B"), "type_id": .integer(0)])]),
                .object(["Sequence": .object(["id": .string("A"), "type_id": .integer(0)])]),
            ]),
            "special_tokens": .object(["B": .object(["ids": .array([.integer(7)])])]),
        ])
        let tokenizer = try file.tokenizer()
        let encoding = try tokenizer.encode(Array("a".utf8), options: .init(offsets: true))
        #expect(encoding.ids == [7, 0x61])
        #expect(encoding.specialTokensMask == [1, 0])
        #expect(encoding.characterOffsets == [0, 0, 0, 1])
        #expect(try tokenizer.ids("a") == [0x61])
    }

    @Test func decodingReplacesWhatIsNotUTF8() throws {
        let tokenizer = try SampleFile().tokenizer()
        #expect(try tokenizer.text([0xE5, 0xAD, 0x61, 0xFF, 0xC0, 0x80]) == "\u{FFFD}a\u{FFFD}\u{FFFD}\u{FFFD}")
        #expect(try tokenizer.text([.max, 0x61, 9_999_999]) == "a")
        #expect(tokenizer.token(.max) == nil && tokenizer.bytes(of: 1 << 30) == nil)
    }
}
