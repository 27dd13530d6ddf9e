import JSON
import Testing

@Suite struct ParserTests {
    private func parse(_ text: String) throws -> Value { try JSONParser.parse(Array(text.utf8)) }

    @Test func keepsTheOrderOfMembersAndTheLastOfRepeatedOnes() throws {
        let object = try #require(try parse(#"{"b": 1, "a": 2, "b": 3}"#).object)
        #expect(object.members.map { String(decoding: $0.key, as: UTF8.self) } == ["b", "a"])
        #expect(object["b"]?.integer == 3)
    }

    @Test func keysAreBytes() throws {
        // Canonically equivalent, and different keys.
        let object = try #require(try parse("{\"\u{e9}\": 1, \"e\u{301}\": 2}").object)
        #expect(object.count == 2)
    }

    @Test func readsAnyKindAtTheTop() throws {
        #expect(try parse("7") == .integer(7))
        #expect(try parse(" null ") == .null)
        #expect(try parse(#""a\u0000b""#) == .string([0x61, 0, 0x62]))
    }

    @Test func integersOfAnySize() throws {
        #expect(try parse("9223372036854775807") == .integer(.max))
        #expect(try parse("[-9223372036854775808]") == .array([.integer(.min)]))
        #expect(
            try parse("[123456789012345678901234567890]")
                == .array([.bigInteger(Array("123456789012345678901234567890".utf8))]))
        // A text that looks like the mark that carries large numbers stays a text.
        let value = try parse(##"["#number-0#12", "99999999999999999999", 99999999999999999999, 1e999, -1e999]"##)
        #expect(value.array?[0].text == "#number-0#12")
        #expect(value.array?[1].text == "99999999999999999999")
        #expect(value.array?[2] == .bigInteger(Array("99999999999999999999".utf8)))
        #expect(value.array?[3] == .real(.infinity))
        #expect(value.array?[4] == .real(-.infinity))
    }

    @Test(arguments: [
        ("", 1), ("{", 1), ("[1,]", 1), ("{\"a\": 1,\n \"b\": tru}", 2), ("[1] x", 1), ("[01]", 1),
        ("\n\n[\"\u{1}\"]", 3),
        ("[99999999999999999999, 01]", 1), ("[99999999999999999999,\n x]", 2),
    ])
    func saysWhereATextIsNoJSON(text: String, line: Int) {
        #expect(throws: JSONError.self) { try parse(text) }
        do {
            _ = try parse(text)
        } catch let error as JSONError {
            #expect(error.line == line)
            #expect(error.column >= 1)
            #expect(!error.message.isEmpty)
        } catch {
            Issue.record("another error: \(error)")
        }
    }

    @Test func refusesInvalidUTF8AndLoneSurrogates() {
        #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONError.self) { try parse(#""\ud800""#) }
    }

    @Test func depthEndsInAnErrorNotInACrash() {
        #expect(throws: JSONError.self) { try parse(String(repeating: "[", count: 1_000_000)) }
        let deep = String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000)
        #expect(throws: Never.self) { try parse(deep) }
    }

    /// Long strings are read past jansson: a document must come out as it does when it is cut into pieces too short for that.
    @Test func longStringsAreWhatShortOnesAre() throws {
        let pieces: [String] = [
            "a", "abcdefghij", #"\n"#, #"\""#, #"\\"#, #"\/"#, #"\t"#, #"\u00e9"#, #"\ud83d\ude42"#, "é", "🙂", " ",
            "#number-1#", #"\b\f\r"#,
            "{", "}", "[", "]", ":", ",", "0", "\u{7f}",
        ]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var literals = [String]()
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let count = Int.random(in: 0...120, using: &random)
                literals.append((0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined())
            }
            // Alone, a string is too short a document to be looked at.
            let expected = try literals.map { literal in
                try split(literal).map { try #require(parse("\"" + $0 + "\"").stringBytes) }.flatMap { $0 }
            }
            let text = literals.map { "\"" + $0 + "\"" }
            let padding = String(repeating: " ", count: 200)
            let list = try parse("[" + text.joined(separator: " ,\n") + "]" + padding)
            #expect(list == .array(expected.map { .string($0) }))
            let members = text.enumerated().map { "\"\($0)\(literals[$0].replacing(#"\u"#, with: ""))\" : \($1)" }
            let object = try #require(try parse("{" + members.joined(separator: ",") + "}" + padding).object)
            #expect(object.members.map(\.value) == expected.map { .string($0) })
        }
    }

    /// A literal in pieces of an escape or a character each.
    private func split(_ literal: String) -> [String] {
        var pieces = [String]()
        var rest = Substring(literal)
        while !rest.isEmpty {
            var count = 1
            if rest.hasPrefix(#"\ud"#) {
                count = 12
            } else if rest.hasPrefix(#"\u"#) {
                count = 6
            } else if rest.hasPrefix(#"\"#) {
                count = 2
            }
            pieces.append(String(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    @Test func errorsAreWhereTheyAreInTheDocument() {
        let long = String(repeating: "x", count: 100)
        for (text, line, column) in [
            ("[\"\(long)\",\n  \"\(long)\" 1]", 2, 106),
            ("{\"a\": \"\(long)\", \"b\": }" + String(repeating: " ", count: 200), 1, 116),
        ] {
            do {
                _ = try parse(text)
                Issue.record("parsed: \(text)")
            } catch let error as JSONError {
                #expect(error.line == line && error.column == column, "\(error)")
            } catch {
                Issue.record(error)
            }
        }
        for bad in ["\u{1}", #"\x"#, #"\ud800"#] {
            #expect(throws: JSONError.self) { try parse("[\"\(long)\(bad)\", \"\(long)\"]") }
        }
        var invalid = Array("[\"\(long)\", \"\(long)\"]".utf8)
        invalid[50] = 0xC3
        #expect(throws: JSONError.self) { try JSONParser.parse(invalid) }
    }
}
