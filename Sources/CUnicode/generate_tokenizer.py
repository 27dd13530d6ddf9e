#!/usr/bin/env python3
"""Writes tokenizer.c and include/cunicode_tokenizer.h: the Unicode data of the reference library.

usage: generate_tokenizer.py            (needs the `tokenizers` package whose behaviour is to be copied)

Nothing is taken from this host's Unicode version: every class and every normal form is probed from the installed
`tokenizers` for every code point. The regular-expression engine, the normalizers and Rust's own `char` methods inside
one wheel know different Unicode versions, so each is probed on its own. Composition pairs come from the canonical
decompositions that Python knows, and are then checked, pair by pair and code point by code point, against the wheel.
"""
import os
import sys
import unicodedata

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

LIMIT = 0x110000
CODES = [c for c in range(LIMIT) if not 0xD800 <= c < 0xE000]
ALL = "".join(map(chr, CODES))
KINDS = ["Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf",
         "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co"]
CONTROL_SPACE = len(KINDS)  # Cc that \s matches
WORD, NUMERIC, PUNCTUATION = 0x20, 0x40, 0x80


def matched(pattern):
    """The code points that a pattern for one character matches, in the regular-expression engine of the wheel."""
    left = pre_tokenizers.Split(Regex(pattern), "removed").pre_tokenize_str(ALL)
    found = bytearray(b"\1") * len(CODES)
    for _, (start, end) in left:
        found[start:end] = bytes(end - start)
    return {CODES[i] for i, hit in enumerate(found) if hit}


def alone(pre_tokenizer, separator):
    """The code points that a pre-tokenizer cuts off from `separator`."""
    text = separator + "".join(chr(c) + separator for c in CODES)
    starts = {start for piece, (start, end) in pre_tokenizer.pre_tokenize_str(text) if end - start == 1}
    return {c for i, c in enumerate(CODES) if 1 + 2 * i in starts and chr(c) != separator}


def words():
    """What `single_word` calls a word character: the `\\w` of Rust's regex crate."""
    tokenizer = Tokenizer(models.BPE({"a": 0}, []))
    tokenizer.add_tokens([AddedToken("~q~", single_word=True, normalized=False)])
    found = set()
    for at in range(0, len(CODES), 4096):
        codes = CODES[at:at + 4096]
        text = "".join(chr(c) + "~q~ \n" for c in codes)
        starts = {start for start, _ in tokenizer.encode(text).offsets if text[start] == "~"}
        found |= {c for i, c in enumerate(codes) if 6 * i + 1 not in starts}
    return found


def two_stage(values, size=256):
    stage1, blocks, index = [], [], {}
    for at in range(0, LIMIT, size):
        block = tuple(values[at:at + size])
        if block not in index:
            index[block] = len(blocks)
            blocks.append(block)
        stage1.append(index[block])
    assert len(blocks) < 65536
    return stage1, [v for block in blocks for v in block]


def array(out, kind, name, values):
    out.append(f"const {kind} {name}[{len(values)}] = {{")
    line = "   "
    for value in values:
        text = f" {value},"
        if len(line) + len(text) > 119:
            out.append(line)
            line = "   "
        line += text
    out += [line, "};", ""]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    kinds = [0] * LIMIT
    seen = {}
    for kind, name in enumerate(KINDS):
        if name == "Cn":
            continue
        for c in matched(r"\p{%s}" % name):
            assert c not in seen, (hex(c), name)
            seen[c] = kind
            kinds[c] = kind
    spaces = matched(r"\s")
    for c in spaces:
        assert KINDS[kinds[c]] in ("Zs", "Zl", "Zp", "Cc"), hex(c)
        if KINDS[kinds[c]] == "Cc":
            kinds[c] = CONTROL_SPACE
    assert {c for c in CODES if KINDS[kinds[c] if kinds[c] < len(KINDS) else 0] in ("Zs", "Zl", "Zp")} <= spaces
    for group in "LNMPSZ":  # the one-letter classes are the unions of the two-letter ones
        wanted = {c for c in CODES if kinds[c] < len(KINDS) and KINDS[kinds[c]][0] == group}
        assert matched(r"\p{%s}" % group) == wanted, group
    for flag, codes in ((WORD, words()),
                        (NUMERIC, alone(pre_tokenizers.Digits(individual_digits=True), "a")),
                        (PUNCTUATION, alone(pre_tokenizers.Punctuation("isolated"), "a"))):
        for c in codes:
            kinds[c] |= flag

    nfc, nfd = normalizers.NFC().normalize_str, normalizers.NFD().normalize_str
    nfkc, nfkd = normalizers.NFKC().normalize_str, normalizers.NFKD().normalize_str
    lower = normalizers.Lowercase().normalize_str
    canonical, compatible, lowered = {}, {}, {}
    hangul = range(0xAC00, 0xAC00 + 11172)
    for c in CODES:
        s = chr(c)
        if (d := nfd(s)) != s and c not in hangul:
            canonical[c] = d
        if (d := nfkd(s)) != s and c not in hangul:
            compatible[c] = d
        if (d := lower(s)) != s:
            lowered[c] = d
    for c in hangul:
        i = c - 0xAC00
        parts = chr(0x1100 + i // 588) + chr(0x1161 + i % 588 // 28) + (chr(0x11A7 + i % 28) if i % 28 else "")
        assert nfd(chr(c)) == nfkd(chr(c)) == parts and nfc(parts) == chr(c)

    # Combining classes, from the order the wheel sorts marks into.
    representatives = {}
    for c in CODES:
        s = chr(c)
        k = unicodedata.combining(s)
        if k and nfd(s) == s and (nfd("\u0345" + s) != "\u0345" + s or s == "\u0345"):
            representatives.setdefault(k, s)
    probes = sorted(representatives.items())
    classes = [0] * LIMIT
    for c in CODES:
        s = chr(c)
        if c in canonical or c in hangul:
            continue
        if nfd(s + "\u0334") == s + "\u0334" and nfd("\u0345" + s) == "\u0345" + s and s != "\u0334" and s != "\u0345":
            continue
        found = [k for k, r in probes if s == r or (nfd(s + r) == s + r and nfd(r + s) == r + s)]
        if s in ("\u0334", "\u0345"):
            found = [unicodedata.combining(s)]
        if found:
            assert len(found) == 1, (hex(c), found)
            classes[c] = found[0]

    pairs = {}
    for c in CODES:
        parts = unicodedata.decomposition(chr(c)).split()
        if len(parts) == 2 and "<" not in parts[0]:
            a, b = (int(p, 16) for p in parts)
            if nfc(chr(a) + chr(b)) == chr(c):
                pairs[(a, b)] = c
    # Pairs from the wheel's own knowledge, beyond Python's: whatever decomposes in two and composes back.
    for c, d in canonical.items():
        if len(d) == 2 and nfc(d) == chr(c):
            assert pairs.setdefault((ord(d[0]), ord(d[1])), c) == c
    seconds = {b for _, b in pairs}
    firsts = {a for a, _ in pairs}
    for a in firsts:
        for b in seconds:
            text = chr(a) + chr(b)
            if (a, b) not in pairs and a not in canonical and b not in canonical:
                assert len(nfc(text)) == 2, (hex(a), hex(b))

    # Which code points may change or move under each form; all others end a run that must be normalized.
    jamo = set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))
    flags = [0] * LIMIT
    for c in CODES:
        s = chr(c)
        composes = classes[c] or c in seconds or c in jamo
        flags[c] = (bool(composes or nfc(s) != s) | bool(classes[c] or nfd(s) != s) << 1
                    | bool(composes or nfkc(s) != s) << 2 | bool(classes[c] or nfkd(s) != s) << 3)
    # A decomposition whose first code point is a mark or the second of a pair would reach back over its start.
    for c, d in list(canonical.items()) + list(compatible.items()):
        first = ord(d[0])
        if classes[first] or first in seconds or first in jamo:
            flags[c] |= 15

    verify(pairs, canonical, compatible, classes, nfc, nfkc)

    pool, where = [], {}
    def mapping(table):
        keys = sorted(table)
        spans = []
        for c in keys:
            text = table[c]
            if text not in where:
                where[text] = len(pool)
                pool.extend(map(ord, text))
            spans.append(where[text] << 5 | len(text))
            assert len(text) < 32
        return keys, spans

    out = [f"// Written by generate_tokenizer.py from tokenizers {tokenizers.__version__}. Do not edit.",
           '#include "cunicode_tokenizer.h"', ""]
    for name, values in (("kind", kinds), ("class", classes), ("form", flags)):
        stage1, stage2 = two_stage(values)
        array(out, "uint16_t", f"cunicode_tokenizer_{name}_blocks", stage1)
        array(out, "uint8_t", f"cunicode_tokenizer_{name}_values", stage2)
    for name, table in (("canonical", canonical), ("compatible", compatible), ("lower", lowered)):
        keys, spans = mapping(table)
        array(out, "uint32_t", f"cunicode_tokenizer_{name}_keys", keys)
        array(out, "uint32_t", f"cunicode_tokenizer_{name}_spans", spans)
        out.append(f"const uint32_t cunicode_tokenizer_{name}_count = {len(keys)};\n")
    array(out, "uint32_t", "cunicode_tokenizer_pool", pool)
    ordered = sorted(pairs.items())
    array(out, "uint64_t", "cunicode_tokenizer_pair_keys", [f"{a << 32 | b}u" for (a, b), _ in ordered])
    array(out, "uint32_t", "cunicode_tokenizer_pair_values", [c for _, c in ordered])
    out.append(f"const uint32_t cunicode_tokenizer_pair_count = {len(ordered)};")
    with open(os.path.join(here, "tokenizer.c"), "w") as f:
        f.write("\n".join(out) + "\n")
    print(f"{len(seen)} assigned, {len(pairs)} pairs, {len(canonical)} canonical, {len(compatible)} compatible, "
          f"{len(lowered)} lower", file=sys.stderr)


def verify(pairs, canonical, compatible, classes, nfc, nfkc):
    """The tables compose every code point as the wheel does."""
    def pair(a, b):
        if 0x1100 <= a < 0x1113 and 0x1161 <= b < 0x1176:
            return 0xAC00 + ((a - 0x1100) * 21 + b - 0x1161) * 28
        if 0xAC00 <= a < 0xAC00 + 11172 and (a - 0xAC00) % 28 == 0 and 0x11A8 <= b < 0x11C3:
            return a + b - 0x11A7
        return pairs.get((a, b))

    def compose(text):
        out, starter, last = [], None, 0
        for ch in text:
            k = classes[ord(ch)]
            if starter is not None and (last < k or last == 0):
                if (r := pair(ord(out[starter]), ord(ch))) is not None:
                    out[starter] = chr(r)
                    continue
            if k == 0:
                starter, last = len(out), 0
            else:
                last = k
            out.append(ch)
        return "".join(out)

    for c, d in canonical.items():
        assert compose(d) == nfc(chr(c)), (hex(c), d)
    for c, d in compatible.items():
        assert compose(d) == nfkc(chr(c)), (hex(c), d)


if __name__ == "__main__":
    main()
