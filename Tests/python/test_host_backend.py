"""A backend that the host writes: its code on the host's threads, with everything else the library's."""

import asyncio
import importlib.util
import json
import threading

import pytest
import typecase

from python.faults import Faulty, chunked, whole

IDS = {"prompt_ids": [1, 2], "vocab_size": 10, "max_prompt_len": 5}


@pytest.fixture(scope="module")
def LlamaServer(root):
    spec = importlib.util.spec_from_file_location("llama_server", root / "bindings" / "python" / "examples" / "llama_server.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.LlamaServer


def answer(tokens, stop="eos", **more):
    probabilities = [{"id": token, "logprob": -token / 8} for token in tokens]
    return {"content": "", "tokens": tokens, "stop": stop is not None, "stop_type": stop or "none", "completion_probabilities": probabilities, **more}


def server(*events):
    """Answers as that server does: whole, or as a stream."""

    def behave(_connection, _number):
        body = json.loads(served.requests[-1][1])
        if not body["stream"]:
            tokens = [token for event in events for token in event["tokens"]]
            return whole(json.dumps({**events[-1], **answer(tokens, events[-1]["stop_type"]), "tokens_evaluated": 2, "tokens_predicted": len(tokens)}).encode())
        return chunked(*(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events))

    served = Faulty(behave)
    return served


def test_the_example(LlamaServer, demo_model):
    """Whole and streamed, called and awaited: the same."""
    events = [answer([3, 4], None), answer([5], None), answer([], "limit", tokens_evaluated=2, tokens_predicted=3)]
    with server(*events) as served:
        backend = LlamaServer(served.url)
        out = typecase.generate(backend=backend, **IDS, sampling_params={"max_tokens": 3, "temperature": 0.5, "repetition_penalty": 1.1})
        assert json.loads(served.requests[0][1]) == {
            "prompt": [1, 2], "n_predict": 3, "stream": False, "return_tokens": True, "n_probs": 1, "temperature": 0.5, "repeat_penalty": 1.1}
        assert (out.ids.tolist(), out.logprobs.tolist(), out.finish_reason, out.engine) == ([3, 4, 5], [-0.375, -0.5, -0.625], "length", "llama-server")
        told = list(typecase.stream(backend=backend, **IDS))
        assert told[-1].completion.ids.tolist() == [3, 4, 5] and [event.kind for event in told] == ["tokens", "tokens", "finish", "done"]

        async def main():
            with typecase.Client() as client:
                outs = await client.generate_many([{}] * 50, backend=backend, progress=False, **IDS)
                return outs, [event async for event in client.stream(backend=backend, **IDS)]

        outs, awaited = asyncio.run(main())
        assert all(one.ids.tolist() == [3, 4, 5] for one in outs) and awaited[-1].completion.ids.tolist() == [3, 4, 5]
        parsed = typecase.generate(backend=backend, model=demo_model, messages=[{"role": "user", "content": "Hi"}], max_prompt_len=100)
        assert parsed.message["role"] == "assistant"


def test_its_code_runs_on_the_threads_that_ask(LlamaServer):
    threads = set()

    class Watched(LlamaServer):
        def encode(self, request, prompt_ids):
            threads.add(threading.current_thread())
            return super().encode(request, prompt_ids)

        def decode(self, data, is_event):
            threads.add(threading.current_thread())
            return super().decode(data, is_event)

    with server(answer([1], None), answer([2])) as served:
        backend = Watched(served.url)
        typecase.generate(backend=backend, **IDS)
        list(typecase.stream(backend=backend, **IDS))
        with typecase.Client() as client:
            requests = [client.submit(backend=backend, **IDS) for _ in range(20)]
            assert all(request.result().ids.tolist() == [1, 2] for request in requests)
            # It lives as long as requests of it do.
            last = client.submit(backend=backend, **IDS)
            del backend
            assert last.result().ids.tolist() == [1, 2]
    assert threads == {threading.current_thread()}


def test_its_mistakes_end_the_request(LlamaServer):
    class Wrong(LlamaServer):
        def decode(self, data, is_event):
            return json.loads(data)["wrong"]

    with server(answer([1], None), answer([2])) as served:
        with pytest.raises(typecase.ProtocolError, match="host's wire format: ValueError: this server samples one"):
            typecase.generate(backend=LlamaServer(served.url), **IDS, sampling_params={"n": 2})
        assert not served.requests
        for call in (typecase.generate, lambda **arguments: list(typecase.stream(**arguments))):
            with pytest.raises(typecase.ProtocolError, match="KeyError: 'wrong'"):
                call(backend=Wrong(served.url), **IDS)
    for made in ({}, {"choices": []}, {"choices": [{"token_ids": [1], "logprobs": []}]}, {"choices": [{"token_ids": ["1"]}]}, [], 7):

        class Odd(LlamaServer):
            def decode(self, data, is_event):
                return made  # noqa: B023

        with server(answer([1])) as served, pytest.raises(typecase.ProtocolError):
            typecase.generate(backend=Odd(served.url), **IDS)
    with Faulty(lambda _c, _n: whole(b'{"error": {"message": "too long", "code": 400}}', b"400 Bad Request")) as served:
        with pytest.raises(typecase.RejectedError, match="too long"):
            typecase.generate(backend=LlamaServer(served.url), **IDS)
    class Empty(LlamaServer):
        def encode(self, request, prompt_ids):
            return b""

    with Faulty(lambda _c, _n: whole(json.dumps(answer([2])).encode())) as served:
        assert typecase.generate(backend=Empty(served.url), **IDS).ids.tolist() == [2]
        assert served.requests[0][1] == b"" and b"Content-Length: 0" in served.requests[0][0]

    class Full(LlamaServer):
        def decode(self, data, is_event):
            return {"error": {"message": "no room", "code": 503}}

    with server(answer([1], None), answer([2])) as served:
        for call in (typecase.generate, lambda **arguments: list(typecase.stream(**arguments))):
            with pytest.raises(typecase.BusyError, match="no room") as caught:
                call(backend=Full(served.url), **IDS)
            assert caught.value.http_status == 503
    for path in ("completion", "/a b", ""):

        class Lost(LlamaServer):
            pass

        Lost.path = path
        with pytest.raises(typecase.ArgumentError, match="path"):
            Lost("http://127.0.0.1:1")
