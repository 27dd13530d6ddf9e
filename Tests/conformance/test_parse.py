"""What a model said: messages that templates write are read back, however the tokens are cut, in time that grows with their number."""

import json
import re
import time

import pytest
import typecase

from conformance import messages, pypi
from conformance.attribution import DEFAULT, model_for
from conformance.roundtrip import USER, Report, Template, check

# Templates whose messages do not all come back, and why: docs/parsing.md.
SILENT = "writes the content of a message with calls as reasoning"
KNOWN = {
    "CohereForAI-c4ai-command-r-v01-JSON-Schema.jinja": "goes on with an instruction behind calls",
    "LiquidAI-LFM2.5-8B-A1B.jinja": "escapes no quotes in strings",
    "lfm2_2_5": "escapes no quotes in strings",
    "lfm2_2_5_v2": "escapes no quotes in strings",
    "LiquidAI-LFM2.5-VL-450M.jinja": "escapes no quotes and no backslashes in strings",
    "MiniMaxAI-MiniMax-M3.jinja": "leaves out what is null",
    "ai-sage-GigaChat3-10B-A1.8B.jinja": "writes the first of several calls",
    "nvidia-NVIDIA-Nemotron-Nano-v2.jinja": "writes the content of a last turn into reasoning that it does not close, and its calls as another turn",
    "openai-gpt-oss-120b.jinja": SILENT,
    "trl-gptoss_training.jinja": SILENT,
    "gptoss": SILENT,
    "gptoss_training": SILENT,
    "xinference-gpt-oss.jinja": SILENT,
    "vllm-tool_chat_template_llama4_json.jinja": "puts nothing between content and calls",
    "vllm-tool_chat_template_llama4_pythonic.jinja": "puts nothing between content and calls, writes all values as strings, escapes nothing",
}


# Messages that come back, and that the template writes otherwise, or not.
CHANGED = {"CohereLabs-command-a-reasoning-08-2025.jinja": "refuses calls without content and thoughts"}


def assert_known(report):
    changed = {name: cases[0] for name, cases in report.changed.items() if name not in CHANGED}
    assert not changed, changed
    unknown = {name: failures[:2] for name, failures in report.failures.items() if name not in KNOWN}
    assert not unknown, f"{report.counts}; {len(unknown)} templates: " + "\n".join(map(str, list(unknown.items())[:6]))


def test_over_the_templates_of_pypi():
    report, seen = Report(), set()
    for name, source in pypi.templates():
        if source not in seen:
            seen.add(source)
            check(Template(name, source, DEFAULT), report)
    print(dict(report.counts), sorted(report.failures))
    assert_known(report)
    assert report.counts["templates"] > 40 and report.counts["read back"] > 1500, report.counts


def corpus(shared):
    """(name, source, special tokens) of every template of the corpus, each source once."""
    data = shared / "data"
    special = json.loads((data / "templates" / "special_tokens.json").read_text())
    seen = set()
    for path in [*sorted((data / "templates").glob("*.jinja")), *sorted((data / "family-models").glob("*/chat_template.jinja"))]:
        source = path.read_bytes().decode()
        if source in seen:
            continue
        seen.add(source)
        tokens = special.get(path.stem, {}).items() or re.findall(r"set (\w+_token)\s*=\s*'([^']+)'", source)
        named = {name: token if isinstance(token, str) else token.get("content") for name, token in tokens if isinstance(token, (str, dict))}
        yield path.name if path.parent.name == "templates" else path.parent.name, source, {**DEFAULT, **named}


def test_over_the_whole_corpus(shared):
    report = Report()
    for name, source, special in corpus(shared):
        try:
            template = Template(name, source, special)
        except typecase.TypecaseError:
            continue  # It does not compile.
        check(template, report)
    print(dict(report.counts), {name: len(failures) for name, failures in report.failures.items()})
    assert_known(report)
    assert report.counts["templates"] >= 170 and report.counts["read back"] >= 7771, report.counts
    assert len(report.failures) <= 11, sorted(report.failures)


def together(events):
    """Events as a message, neighbours of a kind put together."""
    made = []
    for event in events:
        if made and made[-1][0] == event.kind and event.kind in ("content", "reasoning", "arguments") and made[-1][2] == event.index:
            made[-1] = (event.kind, made[-1][1] + event.text, event.index)
        else:
            made.append((event.kind, event.text, event.index) if event.call is None else (event.kind, event.call.__dict__, event.index))
    return [item for item in made if item[1] != "" or item[0] != "content"]


def test_every_cut_of_what_templates_write(shared):
    """One message for each format of the corpus, cut at every place, and one token at a time."""
    formats, checked = set(), 0
    for name, source, special in corpus(shared):
        try:
            template = Template(name, source, special)
        except typecase.TypecaseError:
            continue
        format = json.dumps(template.model.format())
        if format in formats or '"tool_calls"' not in format:
            continue
        formats.add(format)
        calls = [("get_weather", {"city": "naïve 🙂 </b>", "n": [1, {"k": None}]}), ("tool_1", {})]
        tools = messages.tools(calls)
        for as_text in (False, True):
            completion = template.completion(messages.message(calls, "Both 🙂.", "hm <b>\n", as_text), tools)
            if completion is None:
                continue
            prompt, ids, _ = completion
            whole = template.model.parser(prompt, tools)
            want = together(whole.push(ids) + whole.finish())
            for cut in range(len(ids) + 1):
                parser = template.model.parser(prompt, tools)
                assert together(parser.push(ids[:cut]) + parser.push(ids[cut:]) + parser.finish()) == want, (name, cut)
            assert together(template.model.parser(prompt, tools).stream(ids)) == want, name
            checked += 1
    assert len(formats) > 50 and checked > 50, (len(formats), checked)


def test_a_format_goes_through_json(demo_model):
    from typecase.demo import MODEL

    format = demo_model.format()
    again = typecase.Model(MODEL, format=json.loads(json.dumps(format)))
    assert again.format() == format
    ids = demo_model.tokenizer.encode('<think>a</think>b<call>{"name": "f", "arguments": {}}</call>').ids
    assert again.parse(ids).value == demo_model.parse(ids).value
    format["tool_calls"]["close"] = "</other>"
    assert typecase.Model(MODEL, format=format).parse(ids).tool_calls[0].status == "unclosed_block"
    with pytest.raises(typecase.FieldError, match="tool_calls.arguments.encoding"):
        typecase.Model(MODEL, format={"tool_calls": {"arguments": {"encoding": "odd"}}})
    for key in ("key_open", "key_close"):
        tags = {**NESTED["tool_calls"]["arguments"], key: "\n"}
        with pytest.raises(typecase.FieldError, match=f"arguments.{key}"):
            typecase.Model(MODEL, format={"tool_calls": {"open": "<call>", "arguments": tags}})
    with pytest.raises(typecase.FieldError, match="reasoning"):
        typecase.Model(MODEL, format={"reasoning": {"open": "<think>"}})


NESTED = {
    "tool_calls": {
        "open": "<call>{name}\n", "close": "#</call>",
        "arguments": {"encoding": "tags", "key_open": "#<", "key_close": ">", "value_close": "#</{key}>", "item": "item"},
    }
}


def test_tags_inside_tags_have_the_types_of_their_schema(demo_model):
    from typecase.demo import MODEL

    inner = {"type": "object", "properties": {"text": {"type": "string"}, "count": {"type": "integer"}, "item": {"type": "string"}}}
    properties = {"list": {"type": "array", "items": {"$ref": "#/$defs/inner"}}, "flat": {"type": "string"}, "none": {"type": "array"}, "free": {}}
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": properties, "$defs": {"inner": inner}}}}
    model = typecase.Model(MODEL, format=NESTED)
    text = (
        "<call>f\n#<list>#<item>#<text>12#</text>#<count>12#</count>#</item>#<item>#<item>1#</item>#</item>#</list>#<flat>#<b>1#</b>#</flat>#<none>#</none>"
        "#<free>#<item>7#</item>#<item>#<a>null#</a>#<a2>x #</a2> y#</a2>#</item>#</free>#</call>"
    )
    (call,) = model.parse(demo_model.tokenizer.encode(text).ids, [], [tool]).tool_calls
    assert call.status == "ok"
    assert call.parsed == {"list": [{"text": "12", "count": 12}, {"item": "1"}], "flat": "#<b>1#</b>", "none": [], "free": [7, {"a": "null", "a2": "x #</a2> y"}]}


def test_schemas_that_refer_to_themselves(demo_model):
    from typecase.demo import MODEL

    reference = {"$ref": "#/properties/a"}
    tool = {"type": "function", "function": {"name": "f", "parameters": {"properties": {"a": {"anyOf": [reference] * 9, "items": reference}}}}}
    ids = demo_model.tokenizer.encode("<call>f\n" + "#<a>" + "#<item>" * 500 + "1").ids
    begin = time.perf_counter()
    parsed = typecase.Model(MODEL, format=NESTED).parse(ids, [], [tool])
    assert parsed.tool_calls[0].status == "unclosed_block" and time.perf_counter() - begin < 2


TAGS = {
    "tool_calls": {
        "section_open": "<calls>", "section_close": "</calls>", "open": "<call>{name}\n", "close": "</f></call>",
        "arguments": {"encoding": "tags", "key_open": "<key>", "key_close": "</key>\n<value>", "value_close": "\n</value>\n"},
    }
}
HOSTILE = {
    "angles": "<", "spaces": " ", "new lines": "\n", "openings": "<call>", "names": "<call>f", "closings": "</call>", "half a section": "<calls><call>",
    "values": "<call>f\n<key>a</key>\n<value>", "value ends": "</value>", "value ends and space": "</value> \n", "deep": '{"a":[', "quotes": '"',
    "tags": "#<a>", "tag ends": "#</a>", "backslashes": "\\", "objects": '<call>{"name": "f", "arguments": {"a": "', "thoughts": "<think>", "letters": "é",
}


@pytest.mark.parametrize("format", ["objects", "tags", "nested"])
@pytest.mark.parametrize("text", HOSTILE)
def test_time_grows_with_the_ids(demo_model, format, text):
    from typecase.demo import MODEL

    model = {"objects": demo_model, "tags": typecase.Model(MODEL, format=TAGS), "nested": typecase.Model(MODEL, format=NESTED)}[format]
    start = {"objects": '<call>{"name": "f", "arguments": {"a": "', "tags": "<calls><call>f\n<key>a</key>\n<value>", "nested": "<call>f\n#<a>"}[format]

    def seconds(count, prefix, singly):
        ids = demo_model.tokenizer.encode(prefix + HOSTILE[text] * count).ids[: 4 * count].tolist()
        best = 1e9
        for _ in range(3):
            parser = model.parser([])
            begin = time.perf_counter()
            if singly:
                for id in ids:
                    parser.push(id)
            else:
                parser.push(ids)
            parser.finish()
            best = min(best, (time.perf_counter() - begin) / max(1, len(ids)))
        return best

    for prefix in ("", start):
        for singly, few in ((True, 500), (False, 4000)):
            one, many = seconds(few, prefix, singly), seconds(8 * few, prefix, singly)
            assert many < 4 * one + 2e-6, (prefix, singly, one, many)


def test_what_was_never_sampled_is_not_told(demo_model):
    """The prompt may end inside of what the message goes on with."""
    prompt = demo_model.render([USER, {"role": "assistant", "content": "It is "}], continue_final_message=True)
    ids = demo_model.tokenizer.encode("sunny.<|end|>").ids
    assert demo_model.parse(ids, prompt.ids).content == "sunny."
    thinking = demo_model.tokenizer.encode("<|turn|>assistant\n<think>\nSo far").ids
    parsed = demo_model.parse(demo_model.tokenizer.encode(" so good\n</think>\n\nYes").ids, thinking)
    assert (parsed.reasoning_content, parsed.content, parsed.reasoning_complete) == (" so good", "Yes", True)


BARE_TURNS = (
    "{{ bos_token }}{% for m in messages %}{% if m.role == 'user' %}[INST] {{ m.content }}OPEN{% elif m.tool_calls %}[TOOL_CALLS] [{% for c in m.tool_calls %}"
    '{"name": "{{ c.function.name }}", "arguments": {{ c.function.arguments | tojson }}}{{ ", " if not loop.last }}{% endfor %}]{{ eos_token }}'
    "{% else %} {{ m.content }}{{ eos_token }}{% endif %}{% endfor %}"
)


def test_a_turn_that_begins_with_its_words():
    """What closes the user's turn opens the assistant's: what a prompt goes on with behind it is open."""
    model, _ = model_for(BARE_TURNS.replace("OPEN", "[/INST]"), DEFAULT)
    assert model.format()["turn"]["open"] == "[/INST]" and model.format()["tool_calls"]["takes_objects"]
    encode = lambda text: model.tokenizer.encode(text, add_special_tokens=False).ids  # noqa: E731
    prompt = model.render([{"role": "user", "content": "Hi"}]).ids.tolist()
    (call,) = model.parse(encode('[{"name": "f", "arguments": {"a": 1}}]</s>'), prompt + encode("[TOOL_CALLS]").tolist()).tool_calls
    assert (call.name, call.parsed, call.status) == ("f", {"a": 1}, "ok")
    assert model.parse(encode("sunny.</s>"), prompt + encode(" It is ").tolist()).content == "sunny."
    text = model_for(BARE_TURNS.replace("OPEN", " Answer:"), DEFAULT)[0]
    assert text.format()["turn"]["open"] == "Answer:"
    said = text.tokenizer.encode(" Answer: forty-two</s>", add_special_tokens=False).ids
    assert text.parse(said, text.render([{"role": "user", "content": "Hi"}]).ids).content == "Answer: forty-two"


def test_thoughts_in_a_field_of_the_template(shared):
    source = (shared / "data" / "templates" / "CohereLabs-c4ai-command-a-03-2025.jinja").read_text()
    template = Template("command", source, DEFAULT)
    calls = [("get_weather", {"city": "Rome"})]
    made = {**messages.message(calls, "", None, False), "tool_plan": "Look it up."}
    prompt, ids, whole = template.completion(made, messages.tools(calls))
    parsed = template.model.parse(ids, prompt, messages.tools(calls))
    assert parsed.reasoning_content == parsed.message["tool_plan"] == "Look it up."
    assert template.render([USER, parsed.message], messages.tools(calls)).text == whole.text


def test_chunks_are_those_of_openai(demo_model):
    ids = demo_model.tokenizer.encode('<think>hm</think>Yes.<call>{"name": "f", "arguments": {"a": [1, 2]}}</call><|end|>').ids
    text, thought, calls = "", "", {}
    for event in demo_model.parser([]).stream(ids.tolist()):
        delta = typecase.chunk(event) or {}
        text += delta.get("content", "")
        thought += delta.get("reasoning_content", "")
        for call in delta.get("tool_calls", []):
            there = calls.setdefault(call["index"], {"function": {"name": "", "arguments": ""}})
            there["id"] = call.get("id", there.get("id"))
            for key, value in call["function"].items():
                there["function"][key] += value
    message = demo_model.parse(ids, []).message
    assert (text, thought) == (message["content"], message["reasoning_content"])
    assert [{"id": call["id"], "type": "function", "function": call["function"]} for call in calls.values()] == message["tool_calls"]
    # A message for a template that takes objects is OpenAI's all the same once its arguments are texts.
    assert typecase.openai_message(message) == message
    objects = [{**call, "function": {**call["function"], "arguments": json.loads(call["function"]["arguments"])}} for call in message["tool_calls"]]
    again = typecase.openai_message({**message, "tool_calls": objects})["tool_calls"]
    assert [json.loads(call["function"]["arguments"]) for call in again] == [{"a": [1, 2]}] and all(isinstance(call["function"]["arguments"], str) for call in again)
