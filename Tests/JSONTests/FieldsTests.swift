import JSON
import Testing

@Suite struct FieldsTests {
    private func fields(_ text: String) throws -> Fields {
        try Fields(root: JSONParser.parse(Array(text.utf8)), name: "request")
    }

    @Test func nullIsAbsent() throws {
        let fields = try fields(#"{"a": null}"#)
        #expect(try fields.integer("a") == nil)
        #expect(try fields.text("b") == nil)
    }

    @Test func errorsNameTheMemberAndBothKinds() throws {
        let inner = try #require(try fields(#"{"outer": {"n": "7"}}"#).fields("outer"))
        #expect(
            throws: FieldError(
                path: "outer.n", problem: .wrongKind(expected: "an integer of at most 64 bits", found: "a string"))
        ) {
            try inner.integer("n")
        }
        #expect(throws: FieldError(path: "request", problem: .wrongKind(expected: "an object", found: "an array"))) {
            try fields("[]")
        }
        #expect(throws: FieldError(path: "x", problem: .missing)) {
            let fields = try fields("{}")
            return try fields.required("x", fields.text("x"))
        }
    }
}
