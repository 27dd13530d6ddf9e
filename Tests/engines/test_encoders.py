"""The Python encoders that models ship in the place of templates, as an engine's wheel has them, and the templates that ship here.
Not part of the default run: needs vLLM's environment (VLLM_PYTHON; else the one that ENGINES_HOME has), and ../shared."""

import copy
import importlib.util
import os
import pathlib
import random

import pytest

from conformance import encoders

HOME = pathlib.Path(os.environ.get("ENGINES_HOME", pathlib.Path.home() / ".cache" / "typecase-engines"))


def encoder(name):
    python = pathlib.Path(os.environ.get("VLLM_PYTHON") or HOME / "vllm" / "venv" / "bin" / "python")
    path = next(python.parents[1].glob(f"lib/python*/site-packages/vllm/tokenizers/{name}.py"), None)
    if path is None:
        pytest.skip(f"no VLLM_PYTHON, or no {name} beside {python}")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def with_tools(chat, tools):
    """Tools stand in the first system message, or in one of their own."""
    chat = copy.deepcopy(chat)
    if tools:
        if all(message["role"] != "system" for message in chat):
            chat.insert(0, {"role": "system"})
        next(message for message in chat if message["role"] == "system")["tools"] = tools
    return chat


@pytest.mark.parametrize("loose", [False, True])
@pytest.mark.parametrize("kind, name", [("deepseek_v4", "deepseek_v4_encoding"), ("deepseek_v32", "deepseek_v32_encoding")])
def test_the_same_text(shared, kind, name, loose):
    reference, model, rng, checked = encoder(name), encoders.model(shared, kind), random.Random(name), 0
    for _ in range(400):
        chat, tools, thinks = encoders.chat(rng, loose), encoders.tools(rng) if rng.random() < 0.5 else None, rng.random() < 0.6
        options = {"drop_thinking": rng.random() < 0.6, "reasoning_effort": rng.choice(["low", "high", "max"])}
        if kind == "deepseek_v32":
            # It drops messages of developers from the list that it counts, and stops.
            options = {"drop_thinking": False}
        try:
            theirs = reference.encode_messages(with_tools(chat, tools), thinking_mode="thinking" if thinks else "chat", **options)
        except (ValueError, NotImplementedError):
            continue  # It refuses the chat.
        ours = model.render(chat, tools, True, enable_thinking=thinks, **options)
        assert ours.text == theirs, (chat, options, thinks)
        checked += 1
    assert checked > 100, checked
