"""Tokenizers, templates and models from Python: what they give, and what they say of bad input."""

import json
import os
import pathlib
import subprocess
import sys
import threading

import pytest
import typecase
from typecase.demo import MODEL

from python.threads import side_by_side

MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello, wörld!"}]


def parts():
    config = {
        "tokenizer_config": json.loads((MODEL / "tokenizer_config.json").read_text()),
        "generation_config": json.loads((MODEL / "generation_config.json").read_text()),
        "config": json.loads((MODEL / "config.json").read_text()),
    }
    return {"tokenizer_json": (MODEL / "tokenizer.json").read_bytes(), "chat_template": (MODEL / "chat_template.jinja").read_text(), "config": config}


def test_a_model_from_parts_is_the_model_of_the_directory(demo_model):
    model = typecase.Model.from_parts(**parts())
    assert model.info == demo_model.info
    assert model.render(MESSAGES).ids.tolist() == demo_model.render(MESSAGES).ids.tolist()


def test_arrays_are_views_that_outlive_their_owner(demo_model):
    ids = demo_model.render(MESSAGES).ids
    copy = ids.tolist()
    for _ in range(50):
        demo_model.render(MESSAGES[1:] * 3)
    assert ids.tolist() == copy
    assert ids.dtype == "uint32" and not ids.flags.writeable
    encoding = demo_model.tokenizer.encode("Hello")
    assert encoding.offsets.shape == (len(encoding), 2)


def test_without_numpy():
    """The same values as memoryviews."""
    code = """
import sys
sys.modules["numpy"] = None
import typecase
from typecase.demo import MODEL
model = typecase.Model(MODEL)
r = model.render([{"role": "user", "content": "Hi"}])
assert isinstance(r.ids, memoryview) and r.ids.format == "I" and r.ids.readonly
assert r.offsets.shape == (len(r), 2) and r.offsets.tolist()[0][0] == 0
assert model.tokenizer.decode(r.ids) == r.text
assert len(model.tokenizer.encode("").ids) == 0
"""
    root = pathlib.Path(typecase.__file__).resolve().parents[1]
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": str(root)})


def test_offsets_point_into_the_text(demo_model):
    """Spans follow each other and cover the text; tokens that share a character share its span, as in the reference."""
    rendered = demo_model.render(MESSAGES)
    data, end = rendered.text.encode(), 0
    for (first, last), (begin, until) in zip(rendered.offsets.tolist(), rendered.byte_offsets.tolist(), strict=True):
        assert first == end or (first < end and last == end)
        assert data[begin:until].decode() == rendered.text[first:last]
        end = last
    assert end == len(rendered.text)


def test_info(demo_model):
    info = demo_model.info
    end = demo_model.tokenizer.token_to_id("<|end|>")
    assert info["stop_token_ids"][0] == end
    assert info["special_tokens"] == {"eos_token": "<|end|>", "pad_token": "<|endoftext|>"}
    assert info["reasoning"] == {"start": "<think>", "end": "</think>"}
    assert info["chat_templates"] == ["default"] and info["window"] == 4096
    assert {"messages", "tools", "add_generation_prompt"} <= set(info["template_variables"])
    assert demo_model.tokenizer.info["model"] == "BPE"


def test_named_templates(demo_model):
    config = {"chat_template": [{"name": "default", "template": "D"}, {"name": "tool_use", "template": "T"}, {"name": "rag", "template": "R"}]}
    model = typecase.Model.from_parts(tokenizer_json=parts()["tokenizer_json"], config=config)
    assert model.render(MESSAGES).text == "D"
    assert model.render(MESSAGES, tools=[]).text == "T"
    assert model.render(MESSAGES, chat_template="rag").text == "R"
    with pytest.raises(typecase.FieldError, match="default, tool_use, rag"):
        model.render(MESSAGES, chat_template="none")


def test_a_directory_of_many_files(tmp_path, demo_model):
    for path in MODEL.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "additional_chat_templates").mkdir()
    (tmp_path / "additional_chat_templates" / "short.jinja").write_text("S")
    assert typecase.Model(tmp_path).info["chat_templates"] == ["default", "short"]


def test_modes():
    template = "{{ messages[0] }}"
    model = typecase.Model.from_parts(tokenizer_json=parts()["tokenizer_json"], chat_template=template)
    message = {"role": "user", "content": None, "thinking": "t"}
    assert model.render([message]).text == "{'thinking': 't', 'role': 'user', 'reasoning_content': 't'}"
    assert model.render([message], mode="render").text == "{'role': 'user', 'content': None, 'thinking': 't'}"


def test_continue_final_message(demo_model):
    chat = [*MESSAGES, {"role": "assistant", "content": "I think"}]
    text = demo_model.render(chat, continue_final_message=True).text
    assert text.endswith("<|turn|>assistant\nI think")
    for messages, keywords, words in [
        (MESSAGES, {"add_generation_prompt": True}, "add_generation_prompt"),
        ([*MESSAGES, {"role": "assistant"}], {}, "no content"),
        ([*MESSAGES, {"role": "assistant", "content": [{"type": "image"}]}], {}, "no text part"),
    ]:
        with pytest.raises(typecase.FieldError, match=words):
            demo_model.render(messages, continue_final_message=True, **keywords)


def test_strftime_now_sees_what_it_is_told():
    template = typecase.Template("{{ strftime_now('%d %b %Y %H:%M:%S') }}")
    assert template.render({}, now="2026-03-14T15:09:26") == "14 Mar 2026 15:09:26"
    with pytest.raises(typecase.FieldError, match="now"):
        template.render({}, now="yesterday")


def test_prompts(demo_model):
    tokenizer = demo_model.tokenizer
    hello = tokenizer.encode("Hello world, this is a prompt").ids.tolist()
    assert demo_model.render_prompt("Hello world, this is a prompt").ids.tolist() == hello
    assert demo_model.render_prompt([1, 2, 3]).ids.tolist() == [1, 2, 3]
    batch = demo_model.render_prompt(["Hello world, this is a prompt", "b"])
    assert [one.ids.tolist() for one in batch] == [hello, tokenizer.encode("b").ids.tolist()]
    assert batch[1].text == "b"
    assert [one.ids.tolist() for one in demo_model.render_prompt([[1, 2], [3]])] == [[1, 2], [3]]
    assert [one.ids.tolist() for one in demo_model.render_prompt(["b", [3]])][1] == [3]
    assert demo_model.render_prompt([1, 2, 3, 4], truncate_prompt_tokens=2).ids.tolist() == [3, 4]
    assert demo_model.render_prompt([1, 2, 3, 4], truncate_prompt_tokens=2, truncation_side="right").ids.tolist() == [1, 2]
    assert demo_model.render_prompt([1, 2, 3, 4], truncate_prompt_tokens=-1, max_length=3).ids.tolist() == [2, 3, 4]
    assert demo_model.render_prompt([1, 2, 3], truncate_prompt_tokens=0, allow_empty=True).ids.tolist() == []
    assert [one.ids.tolist() for one in demo_model.render_prompt(["", [2]], allow_empty=True)] == [[], [2]]
    lowered = demo_model.render_prompt("Hello WORLD, ΑΣ", do_lower_case=True)
    assert lowered.text == "hello world, ας" and lowered.ids.tolist() == tokenizer.encode("hello world, ας").ids.tolist()
    lowering = typecase.Model.from_parts(**parts() | {"config": {"sentence_bert_config": {"do_lower_case": True}}})
    assert lowering.render_prompt("Hello").text == "hello" and lowering.render_prompt("Hello", do_lower_case=False).text == "Hello"
    assert demo_model.info["window"] > 0 and demo_model.render_prompt([1, 2], truncate_prompt_tokens=-1).ids.tolist() == [1, 2]
    windowless = typecase.Model.from_parts(tokenizer_json=parts()["tokenizer_json"])
    with pytest.raises(typecase.FieldError, match="max_length must be given"):
        windowless.render_prompt([1], truncate_prompt_tokens=-1)
    cut = demo_model.render_prompt("Hello world, this is a prompt", truncate_prompt_tokens=2)
    assert "".join(cut.text[first:last] for first, last in cut.offsets.tolist()) == tokenizer.decode(hello[-2:])


@pytest.mark.parametrize(
    ("prompt", "keywords", "error", "words"),
    [
        ([1, 2, 3], {"max_length": 2}, typecase.WindowError, "3 tokens.*max_length is 2"),
        ([1, 2, 3], {"truncate_prompt_tokens": 5, "max_length": 4}, typecase.FieldError, "5.*max_length, which is 4"),
        ([1], {"truncate_prompt_tokens": 0}, typecase.FieldError, "allow_empty"),
        ([1], {"truncate_prompt_tokens": -2}, typecase.FieldError, "is -2"),
        ([1], {"truncation_side": "middle"}, typecase.FieldError, "left.*right"),
        ([1], {"cache_salt": "a/b"}, typecase.FieldError, "cache_salt"),
        ("", {}, typecase.FieldError, "empty"),
        ([], {}, typecase.FieldError, "at least one"),
        ([[]], {}, typecase.FieldError, "empty"),
        ([100_000], {}, typecase.VocabularyError, "100000"),
        ([[1], [2, 100_000]], {}, typecase.VocabularyError, r"prompt\[1\]\[1\]"),
        ([-1], {}, typecase.FieldError, "-1"),
    ],
)
def test_bad_prompts(demo_model, prompt, keywords, error, words):
    with pytest.raises(error, match=words):
        demo_model.render_prompt(prompt, **keywords)


@pytest.mark.parametrize(
    ("messages", "keywords", "field"),
    [
        ([], {}, "messages"),
        (["hello"], {}, "messages[0]"),
        (MESSAGES, {"tools": 7}, None),
        (MESSAGES, {"documents": ["text"]}, "documents[0]"),
        (MESSAGES, {"continue_final_message": 3}, "continue_final_message"),
        (MESSAGES, {"mode": "fast"}, "mode"),
        (MESSAGES, {"now": "later"}, "now"),
    ],
)
def test_bad_requests(demo_model, messages, keywords, field):
    expected = TypeError if field is None else typecase.FieldError
    with pytest.raises(expected) as caught:
        demo_model.render(messages, **keywords)
    if field:
        assert caught.value.field == field and field in str(caught.value)


def test_the_templates_own_words(demo_model):
    with pytest.raises(typecase.TemplateError) as caught:
        demo_model.render([{"role": "narrator", "content": "x"}])
    assert caught.value.source_message == "Unknown role: narrator"
    assert caught.value.line and caught.value.line > 1


def test_text_that_is_none(demo_model):
    with pytest.raises(typecase.EncodingError) as caught:
        demo_model.tokenizer.encode(b"ab\xffcd")
    assert caught.value.offset == 2
    with pytest.raises(typecase.EncodingError, match=r"texts\[1\]"):
        demo_model.tokenizer.encode_batch(["a", b"\xc3"])
    with pytest.raises(typecase.JSONError):
        demo_model.render([{"role": "user", "content": "\ud800"}])
    assert demo_model.render([{"role": "user", "content": "a\0b"}]).text.count("a\0b") == 1


def test_templates_that_are_none():
    for source, words in [("{% if x %}", "endif|end"), ("{{ 1 + }}", "line 1|."), ("a\n{% nothing %}", "nothing"), ("{{ x|nofilter }}", "nofilter")]:
        with pytest.raises(typecase.TemplateError, match=words) as caught:
            typecase.Template(source)
        assert caught.value.line == (2 if source.startswith("a\n") else 1)
    with pytest.raises(typecase.TypecaseError):
        typecase.Template(b"\xff")


def test_origins():
    """Every byte of a rendered text says where it comes from."""
    template = typecase.Template("{% for m in messages %}<{{ m.role }}>{{ m.content | trim }}\n{% endfor %}{{ bos_token }}{{ kind }}")
    context = {"messages": [{"role": "user", "content": " é "}, {"role": "assistant", "content": "b"}], "bos_token": "S", "kind": "K"}
    traced = template.render(context, origins=True)
    assert traced.text == template.render(context) == "<user>é\n<assistant>b\nSK"
    pieces, at = [], 0
    for length, index in traced.runs.tolist():
        origin = traced.origins[index]
        pieces.append((traced.bytes[at : at + length].decode(), origin["kind"], origin.get("message"), origin.get("path")))
        at += length
    assert at == len(traced.bytes)
    assert ("user", "message", 0, "role") in pieces and ("é", "message", 0, "content") in pieces and ("b", "message", 1, "content") in pieces
    assert ("<", "template", 0, None) in pieces and ("<", "template", 1, None) in pieces
    assert ("S", "special_token", None, "bos_token") in pieces and ("K", "variable", None, "kind") in pieces


def test_capabilities():
    """What small chats show about a template."""

    def capabilities(source, variables=None):
        found = typecase.Template(source).info(variables)["capabilities"]
        return {name for name, value in found.items() if value is True}, found["media"]

    assert capabilities("{% for m in messages %}{{ m.role }}: {{ m.content }}{% endfor %}")[0] == {"system", "developer", "tool_results"}
    strict = "{% for m in messages %}{% if m.role not in ['user', 'assistant'] %}{{ raise_exception('no') }}{% endif %}{{ m.content }}{% endfor %}"
    assert capabilities(strict) == (set(), [])
    assert "generation_prompt" in capabilities("{{ messages }}{% if add_generation_prompt %}A{% endif %}")[0]
    parts = "{% for p in messages[0].content %}{% if p.type == 'image' %}<img>{% elif p.type == 'text' %}{{ p.text }}{% endif %}{% endfor %}"
    assert capabilities(parts) == ({"parts"}, ["image"])
    needs_bos = "{{ bos_token + messages[0].content }}"
    assert capabilities(needs_bos)[0] == set() and capabilities(needs_bos, {"bos_token": "<s>"})[0] == {"system", "developer"}
    demo = typecase.Template((MODEL / "chat_template.jinja").read_text()).info()
    assert demo["capabilities"] == {
        "system": True, "developer": False, "tools": True, "tool_calls": True, "tool_results": True, "documents": False,
        "reasoning": True, "parts": True, "media": [], "generation_prompt": True,
    }
    assert [variable["name"] for variable in demo["variables"]] == ["messages", "tools", "add_generation_prompt"]


def test_analysis():
    """What the source of a template says about it."""
    source = """{%- set thinking = enable_thinking | default(true) -%}{%- if effort is not defined -%}{%- set effort = 'low' -%}{%- endif -%}
    {%- for message in messages -%}{%- if message.role == 'user' or message['role'] == 'tool' -%}{{ message.content }}
    {%- elif message.role == 'assistant' -%}{%- generation -%}{{ message.reasoning_content }}{%- endgeneration -%}{%- endif -%}
    {%- for part in message.content -%}{%- if part.type == 'image' -%}I{%- endif -%}{%- endfor -%}{%- endfor -%}"""
    info = typecase.Template(source).info()
    variables = {variable["name"]: variable for variable in info["variables"]}
    assert variables["enable_thinking"]["default"] is True and variables["enable_thinking"]["optional"]
    assert variables["effort"]["default"] == "low"
    assert "default" not in variables["messages"]
    assert info["roles"] == ["user", "tool", "assistant"]
    assert {"role", "content", "reasoning_content"} <= set(info["message_fields"]) and info["reasoning_fields"] == ["reasoning_content"]
    assert info["part_types"] == ["image"] and info["generation"] is True


def test_kinds_of_template_errors():
    for source, kind in [("{{ a.b }}", "UndefinedError"), ("{{ 1 + 'a' }}", "TypeError"), ("{{ raise_exception('x') }}", "TemplateError")]:
        with pytest.raises(typecase.TemplateError) as caught:
            typecase.Template(source).render({})
        assert caught.value.kind == kind


def test_contexts_that_are_none():
    template = typecase.Template("{{ a }}")
    with pytest.raises(typecase.JSONError):
        template.render({"a": float("nan")})
    assert template.render({"a": 10**30}) == str(10**30)


def test_broken_directories(tmp_path):
    with pytest.raises(OSError, match="no such directory"):
        typecase.Model(tmp_path / "none")
    with pytest.raises(typecase.FileError, match="tokenizer.json: no such file") as caught:
        typecase.Model(tmp_path)
    assert caught.value.field.endswith("tokenizer.json")
    for path in MODEL.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for name, content, words in [
        ("config.json", "{\n  nonsense", r"config.json is not JSON.*line 2"),
        ("config.json", '{"vocab_size": "many"}', "vocab_size must be an integer"),
        ("config.json", "[]", "must be an object"),
        ("generation_config.json", '{"eos_token_id": "x"}', "eos_token_id"),
        ("tokenizer_config.json", '{"eos_token": 7}', "eos_token must be a string"),
        ("chat_template.jinja", "{% if %}", "chat_template.jinja"),
        ("tokenizer.json", "{}", "tokenizer.json"),
        ("tokenizer.json", "", "empty"),
    ]:
        good = (tmp_path / name).read_bytes()
        (tmp_path / name).write_text(content)
        with pytest.raises(typecase.FileError, match=words) as caught:
            typecase.Model(tmp_path)
        assert caught.value.field.endswith(name)
        (tmp_path / name).write_bytes(good)
    (tmp_path / "config.json").unlink()
    (tmp_path / "config.json").mkdir()
    with pytest.raises(typecase.FileError, match="config.json"):
        typecase.Model(tmp_path)


def test_a_model_without_a_template():
    model = typecase.Model.from_parts(tokenizer_json=parts()["tokenizer_json"])
    assert len(model.render_prompt("hello").ids)
    with pytest.raises(NotImplementedError, match="no chat template"):
        model.render(MESSAGES)


def test_unsupported_tokenizers_are_named():
    tokenizer = json.loads(parts()["tokenizer_json"])
    tokenizer["model"]["type"] = "Nonsense"
    with pytest.raises(typecase.UnsupportedError, match="Nonsense"):
        typecase.Tokenizer(bytes=json.dumps(tokenizer).encode())


def test_threads_share_a_model(demo_model):
    want, failures = demo_model.render(MESSAGES).ids.tolist(), []

    def work():
        for _ in range(300):
            if demo_model.render(MESSAGES).ids.tolist() != want:
                failures.append(1)

    side_by_side(8, work)
    assert not failures


def test_handles_are_not_pickled(demo_model):
    import copy
    import pickle

    assert copy.deepcopy(demo_model) is demo_model
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(demo_model)


def test_hostile_templates_end(demo_model):
    sources = [
        "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
        "{% set ns = namespace(s='x') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ 'x' * 1000000000000 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ 10 ** 1000000000 }}",
    ]
    for source in sources:
        with pytest.raises(typecase.TypecaseError):
            typecase.Template(source).render({})
    for source in ["{{ " + "(" * 100_000 + "1" + ")" * 100_000 + " }}", "{% if 1 %}" * 100_000, "{{ " + "not " * 100_000 + "1 }}", "{{ " + "[" * 100_000]:
        with pytest.raises(typecase.TypecaseError):
            typecase.Template(source)


def test_limits_can_be_set():
    loop = typecase.Template("{% for i in range(1000) %}{{ i }}{% endfor %}")
    assert len(loop.render({})) == 2890
    for limit in ({"max_steps": 500}, {"max_output_bytes": 100}):
        with pytest.raises(typecase.LimitError):
            loop.render({}, **limit)
    nested = typecase.Template("{% macro m(n) %}{% if n %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(50) }}")
    assert nested.render({}) == ""
    with pytest.raises(typecase.LimitError):
        nested.render({}, max_depth=20)


def test_the_demo_runs():
    root = pathlib.Path(typecase.__file__).resolve().parents[1]
    done = subprocess.run([sys.executable, "-m", "typecase.demo"], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(root)})
    assert "vllm: " in done.stdout and "sglang: " in done.stdout and "[<|turn|>]" in done.stdout


def test_fork_while_threads_encode(demo_model):
    """A child that is forked in the middle of other threads' work can encode and render; nothing it needs is held by them."""
    text = "Hello, world! 123 " * 200
    want, stop = demo_model.tokenizer.encode(text).ids.tolist(), threading.Event()

    def work():
        tokenizer = demo_model.tokenizer
        while not stop.is_set():
            tokenizer.encode(text)
            demo_model.render(MESSAGES)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(30):
            child = os.fork()
            if child == 0:
                good = demo_model.tokenizer.encode(text).ids.tolist() == want and len(demo_model.render(MESSAGES)) > 0
                os._exit(0 if good else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        stop.set()
        for thread in threads:
            thread.join()
