"""A differential fuzzer of templates: random templates and contexts, against Python's jinja2 set up as transformers sets it up.

`python -m conformance.template_fuzz --seed N --count CASES` from Tests/ runs it at length; the tests run a short piece of it. Outputs
are compared, and the classes of errors. What typecase refuses on purpose (a limit, something unsupported) is counted and not compared;
addresses of Python objects count as equal.
"""

import argparse
import collections
import datetime
import html
import json
import random
import re
import sys
import warnings

import jinja2
import jinja2.ext
import jinja2.utils
import typecase
from jinja2.sandbox import ImmutableSandboxedEnvironment

warnings.filterwarnings("ignore")
CLOCK = datetime.datetime(2026, 3, 14, 15, 9, 26)


class Generation(jinja2.ext.Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_run"), [], [], body).set_lineno(line)

    @jinja2.pass_eval_context
    def _run(self, context, caller):
        return caller()


class Namespace(jinja2.utils.Namespace):
    def __init__(*args, **kwargs):
        self, args = args[0], args[1:]
        values = dict(*args, **kwargs)
        for name in values:
            Namespace._check(name)
        jinja2.utils.Namespace.__init__(self, values)

    def __setitem__(self, name, value):
        Namespace._check(name)
        jinja2.utils.Namespace.__setitem__(self, name, value)

    @staticmethod
    def _check(name):
        if isinstance(name, str) and name.startswith("_"):
            raise jinja2.exceptions.SecurityError(name)


class Dict:
    def __call__(self, *args, **kwargs):
        return dict(*args, **kwargs)

    def fromkeys(self, *args, **kwargs):
        return dict.fromkeys(*args, **kwargs)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment():
    env = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
    env.filters["tojson"] = tojson
    env.globals.update(raise_exception=raise_exception, strftime_now=CLOCK.strftime, dict=Dict(), namespace=Namespace)
    return env


ENV = environment()
STRINGS = ["", "http://a.com/x?y=1. (www.foo.org)", "one two-three four--five six seven-eight nine ten eleven", "a", "b c", "Hello World", " x ", "\t\n y\n", "éà ß", "日本語", "😀k", "a,b,,c", "%s", "{}", "<b>&'\"", "0", "12",
           "-3.5", "x\ny\r\nz", "ǅ ΑΣ", "İi", "\u00a0n\u2028m", "\x1c\x85", "'q'", '"d"', "it's \"x\"", "\\n", "1e3", "_a", "AbC", "a.b"]
NAMES = ["s", "t", "n", "f", "l", "d", "z", "u", "messages", "b", "m", "e"]
KEYS = ["role", "content", "a", "items", "b", "k", "0"]
FILTERS0 = """abs capitalize count dictsort e escape first float forceescape int items join last length list lower max min
 urlize wordwrap reverse round safe sort string striptags sum title tojson trim unique upper wordcount default d urlencode pprint filesizeformat""".split()
TESTS0 = """odd even defined undefined none boolean false true integer float lower upper string mapping number sequence iterable
 callable escaped""".split()
METHODS0 = """capitalize casefold isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace
 encode bit_length bit_count hex conjugate as_integer_ratio copy istitle isupper lower lstrip rstrip split splitlines strip swapcase title upper items keys values copy rsplit""".split()


class Maker:
    def __init__(self, r):
        self.r = r
        self.names = list(NAMES)

    def pick(self, items):
        return self.r.choice(items)

    def string(self):
        text = self.pick(STRINGS)
        if self.r.random() < 0.2:
            text += self.pick(STRINGS)
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'

    def integer(self):
        return str(self.pick([0, 1, 2, 3, 5, 7, 10, 255, 1000000]))

    def atom(self):
        k = self.r.random()
        if k < 0.3:
            return self.pick(self.names)
        if k < 0.55:
            return self.string()
        if k < 0.75:
            return self.integer()
        if k < 0.82:
            return self.pick(["1.5", "0.1", "2.0", "1e20", "1e-7", "123456.789", "0.5", "2.5"])
        return self.pick(["true", "false", "none", "True", "None", "[]", "{}", "()", "[1, 2, 3]", "['b', 'A', 'c']", "(1, 'a')", "range(4)", "{'a': 1, 'b': [2]}"])

    def args(self, depth):
        return ", ".join(self.expr(depth - 1) for _ in range(self.r.randrange(3)))

    def expr(self, depth):
        if depth <= 0:
            return self.atom()
        k = self.r.randrange(24)
        e = lambda: self.expr(depth - 1)
        if k < 3:
            return self.atom()
        if k == 3:
            return f"({e()} {self.pick(['+', '-', '*', '/', '//', '%', '+', '~'])} {e()})"
        if k == 4:
            return f"{e()} {self.pick(['+', '~', '*', '-', 'and', 'or', '//', '%'])} {e()}"
        if k == 5:
            ops = ["==", "!=", "<", ">", "<=", ">=", "in", "not in"]
            chain = f"{e()} {self.pick(ops)} {e()}"
            return f"({chain} {self.pick(ops)} {e()})" if self.r.random() < 0.2 else f"({chain})"
        if k == 6:
            return f"(not {e()})"
        if k == 7:
            return f"({e()} if {e()} else {e()})" if self.r.random() < 0.8 else f"({e()} if {e()})"
        if k == 8:
            return f"{self.pick(self.names)}.{self.pick(KEYS)}"
        if k == 9:
            return f"({e()})[{e()}]"
        if k == 10:
            part = lambda: self.pick(["", "1", "-1", "2", "0", "-2", "10"])
            base = self.pick(self.names + [self.string(), "[1, 2, 3]", "(1, 'a')", f"[{e()}, {e()}]"])
            return f"({base})[{part()}:{part()}{self.pick(['', ':', ':-1', ':2', ':-2'])}]"
        if k in (11, 12):
            return f"{self.paren(e())}|{self.pick(FILTERS0)}"
        if k == 13:
            return f"{self.paren(e())}|{self.filter_args(depth)}"
        if k == 14:
            test = self.pick(TESTS0)
            return f"({self.paren(e())} is {self.pick(['', 'not '])}{test})"
        if k == 15:
            test = self.pick(["divisibleby", "eq", "ne", "lt", "gt", "ge", "le", "in", "sameas", "equalto"])
            return f"({self.paren(e())} is {test}({e()}))"
        if k == 16:
            return f"({e()}).{self.pick(METHODS0)}()"
        if k == 17:
            return f"({e()}).{self.method_args(depth)}"
        if k == 18:
            return "[" + self.args(depth) + "]"
        if k == 19:
            return "{" + f"{self.string()}: {e()}, {self.pick([self.string(), self.integer(), 's', 'n'])}: {e()}" + "}"
        if k == 20:
            return f"{self.pick(['-', '+'])}{self.paren(e())}"
        if k == 21:
            return self.format(depth)
        if k == 22:
            return self.pick([f"namespace(a={e()}).a", f"dict(a={e()}, b={e()})", f"range({e()})", f"(m({self.args(depth)}))",
                              f"dict({e()})", f"joiner({e()})()", f"cycler({e()}, {e()}).next()", f"strftime_now({self.string()})"])
        return f"({e()}, {e()})"

    def paren(self, text):
        return f"({text})"

    def filter_args(self, depth):
        e = lambda: self.expr(depth - 2)
        return self.pick([
            f"default({e()}, {self.pick(['true', 'false'])})", f"join({e()})", f"join({self.string()}, attribute={self.string()})",
            f"replace({e()}, {e()})", f"replace({self.string()}, {self.string()}, {self.integer()})", f"trim({self.string()})",
            f"indent({e()})", "indent(2, true)", "indent(2, true, true)", "indent('>', first=true)", f"truncate({self.integer()})",
            "truncate(5, true)", "truncate(6, false, '..', 0)", f"map('upper')|list", f"map(attribute={self.string()})|list",
            "map(attribute='role')|join('|')", f"select({self.pick(['', repr('string'), repr('odd')])})|list",
            f"selectattr('role', 'equalto', {e()})|list", "rejectattr('content')|list", f"reject('in', {e()})|list",
            f"sort(reverse=true)", "sort(attribute='role')|list", "sort(case_sensitive=true)", "unique|list", "unique(true)|list",
            "groupby('role')", f"batch({self.pick(['2', '3'])}, {e()})|list", f"slice({self.pick(['2', '3'])})|list", f"dictsort(by='value')",
            "dictsort(true, reverse=true)", f"round({self.pick(['1', '2', '0', '-1'])})", "round(1, 'floor')", "round(method='ceil')",
            f"int({e()})", "int(0, 16)", f"float({e()})", f"format({self.args(depth)})", "tojson(indent=2)", "tojson(ensure_ascii=true)",
            "tojson(separators=(',', ':'))", "tojson(sort_keys=true)", f"sum(start={e()})", f"attr({self.string()})", "center(11)",
            f"max(attribute='a')", "wordwrap(7)", f"wordwrap({e()})", f"urlize({e()})", "map('upper')", "select", "batch(2)", "slice(3)", "unique", "items",
            f"batch({e()})|list", f"slice({e()})|list", f"batch({e()}, {e()})|list", f"batch({self.pick(['0', '-1', '2.0'])}, 1)|list", "pprint", "reverse", "first|string", "list|length", "reverse|list", "string|length", "items|list", "xmlattr"])

    def method_args(self, depth):
        e = lambda: self.expr(depth - 2)
        s = self.string
        return self.pick([
            f"split({s()})", f"split({s()}, 1)", f"rsplit({s()}, 1)", f"strip({s()})", f"lstrip({s()})", f"rstrip({s()})", f"startswith({e()})",
            f"endswith({s()})", f"startswith(('a', {s()}))", f"find({s()})", f"rfind({s()})", f"index({s()})", f"count({s()})", f"count({e()})",
            f"find({s()}, 1)", f"replace({s()}, {e()})", f"replace({s()}, {s()}, 1)", f"join({e()})", f"partition({s()})",
            f"rpartition({s()})", f"removeprefix({s()})", f"removesuffix({s()})", "center(9)", "center(10, '*')", "ljust(6, '.')", "rjust(7)", "zfill(6)",
            "splitlines(true)", "expandtabs(4)", f"get({s()})", f"get('a', {e()})", f"get({e()})", f"index({e()})", "append(1)", "pop()",
            f"format({self.args(depth)})", "rsplit(none, 1)", "split(maxsplit=1)", "__class__", f"update({e()})", "encode", "isdigit", "bit_length()", "is_integer()", f"encode({e()})", f"translate({e()})", f"maketrans({e()})",
            f"maketrans({s()}, {s()})", f"to_bytes({e()}, 'big')", f"from_bytes({e()}, 'big')", f"decode({s()})", f"fromhex({s()})", f"hex({e()})", "unescape()", f"isdisjoint({e()})", "items", "mapping",
            f"encode('ascii', {self.pick(['0', repr('replace'), repr('ignore'), repr('xmlcharrefreplace'), repr('backslashreplace'), repr('strict')])})"])

    def format(self, depth):
        e = lambda: self.expr(depth - 1)
        k = self.r.random()
        flags = self.pick(["", "-", "0", "+", " ", "#"]) + self.pick(["", "5", "8"]) + self.pick(["", "", ".0", ".2", ".3"])
        if k < 0.5:
            return f"('<%{flags}{self.pick('sdifgexXorcs%')}>' % {self.pick([e(), '(' + e() + ',)', e()])})"
        spec = self.pick(["", "<", ">", "^", "*^", "=", "0", "#", "+#"]) + self.pick(["", "6", "9"]) + self.pick(["", ",", "_"]) + self.pick(["", ".1", ".3"])
        spec += self.pick(["", "s", "d", "f", "g", "e", "x", "b", "%", "n", "o"])
        field = self.pick(["", "0", "x", "0[a]", "0.a", "x!r", "!s", "0!a"])
        return f"'[{{{field}:{spec}}}]'.format({e()}, x={e()})"

    def body(self, depth):
        return "".join(self.statement(depth) for _ in range(self.r.randrange(1, 4)))

    def tag(self, text):
        return "{%" + self.pick(["", "", "-", "+"]) + " " + text + " " + self.pick(["", "", "-", "+"]) + "%}"

    def data(self):
        return self.pick(["x", " ", "\n", "  \n", "\n  ", "text\n", "é\n\n", " . ", "{", "}", "\t", "{# c #}", "{#- c -#}\n", "{% raw %}{{ {% endraw %}\n",
                          "\n  {%- raw -%} r\n{%- endraw -%} \n", "  {# c #}\n", "a\r\nb"])

    def statement(self, depth):
        k = self.r.randrange(19)
        e = lambda d=2: self.expr(d)
        if depth <= 0 or k < 4:
            return "{{" + self.pick(["", "-", " "]) + " " + e(3) + " " + self.pick(["", "-"]) + "}}"
        if k < 7:
            return self.data()
        if k == 7:
            branch = self.tag("if " + e()) + self.body(depth - 1)
            if self.r.random() < 0.4:
                branch += self.tag("elif " + e()) + self.body(depth - 1)
            if self.r.random() < 0.5:
                branch += self.tag("else") + self.body(depth - 1)
            return branch + self.tag("endif")
        if k in (8, 9):
            return self.loop(depth)
        if k == 10:
            return self.tag(f"set {self.pick(self.names)} = {e()}")
        if k == 11:
            return self.tag(f"set {self.pick(self.names)}{self.pick(['', ' | upper', ' | trim'])}") + self.body(depth - 1) + self.tag("endset")
        if k == 12:
            return self.tag(f"set q = namespace(a={e()})") + self.tag(f"set q.a = {e()}") + "{{ q.a }}"
        if k == 13:
            parameters = self.pick(["", "a", "a, b=1", "a='x', b=a"])
            inner = Maker(self.r)
            inner.names = NAMES + ["a", "b"] + self.pick([[], ["kwargs"], ["varargs"], ["caller"]])
            inner.names = [n for n in inner.names if n != "m"]
            return self.tag(f"macro m({parameters})") + inner.body(depth - 1) + self.tag("endmacro") + "{{ m(" + self.args(2) + self.pick(["", ""]) + ") }}"
        if k == 14:
            return self.tag("filter " + self.pick(["upper", "trim", "replace('a', 'b')", "indent(2)", "e"])) + self.body(depth - 1) + self.tag("endfilter")
        if k == 15:
            return self.tag(f"with {self.pick(self.names)} = {e()}, w = {e()}") + self.body(depth - 1) + self.tag("endwith")
        if k == 18:
            setting = self.pick(["true", "true", "true", "false", "b", "n", e()])
            body = self.body(depth - 1) if self.r.random() < 0.5 else self.typed()
            return self.tag(f"autoescape {setting}") + body + self.tag("endautoescape")
        if k == 16:
            return self.tag("generation") + self.body(depth - 1).replace("break", "set b = 1").replace("continue", "set b = 2") + self.tag("endgeneration")
        return (self.tag("macro c(x=1)") + "<{{ caller(x) if caller is defined }}>" + self.tag("endmacro") + self.tag("call(v) c(" + self.atom() + ")")
                + "{{ v }}" + self.data() + self.tag("endcall"))

    def loop(self, depth):
        e = self.expr
        target = self.pick(["i", "i", "s", "k, v"])
        source = self.pick([e(2), "messages", "range(3)", "d|items", "d.items()", "'abc'", "[1, 2, 3]|map('string')", "[[1, 2], [3]]"])
        if target == "k, v":
            source = self.pick(["d|items", "d.items()", "[(1, 2), ('a', 'b')]", e(1)])
        condition = f" if {e(1)}" if self.r.random() < 0.25 else ""
        recursive = " recursive" if self.r.random() < 0.1 else ""
        inner = Maker(self.r)
        inner.names = self.names + [t.strip() for t in target.split(",")]
        body = inner.body(depth - 1) + self.pick(
            ["", "{{ loop.index }}", "{{ loop.last }}", "{{ loop.revindex }}", "{{ loop.cycle('a', 'b') }}", "{{ loop.length }}",
             "{{ loop.previtem }}", "{{ loop.nextitem }}", "{{ loop.changed(i) }}", "{% if loop.index == 2 %}{% break %}{% endif %}",
             "{% if loop.first %}{% continue %}{% endif %}x", "{{ loop.depth }}" + ("{{ loop([1]) if loop.depth < 3 }}" if recursive else "")])
        tail = self.tag("else") + inner.body(0) if self.r.random() < 0.3 else ""
        return self.tag(f"for {target} in {source}{condition}{recursive}") + body + tail + self.tag("endfor")

    # Typed expressions: these seldom fail, so they reach further than the random ones.

    def text(self, depth):
        r = self.r
        if depth <= 0:
            return self.pick([self.string(), self.string(), self.unicode(), "s", "t", "'%s'"])
        t, n = (lambda: self.text(depth - 1)), (lambda: self.number(depth - 1))
        return self.pick([
            lambda: f"({t()} + {t()})", lambda: f"({t()} + {t()} + {t()} + {t()})", lambda: f"({t()} ~ {n()} ~ {t()})", lambda: f"({t()} * {r.randrange(3)})",
            lambda: f"{self.paren(t())}|{self.pick(['upper', 'lower', 'title', 'capitalize', 'trim', 'e', 'string', 'urlencode', 'striptags', 'forceescape', 'safe'])}",
            lambda: f"{self.paren(t())}.{self.pick(['upper', 'lower', 'title', 'capitalize', 'swapcase', 'casefold', 'strip', 'lstrip', 'rstrip'])}()",
            lambda: f"{self.paren(t())}.replace({t()}, {t()})", lambda: f"{self.paren(t())}.{self.pick(['strip', 'lstrip', 'rstrip'])}({t()})",
            lambda: f"{self.paren(t())}.{self.pick(['center', 'ljust', 'rjust'])}({r.randrange(14)}, {self.pick([repr('*'), repr('é'), repr('日')])})",
            lambda: f"{self.paren(t())}.zfill({r.randrange(9)})", lambda: f"{self.paren(t())}.expandtabs({r.randrange(9)})",
            lambda: f"{self.paren(t())}[{r.randrange(-5, 5)}:{r.randrange(-5, 9)}]", lambda: f"{self.paren(t())}[::{self.pick([-1, 2, -2, 3])}]",
            lambda: f"{self.paren(t())}|truncate({r.randrange(3, 12)}, {self.pick(['true', 'false'])}, {self.pick([repr('.'), repr('…')])}, {r.randrange(3)})",
            lambda: f"{self.paren(t())}|indent({self.pick(['2', repr('> '), '0'])}, {self.pick(['true', 'false'])}, {self.pick(['true', 'false'])})",
            lambda: f"{self.paren(self.items(depth - 1))}|join({t()})", lambda: f"{self.paren(self.mixed(depth - 1))}|tojson({self.dumps()})",
            lambda: f"{self.paren(self.mixed(depth - 1))}|string", lambda: f"{self.paren(t())}|replace({t()}, {t()}, {r.randrange(3)})",
            lambda: f"({t()} if {self.truth(depth - 1)} else {t()})", lambda: f"{self.paren(t())}.{self.pick(['removeprefix', 'removesuffix'])}({t()})",
            lambda: f"{self.paren(t())}|format({t()}, {n()})", lambda: f"{self.paren(t())}.split({self.pick(['', self.string()])})[{r.randrange(-1, 1)}]",
            lambda: f"{self.paren(t())}|wordwrap({r.randrange(1, 20)}{self.pick(['', ', false', ', true, ' + self.string(), ', break_on_hyphens=false'])})", lambda: f"{self.paren(self.words())}|wordwrap({r.randrange(1, 20)}{self.pick(['', ', false'])})",
            lambda: f"{self.paren(self.links())}|urlize({self.pick(['', '8', '5, true', 'target=' + self.string(), 'rel=' + self.string(), 'extra_schemes=[' + repr('tel:') + ']'])})",
            lambda: f"{self.paren(self.mixed(depth - 1))}|pprint", lambda: f"([{self.mixed(depth - 1)}, {self.words()}, {self.mixed(depth - 1)}] * {r.randrange(1, 4)})|pprint", lambda: f"({self.words()} * {r.randrange(1, 6)})|pprint",
            lambda: f"{self.data_bytes(depth - 1)}.decode({self.pick(['', repr('latin-1'), repr('ascii') + ', ' + repr('replace'), repr('utf-8') + ', ' + repr('backslashreplace'), repr('utf-8') + ', ' + repr('ignore')])})",
            lambda: f"{self.data_bytes(depth - 1)}.hex({self.pick(['', repr('-'), repr(':') + ', 2', repr(' ') + ', -3'])})", lambda: f"({self.data_bytes(depth - 1)} ~ '')",
            lambda: self.paren(t()) + ".translate(" + self.pick(["{97: " + self.mixed(0) + ", 98: none}", "''.maketrans('abc', 'xyz')", "''.maketrans('ab', 'éz', 'x<')", "''.maketrans({'a': none, 'b': " + self.text(0) + "})"]) + ")",
            lambda: f"lipsum({r.randrange(4)}, {self.pick(['true', 'false'])}, 3, 4)" + self.pick([".count('<p>')", "|striptags|wordcount", " is escaped"]),
            lambda: self.spec(depth - 1), lambda: f"{self.paren(n())}|filesizeformat({self.pick(['', 'true'])})", lambda: f"{self.paren(t())}.{self.pick(['partition', 'rpartition'])}({self.string()})[{r.randrange(3)}]",
        ])()

    def words(self):
        pieces = ["a", "bb-cc", "--", "-", "word", "x--y", "it's", "e.g.", "日本", "é-é-é", "1-2", "looooooooong-hyphenated-word", "\\t", "  ", "\\n", "a_b-c", "(x)", "\u00a0"]
        return '"' + self.pick([" ", " ", ""]).join(self.pick(pieces) for _ in range(self.r.randrange(1, 16))) + '"'

    def links(self):
        pieces = ["http://a.com", "https://x.y.org/p?q#r", "www.foo.net.", "(http://b.co/(x))", "<c@d.ef>", "mailto:a@b.cd", "foo.com,", "tel:123", "http://1.2.3.4:80/", "http://[::1]/", "a@b", "&lt;www.x.yz&gt;",
                  "HTTP://Q.EDU", "plain", "x.info", "http://xn--a.xn--bcdef", "www.K\u212a.\u0130\u017f", "@a@b.cd", "a.b.mil:99999/"]
        return '"' + self.pick([" ", "  ", "\\n"]).join(self.pick(pieces) for _ in range(self.r.randrange(1, 5))) + '"'

    def data_bytes(self, depth):
        """Bytes, in parentheses."""
        r = self.r
        codec = self.pick(["", "", "'latin-1', 'replace'", "'ascii', 'backslashreplace'", "'utf-16'", "'utf-16-be'", "'utf-32-le'", "'ascii', 'xmlcharrefreplace'"])
        if depth <= 0:
            return f"({self.text(0)}.encode({codec}))"
        b = lambda: self.data_bytes(depth - 1)
        return "(" + self.pick([
            lambda: f"{b()} + {b()}", lambda: f"{b()} * {r.randrange(3)}", lambda: f"{b()}[{r.randrange(-5, 5)}:{r.randrange(-5, 9)}]", lambda: f"{b()}[::{self.pick([-1, 2])}]",
            lambda: f"{b()}.{self.pick(['upper', 'lower', 'title', 'capitalize', 'swapcase', 'strip', 'lstrip', 'rstrip', 'expandtabs'])}()", lambda: f"{b()}.replace({b()}, {b()})",
            lambda: f"{b()}.{self.pick(['center', 'ljust', 'rjust', 'zfill'])}({r.randrange(12)})", lambda: f"{b()}.{self.pick(['removeprefix', 'removesuffix', 'strip', 'lstrip'])}({b()})",
            lambda: f"{b()}.join([{b()}, {b()}])", lambda: f"{b()}.{self.pick(['split', 'rsplit'])}({self.pick(['', 'none, 1', b()])})[0]", lambda: f"{b()}.{self.pick(['partition', 'rpartition'])}({b()})[{r.randrange(3)}]",
            lambda: f"{b()}.splitlines({self.pick(['', 'true'])})[0]", lambda: f"({r.randrange(-300, 70000)}).to_bytes({r.randrange(5)}, {self.pick([repr('big'), repr('little')])}, signed={self.pick(['true', 'false'])})",
            lambda: f"{b()}.translate(none, {b()})", lambda: f"{self.text(depth - 1)}.encode({codec})"])() + ")"

    def unicode(self):
        pools = ["aZ9_ ", "éßÀŸ", "日本", "😀🇩🇪", "ΑΣσς", "ǅǆ", "İıſ", "ﬁﬃ", "\u0301\u200b", "٣५", "²½Ⅷ", "\u2028\x1c\x85\xa0", "֑א", "ᾳᾼ", "ꭰᏸ", "𐐀𐐨"]
        text = "".join(self.pick(self.pick(pools)) for _ in range(self.r.randrange(1, 7)))
        return '"' + text + '"'

    def number(self, depth):
        r = self.r
        if depth <= 0:
            return self.pick(["n", "f", str(r.randrange(-9, 99)), str(r.randrange(-10**12, 10**12)), "1.5", "0.1", "-2.5", "1e16", "123456789.125", "3.0"])
        t, n = (lambda: self.text(depth - 1)), (lambda: self.number(depth - 1))
        return self.pick([
            lambda: f"({n()} {self.pick(['+', '-', '*', '+', '-'])} {n()})", lambda: f"({n()} {self.pick(['/', '//', '%'])} {n()})", lambda: f"({t()}|length)",
            lambda: f"({t()}).{self.pick(['find', 'rfind', 'count'])}({self.string()})", lambda: f"({n()})|{self.pick(['int', 'float', 'abs', 'round'])}",
            lambda: f"({n()})|round({r.randrange(-3, 5)}, {self.pick([repr('common'), repr('floor'), repr('ceil')])})", lambda: f"({t()}|wordcount)",
            lambda: f"({self.numbers(depth - 1)}|{self.pick(['sum', 'max', 'min', 'first', 'last', 'length'])})", lambda: f"({t()}|int({n()}))", lambda: f"({t()}|float)",
            lambda: f"(-{n()})", lambda: f"({n()} if {self.truth(depth - 1)} else {n()})", lambda: f"({r.randrange(-9, 9)} ** {r.randrange(0, 5)})",
            lambda: f"({r.randrange(-99, 999)}).{self.pick(['bit_length()', 'bit_count()', 'conjugate()', 'real', 'imag', 'numerator', 'denominator', 'as_integer_ratio()[1]'])}",
            lambda: f"({self.data_bytes(depth - 1)}|length)", lambda: f"{self.data_bytes(depth - 1)}.{self.pick(['find', 'count', 'rfind'])}({self.pick([self.data_bytes(0), str(r.randrange(256))])})", lambda: f"{self.data_bytes(depth - 1)}[{r.randrange(3)}]",
            lambda: f"(1).from_bytes({self.data_bytes(0)}[:{r.randrange(9)}], {self.pick([repr('big'), repr('little')])}, signed={self.pick(['true', 'false'])})", lambda: f"({self.pick(['1.5', '0.1', '-2.25', '1e300', '5e-324'])}).hex()",
            lambda: f"(1.0).fromhex({self.pick([repr('0x1.8p+1'), repr('-a.b'), repr(' inf '), repr('0x.8p-3'), repr('1p'), repr('z')])})", lambda: f"({self.pick(['1.5', '0.25', '-2.0', '3.75'])}).as_integer_ratio()",
            lambda: f"({self.pick(['1.5', '2.0', '-0.0', '1e300'])}).{self.pick(['is_integer()', 'real', 'imag', 'conjugate()'])}",
        ])()

    def numbers(self, depth):
        return "[" + ", ".join(self.number(depth - 1) for _ in range(self.r.randrange(1, 5))) + "]"

    def truth(self, depth):
        t, n = (lambda: self.text(depth - 1)), (lambda: self.number(depth - 1))
        return self.pick([
            lambda: f"({t()} {self.pick(['==', '!=', '<', '>=', 'in', 'not in'])} {t()})", lambda: f"({n()} {self.pick(['==', '!=', '<', '>='])} {n()})",
            lambda: f"({n()} < {n()} <= {n()})", lambda: f"(not {t()})", lambda: f"({t()} is {self.pick(['lower', 'upper', 'string', 'escaped', 'iterable'])})",
            lambda: f"({t()}).{self.pick(['isalpha', 'isalnum', 'isdigit', 'isdecimal', 'isnumeric', 'isspace', 'istitle', 'isupper', 'islower', 'isprintable', 'isidentifier', 'isascii'])}()",
            lambda: f"({t()}).{self.pick(['startswith', 'endswith'])}({self.string()})", lambda: f"({n()} is {self.pick(['odd', 'even', 'number', 'float', 'integer'])})",
            lambda: f"{self.data_bytes(depth - 1)}.{self.pick(['isalpha', 'isalnum', 'isascii', 'isdigit', 'islower', 'isspace', 'istitle', 'isupper'])}()", lambda: f"({self.data_bytes(0)} {self.pick(['==', '!=', '<', '>=', 'in'])} {self.data_bytes(depth - 1)})",
            lambda: f"({self.mixed(depth - 1)} == {self.mixed(depth - 1)})", lambda: f"({self.mixed(depth - 1)} is {self.pick(['mapping', 'sequence', 'iterable', 'none', 'defined', 'boolean'])})",
        ])()

    def items(self, depth):
        m = lambda: self.mixed(depth - 1)
        if depth <= 0:
            return self.pick(["l", "[1, 'a', 2.5]", "['b', 'A', 'c', 'B']", "range(5)|list", "d|list", "[]", "messages"])
        return self.pick([
            lambda: f"[{m()}, {m()}, {m()}]", lambda: f"({self.items(depth - 1)} + {self.items(depth - 1)})", lambda: f"({self.text(depth - 1)}|list)",
            lambda: f"({self.text(depth - 1)}.split({self.pick(['', self.string()])}))", lambda: f"({self.text(depth - 1)}.splitlines({self.pick(['', 'true'])}))",
            lambda: f"({self.items(depth - 1)}|map('{self.pick(['string', 'tojson', 'default', 'list'])}')|list)" if self.r.random() < 0.7 else f"({self.items(depth - 1)}|unique|list)",
            lambda: f"({self.items(depth - 1)}|batch({self.r.randrange(1, 4)}{self.pick(['', ', 0', ', none'])})|list)",
            lambda: f"({self.items(depth - 1)}|slice({self.r.randrange(1, 4)}{self.pick(['', ', 0', ', none'])})|list)",
            lambda: f"({self.items(depth - 1)}|select('{self.pick(['string', 'number', 'defined', 'iterable', 'mapping'])}')|list)",
            lambda: f"({self.items(depth - 1)}|reject('{self.pick(['string', 'number', 'none', 'mapping'])}')|list)", lambda: f"({self.items(depth - 1)}|reverse|list)",
            lambda: f"({self.items(depth - 1)}|map('string')|sort({self.pick(['', 'true', 'case_sensitive=true'])}))", lambda: f"({self.items(depth - 1)})[{self.r.randrange(-3, 3)}:]",
            lambda: f"({self.items(depth - 1)})[::{self.pick([-1, 2, -2])}]", lambda: f"(d|{self.pick(['dictsort', 'items|list', 'list'])})", lambda: f"({self.numbers(depth - 1)}|sort)",
            lambda: f"(messages|groupby({self.pick([repr('role'), repr('a')])}{self.pick(['', ', case_sensitive=true', ', default=1'])}))",
            lambda: f"(messages|map(attribute='{self.pick(['role', 'a', 'content', 'zz'])}'{self.pick(['', ', default=' + m()])})|list)",
            lambda: f"(messages|{self.pick(['selectattr', 'rejectattr'])}('{self.pick(['role', 'a', 'content'])}'{self.pick(['', ', ' + repr('string'), ', ' + repr('eq') + ', 1', ', ' + repr('equalto') + ', ' + repr('user')])})|list)",
            lambda: f"(messages|{self.pick(['sort', 'unique', 'max', 'min'])}(attribute='{self.pick(['role', 'a', 'role,a'])}')|list)",
        ])()

    def mapping(self, depth):
        m = lambda: self.mixed(depth - 1)
        return self.pick([
            lambda: "d", lambda: f"{{'a': {m()}, 'b': {m()}}}", lambda: f"{{{self.text(0)}: {m()}, 1: {m()}, 2.5: 1}}", lambda: f"dict(a={m()}, b={m()})", lambda: f"dict([('x', {m()})], y={m()})",
            lambda: "dict.fromkeys(['a', 'b'], 1)", lambda: "dict(d, z=1)", lambda: f"{{{self.number(0)}: 1, none: 2, true: {m()}, (1, 'a'): 3}}",
        ])()

    def mixed(self, depth):
        if depth <= 0:
            return self.pick([self.text(0), self.number(0), self.data_bytes(0) if self.r.random() < 0.3 else "none", "true", "false", "e", "12345678901234567890"])
        return self.pick([self.text, self.number, self.items, self.mapping, self.truth, lambda d: f"({self.mixed(d - 1)}, {self.mixed(d - 1)})", lambda d: f"({self.mixed(d - 1)},)"])(depth - 1)

    def dumps(self):
        parts = []
        if self.r.random() < 0.4:
            parts.append(self.pick(["indent=2", "indent=0", "indent='\\t'", "indent=none", "indent=1"]))
        if self.r.random() < 0.3:
            parts.append(self.pick(["separators=(',', ':')", "separators=(' , ', ' = ')", "separators=none"]))
        if self.r.random() < 0.3:
            parts.append(self.pick(["ensure_ascii=true", "ensure_ascii=false"]))
        if self.r.random() < 0.3:
            parts.append("sort_keys=true")
        return ", ".join(parts)

    def spec(self, depth):
        flags = self.pick(["", "", "-", "0", "+", " ", "#"]) + self.pick(["", "", "5", "12", "*"])
        if self.r.random() < 0.4:
            star = f"{self.r.randrange(-9, 12)}, " if "*" in flags else ""
            kind = self.pick("sra" "dixXo" "fFeEgG" "c")
            precision = self.pick(["", "", ".0", ".2", ".5"])
            value = self.mixed(depth) if kind in "sra" else self.number(depth) if kind != "c" else self.pick(["'x'", "233"])
            return f"('[%{flags}{precision}{kind}]' % ({star}{value},))"
        number = self.r.random() < 0.6
        spec = self.pick(["", "", "<", ">", "^", "*^", "é>", "="]) + self.pick(["", "+", " ", "-"]) + self.pick(["", "#"]) + self.pick(["", "0"]) + self.pick(["", "6", "15"])
        if number:
            spec += self.pick(["", "", ",", "_"]) + self.pick(["", "", ".0", ".1", ".3"]) + self.pick(["", "", "d", "f", "g", "e", "x", "X", "b", "o", "%", "n", "F", "G", "E"])
            return f"'[{{:{spec}}}|{{0!r:>5}}]'.replace('0', '').format({self.number(depth)}, 'y')" if self.r.random() < 0.1 else f"'[{{:{spec}}}]'.format({self.number(depth)})"
        spec += self.pick(["", ".0", ".2"]) + self.pick(["", "s"])
        return f"'[{{{self.pick(['', '0', 'x', '0!r', 'x!s', '0!a'])}:{spec}}}]'.format({self.text(depth)}, x={self.mixed(depth)})"

    def typed(self):
        """A template of typed pieces: loops over trees, call blocks, groups."""
        out = []
        for _ in range(self.r.randrange(1, 4)):
            out.append(self.pick([
                lambda: "{{ " + self.mixed(3) + " }}", lambda: "{{ " + self.text(3) + " }}", lambda: "{{ " + self.items(3) + " }}", lambda: "{{ " + self.number(3) + " }}",
                lambda: "{{ " + self.mapping(3) + self.pick(["", "|tojson", "|string", "|pprint"]) + " }}",
                lambda: "{% for x in " + self.tree(3) + " recursive %}{{ loop.depth }}{{ loop.index }}{% if x is sequence and x is not string %}<{{ loop(x)" + self.pick(["", "|upper", "|trim"])
                + " }}>{% else %}{{ x }}{% endif %}{% else %}-{% endfor %}",
                lambda: "{% macro c(x, y='q') %}[{{ x }}{{ caller(y, x) }}{{ caller(1, 2) }}]{% endmacro %}{% call(a, b=" + self.mixed(1) + ") c(" + self.mixed(1) + ") %}{{ a }}.{{ b }}{% endcall %}",
                lambda: "{% macro v() %}{{ varargs }}{{ kwargs }}{{ caller is defined }}{% endmacro %}{{ v(" + self.mixed(1) + ", k=" + self.mixed(1) + ") }}",
                lambda: "{% for k, v in " + self.mapping(2) + "|items %}{{ loop.index }}{{ k }}={{ v }}{{ ',' if not loop.last }}{% endfor %}",
                lambda: "{% for g, xs in messages|groupby('role') %}{{ g }}:{{ xs|map(attribute='a')|join('+') }};{% endfor %}",
                lambda: "{% for x in " + self.items(2) + " if x is " + self.pick(["string", "number", "defined"]) + " %}{{ loop.index }}/{{ loop.length }}{{ x }}{{ loop.previtem }}{{ loop.nextitem }}{% endfor %}",
                lambda: "{% set b %}" + self.data() + "{{ " + self.text(2) + " }}{% endset %}{{ b|length }}{{ b }}{{ b|upper }}",
                lambda: "{% filter " + self.pick(["upper", "trim", "e", "indent(3, true)", "replace('a', 'éé')", "title"]) + " %}" + self.data() + "{{ " + self.text(2) + " }}{% endfilter %}",
                lambda: "{% set q = namespace(a=" + self.mixed(1) + ", n=0) %}{% for x in " + self.items(2) + " %}{% set q.n = q.n + loop.index %}{% set q.a = x %}{% endfor %}{{ q.n }}{{ q.a }}",
                lambda: "{% autoescape " + self.pick(["true", "true", "n", "false"]) + " %}{% macro v(x) %}<{{ x }}>{{ '<'|safe ~ x }}{% endmacro %}" + self.typed() + "{{ " + self.mixed(2) + " }}{{ v(" + self.text(1) + ") }}{% endautoescape %}{{ v is defined }}",
                lambda: "{% macro v(x) %}<{{ x }}>{{ ['<'|safe, x]|join(x) }}{% endmacro %}{% autoescape " + self.pick(["true", "b"]) + " %}{{ v(" + self.text(1) + ") }}{% set b" + self.pick(["", " | upper", " | length"]) + " %}<{{ " + self.text(1) + " }}{% endset %}{{ b }}{{ b is escaped }}{{ " + self.text(1) + "|safe ~ b ~ " + self.mixed(1) + " }}{% endautoescape %}{{ v(" + self.text(1) + ") }}",
                lambda: "{% set q = namespace(n=0) %}{% for x in " + self.items(2) + " if q.n < " + str(self.r.randrange(4)) + " %}{% set q.n = q.n + 1 %}{{ loop.index }}{{ x }}" + self.pick(["", "{{ loop.last }}", "{{ loop.length }}", "{{ loop.nextitem }}"]) + "{% endfor %}",
                lambda: "{% with w = " + self.mixed(1) + ", z = " + self.mixed(1) + " %}{{ w }}{{ z }}{% endwith %}", self.data,
            ])())
        return "".join(out)

    def tree(self, depth):
        if depth <= 0 or self.r.random() < 0.3:
            return self.pick(["[1]", "['a', 'b']", "[]", "(1, 'x')", "range(2)"])
        return "[" + ", ".join(self.tree(depth - 1) for _ in range(self.r.randrange(1, 4))) + "]"

    def context(self):
        r = self.r
        value = lambda: self.pick([self.pick(STRINGS), r.randrange(-5, 300), None, True, False, 1.5, -0.0, 1e16, [1, "a", None], {"a": "x", "b": 2}, [], {}, 12345678901234567890])
        return {"s": self.pick(STRINGS), "t": self.pick(STRINGS), "n": r.randrange(-3, 9), "f": self.pick([0.5, 2.5, -1.25, 1e22, 3.0]),
                "l": [value() for _ in range(r.randrange(4))], "d": {self.pick(KEYS + STRINGS): value() for _ in range(r.randrange(4))},
                "z": None, "b": r.random() < 0.5, "e": value(),
                "messages": [{"role": self.pick(["user", "assistant", "System"]), "content": value(), "a": r.randrange(3)} for _ in range(r.randrange(4))]}


def reference(source, context):
    try:
        return "output", ENV.from_string(source).render(**json.loads(json.dumps(context)))
    except Exception as error:
        return "error", type(error).__name__


# Addresses, and the objects whose names are those of this environment.
ADDRESS = re.compile(r"0x[0-9a-f]{5,}", re.IGNORECASE)
OBJECT = re.compile(
    r"(?:<|&lt;)(?:built-in method strftime of datetime\.datetime object|function raise_exception|function [\w.]*<locals>\.\w+|[\w.]+(?:\.<locals>)?\.(?:TemplateDict|Dict) object)"
    r" at 0x#(?:>|&gt;)|(?:<|&lt;)class (?:'|&#39;)[\w.<>]+Namespace(?:'|&#39;)(?:>|&gt;)")


def mask(text):
    """A text as both sides write it: without addresses."""
    return OBJECT.sub("<object>", ADDRESS.sub("0x#", text))


NOW = CLOCK.strftime("%Y-%m-%dT%H:%M:%S")


def ours(source, context, origins):
    """As reference: what typecase makes of it; the kind "refused" where it declines."""
    try:
        template = typecase.Template(source)
        if not origins:
            return "output", template.render(context, now=NOW)
        traced = template.render(context, now=NOW, origins=True)
        if sum(length for length, _ in traced.runs.tolist()) != len(traced.bytes):
            return "output", "the runs do not cover: " + traced.text
        return "output", traced.text
    except (typecase.LimitError, typecase.UnsupportedError) as error:
        return "refused", type(error).__name__
    except typecase.TemplateError as error:
        return "error", error.kind


def compare(seed, count, shown=20):
    """Compares `count` cases; returns counts by outcome, and the first differences as texts."""
    counts, differences = collections.Counter(), []
    for i in range(count):
        maker = Maker(random.Random(f"{seed}-{i}"))
        source = maker.typed() if i % 4 < 2 else maker.body(3) if i % 4 == 2 else "{{ " + maker.expr(3) + " }}"
        context = maker.context()
        want, got = reference(source, context), ours(source, context, origins=i % 7 == 3)
        if got[0] == "refused":
            counts[got[1]] += 1
        elif want[0] == "error" and want[1] in ("SyntaxError", "RecursionError"):
            # Limits of CPython's own compiler and stack, which jinja2 runs into.
            counts["skipped"] += 1
        elif want == got or want[0] == got[0] == "output" and mask(want[1]) == mask(got[1]):
            counts["same " + want[0]] += 1
        elif want[0] == "output" and re.search("0x[0-9a-f]", want[1], re.IGNORECASE):
            # Part of an address, or something computed from one.
            counts["address"] += 1
        elif "autoescape" in source and want[0] == got[0] == "output" and html.unescape(want[1]) == html.unescape(got[1]):
            # A known difference (README): constants that have to be computed, where autoescape is known only at run time.
            counts["computed constant under autoescape"] += 1
        else:
            counts["different"] += 1
            if len(differences) < shown:
                differences.append(f"case {seed}-{i}: {source!r}\n  context {json.dumps(context, ensure_ascii=False)[:400]}\n  want {want!r:.300}\n  got  {got!r:.300}")
    return counts, differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10_000)
    options = parser.parse_args()
    counts, differences = compare(options.seed, options.count)
    print("\n".join([*differences, str(dict(counts))]))
    sys.exit(counts["different"] > 0)


if __name__ == "__main__":
    main()
