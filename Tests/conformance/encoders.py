"""Templates that ship for models that come with a Python encoder: chats to be written by both."""

import gzip
import pathlib

import typecase

from conformance.attribution import DEFAULT

CONFIG = {"bos_token": "<｜begin▁of▁sentence｜>", "eos_token": "<｜end▁of▁sentence｜>"}
TEXTS = ["plain words", "naïve 🙂 你好", "two\n\nlines ", " <think> in text", '"quoted" \\ {}']
VALUES = ["text", "", "a\nb </x>", 7, -2.5, True, None, [1, "a", {"k": None}], {"k": "é"}, []]
TASKS = ["action", "query", "authority", "domain", "title", "read_url"]


def templates():
    """(name, source, special tokens) of what ships."""
    for path in sorted((pathlib.Path(__file__).resolve().parents[2] / "Sources" / "Chat" / "Format" / "Templates").glob("*.jinja")):
        yield path.name, path.read_text(), {**DEFAULT, **CONFIG, "dsml": "｜DSML｜"}


def vocabulary(shared):
    """The stand-in's tokenizer.json."""
    families = shared / "data" / "family-models"
    name = (families / "deepseek-ai__DeepSeek-V4-Flash-0731" / "tokenizer.ref").read_text().strip()
    return gzip.decompress((families / "tokenizers" / f"{name}.json.gz").read_bytes()).decode()


def model(shared, kind):
    """A model without a template: the one that ships is its own."""
    return typecase.Model.from_parts(tokenizer_json=vocabulary(shared), config={"config": {"model_type": kind}, "tokenizer_config": CONFIG})


def tools(rng):
    schema = {"type": "object", "properties": {"a": {"type": "string", "description": "é"}}}
    return [{"type": "function", "function": {"name": f"f{i}", "description": "d", "parameters": schema}} for i in range(rng.randrange(1, 3))]


def assistant(rng, plain=False):
    made = {"role": "assistant", "content": rng.choice(TEXTS + [""])}
    if rng.random() < 0.7 or plain:
        # Under the names that encoders have for it.
        made["reasoning_content"] = made["reasoning"] = rng.choice(TEXTS)
    if rng.random() < 0.5 and not plain:
        made["tool_calls"] = [
            {"id": f"c{i}", "type": "function", "function": {"name": f"f{i}", "arguments": {f"k{j}": rng.choice(VALUES) for j in range(rng.randrange(3))}}}
            for i in range(rng.randrange(1, 4))
        ]
    return made


def chat(rng, loose):
    """Messages in an order that conversations have; with `loose`, any, and everything that an encoder knows beside."""
    said = [{"role": "system", "content": rng.choice(TEXTS)}] if rng.random() < 0.5 else []
    for _ in range(rng.randrange(1, 5)):
        said.append({"role": "developer" if loose and rng.random() < 0.2 else "user", "content": rng.choice(TEXTS)})
        if loose and rng.random() < 0.2:
            said[-1]["task"] = rng.choice(TASKS)
        if loose and rng.random() < 0.2:
            said.append({"role": "latest_reminder", "content": rng.choice(TEXTS)})
        if loose and rng.random() < 0.2:
            continue
        said.append(assistant(rng, plain="task" in said[-1]))
        while "tool_calls" in said[-1]:
            results = [{"role": "tool", "tool_call_id": call["id"], "content": rng.choice(TEXTS)} for call in said[-1]["tool_calls"]]
            if loose:
                rng.shuffle(results)
            said += results
            if rng.random() < 0.8:
                said.append(assistant(rng))
    if said[-1]["role"] == "assistant" and rng.random() < 0.6:
        said.append({"role": "user", "content": rng.choice(TEXTS)})
    if loose and rng.random() < 0.2:
        rng.choice(said)["response_format"] = {"type": "object", "k": "é"}
    if loose and rng.random() < 0.2 and said[-1]["role"] == "assistant":
        said[-1]["wo_eos"] = True
    return said
