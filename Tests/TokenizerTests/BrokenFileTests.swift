import JSON
import Testing

@testable import Tokenizer

@Suite struct BrokenFileTests {
    /// The message for the sample file with `value` at `path`.
    func message(_ path: [String], _ value: Value?) -> String {
        func changed(_ object: Object, _ path: ArraySlice<String>) -> Object {
            var object = object
            guard let key = path.first else { return object }
            if path.count == 1 {
                object.set(key, value)
            } else if let inner = object[Array(key.utf8)]?.object {
                object.set(key, .object(changed(inner, path.dropFirst())))
            }
            return object
        }
        do {
            _ = try Tokenizer(json: Dumps.compact.bytes(.object(changed(SampleFile().object, path[...]))))
            return "loaded"
        } catch {
            return error.message
        }
    }

    @Test func errorsNameTheField() {
        #expect(
            message(["model", "merges"], .array([.string("a b"), .string("x")]))
                == "model.merges[0]: \"ab\" is not in the vocabulary")
        #expect(
            message(["model", "merges"], .array([.string("t h"), .string("x")]))
                == "model.merges[1]: not two tokens and one space")
        #expect(
            message(["model", "merges"], .array([.integer(1)]))
                == "model.merges[0]: expected a string or two, found an integer")
        #expect(
            message(["model", "merges"], nil)
                == "model.merges: expected a value, found nothing")
        #expect(
            message(["model"], nil)
                == "model: expected a value, found nothing")
        #expect(
            message(["model", "vocab"], .object(["a": .integer(-1)]))
                .hasPrefix("model.vocab[\"a\"]: expected an id"))
        #expect(
            message(["model", "vocab"], .object(["a": .integer(1 << 40)]))
                .hasPrefix("model.vocab[\"a\"]: expected an id"))
        #expect(
            message(["added_tokens"], .array([.object(["id": .integer(1)])]))
                == "added_tokens[0].content: expected a value, found nothing")
        #expect(
            message(["version"], .string("2.0"))
                == "version: \"2.0\" is not supported")
        #expect(
            message([], nil)
                == "loaded")
    }

    @Test func unknownComponentsAreRefused() {
        #expect(
            message(["model", "type"], .string("X"))
                == "model.type: \"X\" is not supported")
        #expect(
            message(["normalizer"], .object(["type": .string("X")]))
                == "normalizer.type: \"X\" is not supported")
        #expect(
            message(["pre_tokenizer"], .object(["type": .string("X")]))
                == "pre_tokenizer.type: \"X\" is not supported")
        #expect(
            message(["post_processor"], .object(["type": .string("X")]))
                == "post_processor.type: \"X\" is not supported")
        #expect(
            message(["decoder"], .object(["type": .string("X")]))
                == "decoder.type: \"X\" is not supported")
        #expect(
            message(["model", "dropout"], .real(0.1))
                == "model.dropout: \"0.1\" is not supported")
        #expect(message(["pre_tokenizer"], SampleFile.split(#"\bx"#)).contains("an unknown escape at byte 2"))
        #expect(message(["pre_tokenizer"], SampleFile.split("(?<=a)b")).contains("an unsupported kind of group"))
    }

    @Test(arguments: ["", "[]", "{", "null", "{\"model\": 3}", "{\"model\": {}}"])
    func notATokenizer(_ text: String) {
        #expect(throws: TokenizerError.self) { try Tokenizer(json: Array(text.utf8)) }
    }

    @Test(arguments: [
        "(", ")", "[", "[]", "a{2,1}", "a{9999}", "*", "\\", "\\p", "\\p{", "\\p{Xx}", "(?i:\\p{L})", "(a*)*",
        "(?i:ss)", "a{2}{2}{2}{2}{2}",
        "(?=a*)b", "((((((((((a{1000}){1000}){1000}){1000}){1000}){1000}))))", "[z-a]", "[[a]]", "^a", "a**",
        "(?:ab)*+",
    ])
    func brokenPatterns(_ pattern: String) {
        #expect(throws: PatternParser.Failure.self) { try PatternProgram(Array(pattern.utf8)) }
    }

    @Test func deeplyNestedPatterns() {
        let pattern = String(repeating: "(", count: 50_000) + String(repeating: ")", count: 50_000)
        #expect(throws: PatternParser.Failure.self) { try PatternProgram(Array(pattern.utf8)) }
    }
}
