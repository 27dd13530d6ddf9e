"""Many requests at once: asyncio, the queue, limits, cancelling, and the life of a client."""

import asyncio
import contextlib
import gc
import os
import select
import subprocess
import sys
import threading
import time

import pytest
import typecase
from typecase.demo import MODEL
from typecase.sim import Server, Settings, model_settings

from python.faults import Faulty, answer, then_stall, whole
from python.threads import side_by_side

BACKENDS = [typecase.VLLM, typecase.SGLang, typecase.OpenAI]
MESSAGES = [{"role": "user", "content": "Hello!"}]
IDS = {"prompt_ids": [1], "vocab_size": 10, "max_prompt_len": 5, "sampling_params": {"logprobs": None}}
BODY = answer()


def loops():
    """asyncio's event loop, and uvloop's where it is installed."""
    yield asyncio.new_event_loop
    with contextlib.suppress(ImportError):
        import uvloop

        yield uvloop.new_event_loop


@pytest.fixture(params=loops(), ids=lambda make: make.__module__)
def run(request):
    def run(coroutine):
        with asyncio.Runner(loop_factory=request.param) as runner:
            return runner.run(coroutine)

    return run


def soon(condition, seconds=20):
    """Whether something comes true; machines may be busy."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def threads():
    """The library's threads in this process."""
    names = []
    for task in os.listdir("/proc/self/task"):
        # Threads of other tests' servers end as we look.
        with contextlib.suppress(OSError), open(f"/proc/self/task/{task}/comm") as file:
            names.append(file.read().strip())
    return sum(name.startswith("typecase") for name in names)


@pytest.mark.parametrize("backend", BACKENDS)
def test_awaited_is_as_called(run, sim, demo_model, backend):
    arguments = {"model": demo_model, "messages": MESSAGES, "backend": backend(sim.url), "served_model": "demo"}
    want = typecase.generate(**arguments)

    async def main():
        with typecase.Client() as client:
            outs = await asyncio.gather(*(client.generate(**arguments) for _ in range(100)))
            return outs + await client.generate_many([{}] * 100, progress=False, **arguments)

    for out in run(main()):
        assert out.ids.tolist() == want.ids.tolist() and out.message == want.message and out.engine == backend("http://a").engine


@pytest.mark.parametrize("incremental", [False, True])
@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_stream_is_the_whole_in_pieces(run, demo_model, backend, n, incremental):
    """Ids, logprobs, message, usage and reason of a stream are those of the answer; events put together are the message."""
    with Server(model_settings(MODEL, incremental=incremental)) as server:
        arguments = {"model": demo_model, "messages": MESSAGES, "backend": backend(server.url), "sampling_params": {"n": n, "max_tokens": 200}}
        want = typecase.generate(**arguments)

        async def main():
            async with contextlib.AsyncExitStack() as stack:
                client = stack.enter_context(typecase.Client())
                return [event async for event in client.stream(**arguments)]

        for told in (run(main()), list(typecase.stream(**arguments))):
            out = told[-1].completion
            assert told[-1].kind == "done" and out.usage == want.usage and len(out.choices) == n
            for i, (got, expected) in enumerate(zip(out.choices, want.choices)):
                mine = [event for event in told if event.choice == i]
                assert got.ids.tolist() == expected.ids.tolist() == [id for event in mine if event.kind == "tokens" for id in event.ids.tolist()]
                assert got.logprobs.tolist() == expected.logprobs.tolist() == [p for event in mine if event.kind == "tokens" for p in event.logprobs.tolist()]
                assert got.message == expected.message and got.stop_reason == expected.stop_reason
                assert "".join(event.text for event in mine if event.kind == "content") == expected.message["content"]
                assert "".join(event.text for event in mine if event.kind == "reasoning") == expected.message["reasoning_content"]
                assert [event.text for event in mine if event.kind == "finish"] == [got.finish_reason]


@pytest.mark.parametrize("backend", BACKENDS)
def test_errors_of_streams(sim, demo_model, backend):
    with pytest.raises(typecase.WindowError):
        list(typecase.stream(backend=backend(sim.url), prompt_ids=[1] * 600, vocab_size=100))
    with pytest.raises(typecase.WindowError):
        list(typecase.stream(backend=backend(sim.url), prompt_ids=[1] * 600, vocab_size=100, max_prompt_len=1000, sampling_params={"max_tokens": 4}))
    with Server(Settings(api_key="k")) as server, pytest.raises(typecase.DeniedError):
        list(typecase.stream(backend=backend(server.url), prompt_ids=[1], vocab_size=100, max_prompt_len=1000, sampling_params={"max_tokens": 4}))


def test_results_are_in_the_order_of_their_requests(run):
    def by_prompt(_connection, _number):
        body = server.requests[-1][1]
        time.sleep(0.02 if b"[1," in body else 0)
        return whole(answer([int(body[body.index(b'"token_ids":[') + 13 :].split(b",")[0].split(b"]")[0])]))

    with Faulty(by_prompt) as server:
        requests = [{"prompt_ids": [i % 7, 1]} for i in range(50)]
        common = {**IDS, "backend": typecase.VLLM(server.url)}
        del common["prompt_ids"]

        async def main():
            with typecase.Client(connections_per_server=1) as client:
                return await client.generate_many(iter(requests), max_in_flight=5, **common)

        for outs in (run(main()), typecase.generate_many(requests, max_in_flight=1, **common)):
            assert [out.ids.tolist() for out in outs] == [[i % 7] for i in range(50)]


def test_errors_among_many(run, sim):
    requests = [{"prompt_ids": [id]} for id in (1, 50, 2)]
    common = {"backend": typecase.VLLM(sim.url), "vocab_size": 10}

    async def main(**more):
        with typecase.Client() as client:
            return await client.generate_many(requests, **common, **more)

    with pytest.raises(typecase.VocabularyError):
        run(main())
    with pytest.raises(typecase.VocabularyError):
        typecase.generate_many(requests, **common)
    outs = run(main(return_exceptions=True))
    assert [type(out) for out in outs] == [typecase.Completion, typecase.VocabularyError, typecase.Completion]
    with pytest.raises(TypeError, match="temperature"):
        typecase.generate_many([{}], **IDS, backend=typecase.VLLM(sim.url), temperature=1)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"prompt_ids": [1], "messages": []}, "messages or prompt_ids"), ({}, "messages or prompt_ids"), ({"messages": None}, "messages or prompt_ids"),
        ({"prompt_ids": [1], "prompt_lengths": [1]}, "prompt_lengths"), ({"messages": [], "ids": []}, "ids"), ({"prompt_ids": [1], "tempo": 1}, "tempo"),
        ({"prompt_ids": [1], "sampling_params": {"seed": object()}}, "object"),
    ],
)
def test_arguments_that_are_none(sim, arguments, word):
    # Twice: what is right is kept, what is wrong is not.
    for _ in range(2):
        with pytest.raises(TypeError, match=word):
            typecase.generate(backend=typecase.VLLM(sim.url), **arguments)
    with typecase.Client() as client, pytest.raises(TypeError, match="backend"):
        client.submit(**arguments)


def test_what_waits_for_the_whole_does_not_stream(sim):
    arguments = {**IDS, "backend": typecase.VLLM(sim.url), "stream": True}
    with typecase.Client() as client:
        for call in (
            lambda: typecase.generate(**arguments), lambda: typecase.generate_many([{}], **arguments), lambda: asyncio.run(client.generate(**arguments)),
            lambda: asyncio.run(client.generate_many([{}], **arguments)),
        ):
            with pytest.raises(TypeError, match="stream"):
                call()
        assert client.load.requests == 0


def test_connections_are_limited_and_the_rest_wait_in_turn():
    order = []

    def slow(_connection, number):
        time.sleep(0.01)
        return whole(BODY)

    with Faulty(slow) as server, Faulty(slow) as other, typecase.Client(connections_per_server=3, connections=5) as client:
        requests = [client.submit(backend=typecase.VLLM(server.url), **IDS) for _ in range(60)]
        late = client.submit(backend=typecase.VLLM(other.url), **IDS)
        watch = threading.Thread(target=lambda: (late.result(), order.append(sum(request.done for request in requests))))
        watch.start()
        for request in requests:
            request.result()
        watch.join()
        assert server.most <= 3
        # One server's queue does not keep another waiting.
        assert order[0] < 30


def test_what_waits_is_seen():
    gate = threading.Event()
    with Faulty(lambda _c, _n: gate.wait(30) and whole(BODY)) as server, typecase.Client(connections_per_server=4) as client:
        assert client.load == (0, 0, 0)
        requests = [client.submit(backend=typecase.VLLM(server.url), **IDS) for _ in range(50)]
        while len(server.requests) < 4:
            time.sleep(0.01)
        assert soon(lambda: client.load == (50, 46, 4))
        requests[-1].cancel()
        requests[-1].wait()
        assert soon(lambda: client.load == (49, 45, 4))
        gate.set()
        for request in requests[:-1]:
            request.result()
        assert soon(lambda: client.load == (0, 0, 0))


def test_connections_that_are_kept_count_too():
    """A client that has asked many servers keeps no more connections open than it may have."""
    with contextlib.ExitStack() as stack, typecase.Client(connections=3) as client:
        servers = [stack.enter_context(Faulty(lambda _c, _n: whole(BODY))) for _ in range(12)]
        for served in servers:
            typecase.generate(client=client, backend=typecase.VLLM(served.url), **IDS)
        assert soon(lambda: 0 < sum(served.connections for served in servers) <= 3)


def test_the_queue_tells_each_once_and_its_descriptor_when():
    """As hosts use it that have an event loop of their own."""
    with Server(Settings(vocab_size=10)) as server, typecase.Client() as client:
        descriptor = client._watch(_NoLoop(), lambda: None) and client._descriptor
        assert select.select([descriptor], [], [], 0)[0] == []
        requests = {tag: client.submit(tag=tag, backend=typecase.VLLM(server.url), **IDS) for tag in range(1000, 1050)}
        told = []
        while len(told) < 50:
            assert select.select([descriptor], [], [], 10)[0] == [descriptor]
            told += client._next(0)
        assert sorted(told) == sorted(requests) and client._next(0) == []
        assert select.select([descriptor], [], [], 0)[0] == []
        # What is freed is not told.
        one = client.submit(tag=1, backend=typecase.VLLM(server.url), **IDS)
        one.wait()
        one.__del__()
        assert client._next(0.1) == []


class _NoLoop:
    def add_reader(self, *_):
        pass

    remove_reader = add_reader

    def is_closed(self):
        return True


def test_cancelling_reaches_the_engine(run, demo_model):
    """The task is cancelled; the server sees its client go; others are not disturbed."""
    with Faulty(then_stall(b"")) as server:

        async def main():
            with typecase.Client() as client:
                tasks = [asyncio.create_task(client.generate(backend=typecase.VLLM(server.url), **IDS)) for _ in range(20)]
                while len(server.requests) < 20:
                    await asyncio.sleep(0.01)
                for task in tasks[:10]:
                    task.cancel()
                await asyncio.wait(tasks[:10])
                assert all(task.cancelled() for task in tasks[:10])
                for _ in range(2000):
                    if server.gone >= 10:
                        break
                    await asyncio.sleep(0.01)
                assert server.gone == 10 and not any(task.done() for task in tasks[10:])
                for task in tasks:
                    task.cancel()

        run(main())
    with Server(model_settings(MODEL, delay=0.01)) as server:

        async def main():
            with typecase.Client() as client:
                events = client.stream(model=demo_model, messages=MESSAGES, backend=typecase.VLLM(server.url))
                async with contextlib.aclosing(events):
                    async for event in events:
                        if event.kind == "tokens":
                            break
                for _ in range(2000):
                    if server.cancelled:
                        return
                    await asyncio.sleep(0.01)
                raise AssertionError("the server did not see it")

        run(main())


def test_cancelling_from_another_thread_and_at_every_stage(sim, demo_model):
    with typecase.Client() as client:
        for delay in [0, 0, 0, 0.0005, 0.001, 0.002, 0.004, 0.01] * 20:
            request = client.submit(model=demo_model, messages=MESSAGES, backend=typecase.VLLM(sim.url))
            timer = threading.Timer(delay, request.cancel) if delay else None
            if timer:
                timer.start()
            else:
                request.cancel()
            try:
                assert request.result().finish_reason == "stop"
            except typecase.RequestCancelledError:
                pass
            if timer:
                timer.join()


def test_a_stream_that_is_not_read_makes_the_server_wait():
    """What is held back is bounded; when it is read, all of it comes."""
    from python.faults import STREAM_HEAD, event

    sent = []

    def behave(connection, _number):
        connection.sendall(STREAM_HEAD)
        piece = event([1] * 1000)
        for _ in range(4000):
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            sent.append(len(piece))
        piece = event([2], "stop")
        return b"%x\r\n%s\r\n0\r\n\r\n" % (len(piece), piece)

    with Faulty(behave) as server, typecase.Client() as client:
        request = client.submit(backend=typecase.VLLM(server.url), **IDS, stream=True)
        before = -1
        # A machine that stands still for a second has not made anybody wait.
        for _ in range(30):
            if before == sum(sent) > 1_000_000:
                break
            before = sum(sent)
            time.sleep(1)
        # A megabyte here, and what the sockets hold.
        assert 1_000_000 < before < 9_000_000, "the server was not made to wait"
        out = list(request.stream())[-1].completion
        assert len(out.ids) == 4_000_001


def test_threads_come_with_the_first_request_and_go_with_the_client(sim):
    before = threads()
    client = typecase.Client()
    assert threads() == before
    typecase.generate(backend=typecase.VLLM(sim.url), client=client, **IDS)
    assert threads() > before
    client.close()
    assert soon(lambda: threads() == before)
    with pytest.raises(typecase.ArgumentError):
        client.submit(backend=typecase.VLLM(sim.url), **IDS)


def test_a_client_that_is_freed_ends_what_is_under_way():
    with Faulty(then_stall(b"")) as server:
        client = typecase.Client()
        requests = [client.submit(backend=typecase.VLLM(server.url), **IDS) for _ in range(50)]
        while len(server.requests) < 50:
            time.sleep(0.01)
        client.close()
        for request in requests:
            with pytest.raises(typecase.RequestCancelledError):
                request.result()
        # At once, too: nothing has begun yet.
        client = typecase.Client()
        requests = [client.submit(backend=typecase.VLLM(server.url), **IDS) for _ in range(50)]
        client.close()
        for request in requests:
            with pytest.raises(typecase.RequestCancelledError):
                request.result()


def test_who_awaits_a_client_that_is_closed_is_told(run):
    async def main():
        with Faulty(then_stall(b"")) as server:
            client = typecase.Client()
            task = asyncio.create_task(client.generate(backend=typecase.VLLM(server.url), **IDS))
            await asyncio.sleep(0.1)
            client.close()
            with pytest.raises(typecase.RequestCancelledError):
                await asyncio.wait_for(task, 5)

    run(main())


def test_many_loops_share_a_client(sim):
    client, failures = typecase.Client(), []

    def work():
        async def main():
            for _ in range(10):
                outs = await asyncio.gather(*(client.generate(backend=typecase.VLLM(sim.url), **IDS) for _ in range(10)))
                assert all(len(out.ids) for out in outs)

        try:
            asyncio.run(asyncio.wait_for(main(), 60))
        except BaseException as failure:  # noqa: BLE001
            failures.append(failure)

    side_by_side(4, work)
    client.close()
    assert not failures


def test_many_clients(sim):
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(100):
        with typecase.Client() as client:
            client.submit(backend=typecase.VLLM(sim.url), **IDS).result()
    gc.collect()
    assert soon(lambda: len(os.listdir("/proc/self/fd")) < before + 10)


def test_fork_with_requests_under_way(sim, demo_model):
    """The child says so and can begin anew, while the parent renders, sends and receives."""
    client = typecase.Client()
    arguments = {"model": demo_model, "messages": MESSAGES, "backend": typecase.VLLM(sim.url)}
    want = typecase.generate(**arguments).ids.tolist()
    for _ in range(20):
        requests = [client.submit(**arguments) for _ in range(20)]
        child = os.fork()
        if child == 0:
            code = 1
            try:
                for call in (lambda: client.submit(**arguments), requests[0].result, lambda: client._next(0)):
                    try:
                        call()
                        code = 3
                    except typecase.ForkedError:
                        pass
                requests[1].cancel()
                requests.clear()
                if code == 1:
                    code = 0 if typecase.generate(**arguments).ids.tolist() == want else 2
            finally:
                os._exit(code)
        assert [request.result().ids.tolist() for request in requests] == [want] * 20
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    client.close()


EXIT = """
import sys, typecase
client = typecase.Client()
requests = [client.submit(backend=typecase.VLLM(sys.argv[1]), prompt_ids=[1], vocab_size=10, max_prompt_len=5) for _ in range(50)]
stream = client.submit(backend=typecase.VLLM(sys.argv[1]), prompt_ids=[1], vocab_size=10, max_prompt_len=5, stream=True)
if sys.argv[2] == "error":
    raise SystemExit(7)
if sys.argv[2] == "thread":
    import contextlib, threading
    def wait():
        with contextlib.suppress(typecase.RequestCancelledError):
            requests[0].result()
    threading.Thread(target=wait, daemon=True).start()
"""


@pytest.mark.parametrize("how", ["return", "error", "thread"])
def test_an_interpreter_may_exit_with_work_in_flight(how):
    with Faulty(then_stall(b"")) as server:
        done = subprocess.run(
            [sys.executable, "-c", EXIT, server.url, how], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, timeout=60)
    assert done.returncode == (7 if how == "error" else 0), done.stderr.decode()
    assert done.stderr == b""


def test_auto(demo_model):
    """What a server says of itself, what it was taken for, and why."""
    for owner, scale_out, engine in [("vllm", True, "vllm"), ("vllm", False, "openai"), ("sglang", True, "sglang"), ("somebody", True, "openai")]:
        with Server(model_settings(MODEL, owner=owner, scale_out=scale_out)) as server, typecase.Client() as client:
            for _ in range(2):
                out = typecase.generate(model=demo_model, messages=MESSAGES, backend=typecase.Auto(server.url), client=client)
                assert out.engine == engine and owner in out.engine_reason and out.finish_reason == "stop"
                assert scale_out or "--enable-scale-out" in out.engine_reason
            told = list(typecase.stream(model=demo_model, messages=MESSAGES, backend=typecase.Auto(server.url), client=client))
            assert told[-1].completion.ids.tolist() == out.ids.tolist()
    with pytest.raises(typecase.NetworkError):
        typecase.generate(prompt_ids=[1], vocab_size=10, backend=typecase.Auto("http://127.0.0.1:1"), retries=0)


def test_one_question_for_all_who_ask():
    """Hundreds that begin at once ask for the window once."""
    asked = []

    def behave(_connection, number):
        head = server.requests[-1][0]
        if head.startswith(b"GET"):
            asked.append(number)
            time.sleep(0.2)
            return whole(b'{"data": [{"id": "m", "max_model_len": 8}]}')
        return whole(BODY)

    arguments = {**IDS}
    del arguments["max_prompt_len"]
    with Faulty(behave) as server:
        assert len(typecase.generate_many([{}] * 300, backend=typecase.VLLM(server.url), **arguments)) == 300
    assert len(asked) == 1


def test_no_request_is_lost_in_a_long_run(sim):
    """Thousands, one after the other and side by side: all come back, memory and descriptors stay."""
    import resource

    backend = typecase.SGLang(sim.url)
    typecase.generate_many([{}] * 1000, backend=backend, **IDS, max_in_flight=64)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, len(os.listdir("/proc/self/fd"))
    for _ in range(4):
        outs = typecase.generate_many([{}] * 1000, backend=backend, **IDS, max_in_flight=64)
        assert len(outs) == 1000 and all(len(out.ids) for out in outs)
        del outs
    gc.collect()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before[0] < 16_384
    assert len(os.listdir("/proc/self/fd")) - before[1] < 80
