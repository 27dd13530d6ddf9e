"""Rank files and tekken.json against tiktoken; streaming, pairs and repaired texts against the `tokenizers` library."""

import base64
import json
import os
import random
import subprocess
import sys

import pytest
import typecase

from conformance import pypi
from conformance.texts import random_text

tiktoken = pytest.importorskip("tiktoken")
tokenizers = pytest.importorskip("tokenizers")

# tiktoken's regex engine has the same classes under other names.
RANK_FILES = {name: rest for name, *rest in pypi.rank_files()}


@pytest.mark.parametrize("name", sorted(RANK_FILES))
def test_rank_files(name):
    path, pattern, special = RANK_FILES[name]
    ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in path.read_bytes().splitlines() if line)}
    reference = tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens=special)
    ours = typecase.Tokenizer.from_tiktoken(path, pattern, special)
    rng = random.Random(f"ranks {name}")
    for i in range(1500):
        text = random_text(rng) + (rng.choice([*special, ""]) if i % 3 == 0 else "") + random_text(rng)
        ids = reference.encode(text, allowed_special="all")
        assert ours.encode(text).ids.tolist() == ids, repr(text)
        assert ours.encode(text, special_tokens="text").ids.tolist() == reference.encode(text, disallowed_special=()), repr(text)
        assert ours.decode(ids) == reference.decode(ids), repr(text)
    for id in rng.sample(range(len(ranks)), 500):
        assert ours.token_bytes(id) == reference.decode_single_token_bytes(id)
    assert ours.token_bytes(ours.id_limit) is None


def test_small_rank_files(tmp_path):
    """Tokens in any order, some of which no merges make, and words that any of them may cross."""
    rng = random.Random("small rank files")
    path = tmp_path / "ranks.tiktoken"
    for _ in range(150):
        letters = "abcdefé"[-rng.randint(1, 7) :]
        tokens = [letter.encode() for letter in letters]
        for _ in range(rng.choice([3, 10, 40, 200])):
            token = b"".join(rng.choices(tokens[-rng.choice([5, 20, 1000]) :], k=rng.choice([2, 2, 2, 3])))
            if len(token) <= rng.choice([4, 8, 20]) and token not in tokens:
                tokens.append(token)
        tokens = list(dict.fromkeys([bytes([byte]) for byte in range(256)] + tokens))
        if rng.random() < 0.3:
            rng.shuffle(tokens)
        ranks = {token: rank for rank, token in enumerate(tokens)}
        path.write_bytes(b"".join(base64.b64encode(token) + b" %d\n" % rank for token, rank in ranks.items()))
        pattern = RANK_FILES["llama3"][1]
        reference = tiktoken.Encoding("small", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
        ours = typecase.Tokenizer.from_tiktoken(path, pattern, {})
        for _ in range(30):
            text = " ".join("".join(rng.choices(letters, k=rng.choice([3, 10, 30, 200]))) for _ in range(rng.randint(1, 6)))
            assert ours.encode(text).ids.tolist() == reference.encode(text), (ranks, text)


def test_tekken():
    data = pypi.tekken_file().read_bytes()
    file = json.loads(data)
    first = file["config"]["default_num_special_tokens"]
    ranks = {base64.b64decode(token["token_bytes"]): token["rank"] for token in file["vocab"][: file["config"]["default_vocab_size"] - first]}
    reference = tiktoken.Encoding("tekken", pat_str=file["config"]["pattern"], mergeable_ranks=ranks, special_tokens={})
    ours = typecase.Tokenizer.from_tekken(data)
    rng = random.Random("tekken")
    for _ in range(1500):
        text = random_text(rng)
        want = [first + id for id in reference.encode(text, disallowed_special=())]
        assert ours.encode(text, special_tokens="text").ids.tolist() == want, repr(text)
        assert ours.decode(want) == text
    assert ours.token_to_id("<s>") == 1 and ours.encode("<s>").ids.tolist() == [1]


@pytest.fixture(scope="module", params=sorted(pypi.BUILDERS))
def both(request):
    path = pypi.tokenizer_file(request.param)
    return typecase.Tokenizer(path), tokenizers.Tokenizer.from_file(str(path))


def test_streams(both):
    """Ids one by one give what all at once give, in whole characters, and nothing is held back that was certain."""
    ours, reference = both
    rng = random.Random("streams")
    for i in range(300):
        ids = reference.encode(random_text(rng)).ids if i % 2 else [rng.randrange(ours.id_limit + 9) for _ in range(rng.randrange(40))]
        for skip in (False, True):
            assert "".join(ours.decode_stream(ids, skip)) == reference.decode(ids, skip_special_tokens=skip), ids
        decoder, text = ours.decoder(), ""
        while ids:
            text += decoder.push(ids[: (count := rng.randrange(1, 5))])
            ids = ids[count:]
            assert "\ud800" not in text
        decoder.finish()
        with pytest.raises(typecase.ArgumentError):
            decoder.push([1])


def test_pairs_and_masks(both):
    ours, reference = both
    rng = random.Random("pairs")
    for _ in range(300):
        first, second, special = random_text(rng), random_text(rng), rng.random() < 0.7
        want = reference.encode(first, second, add_special_tokens=special)
        got = ours.encode(first, second, add_special_tokens=special)
        assert got.ids.tolist() == want.ids
        assert [tuple(span) for span in got.offsets.tolist()] == want.offsets
        assert got.type_ids.tolist() == want.type_ids
        assert got.special_tokens_mask.tolist() == want.special_tokens_mask
        assert got.attention_mask.tolist() == want.attention_mask


def test_texts_that_are_not_utf8(both):
    ours, reference = both
    rng = random.Random("bytes")
    for _ in range(300):
        data = random_text(rng).encode()
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.choice([b"\xff", b"\xe4\xb8", b"\xf0\x9f\x98", b"\xc0\x80", b"\xed\xa0\x80", b"\x80"]) + data[at:]
        with pytest.raises(typecase.EncodingError) as refused:
            ours.encode(data)
        assert data[: refused.value.offset].decode() is not None
        assert ours.encode(data, errors="replace").ids.tolist() == reference.encode(data.decode(errors="replace")).ids
        pair = ours.encode("a", data, errors="replace").ids.tolist()
        assert pair == reference.encode("a", data.decode(errors="replace")).ids


@pytest.mark.parametrize("model", [{"type": "WordPiece", "unk_token": "a", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}, {"type": "Unigram", "unk_id": 0}])
def test_a_vocabulary_of_more_bytes_than_its_tree_has_nodes_for(model):
    tokens = ["a", *(f"{i:05d}" + "x" * 995 for i in range(8500))]
    words = [[token, -1.0] for token in tokens] if model["type"] == "Unigram" else {token: i for i, token in enumerate(tokens)}
    file = {"version": "1.0", "added_tokens": [], "model": {**model, "vocab": words}}
    with pytest.raises(typecase.TypecaseError, match="model.vocab: more than 8388608 bytes of tokens"):
        typecase.Tokenizer(bytes=json.dumps(file).encode())


OPEN = """
import sys, typecase
tokenizer = typecase.Tokenizer(sys.argv[1])
assert tokenizer.decode(tokenizer.encode("Hello, world! 字").ids) == "Hello, world! 字"
"""


def opened(path, cache, limit=None):
    """Opens a tokenizer in a process of its own, which may write files of up to so many bytes."""
    code = OPEN if limit is None else f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n" + OPEN
    environment = {**os.environ, "TYPECASE_CACHE": str(cache), "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, env=environment)
    return sorted(file.name for file in cache.iterdir()) if cache.is_dir() else []


def test_images_where_files_must_stay_small(tmp_path):
    path = pypi.tokenizer_file("qwen")
    assert opened(path, tmp_path / "small", limit=1 << 20) == []
    assert [name.endswith(".image") for name in opened(path, tmp_path / "large")] == [True]


def test_images_on_full_and_read_only_disks(tmp_path):
    """A disk that is full takes no image and keeps no piece of one; from one that cannot be written an image is read."""
    path = pypi.tokenizer_file("qwen")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", tmp_path], capture_output=True).returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        for _ in range(2):
            assert opened(path, tmp_path / "cache") == []
        subprocess.run(["mount", "-o", "remount,size=64m", tmp_path], check=True)
        images = opened(path, tmp_path / "cache")
        assert len(images) == 1
        subprocess.run(["mount", "-o", "remount,ro", tmp_path], check=True)
        assert opened(path, tmp_path / "cache") == images
        assert opened(path, tmp_path / "none") == []
    finally:
        subprocess.run(["umount", tmp_path], check=True)
