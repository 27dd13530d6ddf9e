import JSON
import Testing

/// The expected texts are what CPython's `json.dumps` and `repr` print.
@Suite struct DumpsTests {
    private func dumps(_ json: String, ensureASCII: Bool = false) throws -> String {
        let value = try JSONParser.parse(Array(json.utf8))
        return String(decoding: Dumps(ensureASCII: ensureASCII).bytes(value), as: UTF8.self)
    }

    @Test func spacesAndEscapes() throws {
        #expect(try dumps(#"{"a":[1,2.5,null,true],"b":{}}"#) == #"{"a": [1, 2.5, null, true], "b": {}}"#)
        #expect(try dumps(#""\"\\\/\b\f\n\r\t\u0001\u007f""#) == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\u{7f}\"")
        #expect(try dumps("\"é🙂\"") == "\"é🙂\"")
        #expect(try dumps("\"é🙂\"", ensureASCII: true) == #""\u00e9\ud83d\ude42""#)
        #expect(
            Dumps.compact.bytes(.object(Object(["a": .array([.integer(1), .null])]))) == Array(#"{"a":[1,null]}"#.utf8))
    }

    @Test(arguments: [
        (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (0.1, "0.1"), (1e15, "1000000000000000.0"), (1e16, "1e+16"),
        (123456789012345680.0, "1.2345678901234568e+17"), (1e22, "1e+22"), (0.0001, "0.0001"), (0.00001, "1e-05"),
        (1.5e-7, "1.5e-07"), (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740993.0, "9007199254740992.0"), (1e100, "1e+100"), (-2.5e-10, "-2.5e-10"),
    ])
    func floats(value: Double, text: String) {
        #expect(Numbers.repr(value) == text)
    }

    @Test func floatsThatJSONDoesNotHave() {
        #expect(Dumps.number(.nan) == "NaN")
        #expect(Dumps.number(-.infinity) == "-Infinity")
        #expect(Numbers.repr(.infinity) == "inf")
    }

    @Test func largeIntegersKeepTheirDigits() throws {
        #expect(try dumps("-123456789012345678901234567890") == "-123456789012345678901234567890")
    }
}
