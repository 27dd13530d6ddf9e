"""Generation: both backends, messages in and ids in, and everything that can go wrong between here and there."""

import base64
import json
import os
import threading
import time

import pytest
import typecase
from typecase.sim import REPLY, Server, Settings, model_settings

from python.replay import Raw, Replay, closed_port

BACKENDS = [typecase.VLLM, typecase.SGLang, typecase.OpenAI]
MESSAGES = [{"role": "user", "content": "Hello!"}]


@pytest.mark.parametrize("backend", BACKENDS)
def test_messages_in_and_ids_in_agree(sim, demo_model, backend):
    sampling = {"max_tokens": 200, "temperature": 0}
    by_messages = typecase.generate(model=demo_model, messages=MESSAGES, backend=backend(sim.url), served_model="demo", sampling_params=sampling)
    prompt = demo_model.render(MESSAGES, add_generation_prompt=True)
    by_ids = typecase.generate(model=demo_model, prompt_ids=prompt.ids, backend=backend(sim.url), served_model="demo", sampling_params=sampling)
    assert by_messages.prompt_ids.tolist() == by_ids.prompt_ids.tolist() == prompt.ids.tolist()
    assert by_messages.ids.tolist() == by_ids.ids.tolist()
    assert by_messages.logprobs.tolist() == by_ids.logprobs.tolist()
    assert by_messages.finish_reason == "stop"
    reasoning, content = REPLY.removeprefix("<think>\n").split("\n</think>\n\n")
    assert by_messages.message == {"role": "assistant", "content": content, "reasoning_content": reasoning}
    assert by_messages.content == content and by_messages.reasoning_content == reasoning
    assert by_messages.usage["prompt_tokens"] == len(prompt)
    assert by_messages.usage["completion_tokens"] == len(by_messages.ids) == len(by_messages.logprobs)
    assert by_messages.request_id


def test_all_backends_sample_the_same(sim, demo_model):
    outs = [typecase.generate(model=demo_model, messages=MESSAGES, backend=backend(sim.url), served_model="demo") for backend in BACKENDS]
    assert outs[0].ids.tolist() == outs[1].ids.tolist() == outs[2].ids.tolist()


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_completion_renders_back(sim, demo_model, backend):
    """The prompt and the sampled ids are what the whole chat renders to: nothing is lost between."""
    out = typecase.generate(model=demo_model, messages=MESSAGES, backend=backend(sim.url), served_model="demo")
    whole = demo_model.render([*MESSAGES, out.message])
    assert whole.ids.tolist()[: len(out.prompt_ids) + len(out.ids)] == out.prompt_ids.tolist() + out.ids.tolist()


@pytest.mark.parametrize("backend", BACKENDS)
def test_tool_calls_come_back_as_a_message(demo_model, backend):
    """Parsed with the prompt and the tools; the message renders back to what was sampled."""
    reply = '<think>\nLook it up.\n</think>\n\nOne moment.<call>{"name": "find", "arguments": {"q": "a </call> b"}}</call><call>{"name": "other", "arguments": {}}</call>'
    tools = [{"type": "function", "function": {"name": "find", "parameters": {"type": "object", "properties": {"q": {"type": "string"}}}}}]
    ids = demo_model.tokenizer.encode(reply + "<|end|>").ids.tolist()
    with Server(Settings(name="demo", vocab_size=demo_model.info["vocab_size"], reply_ids=ids, stop_ids=demo_model.stop_token_ids)) as server:
        out = typecase.generate(model=demo_model, messages=MESSAGES, tools=tools, backend=backend(server.url), served_model="demo")
        again = typecase.generate(model=demo_model, prompt_ids=out.prompt_ids, tools=tools, backend=backend(server.url), served_model="demo")
        alone = typecase.generate(prompt_ids=out.prompt_ids, vocab_size=9999, backend=backend(server.url), served_model="demo")
    assert out.finish_reason == again.finish_reason == "tool_calls" and alone.finish_reason == "stop" and alone.parsed is None
    assert [call["status"] for call in out.parsed["tool_calls"]] == ["ok", "unknown_tool"]
    assert out.parsed == again.parsed and out.message == again.message
    assert out.message["content"] == "One moment." and out.message["reasoning_content"] == "Look it up."
    assert [call["function"] for call in out.message["tool_calls"]][0] == {"name": "find", "arguments": '{"q": "a </call> b"}'}
    whole = demo_model.render([*MESSAGES, out.message], tools)
    assert whole.ids.tolist()[: len(out.prompt_ids) + len(out.ids)] == out.prompt_ids.tolist() + out.ids.tolist()


@pytest.mark.parametrize("backend", BACKENDS)
def test_sampling_parameters(sim, demo_model, backend):
    out = typecase.generate(model=demo_model, messages=MESSAGES, backend=backend(sim.url), sampling_params={"max_tokens": 3})
    assert len(out.ids) == 3 and out.finish_reason == "length"
    out = typecase.generate(model=demo_model, messages=MESSAGES, backend=backend(sim.url), sampling_params={"n": 3, "max_tokens": 5, "temperature": 1.0})
    assert [len(choice.ids) for choice in out.choices] == [5, 5, 5]
    out = typecase.generate(model=demo_model, messages=MESSAGES, backend=backend(sim.url), sampling_params={"logprobs": None})
    assert out.logprobs is None


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_unfinished_thought_is_reasoning(sim, demo_model, backend):
    out = typecase.generate(model=demo_model, messages=MESSAGES, backend=backend(sim.url), sampling_params={"max_tokens": 8})
    assert out.message["content"] == "" and out.reasoning_content.startswith("This is")


def body_of(backend, **arguments):
    """The JSON that a call posts."""
    with Replay(200, b"{}") as server, pytest.raises(typecase.ProtocolError):
        typecase.generate(backend=backend(server.url), prompt_ids=[1, 2], vocab_size=10, max_prompt_len=5, **arguments)
    return json.loads(server.posted[0]), server.headers[0]


def test_the_words_of_vllm():
    sampling = {"max_tokens": 7, "temperature": 0.5, "seed": 3, "logprobs": 2, "stop_token_ids": [4], "min_tokens": 1, "something_new": {"a": 1}}
    body, _ = body_of(typecase.VLLM, served_model="m", sampling_params=sampling, cache_salt="s", priority=-1, request_id="r", extra={"reasoning_ended": True})
    assert body == {
        "model": "m", "token_ids": [1, 2], "cache_salt": "s", "priority": -1, "request_id": "r", "reasoning_ended": True,
        "sampling_params": sampling,
    }


def test_the_words_of_sglang():
    sampling = {"max_tokens": 7, "temperature": 0.5, "seed": 3, "logprobs": 2, "stop_token_ids": [4], "min_tokens": 1, "top_k": 0, "regex": "a+"}
    body, _ = body_of(typecase.SGLang, served_model="m", sampling_params=sampling, cache_salt="s", priority=1, request_id="r")
    assert body == {
        "input_ids": [1, 2], "rid": "r", "cache_salt": "s", "extra_key": "s", "priority": 1, "return_logprob": True, "top_logprobs_num": 2,
        "sampling_params": {
            "max_new_tokens": 7, "temperature": 0.5, "sampling_seed": 3, "stop_token_ids": [4], "min_new_tokens": 1, "top_k": -1, "regex": "a+",
        },
    }
    # Absent would mean 128 tokens there; null is what the window leaves, which is what absence means here.
    assert body_of(typecase.SGLang)[0]["sampling_params"]["max_new_tokens"] is None


def test_the_words_of_the_openai_interface():
    sampling = {"max_tokens": 7, "temperature": 0.5, "seed": 3, "logprobs": 2, "stop_token_ids": [4], "min_tokens": 1, "top_k": 0, "something_new": 1}
    body, _ = body_of(typecase.OpenAI, served_model="m", sampling_params=sampling, cache_salt="s", priority=1, request_id="r", extra={"user": "u"})
    assert body == {
        "model": "m", "prompt": [1, 2], "cache_salt": "s", "priority": 1, "request_id": "r", "rid": "r", "user": "u", "return_token_ids": True,
        "return_tokens_as_token_ids": True, **sampling, "top_k": -1,
    }


def test_where_the_interface_would_sample_sixteen_tokens():
    """Absence of max_tokens is what the window leaves, here as elsewhere; who cannot know the window must say it."""
    with Server(Settings(window=64)) as server:
        out = typecase.generate(backend=typecase.OpenAI(server.url), prompt_ids=[1] * 4, vocab_size=100, sampling_params={"ignore_eos": True})
    assert len(out.ids) == 60
    with Replay(404, b"{}") as server, pytest.raises(typecase.FieldError, match="window") as caught:
        typecase.generate(backend=typecase.OpenAI(server.url), prompt_ids=[1], vocab_size=10, max_prompt_len=5)
    assert caught.value.field == "sampling_params.max_tokens" and not server.posted


@pytest.mark.parametrize("backend", [typecase.VLLM, typecase.OpenAI])
def test_a_server_that_comes_back_with_another_window(backend):
    """What is known of a server for a while is asked again before a prompt is refused for it, and after the server refuses."""
    with Server(Settings(window=16)) as server, typecase.Client() as client:
        arguments = {"client": client, "backend": backend(server.url), "vocab_size": 100, "sampling_params": {"ignore_eos": True}}
        assert len(typecase.generate(prompt_ids=[1] * 4, **arguments).ids) == 12
        server.settings.window = 64
        with pytest.raises(typecase.WindowError):
            typecase.generate(prompt_ids=[1] * 40, **arguments)
        time.sleep(2.1)
        assert len(typecase.generate(prompt_ids=[1] * 40, **arguments).ids) == 24
        server.settings.window = 32
        time.sleep(2.1)
        assert len(typecase.generate(prompt_ids=[1] * 4, **arguments).ids) == 28
        with pytest.raises(typecase.WindowError):
            typecase.generate(prompt_ids=[1] * 40, **arguments)


@pytest.mark.parametrize("start", [-(2**63), -(2**62), -1, 2, 3, 2**62, 2**63 - 1])
@pytest.mark.parametrize("backend", [typecase.SGLang, typecase.OpenAI])
def test_wherever_the_experts_are_asked_from(backend, start):
    """Any number may be passed on to the engine; positions that are none have no experts."""
    experts = base64.b64encode(bytes(16)).decode()
    logprobs = [[-0.5, 5, None], [-0.5, 6, None]]
    answers = {
        typecase.SGLang: {"output_ids": [5, 6], "meta_info": {"id": "x", "finish_reason": {"type": "stop"}, "output_token_logprobs": logprobs, "routed_experts": experts}},
        typecase.OpenAI: {"id": "x", "choices": [{"index": 0, "finish_reason": "stop", "token_ids": [5, 6], "logprobs": {"token_logprobs": [-0.5, -0.5]}}],
                          "sglext": {"routed_experts": experts}},
    }
    arguments = {"prompt_ids": [1, 2, 3], "vocab_size": 10, "max_prompt_len": 5, "sampling_params": {"max_tokens": 2}, "extra": {"routed_experts_start_len": start}}
    with Replay(200, json.dumps(answers[backend]).encode()) as server:
        if 0 <= start < 4:
            assert typecase.generate(backend=backend(server.url), **arguments).routed_experts.shape == (4 - start, 1, 4 // (4 - start))
        else:
            with pytest.raises(typecase.ProtocolError, match="routed_experts"):
                typecase.generate(backend=backend(server.url), **arguments)


def test_servers_that_name_tokens_by_their_ids_alone():
    answer = {"id": "c", "choices": [{"index": 0, "finish_reason": "stop", "logprobs": {"tokens": ["token_id:5", "token_id:6"], "token_logprobs": [-0.5, None]}}]}
    arguments = {"prompt_ids": [1], "vocab_size": 10, "max_prompt_len": 5, "sampling_params": {"max_tokens": 4}}
    with Replay(200, json.dumps(answer).encode()) as server:
        out = typecase.generate(backend=typecase.OpenAI(server.url), **arguments)
    assert out.ids.tolist() == [5, 6] and out.logprobs[0] == -0.5 and out.choices[0].missing_logprobs == 1
    answer["choices"][0]["logprobs"]["tokens"][1] = "six"
    with Replay(200, json.dumps(answer).encode()) as server, pytest.raises(typecase.ProtocolError, match="token_ids is required"):
        typecase.generate(backend=typecase.OpenAI(server.url), **arguments)
    answer["choices"][0]["token_ids"] = [5, 7]
    answer["choices"][0]["logprobs"]["tokens"][1] = "token_id:6"
    with Replay(200, json.dumps(answer).encode()) as server, pytest.raises(typecase.ProtocolError, match="is not token 7"):
        typecase.generate(backend=typecase.OpenAI(server.url), **arguments)


def test_headers():
    with Replay(200, b"{}") as server, pytest.raises(typecase.ProtocolError):
        backend = typecase.VLLM(server.url + "/v1/", api_key="k", headers={"X-Session-ID": "7"})
        typecase.generate(backend=backend, prompt_ids=[1], vocab_size=10, max_prompt_len=5)
    assert server.headers[0]["Authorization"] == "Bearer k"
    assert server.headers[0]["X-Session-ID"] == "7"
    assert server.headers[0]["Content-Type"] == "application/json"
    assert "Expect" not in server.headers[0]


@pytest.mark.parametrize("backend", BACKENDS)
def test_ids_outside_the_vocabulary_are_never_sent(sim, demo_model, backend):
    limit = demo_model.info["vocab_size"]
    with Replay(200, b"{}") as server:
        for arguments in ({"model": demo_model, "prompt_ids": [1, limit]}, {"prompt_ids": [9, 10], "vocab_size": 10}):
            with pytest.raises(typecase.VocabularyError, match=r"prompt_ids\[1\]") as caught:
                typecase.generate(backend=backend(server.url), **arguments)
            assert caught.value.field == "prompt_ids[1]"
        with pytest.raises(typecase.VocabularyError, match="stop_token_ids"):
            typecase.generate(backend=backend(server.url), prompt_ids=[1], vocab_size=10, sampling_params={"stop_token_ids": [10]})
        with pytest.raises(typecase.FieldError, match="vocab_size"):
            typecase.generate(backend=backend(server.url), prompt_ids=[1])
    assert server.posted == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_prompts_over_the_window_are_never_sent(sim, backend):
    with pytest.raises(typecase.WindowError, match="512 tokens.*511"):
        typecase.generate(backend=backend(sim.url), prompt_ids=[1] * 512, vocab_size=100)
    with pytest.raises(typecase.WindowError, match="4 tokens.*max_prompt_len is 3"):
        typecase.generate(backend=backend(sim.url), prompt_ids=[1] * 4, vocab_size=100, max_prompt_len=3)


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_the_engine_itself_finds_too_long(backend):
    with Server(Settings(window=8)) as server, pytest.raises(typecase.WindowError) as caught:
        typecase.generate(backend=backend(server.url), prompt_ids=[1] * 9, vocab_size=100, max_prompt_len=100, sampling_params={"max_tokens": 4})
    assert caught.value.http_status == 400 and "9" in caught.value.source_message


STATUSES = {
    400: typecase.RejectedError, 401: typecase.DeniedError, 403: typecase.DeniedError, 404: typecase.NotFoundError, 405: typecase.RejectedError,
    422: typecase.RejectedError, 429: typecase.BusyError, 500: typecase.ServerError, 502: typecase.ServerError, 503: typecase.BusyError,
    302: typecase.ProtocolError, 204: typecase.ProtocolError,
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("backend", BACKENDS)
def test_http_statuses(backend, status):
    body = b"" if status == 204 else b'{"error":{"message":"its own words"}}'
    with Replay(status, body) as server, pytest.raises(STATUSES[status]) as caught:
        typecase.generate(backend=backend(server.url), prompt_ids=[1], vocab_size=10, max_prompt_len=5, sampling_params={"max_tokens": 4})
    assert caught.value.http_status == status
    assert status == 204 or caught.value.source_message == "its own words"


def test_exceptions_are_also_the_builtins_they_mean():
    pairs = [
        (typecase.NetworkError, ConnectionError), (typecase.RequestTimeoutError, TimeoutError), (typecase.FieldError, ValueError),
        (typecase.WindowError, ValueError), (typecase.FileError, OSError), (typecase.DeniedError, PermissionError),
        (typecase.NotFoundError, LookupError), (typecase.UnsupportedError, NotImplementedError),
    ]
    for ours, builtin in pairs:
        assert issubclass(ours, builtin) and issubclass(ours, typecase.TypecaseError)


def test_refused():
    with pytest.raises(ConnectionError, match="refused|connect") as caught:
        typecase.generate(backend=typecase.VLLM(closed_port()), prompt_ids=[1], vocab_size=10)
    assert isinstance(caught.value, typecase.NetworkError)


def test_an_unknown_host():
    with pytest.raises(typecase.NetworkError, match="resolve"):
        typecase.generate(backend=typecase.VLLM("http://no-such-host.invalid"), prompt_ids=[1], vocab_size=10)


def test_timeout():
    with Raw(keep_open=True) as server, pytest.raises(TimeoutError, match="no byte"):
        typecase.generate(backend=typecase.VLLM(server.url), prompt_ids=[1], vocab_size=10, max_prompt_len=5, timeout=0.2)
    with Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", keep_open=True) as server, pytest.raises(TimeoutError, match="4 bytes"):
        client = typecase.Client(timeout=0.2)
        typecase.generate(backend=typecase.VLLM(server.url), prompt_ids=[1], vocab_size=10, max_prompt_len=5, client=client)


BROKEN = {
    "closed at once": b"",
    "no HTTP": b"\x00\x01\x02\x03",
    "a cut body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"choices\":",
    "a cut chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{\"cho",
    "a bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_broken_connections(answer):
    with Raw(answer) as server, pytest.raises(typecase.NetworkError):
        typecase.generate(backend=typecase.VLLM(server.url), prompt_ids=[1], vocab_size=10, max_prompt_len=5, timeout=5)


def test_too_large():
    with Replay(200, b" " * 2000) as server, pytest.raises(typecase.LimitError, match="1000 bytes"):
        client = typecase.Client(max_response_bytes=1000)
        typecase.generate(backend=typecase.VLLM(server.url), prompt_ids=[1], vocab_size=10, max_prompt_len=5, client=client)


NOT_ANSWERS = {
    "empty": b"", "html": b"<html>busy</html>", "cut": b'{"choices":[{"token_ids":[1,2', "a list": b"[1]", "a number": b"7", "no choices": b"{}",
    "no ids": b'{"choices":[{}]}', "a text id": b'{"choices":[{"token_ids":["1"]}]}', "a large id": b'{"choices":[{"token_ids":[4294967296]}]}',
    "a negative id": b'{"choices":[{"token_ids":[-1]}]}', "no logprobs": b'{"choices":[{"token_ids":[1],"finish_reason":"stop"}]}',
    "few logprobs": b'{"choices":[{"token_ids":[1],"logprobs":{"content":[]}}]}',
    "another's logprobs": b'{"choices":[{"token_ids":[1],"logprobs":{"content":[{"token_id":2,"logprob":-1}]}}]}',
    "a text logprob": b'{"choices":[{"token_ids":[1],"logprobs":{"content":[{"token_id":1,"logprob":"x"}]}}]}',
    "bad base64": b'{"choices":[{"token_ids":[],"logprobs":null,"routed_experts":"*"}]}', "bad utf-8": b'{"choices":"\xff"}',
    "choices of numbers": b'{"choices":[1]}', "no choice": b'{"choices":[]}', "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("answer", NOT_ANSWERS.values(), ids=NOT_ANSWERS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_answers_that_are_none(backend, answer):
    with Replay(200, answer) as server, pytest.raises(typecase.ProtocolError) as caught:
        typecase.generate(backend=backend(server.url), prompt_ids=[1], vocab_size=10, max_prompt_len=5, sampling_params={"max_tokens": 4})
    assert caught.value.http_status == 200 and str(caught.value)


def test_the_older_shapes_of_vllm():
    """Before 0.32 an entry named its token in a text; a fork sends routed experts as an object."""
    answer = {
        "request_id": "r",
        "choices": [
            {
                "index": 0, "token_ids": [5, 6], "finish_reason": "stop",
                "logprobs": {"content": [{"token": "token_id:5", "logprob": -0.5, "bytes": None, "top_logprobs": []}, {"token": "token_id:6", "logprob": -9999.0}]},
                "routed_experts": {"data": "AAECAw==", "dtype": "uint8", "shape": [2, 1, 2]},
            }
        ],
    }
    with Replay(200, json.dumps(answer).encode()) as server:
        out = typecase.generate(backend=typecase.VLLM(server.url), prompt_ids=[1], vocab_size=10, max_prompt_len=5)
    assert out.logprobs[0] == -0.5 and out.logprobs[1] != out.logprobs[1] and out.choices[0].missing_logprobs == 1
    assert out.routed_experts.tolist() == [[[0, 1]], [[2, 3]]]


def test_bad_arguments(sim, demo_model):
    backend = typecase.VLLM(sim.url)
    with pytest.raises(TypeError):
        typecase.generate(backend=backend, model=demo_model)
    with pytest.raises(typecase.FieldError, match="known engines are .vllm., .sglang."):
        typecase.Backend("tgi", sim.url)
    for url in ("", "localhost:8000", "file:///etc/passwd", "http://a b"):
        with pytest.raises(typecase.FieldError, match="url"):
            typecase.VLLM(url)
    with pytest.raises(typecase.FieldError, match="line breaks"):
        typecase.VLLM(sim.url, api_key="a\r\nX-Other: b")
    for sampling, field in [
        ({"temperature": "hot"}, "sampling_params.temperature"), ({"max_tokens": 1.5}, "sampling_params.max_tokens"),
        ({"max_tokens": 0}, "sampling_params.max_tokens"), ({"n": 0}, "sampling_params.n"), ({"stop": 7}, "sampling_params.stop"),
        ({"stop_token_ids": ["a"]}, "sampling_params.stop_token_ids[0]"), ({"logprobs": "all"}, "sampling_params.logprobs"),
    ]:
        with pytest.raises(typecase.FieldError) as caught:
            typecase.generate(backend=backend, prompt_ids=[1], vocab_size=10, sampling_params=sampling)
        assert caught.value.field == field
    with pytest.raises(typecase.FieldError, match="empty"):
        typecase.generate(backend=backend, prompt_ids=[], vocab_size=10)
    with pytest.raises(ValueError, match="32 bits"):
        typecase.generate(backend=backend, prompt_ids=[-1], vocab_size=10)


def test_unknown_model(sim):
    with pytest.raises(typecase.NotFoundError, match="nope"):
        typecase.generate(backend=typecase.VLLM(sim.url), prompt_ids=[1], vocab_size=10, served_model="nope")


def test_a_server_with_a_key_or_without_scale_out():
    with Server(Settings(api_key="k")) as server:
        with pytest.raises(typecase.DeniedError, match="Unauthorized"):
            typecase.generate(backend=typecase.VLLM(server.url), prompt_ids=[1], vocab_size=10)
        assert len(typecase.generate(backend=typecase.VLLM(server.url, api_key="k"), prompt_ids=[1], vocab_size=100).ids)
    with Server(Settings(scale_out=False)) as server, pytest.raises(typecase.DeniedError, match="--enable-scale-out"):
        typecase.generate(backend=typecase.VLLM(server.url), prompt_ids=[1], vocab_size=10)


def test_one_client_many_threads(sim, demo_model):
    client, failures = typecase.Client(), []

    def work(backend):
        try:
            for _ in range(20):
                out = typecase.generate(model=demo_model, messages=MESSAGES, backend=backend(sim.url), client=client)
                assert out.finish_reason == "stop"
        except Exception as failure:  # noqa: BLE001
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(backend,)) for backend in BACKENDS * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_a_connection_is_used_again(demo_model):
    connections = set()

    class Counting(Server):
        def process_request(self, request, client_address):
            connections.add(client_address)
            super().process_request(request, client_address)

    with Counting(Settings()) as server:
        client = typecase.Client()
        for _ in range(10):
            typecase.generate(backend=typecase.SGLang(server.url), prompt_ids=[1], vocab_size=10, client=client)
    assert len(connections) == 1


def test_fork(sim, demo_model):
    """In a child the model works, the parent's client says so, and a new one works; the parent does not notice."""
    client = typecase.Client()
    backend = typecase.VLLM(sim.url)
    arguments = {"model": demo_model, "messages": MESSAGES, "backend": backend}
    before = typecase.generate(client=client, **arguments).ids.tolist()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            assert demo_model.render(MESSAGES).ids.tolist()
            try:
                typecase.generate(client=client, **arguments)
            except typecase.ForkedError:
                code = 0 if typecase.generate(**arguments).ids.tolist() == before else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert typecase.generate(client=client, **arguments).ids.tolist() == before


def test_memory_comes_back(sim, demo_model):
    """Thousands of failed and finished calls leave nothing behind."""
    import resource

    def rounds(count):
        for _ in range(count):
            with pytest.raises(typecase.TypecaseError):
                typecase.generate(backend=typecase.VLLM(sim.url), prompt_ids=[1] * 600, vocab_size=10)
            with pytest.raises(typecase.TypecaseError):
                demo_model.render([{"role": "nobody", "content": "x" * 1000}])
            demo_model.render(MESSAGES)

    rounds(300)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rounds(3000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8192
