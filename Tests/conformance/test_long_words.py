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
    if rng.random() < 0.5:
        # As in a file made of one of ranks: every way to cut a token in two.
        found, known = dict.fromkeys(order), set(tokens)
        for token in tokens:
            found |= {(token[:cut], token[cut:]): None for cut in range(1, len(token)) if token[:cut] in known and token[cut:] in known}
        whole = {token: rank for rank, token in enumerate(tokens)}
        order = sorted(found, key=lambda pair: whole["".join(pair)])
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


@pytest.mark.parametrize("name", ["qwen", "gpt-oss", "llama3", "deepseek"])
def test_runs_of_spaces(name):
    """Of every length, before what they go with and what they do not: long ones are words that are known."""
    path = pypi.tokenizer_file(name)
    ours, reference = typecase.Tokenizer(path), tokenizers.Tokenizer.from_file(str(path))
    text = ""
    for size in [*range(1, 300), 1000]:
        for before, after in (("", ""), ("a\n", "b"), ("", "\n"), ("x", "\t"), ("", "\u00a0 7"), ("\t", "é")):
            word = before + " " * size + after
            text += word
            expected = reference.encode(word, add_special_tokens=False)
            encoded = ours.encode(word, add_special_tokens=False)
            assert encoded.ids.tolist() == expected.ids, repr(word)
            assert [tuple(pair) for pair in encoded.offsets.tolist()] == expected.offsets, repr(word)
    assert ours.encode(text, add_special_tokens=False).ids.tolist() == reference.encode(text, add_special_tokens=False).ids


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


@pytest.mark.parametrize("is_byte_level", [True, False])
@pytest.mark.parametrize("ignore_merges", [True, False])
def test_tokens_that_merging_does_not_make(is_byte_level, ignore_merges, tmp_path):
    """A word that is one of them is looked up where merges are ignored; a part of a word, wherever it is cut, never is."""
    rng = random.Random(f"looked up {is_byte_level} {ignore_merges}")
    path = tmp_path / "tokenizer.json"
    letter = pypi._byte_alphabet()
    spelled = (lambda text: "".join(letter[byte] for byte in text.encode())) if is_byte_level else (lambda text: text)
    for _ in range(150):
        # Characters that no token joins are where long words are cut.
        letters = "ab字é▁😀"
        base = sorted(letter.values()) if is_byte_level else [f"<0x{byte:02X}>" for byte in range(256)] + list(letters[: rng.choice([4, 6])])
        tokens, merges = [spelled(one) for one in letters if is_byte_level or one in base], {}
        for _ in range(rng.choice([5, 30, 100])):
            left, right = (rng.choice(list(base[-4:]) + tokens) for _ in "ab")
            if is_byte_level and rng.random() < 0.5:
                whole = spelled(rng.choice(letters))
                left, right = whole[:1], whole[1:2]
            if right and not left.startswith("<0x") and not right.startswith("<0x") and len(left + right) < 60:
                merges[left, right] = None
                tokens.append(left + right)
        extra = ["".join(rng.choices(letters, k=rng.choice([2, 3, 5, 9, 20]))) for _ in range(rng.choice([0, 3, 40]))]
        vocabulary = {token: id for id, token in enumerate(dict.fromkeys(base + [t for pair in merges for t in (*pair, "".join(pair))] + [spelled(t) for t in extra]))}
        model = {"type": "BPE", "vocab": vocabulary, "merges": [list(pair) for pair in merges], "byte_fallback": not is_byte_level, "ignore_merges": ignore_merges}
        splits = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False} if is_byte_level else None
        file = json.dumps({"version": "1.0", "added_tokens": [], "pre_tokenizer": splits, "model": model})
        path.write_text(file)
        ours, reference = typecase.Tokenizer(path), tokenizers.Tokenizer.from_str(file)
        for _ in range(20):
            text = "".join(rng.choice(extra or ["a"]) if rng.random() < 0.4 else rng.choice(letters) * rng.choice([1, 1, 2, 30]) for _ in range(rng.choice([1, 2, 5, 60])))
            wanted = reference.encode(text)
            for cache in (True, False, True):
                assert ours.encode(text, cache=cache).ids.tolist() == wanted.ids, (file, text)
            assert [tuple(pair) for pair in ours.encode(text).offsets.tolist()] == wanted.offsets, (file, text)


def test_words_of_tokens_that_merging_does_not_make():
    """The same of a real vocabulary, which has some hundreds of them, in texts of many words."""
    path = pypi.tokenizer_file("llama3")
    file = json.loads(path.read_bytes())
    alone = tokenizers.Tokenizer.from_str(json.dumps({**file, "added_tokens": [], "normalizer": None, "pre_tokenizer": None, "post_processor": None, "model": {**file["model"], "ignore_merges": False}}))
    vocabulary = list(file["model"]["vocab"].items())
    merged = alone.encode_batch([token for token, _ in vocabulary])
    byte = {letter: byte for byte, letter in pypi._byte_alphabet().items()}
    unmade = [bytes(byte[one] for one in token).decode("utf-8", "ignore") for (token, id), found in zip(vocabulary, merged) if found.ids != [id]]
    assert len(unmade) > 100
    ours, reference = typecase.Tokenizer(path), tokenizers.Tokenizer.from_file(str(path))
    rng = random.Random("unmade")
    for _ in range(400):
        pieces = unmade + [one.strip() for one in unmade] + ["字", "の", "e", ".", " "]
        text = "".join("".join(rng.choices(pieces, k=rng.choice([1, 2, 5]))) + rng.choice(["", " ", "字" * rng.randrange(40)]) for _ in range(rng.choice([1, 5, 200])))
        for cache in (True, False, True):
            assert ours.encode(text, add_special_tokens=False, cache=cache).ids.tolist() == reference.encode(text, add_special_tokens=False).ids, text


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
