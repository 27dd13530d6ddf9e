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
}
