#!/usr/bin/env python3
"""Writes traits.c: what single components of the reference library know about code points, probed from it.

usage: generate_traits.py            (needs the `tokenizers` package whose behaviour is to be copied)
"""
import base64
import os
import struct
import sys

from generate_tokenizer import CODES, LIMIT, alone, array, matched, two_stage
from tokenizers import normalizers, pre_tokenizers
import tokenizers

CONTROL, JOINS, ZWJ, PREPEND, PICTOGRAPH, CONSONANT, LINKER, SPACING = range(1, 9)
LEADING, VOWEL, TRAILING, SYLLABLE, SYLLABLE_T = range(9, 14)


def survivors(normalizer, separator="|"):
    """Which code points a normalizer keeps as they are, and what the others become."""
    parts = {}
    for at in range(0, len(CODES), 4096):
        codes = [c for c in CODES[at:at + 4096] if chr(c) != separator]
        found = normalizer.normalize_str(separator + separator.join(map(chr, codes)) + separator).split(separator)[1:-1]
        assert len(found) == len(codes), (hex(at), len(found), len(codes))
        parts.update(zip(codes, found))
    return parts


def charsmap(mapping):
    """A precompiled character map: its double array gives each node a block of 256 units of its own."""
    blob, units = b"", {}
    nodes = {b"": 0}
    for key in mapping:
        for i in range(1, len(key) + 1):
            nodes.setdefault(key[:i], len(nodes))
    place = {b"": 0}
    base = {node: 256 * (i + 1) for node, i in nodes.items()}
    for node in sorted(nodes, key=len):
        if node:
            place[node] = base[node[:-1]] ^ node[-1]
    for node in nodes:
        offset = place[node] ^ base[node]
        leaf = node in mapping
        units[place[node]] = (node[-1] if node else 0) | leaf << 8 | offset << 10
        if leaf:
            units[base[node]] = len(blob)
            blob += mapping[node] + b"\0"
    size = 256 * (len(nodes) + 1)
    # An unused unit has a label that no byte is.
    data = struct.pack(f"<{size}I", *(units.get(i, 1 << 31 | 0xFF) for i in range(size)))
    return base64.b64encode(struct.pack("<I", len(data)) + data + blob).decode()


def precompiled(mapping):
    return normalizers.Precompiled(base64.b64decode(charsmap(mapping)))


def joining():
    """What stays in one grapheme cluster with a letter before it."""
    normalizer = precompiled({b"a": b"X"})
    found = set()
    for at in range(0, len(CODES), 4096):
        codes = [c for c in CODES[at:at + 4096] if c not in (0x0A, 0x0D)]
        parts = normalizer.normalize_str("".join("a" + chr(c) + "\n" for c in codes)).split("\n")
        found |= {c for c, part in zip(codes, parts) if part == "X"}
    return found


def scripts():
    """Numbers for what `UnicodeScripts` does not separate; 0 goes with everything."""
    splitter = pre_tokenizers.UnicodeScripts()
    numbers = {}

    def same(first, codes):
        text = "".join(chr(first) + chr(c) for c in codes)
        starts = {start for _, (start, _) in splitter.pre_tokenize_str(text)}
        return [c for i, c in enumerate(codes) if 2 * i + 1 not in starts]
    with_latin = set(same(0x61, CODES))
    for c in same(0x3B1, sorted(with_latin)):
        numbers[c] = 0
    left = [c for c in CODES if c not in numbers]
    number = 0
    while left:
        number += 1
        group = same(left[0], left)
        if left[0] not in group:
            group.append(left[0])
        numbers.update((c, number) for c in group)
        group = set(group)
        left = [c for c in left if c not in group]
    assert number < 256, number
    return numbers, number


def kept(normalizer, shape, codes, mark):
    """The code points after which `mark` outlives the normalizer, in a line of the given shape."""
    found = set()
    for at in range(0, len(codes), 4096):
        part = codes[at:at + 4096]
        lines = normalizer.normalize_str("".join(shape.format(chr(c)) + "\n" for c in part)).split("\n")
        assert len(lines) == len(part) + 1, hex(part[0])
        found |= {c for c, line in zip(part, lines) if line.endswith(mark)}
    return found


def controls():
    """What no mark joins. Only those of up to three bytes matter: longer clusters are looked up by character."""
    found = {0x0A, 0x0D}
    codes = [c for c in CODES if c < 0x10000 and c not in found and c != 0x300]
    for at in range(0, len(codes), 2048):
        part = codes[at:at + 2048]
        normalizer = precompiled({chr(c).encode(): b"Y" for c in part if c})
        found |= kept(normalizer, "{0}\u0300", part, "\u0300") - {0}
    return found | {0}


def clusters():
    kinds = [0] * LIMIT
    joins = joining()
    marks = matched(r"\p{Mc}") | {0xE33, 0xEB3}
    for c in joins:
        kinds[c] = SPACING if c in marks else JOINS
    kinds[0x200D] = ZWJ
    others = [c for c in CODES if c not in joins and c not in (0x0A, 0x0D)]
    for c in controls() - joins:
        kinds[c] = CONTROL
    for c in kept(precompiled({b"a": b"X"}), "{0}a\u0301", others, "\u0301"):
        kinds[c] = PREPEND
    normalizer = precompiled({"\u00a9".encode(): b"X"})
    for at in range(0, len(others), 4096):
        part = others[at:at + 4096]
        lines = normalizer.normalize_str("".join(f"\u00a9\u200d{chr(c)}\n" for c in part)).split("\n")
        for c, line in zip(part, lines):
            if "\u200d" in line:
                kinds[c] = PICTOGRAPH
    for kind, ranges in ((LEADING, ((0x1100, 0x1160), (0xA960, 0xA97D))),
                         (VOWEL, ((0x1160, 0x11A8), (0xD7B0, 0xD7C7))),
                         (TRAILING, ((0x11A8, 0x1200), (0xD7CB, 0xD7FC)))):
        for start, end in ranges:
            kinds[start:end] = [kind] * (end - start)
    for i in range(11172):
        kinds[0xAC00 + i] = SYLLABLE if i % 28 == 0 else SYLLABLE_T
    conjuncts(kinds)
    print(f"{kinds.count(PREPEND)} prepend, {kinds.count(PICTOGRAPH)} pictographs, {kinds.count(CONTROL)} controls", file=sys.stderr)
    return kinds


def conjuncts(kinds):
    """Consonants and the marks that link them: a mark of two bytes on the second shows whether the two are one cluster."""
    linkers = [c for c in CODES if kinds[c] == JOINS and 0x800 <= c < 0x10000]
    letters = [c for c in CODES if kinds[c] == 0 and 0x900 <= c < 0xABFF and chr(c).isalpha() and not 0x2000 <= c < 0xA000]
    normalizer = precompiled({chr(0x915).encode(): b"X"})
    # Of a pair of U+0915 the second keeps its mark only where both are one cluster of more than five bytes.
    text = "".join(f"\u0915{chr(c)}\u0915\u0300\n" for c in linkers)
    for c, part in zip(linkers, normalizer.normalize_str(text).split("\n")):
        if part.endswith("\u0300"):
            kinds[c] = LINKER
    found = [c for c in linkers if kinds[c] == LINKER]
    assert 0x94D in found, "no linker"
    for at in range(0, len(letters), 64):
        codes = letters[at:at + 64]
        normalizer = precompiled({chr(c).encode(): b"X" for c in codes})
        text = "".join(f"{chr(c)}\u094D{chr(c)}\u0300\n" for c in codes)
        for c, part in zip(codes, normalizer.normalize_str(text).split("\n")):
            if part.endswith("\u0300"):
                kinds[c] = CONSONANT
    print(f"{len(found)} linkers, {kinds.count(CONSONANT)} consonants", file=sys.stderr)


def main():
    traits = [0] * LIMIT
    bert = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    for c, kept in survivors(normalizers.BertNormalizer(**{**bert, "clean_text": True})).items():
        if kept == "":
            traits[c] |= 1
        else:
            assert kept == chr(c) or kept == " ", (hex(c), kept)
            if kept == " ":
                traits[c] |= 2
    for c, kept in survivors(normalizers.BertNormalizer(**{**bert, "strip_accents": True})).items():
        if kept == "":
            traits[c] |= 4
    for c, kept in survivors(normalizers.StripAccents()).items():
        if kept == "":
            traits[c] |= 8
        else:
            assert kept == chr(c)
    for c, kept in survivors(normalizers.BertNormalizer(**{**bert, "handle_chinese_chars": True})).items():
        if kept != chr(c):
            assert kept == f" {chr(c)} "
            traits[c] |= 16
    for c, kept in survivors(normalizers.Nmt()).items():
        if kept == "":
            traits[c] |= 32
        elif kept != chr(c):
            assert kept == " ", (hex(c), kept)
            traits[c] |= 64
    punctuation = alone(pre_tokenizers.Punctuation("isolated"), "a")
    assert alone(pre_tokenizers.BertPreTokenizer(), "a") == punctuation
    numbers, count = scripts()
    out = [f"// Written by generate_traits.py from tokenizers {tokenizers.__version__}. Do not edit.",
           '#include "cunicode_tokenizer.h"', ""]
    tables = (("trait", traits), ("cluster", clusters()), ("script", [numbers.get(c, 0) for c in range(LIMIT)]))
    for name, values in tables:
        stage1, stage2 = two_stage(values)
        array(out, "uint16_t", f"cunicode_tokenizer_{name}_blocks", stage1)
        array(out, "uint8_t", f"cunicode_tokenizer_{name}_values", stage2)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "traits.c"), "w") as file:
        file.write("\n".join(out))
    print(f"{count} scripts", file=sys.stderr)


if __name__ == "__main__":
    main()
