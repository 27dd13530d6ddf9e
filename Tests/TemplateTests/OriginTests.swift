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
                let mark = origin.isDerived ? "~" : "="
                found.append("\(origin.messageIndex).\(String(decoding: origin.path, as: UTF8.self))\(mark)\(text)")
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
        #expect(try fields("{{ messages[0].content[8:9]|upper }}", context) == ["0.content~A"])
        #expect(
            try fields("{% macro m(v) %}<{{ v }}>{% endmacro %}{{ m(messages[1].content[0].text) }}", context) == [
                "1.content[0].text=t"
            ])
        #expect(
            try fields("{{ '%s|%s' % (messages[0].role, messages[1].role) }}", context) == ["0.role=user", "1.role=x"])
        #expect(
            try fields("{{ messages[1].content[0].text|tojson }}", context) == [
                "1.content[0].text~\"", "1.content[0].text=t", "1.content[0].text~\"",
            ])
    }

    @Test("filters that lay text out keep it, too")
    func layout() throws {
        let context = #"{"messages": [{"c": "ab cd http://x.com"}]}"#
        #expect(
            try fields("{{ messages[0].c|wordwrap(5) }}", context) == [
                "0.c=ab cd", "0.c~\n", "0.c=http:", "0.c~\n", "0.c=//x.c", "0.c~\n", "0.c=om",
            ])
        #expect(
            try fields("{{ messages[0].c[6:]|urlize }}", context) == [
                "0.c~<a href=\"", "0.c=http://x.com", "0.c~\" rel=\"noopener\">", "0.c=http://x.com", "0.c~</a>",
            ])
        #expect(try fields("{{ messages[0].c.encode()[1:4].decode() }}", context) == ["0.c=b c"])
        #expect(try fields("{{ messages[0].c.translate({97: 'x', 98: none})[:4] }}", context) == ["0.c= cd"])
        #expect(
            try fields("{% autoescape true %}{{ messages[0].c[:2] ~ '<' }}{% endautoescape %}", context) == ["0.c=ab"])
        #expect(
            try fields("{{ [messages[0].c[:2] * 45]|pprint }}", context).map { $0.prefix(4) }
                == ["0.c~", "0.c=", "0.c~"])
    }

    @Test("template text belongs to the message being handled")
    func handling() throws {
        let result = try render("{% for m in messages %}-{% endfor %}.", context, origins: true)
        #expect(result.runs.map { result.origins[$0.origin].messageIndex } == [0, 1, -1])
    }

    @Test("numbers are derived from where they were read, and through a variable from nobody")
    func numbers() throws {
        let context = #"{"messages": [{"n": 5, "c": "a\"é"}]}"#
        #expect(try fields("{{ messages[0].n }}", context) == ["0.~5"])
        #expect(try fields("{% set x = messages[0].n %}{{ messages[0].c|length }}{{ x + 1 }}", context) == [])
        #expect(
            try fields("{{ messages[0].c|tojson }}", context) == ["0.c~\"", "0.c=a", "0.c~\\\"", "0.c=é", "0.c~\""])
        #expect(try fields("{{ messages[0].c|e }}", context) == ["0.c=a", "0.c~&#34;", "0.c=é"])
    }

    @Test("messages[i] in a loop over a range handles message i")
    func rangeLoops() throws {
        let result = try render(
            "{% for i in range(messages|length) %}{% set m = messages[i] %}-{% endfor %}.", context, origins: true)
        #expect(result.runs.map { result.origins[$0.origin].messageIndex } == [0, 1, -1])
    }

    @Test("generations survive macros, set blocks and trim")
    func generations() throws {
        let source = """
            {% macro m(x) %}<{% generation %}{{ x }}{% endgeneration %}>{% endmacro %}{% set s %} {{ m('ab') }}{% endset %}a{{ s|trim }}{{ m('c') }}
            """
        let result = try render(source)
        #expect(String(decoding: result.bytes, as: UTF8.self) == "a<ab><c>")
        #expect(result.generations.map { String(decoding: result.bytes[$0], as: UTF8.self) } == ["ab", "c"])
    }
}
