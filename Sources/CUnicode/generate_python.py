#!/usr/bin/env python3
"""Writes python.c: what CPython's str methods know about each code point, as a two-stage table.

Run with the CPython whose behaviour is to be matched (3.11, Unicode 14): python3 generate_python.py > python.c
"""
import sys
import unicodedata

BLOCK = 128
FLAGS = {name: 1 << i for i, name in enumerate(
    "ALPHA DECIMAL DIGIT NUMERIC UPPER LOWER TITLE SPACE PRINTABLE CASED CASE_IGNORABLE ID_START ID_CONTINUE "
    "LINE_BREAK".split())}
special = [0]
special_index = {}


def mapping(character, result):
    """A delta, or the index of a longer replacement, marked by being far outside the range of deltas."""
    if len(result) == 1:
        return ord(result) - ord(character)
    if result not in special_index:
        special_index[result] = len(special)
        special.extend([len(result), *map(ord, result)])
    return 0x1000000 + special_index[result]


def is_cased(character):
    """The Unicode property Cased, seen through str.lower: a final sigma needs a cased letter before it."""
    return (character + "\u03a3").lower()[-1] == "\u03c2"


def is_case_ignorable(character):
    return ("A" + character + "\u03a3").lower()[-1] == "\u03c2" and not is_cased(character)


def record(code):
    c = chr(code)
    flags = 0
    tests = {
        "ALPHA": c.isalpha(), "DECIMAL": c.isdecimal(), "DIGIT": c.isdigit(), "NUMERIC": c.isnumeric(),
        "UPPER": c.isupper(), "LOWER": c.islower(), "TITLE": unicodedata.category(c) == "Lt", "SPACE": c.isspace(),
        "PRINTABLE": c.isprintable(), "ID_START": c.isidentifier(), "ID_CONTINUE": ("a" + c).isidentifier(),
        "LINE_BREAK": len(("a" + c + "b").splitlines()) == 2,
    }
    if not 0xD800 <= code < 0xE000:
        tests["CASED"] = is_cased(c)
        tests["CASE_IGNORABLE"] = is_case_ignorable(c)
    for name, value in tests.items():
        if value:
            flags |= FLAGS[name]
    if c == "\u03a3":
        lower = ord("\u03c3") - code
    else:
        lower = mapping(c, c.lower())
    return (flags, unicodedata.decimal(c, 0), mapping(c, c.upper()), lower, mapping(c, c.title()),
            mapping(c, c.casefold()))


records, record_index, blocks, block_index, stage1 = [], {}, [], {}, []
for start in range(0, 0x110000, BLOCK):
    block = []
    for code in range(start, start + BLOCK):
        r = record(code)
        if r not in record_index:
            record_index[r] = len(records)
            records.append(r)
        block.append(record_index[r])
    key = tuple(block)
    if key not in block_index:
        block_index[key] = len(blocks)
        blocks.append(key)
    stage1.append(block_index[key])


def table(values):
    lines, line = [], ""
    for value in values:
        text = f"{value},"
        if len(line) + len(text) > 118:
            lines.append(line)
            line = ""
        line += text
    return "\n".join([*lines, line])


out = sys.stdout
out.write("// Written by generate_python.py from CPython %s, Unicode %s. Do not edit.\n" % (
    sys.version.split()[0], unicodedata.unidata_version))
out.write('#include "cunicode_python.h"\n\n')
out.write("static const cunicode_python_record records[] = {\n")
out.write("\n".join("{%s}," % ",".join(map(str, r)) for r in records))
out.write("\n};\n\nstatic const uint32_t special[] = {\n%s\n};\n" % table(special))
out.write("\nstatic const uint16_t stage1[] = {\n%s\n};\n" % table(stage1))
out.write("\nstatic const uint16_t stage2[] = {\n%s\n};\n" % table([i for b in blocks for i in b]))
out.write("""
const cunicode_python_record *cunicode_python(uint32_t code) {
    if (code > 0x10FFFF) code = 0xFFFD;
    return &records[stage2[stage1[code >> 7] * 128u + (code & 127u)]];
}

uint32_t cunicode_python_map(uint32_t code, int32_t mapping, uint32_t *out) {
    if (mapping < 0x1000000) {
        out[0] = (uint32_t)((int32_t)code + mapping);
        return 1;
    }
    const uint32_t *entry = &special[mapping - 0x1000000];
    for (uint32_t i = 0; i < entry[0]; i++) out[i] = entry[1 + i];
    return entry[0];
}
""")
