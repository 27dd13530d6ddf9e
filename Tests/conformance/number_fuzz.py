#!/usr/bin/env python3
"""Differential fuzzing of numbers in templates: arithmetic, comparison, conversion and formats over integers of any size and floats at
the edges, against Python itself through jinja2.

    python -m conformance.number_fuzz --seed 1 --count 20000
"""

import argparse
import random
import sys

from conformance import template_fuzz

OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "<", "<=", "==", "!=", ">", ">=", "~"]
FLOATS = ["0.0", "1.5", "0.1", "2.5", "1e16", "1e22", "9007199254740993.0", "1e308", "5e-324", "2.2250738585072014e-308", "1e-310", "123456789.123", "4611686018427387904.0", "1e19", "1e100"]
SPECS = ["d", "x", "X", "o", "b", ",", "_", "e", "f", ".3f", ".0f", "g", "%", "+", "08", ">30", "<30", "^31", "*^40", "=+40", "#x", "#b", "_x", "_b", ",.2f", "n", "c", "s", "", ".5", "+.3e", " d", "030,", "G", "E"]
PERCENT = ["%d", "%i", "%u", "%x", "%X", "%o", "%e", "%f", "%g", "%.3f", "%+d", "% d", "%020d", "%-30d|", "%#x", "%#o", "%.30d", "%s", "%r", "%c", "%5.1f", "%G", "%+.4e"]


class Numbers:
    def __init__(self, r):
        self.r = r

    def whole(self):
        kind = self.r.randrange(8)
        if kind < 2:
            return self.r.randrange(-20, 20)
        if kind < 4:
            return self.r.choice([1, -1]) * (2 ** self.r.choice([31, 32, 52, 53, 54, 62, 63, 64, 65, 100, 127, 128]) + self.r.randrange(-3, 4))
        if kind < 5:
            return self.r.choice([1, -1]) * 10 ** self.r.randrange(30)
        if kind < 6:
            return self.r.choice([1, -1]) * (10 ** self.r.randrange(15, 40) * 5 + self.r.randrange(-1, 2))
        return self.r.randrange(-(2 ** (bits := self.r.randrange(1, 220))), 2**bits)

    def literal(self):
        if self.r.random() < 0.25:
            return self.r.choice(["", "-"]) + self.r.choice(FLOATS)
        value = self.whole()
        if value >= 0 and self.r.random() < 0.1:
            return self.r.choice(["0x%x" % value, "0o%o" % value, bin(value), "0X%X" % value])
        return f"({value})" if value < 0 else str(value)

    def value(self, depth):
        if depth <= 0:
            return self.r.choice(["big", "small", "f", "true"]) if self.r.random() < 0.15 else self.literal()
        choice = self.r.randrange(10)
        inner = self.value(depth - 1)
        if choice < 6:
            operator = self.r.choice(OPERATORS[:7])
            if operator == "**":
                # Of a literal only: the reference has no limit, and towers take it forever.
                return f"({self.literal()} ** {self.r.randrange(-3, 40)})"
            return f"({inner} {operator} {self.value(depth - 1)})"
        if choice < 7:
            return f"({inner}|abs)"
        if choice < 8:
            return f"(-{inner})"
        return f"({inner}|{self.r.choice(['int', 'float', 'round', f'round({self.r.randrange(-25, 5)})', 'round(1, ' + repr(self.r.choice(['ceil', 'floor'])) + ')', f'round({self.r.randrange(-3, 3)}, ' + repr(self.r.choice(['ceil', 'floor'])) + ')'])})"

    def expression(self):
        value = self.value(self.r.randrange(3))
        choice = self.r.randrange(12)
        if choice < 4:
            return value
        if choice < 5:
            return f"{value} {self.r.choice(OPERATORS[:6] + OPERATORS[7:])} {self.value(1)}"
        if choice < 7:
            return f"'{{:{self.r.choice(SPECS)}}}'.format({value})"
        if choice < 9:
            return f"'{self.r.choice(PERCENT)}' % ({value},)"
        text = self.r.choice([repr(str(self.whole())), "'%x'" % abs(self.whole()), "'1e400'", "' 12_3 '", "'0x1F'", r"'7\x1c'", r"'\x857 \x85'", r"'\x1c-3.5\x85'"])
        return self.r.choice([
            f"{value}|tojson", f"{value}|string", f"[{value}, {self.value(1)}]|sort", f"[{value}, {self.value(1)}, 1.5]|sum", f"[{value}, {self.value(1)}]|max", f"[{value}, {self.value(1)}]|unique|list",
            f"{{{value}: 1}}[{self.value(1)}]", f"{value} in [{self.value(1)}, {value}]", f"{text}|int", f"{text}|int(7, {self.r.choice([2, 8, 10, 16, 36, 0, 7])})", f"{text}|float", f"{value}|filesizeformat",
            f"{value} is {self.r.choice(['odd', 'even', 'divisibleby(3)', 'number', 'integer', 'float', 'eq(1)', 'gt(2.5)'])}", f"s[{value}]", f"s[:{value}]", f"'ab' * {self.r.choice(['(-1)', 'true', str(2**64), str(-2**64), 'small'])}",
            f"({value}).bit_length()", f"({value}).bit_count()", f"({value}).conjugate()", f"{value}|pprint", f"{{'k': {value}}}", f"{value} == {self.value(1)}|float", f"range({value}, {self.value(0)})|length",
        ])


def compare(seed, count, shown=20):
    """As template_fuzz.compare: counts by outcome, and the first differences."""
    counts, differences = {}, []
    for i in range(count):
        numbers = Numbers(random.Random(f"{seed}-{i}"))
        source = "{{ " + numbers.expression() + " }}"
        context = {"big": numbers.whole() * 2**40, "small": numbers.whole() % 100, "f": float(numbers.r.choice(FLOATS)), "s": "abc"}
        want, got = template_fuzz.reference(source, context), template_fuzz.ours(source, context, origins=i % 4 == 3)
        if want == ("error", "NameError"):
            # jinja2 writes constants that it has calculated as Python: inf and nan then are names that nobody defined.
            outcome = "inf"
        elif want[0] == "output" and ("j)" in want[1] or want[1].endswith("j")):
            outcome = "complex" if got[0] == "refused" else "different"
        elif got[0] == "refused":
            outcome = got[1]
        else:
            outcome = "same " + want[0] if want == got else "different"
        counts[outcome] = counts.get(outcome, 0) + 1
        if outcome in ("different", "LimitError", "UnsupportedError") and len(differences) < shown:
            differences.append(f"case {seed}-{i}: {source!r}\n  context {context}\n  want {want!r:.300}\n  got  {got!r:.300}")
    return counts, differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20_000)
    options = parser.parse_args()
    counts, differences = compare(options.seed, options.count)
    print("\n".join([*differences, str(counts)]))
    sys.exit(bool(differences))


if __name__ == "__main__":
    main()
