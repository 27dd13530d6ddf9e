#!/usr/bin/env python3
"""Writes entities.c: the named character references of HTML, sorted by name, in one string without pointers into it.

Run with the CPython whose behaviour is to be matched (3.11): python3 generate_entities.py > entities.c
"""
from html.entities import html5

names = sorted(html5)
text, starts = "", []
for name in names:
    starts.append(len(text))
    text += name
print("// Written by generate_entities.py.\n#include <string.h>\n\n#include \"cunicode_entities.h\"\n")
print("static const char text[] =")
print("\n".join(f'    "{text[i : i + 100]}"' for i in range(0, len(text), 100)) + ";\n")
print("static const struct {\n    uint16_t start;\n    uint16_t second;\n    uint32_t first;\n} entities[] = {")
rows = []
for name, start in zip(names, starts):
    codes = [*map(ord, html5[name]), 0]
    rows.append(f"{{{start}, {codes[1]}, {codes[0]}}},")
for i in range(0, len(rows), 6):
    print("    " + " ".join(rows[i : i + 6]))
print(f"    {{{len(text)}, 0, 0}},\n}};\n")
print("""uint32_t cunicode_entity(const uint8_t *name, size_t length, uint32_t *out) {
    size_t low = 0;
    size_t high = sizeof entities / sizeof entities[0] - 1;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const size_t start = entities[middle].start;
        const size_t size = entities[middle + 1].start - start;
        int order = memcmp(text + start, name, size < length ? size : length);
        if (order == 0) order = size < length ? -1 : size > length;
        if (order == 0) {
            out[0] = entities[middle].first;
            out[1] = entities[middle].second;
            return out[1] == 0 ? 1 : 2;
        }
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return 0;
}""")
