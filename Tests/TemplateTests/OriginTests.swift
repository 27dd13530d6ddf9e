import Testing

@testable import Template

@Suite("Every output byte knows its origin")
struct OriginTests {
    /// The bytes of the output that came from a field of a message, each with its path.
    private func fields(_ source: String, _ context: String) throws -> [String] {
        let result = try render(source, context, origins: true)
        var at = 0
        var found = [String]()
        for run in result.runs {
            let origin = result.origins[run.origin]
            let text = String(decoding: result.bytes[at..<(at + run.length)], as: UTF8.self)
            if origin.kind == .message {
                found.append("\(origin.messageIndex).\(String(decoding: origin.path, as: UTF8.self))=\(text)")
            }
            at += run.length
        }
        #expect(at == result.bytes.count)
        return found
    }

    private let context =
        #"{"messages": [{"role": "user", "content": " <think>a</think>b "}, {"role": "x", "content": [{"text": "t"}]}]}"#

    @Test("common operations keep it exactly")
    func operations() throws {
        #expect(
            try fields("{{ 'x' + messages[0].content.split('</think>')[1]|trim ~ 'y' }}", context) == ["0.content=b"])
        #expect(try fields("{{ messages[0].content[8:9]|upper }}", context) == ["0.content=A"])
        #expect(
            try fields("{% macro m(v) %}<{{ v }}>{% endmacro %}{{ m(messages[1].content[0].text) }}", context) == [
                "1.content[0].text=t"
            ])
        #expect(
            try fields("{{ '%s|%s' % (messages[0].role, messages[1].role) }}", context) == ["0.role=user", "1.role=x"])
        #expect(try fields("{{ messages[1].content[0].text|tojson }}", context) == ["1.content[0].text=\"t\""])
    }

    @Test("template text belongs to the message being handled")
    func handling() throws {
        let result = try render("{% for m in messages %}-{% endfor %}.", context, origins: true)
        #expect(result.runs.map { result.origins[$0.origin].messageIndex } == [0, 1, -1])
    }
}
