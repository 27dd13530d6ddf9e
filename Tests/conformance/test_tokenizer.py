"""Tokenizers, against the `tokenizers` library: ids, offsets, decoded text."""

import json
import random

import pytest
import typecase

from conformance import pypi
from conformance.texts import every_character, random_text

tokenizers = pytest.importorskip("tokenizers")

NAMES = sorted(pypi.BUILDERS)
CASES = 3000


@pytest.fixture(scope="module", params=NAMES)
def pair(request):
    path = pypi.tokenizer_file(request.param)
    return request.param, typecase.Tokenizer(path), tokenizers.Tokenizer.from_file(str(path))


def check(ours, reference, text):
    want = reference.encode(text)
    got = ours.encode(text)
    assert ours.encode(text, cache=False).ids.tolist() == want.ids, repr(text)
    assert got.ids.tolist() == want.ids, repr(text)
    assert [tuple(pair) for pair in got.offsets.tolist()] == want.offsets, repr(text)
    for skip in (False, True):
        assert ours.decode(want.ids, skip_special_tokens=skip) == reference.decode(want.ids, skip_special_tokens=skip), repr(text)


def test_random_texts(pair):
    name, ours, reference = pair
    rng = random.Random(f"texts {name}")
    for _ in range(CASES):
        check(ours, reference, random_text(rng))


def test_texts_that_come_again(pair):
    """Texts long enough to be cut into segments: at first sight, when they are stored, and when they are known; and grown."""
    name, ours, reference = pair
    rng = random.Random(f"again {name}")
    for _ in range(25):
        text = "".join(random_text(rng) + rng.choice(["", "\n", " word ", "，字", "\n    x = y\n"]) for _ in range(rng.randrange(20, 300)))
        for grown in (text, text + random_text(rng), random_text(rng) + text):
            want = reference.encode(grown)
            for _ in range(3):
                assert ours.encode(grown).ids.tolist() == want.ids
            assert [tuple(pair) for pair in ours.encode(grown).offsets.tolist()] == want.offsets


def test_long_texts_of_which_little_changes(pair):
    """Texts that are normalized in parts: what composes, moves or is replaced is rare, or all over the place, and anywhere about a cut."""
    name, ours, reference = pair
    rng = random.Random(f"parts {name}")
    plain = ["word", "Wort", "строка", "文字", "かな", "가나", "x = y", "{", "<", "a", "е", "ka"]
    affected = ["\u0301", "\u0338", "\u0323\u0301", "\u3099", "\u11a8", "\u1161", "\u212b", "\uf900", "\u0344", "\u094d", "\u1037", "é", "e\u0301"]
    for share in (0.0005, 0.01, 0.3):
        parts = []
        for _ in range(40_000):
            parts.append(rng.choice(plain))
            if rng.random() < share:
                parts.append(rng.choice(affected))
            parts.append(rng.choice(["", " ", " ", "\n", "\n  ", "、", "，", ". ", "!"]))
        text = "".join(parts)
        want = reference.encode(text)
        for cache in (False, True, True):
            assert ours.encode(text, cache=cache).ids.tolist() == want.ids
        assert [tuple(pair) for pair in ours.encode(text).offsets.tolist()] == want.offsets


def test_long_runs_of_marks(pair):
    """Behind characters of one part and of several, with one at the end that composes, moves or stays."""
    name, ours, reference = pair
    for first in ("a", "\u1ead", "\u1ea5", "\uac01", "\u1f82"):
        for last in ("\u0323", "\u0301", "\u11a8", "b\u0301"):
            for count in (*range(20, 70), 150, 700):
                check(ours, reference, first + "\u030d" * count + last)


def test_contractions_of_any_case_in_rows(pair):
    """Each may be a suffix, or a word with an apostrophe before it, as the one before it was none or one; the rows end anywhere."""
    name, ours, reference = pair
    for contraction in ("'ll", "'lL", "'Ll", "'LL", "'rE", "'Ve", "'s", "'S", "'\u017f"):
        for first in ("", "L", "l", "1 a"):
            for count in (*range(1, 4), *range(18, 35), 200):
                for last in ("n", "N", "'"):
                    check(ours, reference, first + contraction * count + last)


def test_new_words_that_come_again(pair):
    """Words that no vocabulary has, again before any cache can have them, and among thousands of others."""
    name, ours, reference = pair
    rng = random.Random(f"new words {name}")
    for pool, count, longest in ((3, 50, 40), (30, 300, 15), (300, 6000, 16), (3000, 12_000, 12), (40, 12_000, 60)):
        words = ["".join(rng.choice("abcdefghijklmnopqrstuvwxyzABC_éß字龥かが가나") for _ in range(rng.randrange(1, longest))) for _ in range(pool)]
        for separator in (" ", "_", "\n"):
            text = separator.join(rng.choices(words, k=count))
            expected = reference.encode(text).ids
            for cache in (False, True, True):
                assert ours.encode(text, cache=cache).ids.tolist() == expected, repr(text[:200])


def test_every_character(pair):
    """Each code point in front of, behind and between others; a hundred in one text, for speed."""
    _, ours, reference = pair
    pieces = []
    for character in every_character():
        pieces.append(f"{character} a{character}A{character}1{character}.{character}\n{character}{character}")
        if len(pieces) == 100:
            text = "".join(pieces)
            if ours.encode(text).ids.tolist() != reference.encode(text).ids:
                for piece in pieces:
                    check(ours, reference, piece)
                raise AssertionError("the pieces agree, and their text does not: " + repr(text))
            pieces.clear()


def test_without_special_tokens_and_special_tokens_as_text(pair):
    name, ours, reference = pair
    rng = random.Random(f"special {name}")
    texts = [random_text(rng) + "<|im_start|><|endoftext|><|eot_id|>" + random_text(rng) for _ in range(300)]
    for text in texts:
        assert ours.encode(text, add_special_tokens=False).ids.tolist() == reference.encode(text, add_special_tokens=False).ids
    reference.encode_special_tokens = True
    try:
        for text in texts:
            assert ours.encode(text, special_tokens="text").ids.tolist() == reference.encode(text).ids, repr(text)
    finally:
        reference.encode_special_tokens = False


def test_long_texts_of_which_spaces_are_replaced(tmp_path):
    """Texts without splits that are cut before they are normalized: what is put for a space merges with what is around it, or does not."""
    rng = random.Random("replaced")
    letters = list("▁abcdefgh12.,\n") + ["é", "字", "か", "가"]
    for case in range(24):
        content = rng.choice(["▁", "▁", "ab", "▁a", "字", "é▁字", "", "▁" * 5])
        vocabulary = {token: i for i, token in enumerate([f"<0x{byte:02X}>" for byte in range(256)] + letters)}
        # Some of what is put for a space begins and ends many tokens.
        merges, tokens, count = [], letters + list(content) * 10, rng.choice([20, 60, 150])
        while len(merges) < count:
            merge = [rng.choice(tokens), rng.choice(tokens)]
            token = "".join(merge)
            if merge not in merges and len(token) < 9:
                merges.append(merge)
                vocabulary.setdefault(token, len(vocabulary))
                tokens.append(token)
        steps = [{"type": "Replace", "pattern": {"String": " "}, "content": content}]
        if rng.random() < 0.5:
            steps.insert(0, {"type": "Prepend", "prepend": rng.choice(["▁", "ab", " "])})
        path = tmp_path / f"{case}.json"
        path.write_text(json.dumps({
            "version": "1.0", "truncation": None, "padding": None, "post_processor": None, "decoder": None, "pre_tokenizer": None,
            "normalizer": steps[0] if len(steps) == 1 else {"type": "Sequence", "normalizers": steps},
            "added_tokens": [{"id": 5000, "content": "<s>", "special": True, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False}],
            "model": {"type": "BPE", "vocab": vocabulary, "merges": merges, "byte_fallback": True},
        }))
        ours, reference = typecase.Tokenizer(path), tokenizers.Tokenizer.from_file(str(path))
        some = rng.sample(letters, rng.randrange(2, len(letters))) + [" "] * rng.randrange(1, 9) + ["x", "🙂"] * rng.randrange(2)
        text = "".join(rng.choices(some, k=90_000))
        if case % 3 == 0:
            text = text[:70_000] + "<s>" + text[70_000:]
        want = reference.encode(text)
        for cache in (False, True, True):
            assert ours.encode(text, cache=cache).ids.tolist() == want.ids, (steps, merges)
        assert [tuple(pair) for pair in ours.encode(text).offsets.tolist()] == want.offsets, (steps, merges)


def test_decode_of_any_ids(pair):
    name, ours, reference = pair
    rng = random.Random(f"ids {name}")
    limit = ours.id_limit
    for _ in range(500):
        ids = [rng.randrange(limit + 50) for _ in range(rng.randrange(1, 60))]
        assert ours.decode(ids) == reference.decode(ids, skip_special_tokens=False), ids
        assert ours.decode(ids, skip_special_tokens=True) == reference.decode(ids), ids


def test_decode_of_many_ids(pair):
    """Characters in parts, in rows that are longer than any block of tokens that is checked at once."""
    name, ours, reference = pair
    rng = random.Random(f"many ids {name}")
    parts = [reference.encode(chr(rng.randrange(0x10000, 0x11000)), add_special_tokens=False).ids for _ in range(50)]
    for _ in range(60):
        wanted = rng.choice((200, 255, 256, 257, 600, 1500))
        common, ids = rng.random(), []
        while len(ids) < wanted:
            ids += rng.choice(parts) if rng.random() < common else [rng.randrange(ours.id_limit)]
        ids = ids[:wanted]
        assert ours.decode(ids) == reference.decode(ids, skip_special_tokens=False), ids
        assert ours.decode(ids, skip_special_tokens=True) == reference.decode(ids), ids


def test_decode_of_bytes_that_fall_back(tmp_path):
    """Tokens that name bytes, in rows longer than any block, among empty tokens, long ones, special ones and ids that have none."""
    rng = random.Random("fallback")
    words = ["", "x", "a", "▁b", "字", "🙂", "fifteen letters", "sixteen letters!", "字" * 10 + "zz", "字" * 11, "long " * 60]
    vocabulary = {f"<0x{byte:02X}>": byte for byte in range(256)} | {word: 300 + 2 * i for i, word in enumerate(words)}
    space = {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}
    emptied = {"type": "Replace", "pattern": {"String": "x"}, "content": ""}
    fallback, fuse, strip = {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 2, "stop": 0}
    path = tmp_path / "tokenizer.json"
    for decoders in ([fallback], [space, fallback, fuse, strip], [emptied, fallback, fuse], [space]):
        path.write_text(json.dumps({
            "version": "1.0", "truncation": None, "padding": None, "normalizer": None, "pre_tokenizer": None, "post_processor": None,
            "added_tokens": [{"id": 400, "content": "<s>", "special": True, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False}],
            "decoder": {"type": "Sequence", "decoders": decoders}, "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "a"},
        }))
        ours, reference = typecase.Tokenizer(path), tokenizers.Tokenizer.from_file(str(path))
        for _ in range(400):
            wrong, common, size = rng.choice((0, 0, 0.001, 0.02, 0.5)), rng.choice((0.01, 0.5, 0.99)), rng.choice((3, 40, 255, 256, 257, 600, 2000))
            others = rng.sample([300 + 2 * i for i in range(len(words))] + [301, 400, 5000], rng.randrange(1, 6))
            ids = []
            while len(ids) < size:
                row = list("".join(rng.choices("é字🙂", k=3)).encode()) if rng.random() < common else []
                if not row or rng.random() < wrong:
                    row.insert(rng.randrange(len(row) + 1), rng.choice((rng.choice(others), rng.choice(others), rng.randrange(256))))
                ids += row
            for skip in (False, True):
                want = reference.decode(ids, skip_special_tokens=skip)
                assert ours.decode(ids, skip_special_tokens=skip) == want, (decoders, ids)
                assert "".join(ours.decode_stream(ids, skip)) == want, (decoders, ids)


def test_batches_and_vocabulary(pair):
    name, ours, reference = pair
    rng = random.Random(f"batch {name}")
    texts = [random_text(rng) for _ in range(200)] + [""]
    for got, want in zip(ours.encode_batch(texts), reference.encode_batch(texts), strict=True):
        assert got.ids.tolist() == want.ids
        assert [tuple(pair) for pair in got.offsets.tolist()] == want.offsets
    assert ours.vocab_size == reference.get_vocab_size(with_added_tokens=True)
    vocabulary = reference.get_vocab(with_added_tokens=True)
    for token in rng.sample(sorted(vocabulary), 2000):
        assert ours.token_to_id(token) == vocabulary[token]
        assert ours.id_to_token(vocabulary[token]) == reference.id_to_token(vocabulary[token])
    assert ours.token_to_id("no such token, surely") is None
    assert ours.id_to_token(ours.id_limit) is None


def test_pieces_of_known_patterns():
    """Where texts are split, whatever a vocabulary makes of it: texts longer than the blocks that scanners look at, with characters in rows."""
    from conformance.tokenizer_fuzz import INTERESTING, KNOWN

    rng = random.Random("pieces")
    more = ["'lL", "'rE", "L'll", "A'S", "aB", "é'T", "ǅ", "ʰ'll", "字'm", "1's", "!/\n/", "\n  \n", "{\n", "Aǅ", "A\u02b0", "a\u0301B"]
    characters = [chr(i) for i in range(128)]
    encoders = []
    for patterns in [[pattern] for pattern in (*KNOWN, pypi.QWEN2, pypi.LLAMA3, pypi.O200K, pypi.CL100K)] + [[r"\p{N}{1,3}", KNOWN[6], KNOWN[5]]]:
        splits = [{"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False} for pattern in patterns]
        # A piece is one token.
        file = json.dumps({
            "version": "1.0", "truncation": None, "padding": None, "normalizer": None, "post_processor": None, "decoder": None, "added_tokens": [],
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": splits}, "model": {"type": "WordLevel", "vocab": {"<unk>": 0}, "unk_token": "<unk>"},
        })
        encoders.append((patterns, typecase.Tokenizer(bytes=file.encode()), tokenizers.Tokenizer.from_str(file)))
    for _ in range(3000):
        pool = rng.choice([INTERESTING + more, characters, rng.sample(INTERESTING + more, rng.randrange(1, 6)), rng.sample(more + characters, 9)])
        text, size = "", rng.choice([60, 70, 130, 400])
        while len(text) < size:
            text += rng.choice(pool) * rng.choice([1, 1, 1, 2, 3, rng.randrange(1, 70)])
        for patterns, ours, reference in encoders:
            assert [tuple(pair) for pair in ours.encode(text).offsets.tolist()] == reference.encode(text).offsets, (patterns, text)


def test_random_configurations():
    """A short piece of the fuzzer: random files of random components."""
    from conformance.tokenizer_fuzz import compare

    comparison, _ = compare(seed=2026, count=150, texts=15)
    assert comparison.count > 1500 and comparison.different == 0, comparison.report()


def test_random_components():
    """A short piece of the fuzzer of components: every kind of normalizer, pre-tokenizer, model, post-processor and decoder."""
    from conformance.component_fuzz import compare

    comparison, _ = compare(seed=2026, count=400)
    assert comparison.count > 10_000 and comparison.different == 0, comparison.report()


def test_random_components_from_images(tmp_path, monkeypatch):
    """The same, from what was compiled: the tables of every model, and of decoding."""
    from conformance.component_fuzz import compare

    monkeypatch.setenv("TYPECASE_CACHE", str(tmp_path / "cache"))
    comparison, _ = compare(seed=2027, count=150, path=tmp_path / "tokenizer.json")
    assert comparison.count > 4_000 and comparison.different == 0, comparison.report()
    # As many as are kept.
    assert len(list((tmp_path / "cache").glob("*.image"))) == 32
