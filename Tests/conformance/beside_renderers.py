"""Beside the renderers of `renderers` 0.1.12, one family each, over stand-in vocabularies: prints what differs, as JSON.

Run as a program with HF_HOME set to an empty folder: transformers reads it when it is imported.
"""

import collections
import gzip
import json
import os
import pathlib
import random
import shutil
import sys

from conformance import messages
from conformance.chats import WEATHER, assistant, call, system, tool, user

CHATS = {
    "turns": ([system("Be brief."), user("Hi"), assistant("Hello!"), user("A joke, please."), assistant("No.")], None),
    "reasoning": ([user("9.11 or 9.9?"), assistant("9.9", reasoning_content="Compare."), user("Sure?"), assistant("Yes.", reasoning_content="Again.")], None),
    "tools": ([system("S."), user("Weather?"), assistant("", tool_calls=[call("get_weather", {"city": "Rome"})]), tool("sunny"), assistant("It is sunny.")], [WEATHER]),
    "reasoned tools": (
        [user("Weather?"), assistant("", reasoning_content="Call it.", tool_calls=[call("get_weather", {"city": "Rome"})]), tool("sunny"), assistant("Sunny.", reasoning_content="Done.")],
        [WEATHER],
    ),
}


def snapshots(families, home):
    """Lays the stand-ins out as the hub's cache does, so that names are found."""
    for folder in sorted(path for path in families.iterdir() if (path / "tokenizer.ref").exists()):
        organisation, name = folder.name.split("__", 1)
        revision = (folder / "snapshot").read_text().strip() if (folder / "snapshot").exists() else "a" * 40
        base = home / "hub" / f"models--{organisation}--{name}"
        target = base / "snapshots" / revision
        target.mkdir(parents=True)
        for path in folder.iterdir():
            if path.suffix in (".json", ".jinja"):
                shutil.copy(path, target / path.name)
        vocabulary = next((families / "tokenizers").glob((folder / "tokenizer.ref").read_text().strip() + "*"))
        (target / "tokenizer.json").write_bytes(gzip.decompress(vocabulary.read_bytes()))
        (base / "refs").mkdir()
        (base / "refs" / "main").write_text(revision)
        yield f"{organisation}/{name}", target, folder


def stretches(name, theirs, ours, decode):
    """Where two arrays differ: the values, and the text."""
    i = 0
    while i < len(theirs):
        j = i + 1
        if theirs[i] != ours[i]:
            while j < len(theirs) and (theirs[j], ours[j]) == (theirs[i], ours[i]):
                j += 1
            yield [name, f"theirs {theirs[i]}, ours {ours[i]}", decode(i, j)]
        i = j


def compare_masks(renderer, model, messages, tools, more, counts):
    theirs, ours = renderer.render(messages, tools=tools), model.render(messages, tools, **more)
    ids = ours.ids.tolist()
    if list(theirs.token_ids) != ids:
        counts["ids differ"] += 1
        yield ["ids", "", ""]
        return
    counts["ids equal"] += 1
    decode = lambda i, j: model.tokenizer.decode(ids[i:j])[:70]  # noqa: E731
    for name, want, got in (
        ("message_indices", theirs.message_indices, ours.message_indices.tolist()),
        ("sampled_mask", [int(value) for value in theirs.sampled_mask], ours.sampled_mask.tolist()),
        ("is_content", [int(value) for value in theirs.is_content], ours.is_content.tolist()),
    ):
        if want:
            counts[f"{name} equal" if want == got else f"{name} differs"] += 1
            yield from stretches(name, want, got, decode)


def compare_bridges(renderer, model, messages, tools, more, counts):
    """Over every turn that messages follow, as far as both sides render the prompt alike."""
    for i, message in enumerate(messages):
        new = messages[i + 1 :]
        new = new[: next((k for k, other in enumerate(new) if other["role"] == "assistant"), len(new))]
        if message["role"] != "assistant" or not new:
            continue
        prompt = list(renderer.render_ids(messages[:i], tools=tools, add_generation_prompt=True))
        turn = list(renderer.render_ids(messages[: i + 1], tools=tools))
        if turn[: len(prompt)] != prompt:
            counts["bridge: no prefix"] += 1
            continue
        stops = set(renderer.get_stop_token_ids())
        end = next((k + 1 for k in range(len(prompt), len(turn)) if turn[k] in stops and not any(id in stops for id in turn[k + 1 :])), len(turn))
        said = turn[len(prompt) : end]
        theirs = renderer.bridge_to_next_turn(prompt, said, new, tools=tools)
        ours = model.bridge(prompt, said, new, tools, has_system_message=messages[0]["role"] == "system", **more)
        if theirs is None or not ours:
            same = theirs is None and not ours
            counts["bridge: both refuse" if same else "bridge: one refuses"] += 1
            if not same:
                yield ["bridge", "theirs refuses" if theirs is None else f"ours refuses: {ours.reason}", ""]
            continue
        if list(theirs.token_ids) == ours.ids.tolist():
            counts["bridge: equal"] += 1
        else:
            counts["bridge: differs"] += 1
            tail = list(theirs.token_ids)[len(prompt) + len(said) :]
            yield ["bridge", "ids", f"theirs {model.tokenizer.decode(tail)[:80]!r}, ours {ours.rendered.text[:80]!r}"]


def compare_parses(renderer, model, name, counts):
    """What both read in completions as the family's renderer writes them."""
    rng = random.Random(name)
    around = (model.format().get("tool_calls") or {}).get("name_in_id")
    for case in ("words", "types", "nested", "parallel", "no arguments", "empty"):
        calls = messages.calls(case, rng)
        tools = messages.tools(calls)
        for content, thought in (("", None), ("Some words.", None), ("", "First this.")):
            ids = [f"{around['prefix']}{tool}{around['suffix']}{i}" for i, (tool, _) in enumerate(calls)] if around else messages.IDS
            made = messages.message(calls, content, thought, False, ids)
            try:
                prompt = list(renderer.render_ids([user("Hi")], tools=tools, add_generation_prompt=True))
                whole = list(renderer.render_ids([user("Hi"), made], tools=tools))
            except Exception:  # noqa: BLE001 - it refuses the message
                continue
            if whole[: len(prompt)] != prompt:
                counts["parse: no prefix"] += 1
                continue
            completion = whole[len(prompt) :]
            theirs, ours = renderer.parse_response(completion, tools=tools, prompt_ids=prompt), model.parse(completion, prompt, tools)
            found = {}
            for side, content_of, reasoning, made_calls in (
                ("theirs", theirs.content, theirs.reasoning_content, [(call.name, json.dumps(call.arguments, sort_keys=True), str(getattr(call.status, "value", call.status))) for call in theirs.tool_calls or []]),
                ("ours", ours.content, ours.reasoning_content, [(call.name, json.dumps(call.parsed, sort_keys=True), call.status) for call in ours.tool_calls]),
            ):
                found[side] = ((content_of or "").strip(), (reasoning or "").strip(), made_calls)
            given = (content, thought or "", [(name, json.dumps(arguments, sort_keys=True), "ok") for name, arguments in calls])
            counts["parse: ours gives it back"] += found["ours"] == given
            if found["ours"] == found["theirs"]:
                counts["parse: equal"] += 1
                continue
            part = next(i for i in range(3) if found["ours"][i] != found["theirs"][i])
            kind = ("content", "reasoning", "calls")[part]
            counts["parse: differs"] += 1
            yield ["parse", f"{kind}, ours right" if found["ours"][part] == given[part] else f"{kind}, ours wrong", f"theirs {found['theirs'][part]!r}, ours {found['ours'][part]!r}"[:300]]


def main(families):
    import typecase
    from renderers.base import MODEL_RENDERER_MAP, create_renderer
    from transformers import AutoTokenizer

    counts, rows, seen = collections.Counter(), {}, set()
    for name, path, folder in snapshots(families, pathlib.Path(os.environ["HF_HOME"])):
        known = str(MODEL_RENDERER_MAP.get(name))
        source = folder / "chat_template.jinja"
        key = (source.read_bytes() if source.exists() else b"", (folder / "tokenizer.ref").read_text(), known)
        if key in seen:
            continue
        seen.add(key)
        try:
            tokenizer = AutoTokenizer.from_pretrained(name)
            renderer = create_renderer(tokenizer)
        except Exception as error:  # noqa: BLE001 - Python code of the model, or a download
            counts["no renderer"] += 1
            rows[name] = [["no renderer", type(error).__name__, ""]]
            continue
        if known.startswith("glm"):
            stops = [tokenizer.convert_tokens_to_ids(token) for token in ("<|endoftext|>", "<|user|>", "<|observation|>")]
            (path / "generation_config.json").write_text(json.dumps({"eos_token_id": stops}))
        more = {"date_string": "26 Jul 2024"} if known.startswith("llama") else {}
        model, found = typecase.Model(path), []
        for chat, (conversation, tools) in CHATS.items():
            for compare in (compare_masks, compare_bridges):
                try:
                    found += [[chat, *difference] for difference in compare(renderer, model, conversation, tools, more, counts)]
                except Exception as error:  # noqa: BLE001 - a side that refuses the chat
                    counts["refused by one side"] += 1
                    found.append([chat, compare.__name__, "refused", f"{type(error).__name__}: {error}"[:80]])
        found += [["parse", *difference] for difference in compare_parses(renderer, model, name, counts)]
        rows[f"{known}: {name}"] = found
    json.dump({"counts": counts, "rows": rows}, sys.stdout)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
