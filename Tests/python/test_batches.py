"""Several prompts in one request: the choices are those of a request each."""

import array
import json
import random

import pytest
import typecase
from typecase._library import make
from typecase.sim import Server, Settings

from python.replay import Replay

PROMPTS = [[1, 2, 3], [4], [5] * 20]
ENGINES = {"sglang": typecase.SGLang, "openai": typecase.OpenAI}
ARGUMENTS = {"vocab_size": 100, "max_prompt_len": 50}


def told(choice):
    return choice.ids.tolist(), choice.logprobs.tolist(), choice.finish_reason


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("engine", ENGINES)
def test_choices_come_prompt_by_prompt(engine, n):
    sampling = {"max_tokens": 7, "seed": 5, "n": n}
    with Server(Settings(vocab_size=100)) as server:
        backend = ENGINES[engine](server.url)
        single = [typecase.generate(backend=backend, prompt_ids=prompt, sampling_params=sampling, **ARGUMENTS) for prompt in PROMPTS]
        together = typecase.generate(backend=backend, prompt_ids=PROMPTS, sampling_params=sampling, **ARGUMENTS)
        *events, done = typecase.stream(backend=backend, prompt_ids=PROMPTS, sampling_params=sampling, **ARGUMENTS)
    expected = [told(choice) for completion in single for choice in completion.choices]
    assert len(expected) == 3 * n and [told(choice) for choice in together.choices] == expected
    assert together.prompt_ids.tolist() == sum(PROMPTS, [])
    assert together.usage["prompt_tokens"] == 24 and together.usage["completion_tokens"] == 21 * n
    assert [told(choice) for choice in done.completion.choices] == expected and done.completion.usage["completion_tokens"] == 21 * n
    for i in range(3 * n):
        assert [id for event in events if event.kind == "tokens" and event.choice == i for id in event.ids.tolist()] == expected[i][0]


def test_each_is_read_behind_its_own_prompt(demo_model):
    """What a prompt has opened, its answer goes on with."""
    messages = [{"role": "user", "content": "Hi"}]
    plain = demo_model.render(messages, add_generation_prompt=True).ids
    begun = demo_model.render(messages + [{"role": "assistant", "content": "", "reasoning_content": "So"}], continue_final_message="reasoning_content").ids
    assert begun.tolist() != plain.tolist()
    answer = demo_model.tokenizer.encode("Yes.", add_special_tokens=False).ids.tolist()
    item = {"output_ids": answer, "meta_info": {"id": "x", "finish_reason": {"type": "stop"}, "completion_tokens": len(answer), "prompt_tokens": 1}}
    with Replay(200, json.dumps([item, item]).encode()) as server:
        for prompts in ([plain, begun], [begun, plain]):
            out = typecase.generate(model=demo_model, backend=typecase.SGLang(server.url), prompt_ids=prompts, max_prompt_len=500, sampling_params={"logprobs": None})
            alone = [demo_model.parse(answer, prompt_ids=prompt).message for prompt in prompts]
            assert [choice.message for choice in out.choices] == alone and alone[0] != alone[1]


def test_what_is_sent():
    with Replay(400, b"{}") as server:
        for backend in (typecase.SGLang, typecase.OpenAI):
            with pytest.raises(typecase.RejectedError):
                typecase.generate(backend=backend(server.url), prompt_ids=PROMPTS, sampling_params={"max_tokens": 1}, **ARGUMENTS)
        with pytest.raises(typecase.RejectedError):
            typecase.generate(backend=typecase.SGLang(server.url), prompt_ids=[[7]], sampling_params={"max_tokens": 1}, **ARGUMENTS)
    sent = [json.loads(body) for body in server.posted]
    assert sent[0]["input_ids"] == sent[1]["prompt"] == PROMPTS and sent[2]["input_ids"] == [[7]]


@pytest.mark.parametrize("largest", [0, 5, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 150_000, 999_999, 1_000_000, 10**8, 999_999_999, 10**9, 2**32 - 1])
def test_ids_of_every_length_are_sent(largest):
    random_ = random.Random(largest)
    edges = [id for power in range(11) for id in (10**power - 1, 10**power) if id <= largest]
    prompts = [[largest], [largest] * 300, edges + [largest], *([random_.randrange(largest + 1) >> random_.randrange(32) for _ in range(n)] for n in (1, 2, 2000))]
    with Replay(200, b"{}") as server:
        for backend, prompt in [(typecase.VLLM(server.url), prompt) for prompt in prompts] + [(typecase.OpenAI(server.url), prompts)]:
            with pytest.raises(typecase.ProtocolError):
                typecase.generate(backend=backend, prompt_ids=prompt, vocab_size=2**32, max_prompt_len=5000, sampling_params={"max_tokens": 1})
            body = json.loads(server.posted[-1])
            assert (body["token_ids"] if "token_ids" in body else body["prompt"]) == prompt


def test_prompt_logprobs_of_all_prompts():
    """In the prompts' order, in whichever order their events come."""

    def item(prompt, index):
        logprobs = [[None if i == 0 else -id / 4, id, None] for i, id in enumerate(prompt)]
        meta = {"id": "x", "finish_reason": {"type": "length"}, "completion_tokens": 1, "prompt_tokens": len(prompt), "cached_tokens": 1, "input_token_logprobs": logprobs,
                "output_token_logprobs": [[-0.5, 9, None]]}
        return {"index": index, "output_ids": [9], "meta_info": meta}

    items = [item(prompt, i) for i, prompt in enumerate(PROMPTS)]
    arguments = {"prompt_ids": PROMPTS, "sampling_params": {"max_tokens": 1, "prompt_logprobs": 1}, **ARGUMENTS}
    with Replay(200, json.dumps(items).encode()) as server:
        whole = typecase.generate(backend=typecase.SGLang(server.url), **arguments)
    events = b"".join(b"data: " + json.dumps(items[i]).encode() + b"\n\n" for i in (2, 0, 1)) + b"data: [DONE]\n\n"
    with Replay(200, events) as server:
        *_, done = typecase.stream(backend=typecase.SGLang(server.url), **arguments)
    for out in (whole, done.completion):
        expected = [None if i == 0 else -id / 4 for prompt in PROMPTS for i, id in enumerate(prompt)]
        assert [None if value != value else value for value in out.prompt_logprobs.tolist()] == expected
        assert out.usage == {"prompt_tokens": 24, "completion_tokens": 3, "cached_tokens": 3}


def test_where_they_go():
    """One endpoint takes a prompt at a time: it says so, and "auto" goes another way."""
    with Server(Settings(vocab_size=100, owner="vllm")) as server:
        with pytest.raises(typecase.FieldError, match="takes one") as caught:
            typecase.generate(backend=typecase.VLLM(server.url), prompt_ids=PROMPTS, **ARGUMENTS)
        assert caught.value.field == "prompt_lengths"
        class Own(typecase.HostBackend):
            path = "/own"

            def encode(self, request, prompt_ids):
                raise AssertionError("never asked")

        with pytest.raises(typecase.FieldError, match="takes one"):
            typecase.generate(backend=Own(server.url), prompt_ids=PROMPTS, **ARGUMENTS)
        out = typecase.generate(backend=typecase.Auto(server.url), prompt_ids=PROMPTS, sampling_params={"max_tokens": 3}, **ARGUMENTS)
        assert out.engine == "openai" and "takes one prompt" in out.engine_reason and len(out.choices) == 3
        assert typecase.generate(backend=typecase.Auto(server.url), prompt_ids=PROMPTS[0], sampling_params={"max_tokens": 3}, **ARGUMENTS).engine == "vllm"


@pytest.mark.parametrize("total", [-(2**63), -1, 0, 2**63 - 1])
def test_totals_that_cannot_be(total):
    """What a stream says of its length may be any number."""

    def event(ids, total, reason):
        meta = {"id": "x", "finish_reason": reason, "completion_tokens": total, "prompt_tokens": 2**63 - 1, "output_token_logprobs": [[-0.5, id, None] for id in ids]}
        return b"data: " + json.dumps({"output_ids": ids, "meta_info": meta}).encode() + b"\n\n"

    body = event([5], 1, None) + event([5, 6], total, {"type": "stop"}) + b"data: [DONE]\n\n"
    with Replay(200, body) as server:
        *_, done = typecase.stream(backend=typecase.SGLang(server.url), prompt_ids=[1], sampling_params={"max_tokens": 4}, **ARGUMENTS)
    assert done.completion.ids.tolist() == ([5] if total <= 0 else [5, 5, 6])


@pytest.mark.parametrize("prompts, error", [
    ([[1], []], typecase.FieldError), ([[1], [2] * 51], typecase.WindowError), ([[1], [100]], typecase.VocabularyError), ([[1], [-1]], ValueError), ([[1], [2**32]], ValueError),
])
def test_prompts_that_are_not_sent(prompts, error):
    with Replay(200, b"{}") as server:
        with pytest.raises(error):
            typecase.generate(backend=typecase.SGLang(server.url), prompt_ids=prompts, **ARGUMENTS)
        assert not server.posted


@pytest.mark.parametrize("lengths", [[1], [1, 3], [], [3, 0], ["3"], [2**40, 3], 3])
def test_lengths_that_do_not_add_up(lengths):
    """As the C interface takes them."""
    ids = array.array("I", [1, 2, 3])
    body = json.dumps({"vocab_size": 10, "max_prompt_len": 9, "prompt_lengths": lengths}).encode()
    with Replay(200, b"{}") as server, typecase.Client() as client:
        first, backend = ids.buffer_info()[0], typecase.SGLang(server.url)
        with pytest.raises(typecase.FieldError, match="prompt_lengths"):
            make("typecase_generate", client._handle, None, backend._handle, body, len(body), first, len(ids))
        assert not server.posted


def test_messages_are_one_prompt(demo_model):
    body = json.dumps({"messages": [{"role": "user", "content": "x"}], "prompt_lengths": [1]}).encode()
    with Replay(200, b"{}") as server, typecase.Client() as client:
        backend = typecase.SGLang(server.url)
        with pytest.raises(typecase.FieldError, match="not with messages"):
            make("typecase_generate", client._handle, demo_model._handle, backend._handle, body, len(body), None, 0)
        assert not server.posted
