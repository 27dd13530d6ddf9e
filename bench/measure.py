"""Time and texts for the benchmarks."""

import contextlib
import gzip
import os
import pathlib
import sysconfig
import time

import tokenizers

from conformance import pypi
from conftest import SHARED

ROOT = pathlib.Path(__file__).resolve().parents[1]
CORPORA = SHARED / "data" / "corpora"
SIZE = 1 << 20


def cpu(function, rounds=5):
    """Seconds of CPU time of one call, with that of all threads which work for it: the best round."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        function()
        best = min(best, time.process_time() - start)
    return best


@contextlib.contextmanager
def one_processor():
    """One processor for this thread and all that begin meanwhile: who gives work to threads of its own has no more than the others."""
    all_of_them = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(all_of_them)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_of_them)


def small(function, rounds=5):
    """As cpu, for calls of microseconds: many in a round, whose results are not kept."""
    once = max(cpu(function, 2), 1e-7)
    count = max(1, min(20_000, int(0.1 / once)))

    def calls():
        for _ in range(count):
            function()

    return cpu(calls, rounds) / count


def corpora():
    if CORPORA.is_dir():
        for name in ("english_prose", "source_code", "agent_json", "cjk", "mixed_1mb"):
            yield name, gzip.decompress((CORPORA / f"{name}.txt.gz").read_bytes())[: 2 * SIZE].decode("utf-8", "ignore")
        return
    library = pathlib.Path(sysconfig.get_paths()["stdlib"])
    code = "".join(path.read_text("utf-8", "ignore") for path in sorted(library.glob("*.py")))
    yield "english_prose", " ".join(word for line in code.splitlines() if line.lstrip().startswith("#") for word in line.lstrip("# ").split())[:SIZE]
    yield "source_code", code[:SIZE]
    reference = tokenizers.Tokenizer.from_file(str(pypi.tokenizer_file("qwen")))
    words = [reference.decode([i]) for i in range(100_000, 140_000)]
    yield "cjk", "".join(word for word in words if word and all(ord(letter) > 0x3000 for letter in word))[: SIZE // 3]


def row(name, ours, peers, unit):
    """A line of the table: our figure, and each peer's with how many times ours is better."""
    text = f"  {name:<28} typecase {ours:>9.3f} {unit}"
    for peer, (value, ratio, mark) in peers.items():
        text += f"   {peer} {value:>9.3f} ({ratio:.2f}x){mark}"
    print(text, flush=True)
