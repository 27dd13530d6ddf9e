"""Templates that ship for models that come with a Python encoder: rendered as `renderers` does, and read back.

Tests/engines/test_encoders.py has the encoders themselves.
"""

import random

import pytest
import tokenizers
import typecase

from conformance import encoders, messages
from conformance.roundtrip import Report, Template, check
from conformance.template_fuzz import environment


def test_the_same_ids_as_renderers(shared):
    """Over random chats, in both modes of thinking."""
    reference = pytest.importorskip("renderers.deepseek_v4")
    from renderers.configs import DeepSeekV4RendererConfig
    from transformers import PreTrainedTokenizerFast

    model, rng, checked = encoders.model(shared, "deepseek_v4"), random.Random(4), 0
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=tokenizers.Tokenizer.from_str(encoders.vocabulary(shared)))
    for _ in range(250):
        settings = {"enable_thinking": rng.random() < 0.6, "drop_thinking": rng.random() < 0.6, "reasoning_effort": rng.choice(["low", "high", "max"])}
        renderer = reference.DeepSeekV4Renderer(tokenizer, DeepSeekV4RendererConfig(**settings))
        chat = encoders.chat(rng, loose=rng.random() < 0.6)
        # It opens no turn behind a system message, and has tools in those of developers first: the encoder has not.
        roles = {message["role"] for message in chat}
        if {"system", "developer"} <= roles:
            continue
        tools = encoders.tools(rng) if rng.random() < 0.5 and "developer" not in roles else None
        for prompt in (False, True):
            theirs = renderer.render(chat, tools=tools, add_generation_prompt=prompt)
            ours = model.render(chat, tools, prompt, **settings)
            assert ours.ids.tolist() == list(theirs.token_ids), (settings, chat, ours.text[-500:], tokenizer.decode(theirs.token_ids)[-500:])
            checked += 1
    assert checked >= 400, checked


@pytest.mark.parametrize("kind, name", [("deepseek_v4", "tool_calls.jinja"), ("deepseek_v32", "function_calls.jinja")])
def test_it_is_a_template_like_others(shared, kind, name):
    """The same text as jinja2's."""
    template = environment().from_string(next(source for file, source, _ in encoders.templates() if file == name))
    model, rng = encoders.model(shared, kind), random.Random(name)
    for _ in range(100):
        chat, tools = encoders.chat(rng, kind == "deepseek_v4"), encoders.tools(rng) if rng.random() < 0.5 else None
        options = {"add_generation_prompt": rng.random() < 0.5, "enable_thinking": rng.random() < 0.5}
        assert model.render(chat, tools, mode="render", **options).text == template.render(messages=chat, tools=tools, **encoders.CONFIG, **options)


@pytest.mark.parametrize("thinks", [False, True])
@pytest.mark.parametrize("name, source, special", encoders.templates())
def test_what_it_writes_is_read_back(name, source, special, thinks):
    report = Report()
    check(Template(name, "{%- set enable_thinking = true -%}" * thinks + source, special), report, rounds=4)
    assert not report.failures and not report.changed, (report.failures, report.changed)
    assert report.counts["read back"] == report.counts["messages"] >= 64 * (1 + thinks), report.counts


def test_a_template_of_the_model_comes_first(shared):
    parts = {"tokenizer_json": encoders.vocabulary(shared), "config": {"config": {"model_type": "deepseek_v4"}}}
    own = typecase.Model.from_parts(**parts, chat_template="{{ messages[0].content }}")
    assert own.render([{"role": "user", "content": "Hi"}]).text == "Hi"
    other = typecase.Model.from_parts(tokenizer_json=encoders.vocabulary(shared), config={"config": {"model_type": "other"}})
    with pytest.raises(typecase.TypecaseError):
        other.render([{"role": "user", "content": "Hi"}])


def test_arguments_must_be_objects(shared):
    model, calls = encoders.model(shared, "deepseek_v4"), [("f", {"a": 1})]
    with pytest.raises(typecase.TypecaseError, match="must be an object"):
        model.render([{"role": "user", "content": "Hi"}, messages.message(calls, "", None, True)])
