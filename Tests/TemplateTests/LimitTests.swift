import Testing

@testable import Template

@Suite("No template hangs, overflows the stack or grows without bound")
struct LimitTests {
    @Test(
        "hostile templates end in an error",
        arguments: [
            "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
            "{% set n = namespace(a='x') %}{% for i in range(99) %}{% set n.a = n.a + n.a %}{% endfor %}",
            "{% set n = namespace(a=[1]) %}{% for i in range(300) %}{% set n.a = [n.a, n.a] %}{% endfor %}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{{ 'a' * 10 ** 9 }}", "{{ '%999999999d' % 1 }}", "{{ 9223372036854775807 + 1 }}",
            "{% set n = namespace(c=1) %}{% for i in range(9999) %}{% set n.c = joiner(n.c) %}{% endfor %}",
            "{% set b = 'a' * 1000000 %}{% for i in range(100000) %}{% set c = b|upper %}{% endfor %}",
        ])
    func hostile(_ source: String) {
        let kind = failure(source)?.kind
        #expect(kind == .limit || kind == .recursion)
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
