import JSON
import Testing

@testable import Template

@Suite("No template hangs, overflows the stack or grows without bound")
struct LimitTests {
    @Test(
        "hostile templates end in an error, with origins and without",
        arguments: [
            "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
            "{% set n = namespace(a='x') %}{% for i in range(99) %}{% set n.a = n.a + n.a %}{% endfor %}",
            "{% set n = namespace(a=[1]) %}{% for i in range(300) %}{% set n.a = [n.a, n.a] %}{% endfor %}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{{ 'a' * 10 ** 9 }}", "{{ '%999999999d' % 1 }}", "{{ 10 ** 1000000000 }}",
            "{% set n = namespace(c=1) %}{% for i in range(9999) %}{% set n.c = joiner(n.c) %}{% endfor %}",
            "{% set b = 'a' * 1000000 %}{% for i in range(100000) %}{% set c = b|upper %}{% endfor %}",
            "{% set a = (m[0].c + 'x') * 200000 %}{% for i in range(100000) %}{% set c = a[i:] ~ a %}{% endfor %}",
            "{% for i in range(100000) %}{% for x in m %}{{ 'a' }}{% endfor %}{% endfor %}",
            "{% set a = '9' * 4000 %}{% for i in range(100000) %}{% set x = a|int %}{% endfor %}",
            "{% for i in range(100000) %}{% set x = 10 ** 30000 %}{% endfor %}",
            "{% set a = 10 ** 30000 %}{% for i in range(100000) %}{% set x = a // 7 %}{% endfor %}",
            "{% set a = 10 ** 4000 %}{% for i in range(100000) %}{% set x = a|string %}{% endfor %}",
            "{% set a = 'a' * 1000000 %}{% for i in range(1000) %}{% set b = a.split('a') %}{% endfor %}",
            "{% macro r() %}{% for x in [1] if r() %}{{ loop.index }}{% endfor %}{% endmacro %}{{ r() }}",
            "{{ ('a b ' * 100000)|wordwrap(1, true, 'x' * 100000) }}", "{{ lipsum(1000000000) }}",
            "{{ lipsum(1, min=1000000000, max=1000000001) }}", "{{ [1]|slice(1000000000)|list }}",
            "{{ [1]|batch(1000000000, 1)|list }}", "{{ (1).to_bytes(1000000000000) }}",
            "{{ ('a' * 900000).translate({97: 'b' * 900000}) }}", "{{ ('é' * 900000).encode('utf-32').hex('-') }}",
            "{% set n = namespace(a='x' * 100) %}{% for i in range(300) %}{% set n.a = [n.a] %}{% endfor %}{{ n.a|pprint }}{{ (n.a, n.a, n.a)|pprint }}{% for i in range(999) %}{{ n.a|pprint }}{% endfor %}",
            "{% for i in range(99999) %}{% set x = ('http://a.b.' * 9000)|urlize %}{% endfor %}",
        ])
    func hostile(_ source: String) {
        for origins in [false, true] {
            let kind = failure(source, #"{"m": [{"c": "b"}, {"c": "d"}]}"#, origins: origins)?.kind
            #expect(kind == .limit || kind == .recursion)
        }
    }

    @Test("each of many messages may look at all others")
    func pairs() throws {
        let source = """
            {% for m in messages %}{% set seen = namespace(found=false) %}{% for j in range(loop.index0 - 1, -1, -1) %}
            {%- if not seen.found %}{% if messages[j].role == 'none' %}{% set seen.found = true %}{% endif %}{% endif %}
            {%- endfor %}{% endfor %}
            """
        let items = (0..<300).map { _ in #"{"role": "user", "content": "x"}"# }
        let chat = "{\"messages\": [\(items.joined(separator: ","))]}"
        var limits = Limits()
        limits.stepsPerContextByte = 0
        limits.steps = 10_000
        let template = try Template(source: Array(source.utf8))
        let context = try Context(#require(JSONParser.parse(Array(chat.utf8)).object), origins: false)
        _ = try template.render(context, options: RenderOptions(limits: limits))
        limits.stepsPerMessagePair = 0
        #expect(throws: TemplateError.self) {
            try template.render(context, options: RenderOptions(limits: limits))
        }
    }

    @Test("a large conversation meets no limit", arguments: [(5000, 40), (10, 100_000)])
    func large(_ messages: Int, _ length: Int) throws {
        let source = """
            {% set ns = namespace(last=0) %}{% for m in messages[::-1] %}{% if ns.last == 0 and m.role == 'user' %}
            {% set ns.last = messages|length - loop.index0 %}{% endif %}{% endfor %}
            {% for m in messages %}{% if messages|selectattr('role', 'equalto', m.role)|first == 1 %}{% endif %}
            {{ '<' + m.role + '>' + m.content|trim }}{{ m|tojson }}{{ m.content.split('c')|length }}
            {{ m.content.replace('b', 'bb') }}{% endfor %}
            """
        let content = String(repeating: "abc é ", count: length / 6)
        let items = (0..<messages).map {
            #"{"role": "\#($0 % 2 == 0 ? "user" : "assistant")", "content": "\#(content)"}"#
        }
        let context = #"{"messages": [\#(items.joined(separator: ","))]}"#
        for origins in [false, true] {
            let result = try render(source, context, origins: origins)
            #expect(result.bytes.count > messages * length)
        }
    }

    @Test(
        "what scans text by rules of its own is linear",
        arguments: [
            "wordwrap(9)", "wordwrap(1)", "wordwrap(100000)", "urlize", "pprint|length", "encode().split()|length",
            "encode('utf-16').decode('utf-16', 'replace')|length", "encode().hex('-')|length",
        ])
    func linear(_ filter: String) throws {
        let pieces = [
            "a", " ", "-", "a-", "--", "(", ")", "&lt;", "&gt;.", "@", "a@b.", "http://", "a.", "%-", "[:", "'", "\"'",
            "é ",
        ]
        for piece in pieces {
            let call = filter.hasPrefix("encode") ? ".\(filter)" : "|\(filter)"
            let source = "{% set x = s\(call) %}done"
            let text = String(repeating: piece.replacing("\"", with: "\\\""), count: 400_000 / piece.utf8.count)
            #expect(failure(source, #"{"s": "\#(text)"}"#)?.kind == nil)
        }
    }

    @Test("deep sources are refused")
    func deepSource() {
        for source in [
            "{{ " + String(repeating: "(", count: 100_000), "{{ " + String(repeating: "[", count: 100_000),
            "{{ " + String(repeating: "not ", count: 100_000) + "1 }}",
        ] {
            #expect(failure(source)?.kind == .limit)
        }
    }

    @Test("deep data is refused")
    func deepData() {
        let nested = String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000)
        #expect(failure("{{ x|tojson }}", #"{"x": \#(nested)}"#)?.kind == .recursion)
    }
}
