import Testing

@testable import Template

/// What the fuzzer found, or would not find often.
@Suite("Builtins that chats seldom use")
struct BuiltinTests {
    @Test(
        "autoescape, as far as the compiler knows it and at run time",
        arguments: [
            (
                "{% autoescape true %}{{ s }}{{ s|safe ~ s }}{{ [s, s|safe]|join('<') }}{% endautoescape %}{{ s }}",
                "&lt;<&lt;&lt;&lt;<<"
            ),
            // A constant is joined by the compiler, which knows no Markup.
            ("{% autoescape true %}{{ '<'|safe ~ 'x' }}{{ s|safe ~ 'x' }}{% endautoescape %}", "&lt;x<x"),
            // Where the setting is unknown, constants are printed as without one.
            ("{% autoescape one %}{{ ('<',) }}{{ (s,) }}{% endautoescape %}", "('<',)(&#39;&lt;&#39;,)"),
            ("{% macro m() %}<{{ s }}>{% endmacro %}{% autoescape true %}{{ m() }}{% endautoescape %}", "<<>"),
            (
                "{% autoescape true %}{% set x %}<{{ s }}{% endset %}{{ x }}{{ x is escaped }}{% endautoescape %}",
                "<&lt;True"
            ),
            ("{% autoescape true %}{% block b %}{{ s }}{% endblock %}{{ self.b() }}{% endautoescape %}", "<<"),
            (
                "{% for i in [1] %}{% autoescape true %}{% break %}{% endautoescape %}{% endfor %}{{ [s, s|safe]|join }}",
                "&lt;<"
            ),
        ])
    func autoescape(_ source: String, _ expected: String) throws {
        #expect(try text(source, #"{"s": "<", "one": 1}"#) == expected)
    }

    @Test("the test of a loop is asked item by item")
    func lazyLoops() throws {
        let source = """
            {% set q = namespace(n=0) %}{% for x in 'abcd' if q.n < 2 %}{% set q.n = q.n + 1 %}{{ loop.index }}{{ x }}{% endfor %}
            """
        #expect(try text(source) == "1a2b")
        #expect(try text("{% for x in [1, 2, 'a'] if x + 1 %}{{ loop.index }}{% break %}{% endfor %}") == "1")
        #expect(try text("{% for x in [1, 0, 2] if x %}{{ loop.length }}{{ loop.last }}{% endfor %}") == "2False2True")
    }

    @Test("bytes")
    func bytes() throws {
        #expect(try text("{{ 'é'.encode() }}{{ 'é'.encode()[0] }}{{ 'é'.encode().hex() }}") == #"b'\xc3\xa9'195c3a9"#)
        #expect(try text("{{ 'é'.encode('ascii', 'xmlcharrefreplace').decode() }}") == "&#233;")
        #expect(try text("{{ (258).to_bytes(2, 'big') }}{{ (1).from_bytes([1, 2]) }}") == #"b'\x01\x02'258"#)
        #expect(failure("{{ 'é'.encode('ascii') }}")?.pythonName == "UnicodeEncodeError")
        #expect(failure("{{ 'é'.encode()[1:].decode() }}")?.pythonName == "UnicodeDecodeError")
        #expect(failure("{{ 'a' + 'a'.encode() }}")?.kind == .type)
    }

    @Test("errors in the order of Python")
    func order() {
        #expect(failure("{{ dict([([1], 2), ()]) }}")?.kind == .type)
        #expect(failure("{{ 'a'.translate({97: 12345678901234567890}) }}")?.kind == .value)
        // jinja2's optimizer computes the dict before anything runs; alone, it is left to the run.
        #expect(failure("{% if false %}{{ {[]: 1}|length }}{% endif %}")?.kind == .type)
        #expect(failure("{% if false %}{{ {[]: 1} }}{% endif %}") == nil)
    }

    @Test("batches and slices of any number")
    func columns() throws {
        #expect(try text("{{ [1, 2]|batch(0)|list }}{{ [1, 2]|batch(-1, 5)|list }}") == "[[], [1, 2]][[1, 2]]")
        #expect(try text("{{ [1, 2]|slice(-1)|list }}{{ [1]|slice(2, 0)|list }}") == "[][[1], [0]]")
        #expect(failure("{{ [1]|slice(0)|list }}")?.kind == .zeroDivision)
        #expect(try text("{{ 122519933711479|round(3, 'floor') }}") == "122519933711479.0")
    }
}
