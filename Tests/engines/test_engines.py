"""What real engines answer: see conftest.py."""

import pytest
import typecase

MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is 2+2?"}]


def generate(engine, model, **arguments):
    backend, served = engine
    arguments.setdefault("sampling_params", {"temperature": 0, "max_tokens": 12})
    return typecase.generate(backend=backend, model=model, served_model=served, timeout=300, **arguments)


def test_greedy_is_reproducible_and_equal_by_messages_and_by_ids(engine, model):
    prompt = model.render(MESSAGES, add_generation_prompt=True)
    outs = [generate(engine, model, messages=MESSAGES) for _ in range(2)] + [generate(engine, model, prompt_ids=prompt.ids)]
    assert outs[0].prompt_ids.tolist() == outs[2].prompt_ids.tolist() == prompt.ids.tolist()
    assert outs[0].ids.tolist() == outs[1].ids.tolist() == outs[2].ids.tolist()
    assert len(outs[0].ids) == len(outs[0].logprobs) > 0
    assert all(value <= 0 for value in outs[0].logprobs.tolist()) and outs[0].choices[0].missing_logprobs == 0
    assert outs[0].finish_reason in ("length", "stop") and outs[0].request_id
    assert outs[0].usage["prompt_tokens"] == len(prompt) and outs[0].usage["completion_tokens"] == len(outs[0].ids)
    assert outs[0].message["role"] == "assistant"
    print(f"\n{engine[0].engine}: {len(prompt)} ids in, out {outs[0].ids.tolist()}")


def test_the_openai_interface_gives_the_same(engine, model):
    """The same server by its OpenAI interface: the same ids and logprobs, and what the window leaves."""
    completions = (typecase.OpenAI(engine[0].url), engine[1])
    sampling = {"temperature": 0, "max_tokens": 12}
    native, other = (generate(one, model, messages=MESSAGES, sampling_params=sampling) for one in (engine, completions))
    assert native.ids.tolist() == other.ids.tolist() and native.finish_reason == other.finish_reason
    assert all(abs(a - b) < 1e-3 for a, b in zip(native.logprobs.tolist(), other.logprobs.tolist(), strict=True))
    whole = generate(completions, model, messages=MESSAGES, sampling_params={"temperature": 0, "ignore_eos": True, "stop_token_ids": []})
    assert whole.finish_reason == "length" and len(whole.ids) > 128
    stop = native.ids.tolist()[2]
    stopped = generate(completions, model, messages=MESSAGES, sampling_params={**sampling, "stop_token_ids": [stop]})
    assert stopped.ids.tolist() == native.ids.tolist()[: native.ids.tolist().index(stop) + 1] and stopped.finish_reason == "stop"
    with pytest.raises(typecase.WindowError) as caught:
        generate(completions, model, prompt_ids=[100] * 5000, max_prompt_len=10_000, sampling_params=sampling)
    assert caught.value.http_status == 400 and caught.value.source_message


def test_seeds(engine, model):
    sampling = {"temperature": 1.0, "seed": 7, "max_tokens": 8}
    first, second = (generate(engine, model, messages=MESSAGES, sampling_params=sampling) for _ in range(2))
    assert len(first.ids) == len(second.ids) == 8
    # SGLang takes a seed always, and heeds it only where the server runs with --enable-deterministic-inference.
    if engine[0].engine == "vllm":
        assert first.ids.tolist() == second.ids.tolist()


def test_several_choices(engine, model):
    out = generate(engine, model, messages=MESSAGES, sampling_params={"n": 2, "temperature": 1.0, "max_tokens": 5})
    assert [len(choice.ids) for choice in out.choices] == [5, 5]


@pytest.mark.parametrize("n", [1, 2])
def test_several_prompts_in_a_request(engine, model, n):
    """As a request each; vLLM takes them at the OpenAI interface alone."""
    backend, served = engine
    # vLLM samples one where there is nothing to choose.
    is_greedy = n == 1 or backend.engine != "vllm"
    if backend.engine == "vllm":
        backend = typecase.OpenAI(backend.url)
    prompts = [model.render(MESSAGES, add_generation_prompt=True).ids, [100, 200, 300]]
    sampling = {"temperature": 0 if is_greedy else 1.0, "max_tokens": 6, "n": n, "ignore_eos": True}
    alone = [generate((backend, served), model, prompt_ids=prompt, sampling_params={**sampling, "n": 1}) for prompt in prompts]
    together = generate((backend, served), model, prompt_ids=prompts, sampling_params=sampling)
    *_, done = typecase.stream(backend=backend, served_model=served, model=model, prompt_ids=prompts, sampling_params=sampling, timeout=300)
    for out in (together, done.completion):
        assert [len(choice.ids) for choice in out.choices] == [6] * 2 * n and out.usage["prompt_tokens"] == sum(map(len, prompts))
        if is_greedy:
            # Batches change the last bits of a greedy answer, and rarely its first id.
            assert [choice.ids[0] for choice in out.choices] == [completion.ids[0] for completion in alone for _ in range(n)]


def test_a_stop_token_ends_and_is_kept(engine, model):
    plain = generate(engine, model, messages=MESSAGES).ids.tolist()
    out = generate(engine, model, messages=MESSAGES, sampling_params={"temperature": 0, "max_tokens": 12, "stop_token_ids": [plain[2]]})
    assert out.ids.tolist() == plain[: plain.index(plain[2]) + 1]
    assert out.finish_reason == "stop" and out.stop_reason == plain[2]


def test_max_tokens_is_what_the_window_leaves(engine, model):
    out = generate(engine, model, messages=MESSAGES, sampling_params={"temperature": 0, "ignore_eos": True, "stop_token_ids": []})
    assert out.finish_reason == "length" and len(out.ids) > 128


def test_overlong_prompts(engine, model):
    with pytest.raises(typecase.WindowError, match="nothing was sent"):
        generate(engine, model, prompt_ids=[100] * 5000)
    with pytest.raises(typecase.WindowError) as caught:
        generate(engine, model, prompt_ids=[100] * 5000, max_prompt_len=10_000)
    assert caught.value.http_status == 400 and caught.value.source_message


def test_errors_in_the_engines_words(engine, model):
    with pytest.raises(typecase.RejectedError) as caught:
        generate(engine, model, messages=MESSAGES, sampling_params={"temperature": -1.0})
    assert "temperature" in caught.value.source_message
    if engine[0].engine == "vllm":
        with pytest.raises(typecase.NotFoundError, match="nope"):
            typecase.generate(backend=engine[0], model=model, messages=MESSAGES, served_model="nope")
