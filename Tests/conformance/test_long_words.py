"""Words of up to thousands of symbols, which are merged in windows that overlap, against the `tokenizers` library: small files whose
merges come in any order."""

import json
import random
import resource
import unicodedata

import pytest
import typecase

from conformance import pypi

tokenizers = pytest.importorskip("tokenizers")


def random_model(rng, is_byte_level):
    """The letters of the texts, the tokens, and a tokenizer.json."""
    letters = "abcdefgh"[: rng.randint(1, 8)]
    base = sorted(pypi._byte_alphabet().values()) if is_byte_level else list(letters)
    tokens = list(letters)
    merges = {}
    for _ in range(rng.choice([3, 10, 40, 200, 800])):
        left, right = (rng.choice(tokens[-rng.choice([5, 30, 10_000]) :]) for _ in "ab")
        if len(left + right) <= rng.choice([6, 40, 100]):
            merges[left, right] = None
            if left + right not in tokens:
                tokens.append(left + right)
    order = list(merges)
    if rng.random() < 0.4:
        rng.shuffle(order)
    vocabulary = {token: id for id, token in enumerate(dict.fromkeys(base + tokens))}
    splits = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    model = {"type": "BPE", "vocab": vocabulary, "merges": [" ".join(pair) for pair in order]}
    return letters, tokens, json.dumps({"version": "1.0", "added_tokens": [], "pre_tokenizer": splits if is_byte_level else None, "model": model})


def random_word(rng, letters, tokens):
    size = rng.choice([rng.randint(1, 70), rng.randint(60, 300), rng.randint(200, 3000)])
    match rng.randrange(4):
        case 0:
            return "".join(rng.choices(letters, k=size))
        case 1:
            return ("".join(rng.choices(letters, k=rng.randint(1, 9))) * size)[:size]
        case 2:
            return "".join(rng.choice(tokens) for _ in range(size // 3 + 1))[:size]
    return "".join(rng.choice(letters) * rng.randint(1, 90) for _ in range(size // 45 + 1))


def test_long_white_space():
    """One word of a real vocabulary, whose tokens of spaces and newlines are many: windows seldom agree at once."""
    path = pypi.tokenizer_file("qwen")
    ours, reference = typecase.Tokenizer(path), tokenizers.Tokenizer.from_file(str(path))
    rng = random.Random("white space")
    for _ in range(3000):
        size = rng.randrange(60, rng.choice([130, 400, 1700]))
        word = "".join(rng.choice([" ", "\n", " " * rng.randrange(1, 20)]) for _ in range(size))[:size] + "\n"
        assert ours.encode(word).ids.tolist() == reference.encode(word).ids, repr(word)


@pytest.mark.parametrize("is_byte_level", [True, False])
def test_long_words(is_byte_level, tmp_path):
    rng = random.Random(f"long words {is_byte_level}")
    path = tmp_path / "tokenizer.json"
    for _ in range(120):
        letters, tokens, file = random_model(rng, is_byte_level)
        path.write_text(file)
        ours, reference = typecase.Tokenizer(path), tokenizers.Tokenizer.from_str(file)
        for _ in range(20):
            word = random_word(rng, letters, tokens)
            assert ours.encode(word).ids.tolist() == reference.encode(word).ids, (file, word)


def test_sixteen_megabytes():
    """Memory grows with a text by a bounded number of bytes for each of its own, whatever the text is."""
    size, chance = 16 << 20, random.Random(4)
    tokenizer = typecase.Tokenizer(pypi.tokenizer_file("qwen"))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    texts = [b"a" * size, b" " * size, b"\n" * size, "\u0301".encode() * (size // 2), "字".encode() * (size // 3), chance.randbytes(size // 2).decode("latin-1").encode(),
             "".join(chance.choices(letters, k=size)).encode(), chance.randbytes(size // 2).decode("utf-8", "replace").encode()]
    for text in texts:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ids = tokenizer.encode(text).ids
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown * 1024 < 40 * size, text[:20]
        if unicodedata.is_normalized("NFC", text.decode()):
            assert tokenizer.decode(ids).encode() == text, text[:20]
