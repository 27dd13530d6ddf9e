import JSON
import Testing

@testable import Template

/// Renders `source` with a context given as JSON.
func render(_ source: String, _ context: String = "{}", origins: Bool = false) throws -> RenderedText {
    let object = try JSONParser.parse(Array(context.utf8)).object ?? Object()
    let clock = Clock(year: 2026, month: 3, day: 14, hour: 15, minute: 9, second: 26)
    return try Template(source: Array(source.utf8)).render(
        Context(object, origins: origins), options: RenderOptions(origins: origins, now: clock))
}

func text(_ source: String, _ context: String = "{}") throws -> String {
    String(decoding: try render(source, context).bytes, as: UTF8.self)
}

func failure(_ source: String, _ context: String = "{}", origins: Bool = false) -> TemplateError? {
    do {
        _ = try render(source, context, origins: origins)
        return nil
    } catch { return error as? TemplateError }
}

@Suite("Rules of jinja2 that templates feel")
struct RenderingTests {
    @Test("trim_blocks and lstrip_blocks, but a raw tag keeps its line break")
    func whitespace() throws {
        #expect(try text("a\n  {% if true %}\n  b\n  {% endif %}\nc\n") == "a\n  b\nc")
        #expect(try text("{% raw %}\n{{ x }}{% endraw %}\nb") == "\n{{ x }}b")
    }

    @Test("what a loop assigns stays in the loop; a namespace carries it out")
    func scopes() throws {
        #expect(try text("{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{% endfor %}{{ x }}") == "1")
        #expect(try text("{% set n = namespace(x=1) %}{% for i in [1] %}{% set n.x = 2 %}{% endfor %}{{ n.x }}") == "2")
    }

    @Test("a loop whose rounds all end early runs its else as well")
    func loopElse() throws {
        #expect(try text("{% for i in [1] %}{% continue %}{% else %}e{% endfor %}") == "e")
    }

    @Test("values print as Python prints them")
    func printing() throws {
        #expect(try text("{{ [1.0, none, true, 'it\\'s', \"\\n\"] }}") == "[1.0, None, True, \"it's\", '\\n']")
        #expect(try text("{{ -7 // 2 }} {{ -7 % 2 }} {{ 1 / 2 }} {{ 2 ** -1 }}") == "-4 1 0.5 0.5")
    }

    @Test("Markup escapes what is added to it, but not what is joined by ~")
    func markup() throws {
        #expect(try text("{{ '<a>'|safe + '<b>' }} {{ '<a>'|safe ~ '<b>' }}") == "<a>&lt;b&gt; <a><b>")
    }

    @Test("a chain of + adds from the left, strings and numbers alike")
    func chains() throws {
        #expect(
            try text("{{ 'a' + x + 'b' + x }}{{ 1 + 2 + 3 }}{{ [1] + [2] + [3] }}", #"{"x": "é"}"#) == "aébé6[1, 2, 3]")
        #expect(try text("{% set y = 'a' + x + '' %}{{ y ~ y|length }}", #"{"x": "<"}"#) == "a<2")
        #expect(try text("{{ '<' + '<'|safe + '>' }}") == "&lt;<&gt;")
        #expect(failure("{{ 'a' + 1 + x.y }}")?.kind == .type)
        #expect(failure("{{ 'a' + 'b' + 1 }}")?.kind == .type)
    }

    @Test("pprint sorts; format specifications fill as CPython does")
    func layouts() throws {
        #expect(try text("{{ {'b': 1, 'a': {2: 1, 1: 2}}|pprint }}") == "{'a': {1: 2, 2: 1}, 'b': 1}")
        #expect(try text("{{ '{:<05}|{:06}|{:,}'.format('a', -1.5, 1234567) }}") == "a0000|-001.5|1,234,567")
        #expect(try text("{{ '%+5.2i' % -0.0 }}") == "  +00")
        #expect(failure("{{ '{:-}'.format('a') }}")?.kind == .value)
    }

    @Test("errors have the kinds of the reference, and a place")
    func errors() {
        #expect(failure("{{ raise_exception('no') }}")?.message == Array("no".utf8))
        #expect(failure("a\n{{ x.y }}")?.kind == .undefined)
        #expect(failure("a\n{{ x.y }}")?.line == 2)
        #expect(failure("{{ [].append(1) }}")?.kind == .security)
        #expect(failure("{{ 1|nothing }}")?.kind == .assertion)
        #expect(failure("{% do 1 %}")?.kind == .syntax)
    }
}
