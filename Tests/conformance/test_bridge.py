"""Going on with a conversation from its ids: against what jinja2 says of the longer one, over every template there is."""

import array
import collections
import json

import pytest
import typecase

from conformance import pypi
from conformance.attribution import CLOCK, DEFAULT, Case, Report
from conformance.bridging import check
from conformance.chats import CHATS, WEATHER, assistant, call, system, tool, user

# Why ours is not what the longer chat of the reference says. Nothing else may differ.
KNOWN = {
    # Behind a tool's result it has no generation prompt: the model goes on in a turn that the template writes otherwise later.
    ("bridged over what the reference rewrites", "unsloth-studio-gemma-4-edge.jinja"),
}


def assert_known(report):
    unknown = [failure for failure in report.failures if failure[:2] not in KNOWN]
    assert not unknown, f"{len(unknown)} differ; {report.counts}; the first: " + "\n".join(map(str, unknown[:8]))
    assert len(report.failures) <= 6, report.counts


def stable_pairs(report):
    """The pairs that the reference does not rewrite, and those of them that are bridged."""
    return sum(count for key, count in report.counts.items() if key.startswith("stable")), report.counts["stable: bridged"]


def share(report):
    pairs, bridged = stable_pairs(report)
    return bridged / pairs


def test_over_the_templates_of_pypi():
    report = Report()
    for name, source in pypi.templates():
        case = Case(source, DEFAULT)
        for chat, (messages, keywords) in CHATS.items():
            check(case, name, chat, messages, keywords, report, thinking_retention="template")
    print(dict(report.counts))
    assert_known(report)
    assert report.counts["stable: bridged"] > 300 and share(report) > 0.9


def test_over_the_whole_corpus(shared):
    data = shared / "data"
    special = json.loads((data / "templates" / "special_tokens.json").read_text())
    conversations = [json.loads(path.read_text()) for path in sorted((data / "conversations").glob("*.json"))]
    report, extended, never, refused = Report(), set(), set(), collections.defaultdict(collections.Counter)
    for path in sorted((data / "templates").glob("*.jinja")):
        named = {name: token if isinstance(token, str) else token.get("content") for name, token in special.get(path.stem, {}).items() if isinstance(token, (str, dict))}
        try:
            case = Case(path.read_bytes().decode(), {**DEFAULT, **named})
        except Exception:  # noqa: BLE001 - neither compiles
            continue
        before = stable_pairs(report)
        for conversation in conversations:
            if conversation["name"] in ("25_long_content", "28_no_messages"):
                continue
            keywords = {key: conversation[key] for key in ("tools", "documents") if conversation.get(key)}
            check(case, path.name, conversation["name"], conversation["messages"], keywords, report, thinking_retention="template")
        pairs, bridged = (now - then for now, then in zip(stable_pairs(report), before))
        if pairs:
            (extended if bridged else never).add(path.name)
    for key, count in report.by_template.items():
        if isinstance(key, tuple):
            refused[key[1]][key[0]] = count
    print(dict(report.counts), len(extended), sorted(never), {reason: dict(names) for reason, names in refused.items()})
    assert_known(report)
    assert report.counts["stable: bridged"] > 10_000 and len(extended) > 350 and len(never) < 17 and share(report) > 0.96


END = "<|end|>"
HELLO = [user("Hi")]


def ids(model, text):
    return model.tokenizer.encode(text, add_special_tokens=False).ids


def test_ids_go_on_from_those_that_are_there(demo_model):
    prompt = demo_model.render(HELLO, add_generation_prompt=True).ids
    said = ids(demo_model, "Hello!" + END)
    bridge = demo_model.bridge(prompt, said, [user("And?")])
    whole = demo_model.render([*HELLO, assistant("Hello!"), user("And?")], add_generation_prompt=True)
    assert bridge and bridge.reason == "" and bridge.ids.tolist() == whole.ids.tolist()
    assert bridge.new_ids.tolist() == whole.ids.tolist()[len(prompt) + len(said) :]
    for kind in (list, tuple, lambda values: array.array("I", values)):
        assert demo_model.bridge(kind(prompt.tolist()), kind(said.tolist()), [user("And?")]).ids.tolist() == whole.ids.tolist()


def test_a_turn_that_was_cut_off_is_closed_as_context(demo_model):
    prompt = demo_model.render(HELLO, add_generation_prompt=True).ids
    said = ids(demo_model, "Hello, I am")
    bridge = demo_model.bridge(prompt, said, [user("And?")])
    assert bridge.rendered.text == END + "\n<|turn|>user\nAnd?" + END + "\n<|turn|>assistant\n"
    assert bridge.new_ids.tolist() == ids(demo_model, bridge.rendered.text).tolist()
    assert bridge.rendered.message_indices.tolist()[:2] == [-1, -1] or bridge.rendered.message_indices[0] == -1
    assert not bridge.rendered.sampled_mask.any()
    nothing = demo_model.bridge(prompt, [], [user("And?")])
    assert nothing.new_ids.tolist() == bridge.new_ids.tolist()


def test_what_was_sampled_behind_the_stop_stays(demo_model):
    prompt = demo_model.render(HELLO, add_generation_prompt=True).ids
    for more, start in (("\n", "<|turn|>user"), (" more", END + "\n<|turn|>user")):
        said = ids(demo_model, "Hello!" + END + more)
        bridge = demo_model.bridge(prompt, said, [user("And?")])
        assert bridge.rendered.text.startswith(start)
        assert bridge.ids.tolist()[: len(prompt) + len(said)] == [*prompt.tolist(), *said.tolist()]


def test_whose_the_new_tokens_are(demo_model):
    prompt = demo_model.render([user("Weather?")], [WEATHER], add_generation_prompt=True).ids
    turn = assistant("", tool_calls=[call("get_weather", {"city": "Rome"})])
    whole = demo_model.render([user("Weather?"), turn, tool("sunny"), user("Thanks")], [WEATHER], add_generation_prompt=True)
    said = whole.ids[len(prompt) : int(whole.message_spans[1][1])]
    while int(said[-1]) not in demo_model.stop_token_ids:
        said = said[:-1]
    new = [tool("sunny"), user("Thanks")]
    bridge = demo_model.bridge(prompt, said, new, [WEATHER])
    assert bridge.ids.tolist() == whole.ids.tolist()
    skip = len(prompt) + len(said)
    want = [max(-1, owner - 2) for owner in whole.message_indices.tolist()[skip:]]
    assert bridge.rendered.message_indices.tolist() == want and {0, 1, -1} == set(want)
    assert bridge.rendered.kinds.tolist() == whole.kinds.tolist()[skip:]
    assert bridge.rendered.is_content.tolist() == whole.is_content.tolist()[skip:]
    assert [message["role"] for message in bridge.rendered.messages] == ["tool", "user"]
    text = bridge.rendered.text
    assert [text[start:end] for start, end in bridge.rendered.offsets.tolist()] and bridge.rendered.offsets[0][0] == 0
    assert "".join(text[start:end] for start, end in bridge.rendered.offsets.tolist()) == text


REASONING = (
    "{% for m in messages %}{{ '<|turn|>' + m.role + '\n' }}"
    "{% if m.role == 'assistant' and m.reasoning_content and (loop.last or keep or messages[-1].role == 'tool') %}"
    "{{ '<think>' + m.reasoning_content + '</think>' }}{% endif %}"
    "{{ (m.content or '') }}{% for c in m.tool_calls or [] %}{{ '<call>' + c.function.name + '</call>' }}{% endfor %}{{ '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|turn|>assistant\n' }}{% if quiet %}{{ '<think></think>' }}{% endif %}{% endif %}"
)


def stand_in(template):
    from typecase.demo import MODEL

    file = json.loads((MODEL / "tokenizer.json").read_text())
    known = {token["content"] for token in file["added_tokens"]}
    first = max(token["id"] for token in file["added_tokens"]) + 1
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    new = [token for token in ("<think>", "</think>") if token not in known]
    file["added_tokens"] += [{"id": first + i, "content": content, **flags} for i, content in enumerate(new)]
    return typecase.Model.from_parts(tokenizer_json=json.dumps(file), chat_template=template, config={"tokenizer_config": {"eos_token": END}})


def test_reasoning_and_who_may_drop_it():
    model = stand_in(REASONING)
    prompt = model.render(HELLO, add_generation_prompt=True).ids
    thought = ids(model, "<think>Hm</think>Hello!" + END)
    plain = ids(model, "Hello!" + END)
    result = {"role": "tool", "content": "sunny", "tool_call_id": "call10001", "name": "f"}

    def reason(completion, new, policy="auto", prompt=prompt, **options):
        return model.bridge(prompt, completion, new, thinking_retention=policy, **options).reason

    assert reason(thought, [user("And?")]) == "thinking_retention"
    assert reason(thought, [user("And?")], "template") == "thinking_retention"
    assert reason(thought, [user("And?")], "tool_cycle") == "thinking_retention"
    assert reason(thought, [user("And?")], "all") == ""
    assert reason(thought, [user("And?")], keep=True) == ""
    called = ids(model, "<think>Hm</think><call>f</call>" + END)
    assert reason(called, [result]) == "" and reason(called, [result], "tool_cycle") == ""
    assert reason(plain, [user("And?")]) == ""
    # An earlier turn of the same question has reasoned, and the template would drop it.
    longer = [*prompt.tolist(), *called.tolist(), *model.bridge(prompt, called, [result]).new_ids.tolist()]
    assert reason(plain, [user("And?")], prompt=longer) == "thinking_retention"
    # The model stopped while it reasoned, or was cut off.
    assert reason(ids(model, "<think>Hm" + END), [user("And?")], "all") == "reasoning_open"
    cut = model.bridge(prompt, ids(model, "<think>Hm"), [user("And?")], thinking_retention="all")
    assert cut.rendered.text.startswith("</think>" + END + "<|turn|>user")
    # Where the prompt has closed the reasoning there is none to drop.
    quiet = model.render(HELLO, add_generation_prompt=True, quiet=True).ids
    assert reason(plain, [user("And?")], prompt=quiet, quiet=True) == ""
    assert reason(plain, [user("And?")], "template", prompt=quiet, quiet=True) == "thinking_retention"


def test_reasons_to_refuse(demo_model):
    prompt = demo_model.render(HELLO, add_generation_prompt=True).ids
    said = ids(demo_model, "Hello!" + END)
    for arguments, reason in [
        ((prompt, said, []), "no_messages"),
        (([], said, [user("And?")]), "no_prompt"),
        ((prompt, said, [user("And?"), assistant("Yes")]), "assistant_message"),
    ]:
        bridge = demo_model.bridge(*arguments)
        assert not bridge and bridge.reason == reason and bridge.detail
        with pytest.raises(typecase.NotExtendableError):
            bridge.ids
    moving = stand_in("{{ '<|turn|>' + messages[0].role + '\\n' if messages|length > 1 }}{% for m in messages %}{{ m.content + '<|end|>' }}{% endfor %}")
    assert moving.bridge(ids(moving, "x"), said, [user("And?")]).reason == "rewrites_history"
    strict = stand_in("{% for m in messages %}{% if m.role == 'tool' %}{{ raise_exception('no tools here') }}{% endif %}{{ m.content + '<|end|>' }}{% endfor %}")
    refused = strict.bridge(ids(strict, "x"), said, [tool("sunny")])
    assert refused.reason == "template_refuses" and "no tools here" in refused.detail
    counting = stand_in(
        "{% for m in messages %}{{ ('A:' if m.role == 'assistant' else loop.index|string + ':') + m.content + '<|end|>' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ 'A:' }}{% endif %}"
    )
    assert counting.bridge(ids(counting, "x"), said, [user("And?")]).reason == "depends_on_history"
    named = stand_in(
        "{% for m in messages %}{{ '<|turn|>' + m.role + '\\n' }}{% if m.role == 'tool' %}{{ messages[loop.index0 - 1].tool_calls[0].function.name }}{% endif %}"
        "{{ (m.content or '') }}{% for c in m.tool_calls or [] %}{{ c.function.arguments.a }}{% endfor %}{{ '<|end|>' }}{% endfor %}"
    )
    nameless = {"role": "tool", "content": "sunny", "tool_call_id": "call10001"}
    assert named.bridge(ids(named, "x"), said, [nameless]).reason == "tool_name_missing"
    assert named.bridge(ids(named, "x"), said, [{**nameless, "name": "f"}])


def test_the_completion_names_the_tool():
    model = stand_in(
        "{% for m in messages %}{{ '<|turn|>' + m.role + '\\n' }}"
        "{% if m.role == 'tool' %}{{ messages[loop.index0 - 1].tool_calls[0].function.name + ': ' }}{% endif %}{{ m.content or '' }}"
        "{% for c in m.tool_calls or [] %}{{ '<tool_call>' + {'name': c.function.name, 'arguments': c.function.arguments}|tojson + '</tool_call>' }}{% endfor %}"
        "{{ '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|turn|>assistant\\n' }}{% endif %}"
    )
    prompt = model.render(HELLO, [WEATHER], add_generation_prompt=True).ids
    said = ids(model, '<tool_call>{"name": "get_weather", "arguments": {"city": "Rome"}}</tool_call><|end|>')
    bridge = model.bridge(prompt, said, [{"role": "tool", "content": "sunny", "tool_call_id": "call_1"}], [WEATHER])
    assert bridge.rendered.text == "<|turn|>tool\nget_weather: sunny<|end|><|turn|>assistant\n"


def test_a_system_message_that_moves():
    last = stand_in(
        "{% for m in messages if m.role != 'system' %}{{ '<|turn|>' + m.role + '\n' }}"
        "{% if loop.last and messages[0].role == 'system' %}{{ messages[0].content + '\n' }}{% endif %}{{ m.content + '<|end|>' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|turn|>assistant\n' }}{% endif %}"
    )
    prompt, said = last.render(HELLO, add_generation_prompt=True).ids, ids(last, "Hello!" + END)
    assert last.bridge(prompt, said, [user("And?")]).reason == "rewrites_history"
    assert last.bridge(prompt, said, [user("And?")], has_system_message=False)
    assert last.bridge(prompt, said, [user("And?")], has_system_message=True).reason == "rewrites_history"


def test_control_tokens_in_new_messages(demo_model):
    prompt, said = demo_model.render(HELLO, add_generation_prompt=True).ids, ids(demo_model, "Hello!" + END)
    turn = user("a <|end|> b")
    parsed = demo_model.bridge(prompt, said, [turn])
    plain = demo_model.bridge(prompt, said, [turn], special_tokens_in_content="text")
    assert len(plain.new_ids) > len(parsed.new_ids) and parsed.rendered.control_tokens_in_content == 1
    with pytest.raises(typecase.FieldError):
        demo_model.bridge(prompt, said, [turn], special_tokens_in_content="reject")


def test_wrong_requests(demo_model):
    for options, field in [({"thinking_retention": "some"}, "thinking_retention"), ({"continue_final_message": True, "add_generation_prompt": False}, "continue_final_message")]:
        with pytest.raises(typecase.FieldError) as caught:
            demo_model.bridge([1], [2], HELLO, **options)
        assert caught.value.field == field


def test_what_depends_on_the_time_of_day():
    model = stand_in("{{ strftime_now('%H:%M') }}{% for m in messages %}{{ '<|turn|>' + m.role + '\n' + m.content + '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|turn|>assistant\n' }}{% endif %}")
    for hour in range(3):
        now = CLOCK.replace("15:", f"1{hour}:")
        prompt = model.render(HELLO, add_generation_prompt=True, now=now).ids
        assert model.bridge(prompt, ids(model, "Hello!" + END), [user("And?")], now=now).rendered.text.startswith("<|turn|>user\nAnd?")


def test_tools_that_the_bridge_shows():
    model = stand_in(
        "{% for m in messages %}{{ '<|turn|>' + m.role + '\n' + m.content }}"
        "{% if loop.last and tools %}{{ tools|tojson }}{% endif %}{{ '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|turn|>assistant\n' }}{% endif %}"
    )
    # What showed the tools behind the last message shows them elsewhere when another follows.
    prompt = model.render(HELLO, [WEATHER], add_generation_prompt=True).ids
    assert model.bridge(prompt, ids(model, "Hello!" + END), [user("And?")], [WEATHER]).reason == "rewrites_history"
    always = stand_in(
        "{% for m in messages %}{{ '<|turn|>' + m.role + '\n' + m.content }}"
        "{% if m.role == 'user' and tools %}{{ tools|tojson }}{% endif %}{{ '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|turn|>assistant\n' }}{% endif %}"
    )
    prompt = always.render(HELLO, [WEATHER], add_generation_prompt=True).ids
    bridge = always.bridge(prompt, ids(always, "Hello!" + END), [user("And?")], [WEATHER])
    whole = always.render([*HELLO, assistant("Hello!"), user("And?")], [WEATHER], add_generation_prompt=True)
    assert bridge.ids.tolist() == whole.ids.tolist()
