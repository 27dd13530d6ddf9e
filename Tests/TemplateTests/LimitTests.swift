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
        ])
    func hostile(_ source: String) {
        for origins in [false, true] {
            let kind = failure(source, #"{"m": [{"c": "b"}, {"c": "d"}]}"#, origins: origins)?.kind
            #expect(kind == .limit || kind == .recursion)
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
