import JSON
import Testing

@testable import Template

@Suite("A template says what it knows")
struct AnalysisTests {
    private func analysis(_ source: String) throws -> TemplateAnalysis {
        try Template(source: Array(source.utf8)).analysis
    }

    private func strings(_ bytes: [[UInt8]]) -> [String] { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test("free variables and their defaults")
    func variables() throws {
        let found = try analysis(
            """
            {% set a = a | default(true) %}{% set b = b if b is defined else 'x' %}
            {% if c is not defined %}{% set c = [1, -2] %}{% endif %}
            {{ d if not d is defined else 1 }}{{ e }}{{ a }}{{ range(2) }}{% set own = 1 %}{{ own }}
            """)
        let names = strings(found.variables.map(\.name))
        #expect(Set(names) == ["a", "b", "c", "d", "e"])
        func variable(_ name: String) -> TemplateAnalysis.Variable? {
            found.variables.first { $0.name == Array(name.utf8) }
        }
        #expect(variable("a")?.defaultValue == .bool(true))
        #expect(variable("b")?.defaultValue == .string("x"))
        #expect(variable("c")?.defaultValue == .array([.integer(1), .integer(-2)]))
        #expect(variable("d")?.isOptional == true)
        #expect(variable("e")?.isOptional == false)
    }

    @Test("roles, fields and parts, through loops, slices, macros and names")
    func roles() throws {
        let found = try analysis(
            """
            {% macro show(m) %}{{ m['name'] }}{% endmacro %}
            {% set rest = messages[1:] if messages[0]['role'] == 'system' else messages %}
            {% for message in rest %}{{ show(message) }}
              {% if message.role in ['user', 'tool'] %}
                {% for part in message.content %}
                  {% if part.type == 'image' or 'video' in part or part.get('type') == 'text' %}{% endif %}
                {% endfor %}
              {% elif 'assistant' == message.get('role') %}{{ message.reasoning_content }}
                {% generation %}{{ message.content }}{% endgeneration %}
              {% endif %}
              {% if loop.previtem.role != 'developer' %}{% endif %}
            {% endfor %}
            {{ messages|selectattr('role', 'equalto', 'observer')|list }}{{ tools|tojson }}
            {% if other == 'nobody' %}{% endif %}
            """)
        #expect(Set(strings(found.roles)) == ["system", "user", "tool", "assistant", "developer", "observer"])
        #expect(strings(found.partTypes) == ["image", "text"])
        #expect(strings(found.partFields) == ["video"])
        #expect(strings(found.reasoningFields) == ["reasoning_content"])
        #expect(Set(strings(found.messageFields)) == ["role", "name", "content", "reasoning_content"])
        #expect(found.usesTools && !found.usesDocuments && found.marksGenerations)
    }
}
