"""Requests that nobody meant: every member replaced by every kind of value, and texts cut and changed anywhere. Each call ends with a
result or an exception of ours, and the library lives on."""

import json
import random

import pytest
import typecase
from typecase import _library
from typecase.demo import MODEL

CHAT = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "image"}]},
        {"role": "assistant", "content": None, "reasoning_content": "hm", "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": {"a": [1, 2.5]}}}]},
        {"role": "tool", "content": "r", "tool_call_id": "1"},
    ],
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
    "documents": [{"title": "t", "text": "x"}],
    "add_generation_prompt": True,
    "continue_final_message": False,
    "chat_template_kwargs": {"enable_thinking": True},
    "chat_template": "default",
    "mode": "render",
    "now": "2026-01-01",
}
PROMPT = {"prompt": [[1, 2], "a"], "max_length": 5, "truncate_prompt_tokens": 2, "truncation_side": "left", "add_special_tokens": True, "cache_salt": "s"}
GENERATE = {**CHAT, "served_model": "m", "sampling_params": {"max_tokens": 3, "stop": ["a"], "logprobs": 1, "n": 1, "stop_token_ids": [1], "logit_bias": {"1": 2}},
            "max_prompt_len": 1000, "vocab_size": 703, "cache_salt": "s", "priority": 1, "request_id": "r", "timeout": 0.05, "extra": {"a": 1}}
VALUES = [None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63), 10**40, 0.5, -0.0, 1e300, "", "x", "\0", "é" * 100, [], [[]], [None], {}, {"a": {}}, [1, "a"], [-1], [2**32]]


def changed(value, rng):
    """A copy with one member, anywhere, replaced or taken away."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        key = rng.choice(list(value))
        if rng.random() < 0.1:
            return {k: v for k, v in value.items() if k != key}
        return {**value, key: changed(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.85:
        i = rng.randrange(len(value))
        return [*value[:i], changed(value[i], rng), *value[i + 1 :]]
    return rng.choice(VALUES)


def damaged(data, rng):
    """A text with bytes cut out, doubled or changed."""
    at, length = rng.randrange(len(data)), rng.randrange(1, 6)
    return rng.choice([data[:at], data[:at] + data[at + length :], data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :], data[:at] + data[at : at + length] + data[at:]])


def attempt(*arguments):
    """True where the call gave a result."""
    try:
        handle = _library.make(*arguments)
    except typecase.TypecaseError as error:
        assert str(error) and error.status
        return False
    free = {"typecase_model_render": "typecase_rendered_free", "typecase_model_render_prompt": "typecase_rendered_free", "typecase_generate": "typecase_completion_free"}
    getattr(_library.lib, free[arguments[0]])(handle)
    return True


@pytest.mark.parametrize(("function", "request_"), [("typecase_model_render", CHAT), ("typecase_model_render_prompt", PROMPT)])
def test_requests(demo_model, function, request_):
    rng, good = random.Random(function), 0
    for i in range(6000):
        data = json.dumps(changed(request_, rng)).encode()
        if i % 3 == 0:
            data = damaged(data, rng)
        good += attempt(function, demo_model._handle, data, len(data))
    assert 100 < good < 6000


def test_generate_requests(demo_model, sim):
    rng, good = random.Random("generate"), 0
    client, backend = typecase.Client(timeout=2), typecase.VLLM(sim.url)
    for i in range(1500):
        request_ = changed(GENERATE, rng)
        data = json.dumps(request_).encode()
        if i % 3 == 0:
            data = damaged(data, rng)
        good += attempt("typecase_generate", client._handle, demo_model._handle, backend._handle, data, len(data), None, 0)
    assert good < 1500
    # The server and the client are still there for a good request.
    assert len(typecase.generate(backend=backend, model=demo_model, messages=[{"role": "user", "content": "Hi"}], client=client).ids)


def test_model_files(tmp_path):
    """A tokenizer.json and configs, damaged anywhere."""
    rng, good = random.Random("files"), 0
    parts = {name: (MODEL / name).read_bytes() for name in ("tokenizer.json", "tokenizer_config.json", "generation_config.json", "config.json", "chat_template.jinja")}
    for name, data in parts.items():
        (tmp_path / name).write_bytes(data)
    for i in range(1200):
        name = list(parts)[i % len(parts)]
        (tmp_path / name).write_bytes(damaged(parts[name], rng))
        try:
            typecase.Model(tmp_path).render([{"role": "user", "content": "Hi"}])
            good += 1
        except typecase.TypecaseError as error:
            assert str(error)
        (tmp_path / name).write_bytes(parts[name])
    assert 0 < good < 1200
