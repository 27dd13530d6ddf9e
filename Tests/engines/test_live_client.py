"""Streams, cancelling, many at once, and servers that die, with real engines: see conftest.py."""

import asyncio
import contextlib
import os
import re
import signal
import threading
import time
import urllib.request

import pytest
import typecase

from engines.conftest import SERVED, Engine

MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is 2+2?"}]
GREEDY = {"temperature": 0, "max_tokens": 12}


def arguments(engine, model, **more):
    backend, served = engine
    return {"backend": backend, "model": model, "messages": MESSAGES, "served_model": served, "timeout": 300, "sampling_params": GREEDY, **more}


@pytest.mark.parametrize("interface", ["native", "openai"])
@pytest.mark.parametrize("n", [1, 2])
def test_a_stream_is_the_whole_in_pieces(engine, model, interface, n):
    if interface == "openai":
        engine = typecase.OpenAI(engine[0].url), engine[1]
    sampling = {"max_tokens": 12, "temperature": 0} if n == 1 else {"max_tokens": 6, "temperature": 1.0, "n": n}
    told = list(typecase.stream(**arguments(engine, model, sampling_params=sampling)))
    out = told[-1].completion
    assert len(out.choices) == n
    for i, choice in enumerate(out.choices):
        mine = [event for event in told if event.choice == i]
        assert choice.ids.tolist() == [id for event in mine if event.kind == "tokens" for id in event.ids.tolist()]
        assert choice.logprobs.tolist() == [p for event in mine if event.kind == "tokens" for p in event.logprobs.tolist()]
        assert len(choice.ids) == len(choice.logprobs) > 0
        assert "".join(event.text for event in mine if event.kind == "content") == choice.message["content"]
    if n == 1:
        whole = typecase.generate(**arguments(engine, model, sampling_params=sampling))
        assert whole.ids.tolist() == out.ids.tolist() and whole.finish_reason == out.finish_reason
        assert all(abs(a - b) < 1e-3 for a, b in zip(whole.logprobs.tolist(), out.logprobs.tolist(), strict=True))
        assert whole.usage["completion_tokens"] == out.usage["completion_tokens"]


def test_logprobs_of_others_and_of_the_prompt(engine, model):
    out = typecase.generate(**arguments(engine, model, sampling_params={**GREEDY, "logprobs": 3, "prompt_logprobs": 1}))
    ids, logprobs, starts = (array.tolist() for array in out.top_logprobs)
    assert starts[0] == 0 and len(starts) == len(out.ids) + 1
    for i, (id, logprob) in enumerate(zip(out.ids.tolist(), out.logprobs.tolist())):
        row = dict(zip(ids[starts[i] : starts[i + 1]], logprobs[starts[i] : starts[i + 1]]))
        assert len(row) >= 3 and abs(row[id] - logprob) < 1e-3 and max(row.values()) - logprob < 1e-3
    prompt = out.prompt_logprobs.tolist()
    assert len(prompt) == len(out.prompt_ids) and prompt[0] != prompt[0] and all(value <= 0 for value in prompt[1:])


def running(url, name):
    """How many requests the engine works on."""
    if name == "sglang":
        with urllib.request.urlopen(f"{url}/v1/loads", timeout=10) as answer:
            return sum(int(number) for number in re.findall(r'"num_running_reqs":\s*(\d+)', answer.read().decode()))
    with urllib.request.urlopen(f"{url}/metrics", timeout=10) as answer:
        return sum(float(number) for number in re.findall(r"^vllm:num_requests_running\{[^}]*\} ([\d.e+]+)", answer.read().decode(), re.M))


@pytest.mark.parametrize("is_stream", [True, False])
def test_what_is_cancelled_stops_at_the_engine(engine, model, is_stream):
    backend, _ = engine
    long = {"temperature": 1.0, "ignore_eos": True, "stop_token_ids": []}

    async def main():
        with typecase.Client() as client:
            given = arguments(engine, model, sampling_params=long)

            async def stream():
                async with contextlib.aclosing(client.stream(**given)) as events:
                    async for _ in events:
                        pass

            # Several, so that a tiny model has something to do until it is looked at.
            tasks = [asyncio.create_task(stream() if is_stream else client.generate(**given)) for _ in range(6)]
            for _ in range(300):
                if running(backend.url, backend.engine):
                    break
                await asyncio.sleep(0.02)
            else:
                raise AssertionError("they never ran, or were over at once")
            assert not all(task.done() for task in tasks), "they were over before they could be cancelled"
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            start = time.monotonic()
            while running(backend.url, backend.engine):
                assert time.monotonic() - start < 10, "it still runs"
                await asyncio.sleep(0.1)

    asyncio.run(main())


def test_many_at_once(engine, model):
    outs = typecase.generate_many([{}] * 40, **arguments(engine, model), progress=False)
    assert len({tuple(out.ids.tolist()) for out in outs}) <= 3, "batches change the last bits of a greedy answer, and little more"
    assert all(len(out.ids) for out in outs)


def test_auto_finds_out(engine, model):
    out = typecase.generate(**arguments((typecase.Auto(engine[0].url), engine[1]), model))
    assert out.engine == engine[0].engine and engine[0].engine in out.engine_reason


def test_a_vllm_without_scale_out(model):
    """Refused by name with the flag that is missing; found by auto."""
    if os.environ.get("VLLM_URL"):
        pytest.skip("VLLM_URL is one server, and this needs one of its own")
    with Engine("vllm", SCALEOUT="") as server:
        with pytest.raises(typecase.DeniedError, match="--enable-scale-out"):
            typecase.generate(**arguments((typecase.VLLM(server.url), SERVED["vllm"]), model))
        out = typecase.generate(**arguments((typecase.Auto(server.url), SERVED["vllm"]), model))
        assert out.engine == "openai" and "--enable-scale-out" in out.engine_reason and len(out.ids)


@pytest.mark.parametrize("name", ["sglang", "vllm"])
def test_an_api_key(model, name):
    if os.environ.get(f"{name.upper()}_URL"):
        pytest.skip(f"{name.upper()}_URL is one server, and this needs one of its own")
    with Engine(name, "--api-key", "open sesame") as server:
        for engine in (name, "openai"):
            for key in (None, "sesame"):
                with pytest.raises(typecase.DeniedError) as caught:
                    typecase.generate(**arguments((typecase.Backend(engine, server.url, api_key=key), SERVED[name]), model))
                assert caught.value.http_status == 401
            assert len(typecase.generate(**arguments((typecase.Backend(engine, server.url, api_key="open sesame"), SERVED[name]), model)).ids)
        assert typecase.generate(**arguments((typecase.Auto(server.url, api_key="open sesame"), SERVED[name]), model)).engine == name


@pytest.mark.parametrize("name", ["sglang", "vllm"])
def test_a_server_that_is_killed_and_started_again_loses_nothing(model, name):
    if os.environ.get(f"{name.upper()}_URL"):
        pytest.skip(f"{name.upper()}_URL is not ours to kill")
    with Engine(name) as server:
        want = typecase.generate(**arguments((typecase.Backend(name, server.url), SERVED[name]), model)).ids.tolist()
        killed = threading.Timer(0.5, lambda: (server.end(signal.SIGKILL), time.sleep(3), server.start()))
        told = []
        with typecase.Client(connections_per_server=16) as client:
            given = arguments((typecase.Backend(name, server.url), SERVED[name]), model, timeout=900, retries=10_000, retry_sent=True)
            requests = {tag: client.submit(tag=tag, **given) for tag in range(200)}
            killed.start()
            while len(told) < 200:
                told += client._next(5)
            outs = [request.result() for request in requests.values()]
        killed.join()
        server.wait()
        assert sorted(told) == list(range(200))
        assert all(len(out.ids) == len(want) for out in outs)
