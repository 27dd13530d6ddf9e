import JSON
import Testing

@testable import Tokenizer

/// Models other than BPE, pairs, truncation and padding, streams, rank files: small cases worked out by hand. Equality
/// with the library is for the differential tests beside this folder.
@Suite struct ModelTests {
    static let bert = #"""
        {"truncation": {"max_length": 5, "strategy": "LongestFirst", "stride": 0},
         "padding": {"strategy": {"Fixed": 7}, "direction": "Left", "pad_id": 9, "pad_type_id": 4, "pad_token": "P"},
         "added_tokens": [], "pre_tokenizer": {"type": "BertPreTokenizer"},
         "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "lowercase": true},
         "post_processor": {"type": "BertProcessing", "cls": ["C", 1], "sep": ["S", 2]},
         "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
         "model": {"type": "WordPiece", "unk_token": "U", "continuing_subword_prefix": "##",
          "max_input_chars_per_word": 5,
          "vocab": {"U": 0, "C": 1, "S": 2, "un": 3, "##able": 4, "##a": 5, "e": 6, ".": 7, "\u5b57": 8}}}
        """#
    static let unigram = #"""
        {"added_tokens": [], "pre_tokenizer": {"type": "Metaspace", "replacement": "_", "prepend_scheme": "first"},
         "decoder": {"type": "Metaspace", "replacement": "_", "prepend_scheme": "first"},
         "model": {"type": "Unigram", "unk_id": 0,
          "vocab": [["<unk>", 0.0], ["_", -2.0], ["a", -3], ["b", -3.5], ["ab", -5.0], ["_ab", -6.9]]}}
        """#

    func tokenizer(_ json: String) throws -> Tokenizer { try Tokenizer(json: Array(json.utf8)) }

    @Test func wordPiece() throws {
        let tokenizer = try tokenizer(Self.bert)
        #expect(try tokenizer.ids("UNable") == [0])
        #expect(try tokenizer.ids("UNa É.字") == [3, 5, 6, 7, 8])
        #expect(try tokenizer.ids("une") == [0])
        #expect(try tokenizer.text([3, 4, 7, 8]) == "unable. 字")
    }

    @Test func pairsAreTruncatedAndPadded() throws {
        let tokenizer = try tokenizer(Self.bert)
        let whole = try tokenizer.encode(Array("e e".utf8), pair: Array("una".utf8), options: .init(offsets: true))
        #expect(whole.ids == [1, 6, 6, 2, 3, 5, 2])
        #expect(whole.typeIDs == [0, 0, 0, 0, 1, 1, 1])
        #expect(whole.specialTokensMask == [1, 0, 0, 1, 0, 0, 1])
        #expect(whole.byteOffsets == [0, 0, 0, 1, 2, 3, 0, 0, 0, 2, 2, 3, 0, 0])
        let options = Tokenizer.EncodeOptions(offsets: true, appliesTruncationAndPadding: true)
        let cut = try tokenizer.encode(Array("e e".utf8), pair: Array("una".utf8), options: options)
        #expect(cut.ids == [9, 9, 1, 6, 2, 3, 2])
        #expect(cut.attentionMask == [0, 0, 1, 1, 1, 1, 1])
        #expect(cut.typeIDs == [4, 4, 0, 0, 0, 1, 1])
    }

    @Test func unigram() throws {
        let tokenizer = try tokenizer(Self.unigram)
        #expect(try tokenizer.ids("ab ab") == [5, 5])
        #expect(try tokenizer.ids("ba") == [1, 3, 2])
        #expect(try tokenizer.ids("xyab") == [1, 0, 4])
        #expect(try tokenizer.text([5, 5]) == "ab ab")
    }

    @Test func scoresAreThoseOfTheLibrary() {
        #expect(Score.value("-7.4715776443481445".utf8) == -7.471577644348144)
        #expect(Score.value("1e400".utf8) == nil)
        #expect(Score.value("-0.5e1".utf8) == -5)
        #expect(Score.value("1.".utf8) == nil)
        #expect(Score.value("".utf8) == nil)
    }

    @Test func streamsNeverShowHalfACharacter() throws {
        let tokenizer = try SampleFile().tokenizer()
        var stream = tokenizer.streamingDecoder(skipSpecialTokens: false)
        #expect(try stream.push([0xF0, 0x9F, 0x98] as [UInt32]) == [])
        #expect(try stream.push(0x80) == Array("😀".utf8))
        #expect(try stream.push([0xF0, 0x41] as [UInt32]) == Array("\u{FFFD}A".utf8))
        #expect(try stream.push(0xE5) == [])
        #expect(try stream.finish() == Array("\u{FFFD}".utf8))
    }

    @Test func rankFiles() throws {
        // a, b, c, ab, bc, abc: of two neighbours the lower rank merges first, and a word that is a token stays whole.
        let file = "YQ== 0\nYg== 1\nYw== 2\nYmM= 3\nYWI= 4\nYWJj 5\n"
        let tokenizer = try Tokenizer(
            tiktoken: Array(file.utf8), pattern: Array(#"\S+|\s+"#.utf8), specialTokens: [(Array("<e>".utf8), 9)])
        #expect(try tokenizer.ids("abc") == [5])
        #expect(try tokenizer.ids("abcabc<e>ab") == [5, 5, 9, 4])
        #expect(try tokenizer.ids("<e>", plain: true) == [])
        #expect(throws: TokenizerError.self) { try Tokenizer(tiktoken: [0x41], pattern: [0x61], specialTokens: []) }
    }
}
