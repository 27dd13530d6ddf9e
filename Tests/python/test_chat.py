"""Chats that grow: what they render is what the model renders, at every length, in every way."""

import pytest
import typecase
from conformance.chats import CHATS, WEATHER, assistant, call, system, tool, user
from python.threads import side_by_side


def arrays(rendered):
    names = ("ids", "message_indices", "sampled_mask", "is_content", "kinds", "offsets", "byte_offsets", "message_spans")
    return {name: getattr(rendered, name).tolist() for name in names} | {"text": rendered.text, "messages": rendered.messages}


@pytest.mark.parametrize("name", CHATS)
def test_a_chat_that_grows_is_the_chat(demo_model, name):
    messages, keywords = CHATS[name]
    keywords = dict(keywords)
    chat = demo_model.chat([], keywords.pop("tools", None), documents=keywords.pop("documents", None))
    tools = CHATS[name][1].get("tools")
    for count, message in enumerate(messages, 1):
        chat.append(message)
        assert len(chat) == count
        for options in ({}, {"add_generation_prompt": True}, {"attribution": True}, {"special_tokens_in_content": "text"}):
            want = got = None
            try:
                want = demo_model.render(messages[:count], tools, documents=CHATS[name][1].get("documents"), **options, **keywords)
            except typecase.TemplateError as error:
                with pytest.raises(typecase.TemplateError) as caught:
                    chat.render(**options, **keywords)
                assert str(caught.value) == str(error)
                continue
            got = chat.render(**options, **keywords)
            assert arrays(got) == arrays(want), options
    assert chat.append() is chat and len(chat) == len(messages)


def test_what_was_rendered_stays_what_it_was(demo_model):
    chat = demo_model.chat([user("Hi")])
    short = chat.render()
    chat.append(assistant("Hello!"), user("And?"))
    # Whose the tokens are is found out now.
    assert short.message_indices.tolist() == demo_model.render([user("Hi")]).message_indices.tolist()
    assert chat.render(message_count=1).ids.tolist() == short.ids.tolist()
    assert chat.render(message_count=2).text == demo_model.render([user("Hi"), assistant("Hello!")]).text
    with pytest.raises(typecase.FieldError) as caught:
        chat.render(message_count=4)
    assert caught.value.field == "message_count"
    assert chat.render(continue_final_message=True).text.endswith("And?")


def test_all_messages_are_added_or_none(demo_model):
    chat = demo_model.chat([user("Hi")])
    with pytest.raises(typecase.FieldError) as caught:
        chat.append(assistant("Hello!"), "no message")
    assert caught.value.field == "messages[1]" and len(chat) == 1
    with pytest.raises(typecase.FieldError):
        demo_model.chat(["no message"])
    for name, value in (("tools", []), ("mode", "render"), ("chat_template", "default")):
        with pytest.raises(TypeError):
            chat.render(**{name: value})
    with pytest.raises(typecase.FieldError) as caught:
        demo_model.chat().render()
    assert caught.value.field == "messages"
    assert bool(demo_model.chat()) and len(demo_model.chat()) == 0


def test_variables_of_the_chat_and_of_a_render():
    model = typecase.Model.from_parts(
        tokenizer_json=_demo_vocabulary(),
        chat_template="{{ a }}{{ b }}{% for m in messages %}{{ m.content }}{% endfor %}",
    )
    chat = model.chat([user("Hi")], a="1", b="2")
    assert chat.render().text == "12Hi" and chat.render(b="3").text == "13Hi" and chat.render().text == "12Hi"


def _demo_vocabulary():
    from typecase.demo import MODEL

    return (MODEL / "tokenizer.json").read_bytes()


def test_a_rollout(demo_model):
    """Prompt, completion, answer, bridge, to the end: the ids are those of the whole chat."""
    chat = demo_model.chat([system("Be brief."), user("Weather?")], [WEATHER])
    ids = chat.render(add_generation_prompt=True).ids
    for step in range(6):
        turn = assistant("", tool_calls=[call("get_weather", {"city": f"Rome {step}"}, id=f"call_{step}")])
        chat.append(turn)
        whole = chat.render().ids
        stop = max(i for i, id in enumerate(whole.tolist()) if id in demo_model.stop_token_ids)
        completion = whole[len(ids) : stop + 1]
        chat.append(tool("sunny", f"call_{step}"))
        bridge = chat.bridge(ids, completion)
        assert bridge.ids.tolist() == chat.render(add_generation_prompt=True).ids.tolist(), step
        assert set(bridge.rendered.message_indices.tolist()) == {-1, 0} and bridge.rendered.messages[0]["role"] == "tool"
        ids = bridge.ids


def test_names_of_tools_are_known_to_a_chat():
    model = typecase.Model.from_parts(
        tokenizer_json=_demo_vocabulary(),
        chat_template="{% for m in messages %}{{ '<|turn|>' + m.role + '\\n' }}"
        "{% if m.role == 'tool' %}{{ messages[loop.index0 - 1].tool_calls[0].function.name }}{% endif %}{{ (m.content or '') }}"
        "{% for c in m.tool_calls or [] %}{{ c.function.arguments.a }}{% endfor %}{{ '<|end|>' }}{% endfor %}",
        config={"tokenizer_config": {"eos_token": "<|end|>"}},
    )
    result = {"role": "tool", "content": "sunny", "tool_call_id": "call_1"}
    chat = model.chat([user("Hi"), assistant("", tool_calls=[call("weather", {"a": "x"})]), result])
    ids = model.tokenizer.encode("x<|end|>", add_special_tokens=False).ids
    assert model.bridge(ids, ids, [result]).reason == "tool_name_missing"
    assert chat.bridge(ids, ids).rendered.text == "<|turn|>tool\nweathersunny<|end|>"


def test_many_threads_render_one_chat(demo_model):
    messages, _ = CHATS["tool loop"]
    chat = demo_model.chat(messages, [WEATHER])
    want = chat.render(add_generation_prompt=True).ids.tolist()
    failures = []

    def work():
        for _ in range(50):
            if chat.render(add_generation_prompt=True).ids.tolist() != want:
                failures.append(1)

    side_by_side(8, work)
    assert not failures
