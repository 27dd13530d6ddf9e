"""Servers that misbehave: each ends one request, with one status, in bounded time, and disturbs no other."""

import gc
import os
import ssl
import threading
import time

import pytest
import typecase

from python.faults import HEAD, STREAM_HEAD, Faulty, answer, chunked, close, endless, event, pieces, then_close, then_reset, then_stall, whole
from python.replay import closed_port
from python.tls import TLSServer, certificate, serving

ARGUMENTS = {"prompt_ids": [1], "vocab_size": 10, "max_prompt_len": 5, "sampling_params": {"logprobs": None}, "retries": 0}
BODY = answer()
LENGTH = b"Content-Length: %d\r\n\r\n" % len(BODY)

WHOLE = {
    "closed at once": (close, typecase.NetworkError),
    "reset at once": (then_reset(b""), typecase.NetworkError),
    # HTTP lets a head end with its connection: then there is an answer, with nothing in it.
    "death in the head": (then_close(HEAD[:20]), typecase.ProtocolError),
    "death in the body": (then_close(HEAD + LENGTH + BODY[:10]), typecase.NetworkError),
    "reset in the body": (then_reset(HEAD + LENGTH + BODY[:10]), typecase.NetworkError),
    "death in a chunk": (then_close(HEAD + b"Transfer-Encoding: chunked\r\n\r\n40\r\nabc"), typecase.NetworkError),
    "a bad chunk": (then_close(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"), typecase.NetworkError),
    "too long a content length": (then_close(HEAD + b"Content-Length: %d\r\n\r\n" % (len(BODY) + 1) + BODY), typecase.NetworkError),
    "too short a content length": (then_close(HEAD + b"Content-Length: %d\r\n\r\n" % (len(BODY) - 1) + BODY), typecase.ProtocolError),
    "no HTTP": (then_close(b"SSH-2.0-OpenSSH\r\n"), typecase.NetworkError),
    "an endless head": (endless(HEAD, b"X-Again: " + b"a" * 1000 + b"\r\n"), typecase.NetworkError),
    "an endless line of the head": (endless(HEAD + b"X-Long: ", b"a" * 1000), typecase.NetworkError),
    "a slow body": (pieces(HEAD + LENGTH + BODY, 1, 0.05), typecase.RequestTimeoutError),
    "a slow head": (pieces(HEAD + b"X-Slow: yes\r\n" * 30, 10, 0.05), typecase.RequestTimeoutError),
    "a stalled head": (then_stall(HEAD), typecase.RequestTimeoutError),
    "a stalled body": (then_stall(HEAD + LENGTH + BODY[:20]), typecase.RequestTimeoutError),
    "nothing": (then_stall(b""), typecase.RequestTimeoutError),
    "an endless body": (endless(HEAD + b"\r\n", b" " * 65_536), typecase.LimitError),
    "a large body": (then_stall(HEAD + b"Content-Length: 99999999999\r\n\r\n"), typecase.RequestTimeoutError),
    "bad gzip": (then_close(whole(b"\x1f\x8b\x08junk", headers=b"Content-Encoding: gzip\r\n")), typecase.ProtocolError),
    "bad UTF-8": (then_close(whole(b'{"choices": "\xff"}')), typecase.ProtocolError),
    "NUL": (then_close(whole(b'{"choices": "\0"}')), typecase.ProtocolError),
    "NaN": (then_close(whole(BODY.replace(b"[1", b"[NaN"))), typecase.ProtocolError),
    "a huge number": (then_close(whole(BODY.replace(b"[1", b"[" + b"9" * 5000))), typecase.ProtocolError),
    "a huge exponent": (then_close(whole(BODY.replace(b"[1", b"[1e999999"))), typecase.ProtocolError),
    "half of the answer": (then_close(whole(BODY[:-10])), typecase.ProtocolError),
    "two answers": (then_close(whole(BODY + BODY)), typecase.ProtocolError),
    "a redirect": (then_close(whole(b"", b"307 Temporary Redirect", b"Location: http://127.0.0.1:1/\r\n")), typecase.ProtocolError),
    "a redirect to a file": (then_close(whole(b"", b"302 Found", b"Location: file:///etc/passwd\r\n")), typecase.ProtocolError),
    "a page": (then_close(whole(b"<html>proxy error</html>", b"502 Bad Gateway")), typecase.ServerError),
    "informational for ever": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 1 << 24), (typecase.RequestTimeoutError, typecase.NetworkError)),
}

STREAMS = {
    "closed at once": (close, typecase.NetworkError),
    "death in an event": (then_close(STREAM_HEAD + b"40\r\ndata: {"), typecase.NetworkError),
    "death between events": (then_close(STREAM_HEAD + b"%x\r\n%s\r\n" % (len(event([1])), event([1]))), typecase.NetworkError),
    "an end before the end": (then_close(chunked(event([1]))), typecase.ProtocolError),
    "nothing in it": (then_close(chunked(b"data: [DONE]\n\n")), typecase.ProtocolError),
    "only comments": (then_close(chunked(b": keep-alive\n\n" * 10)), typecase.ProtocolError),
    "an error in it": (then_close(chunked(event([1]), b'data: {"error": {"message": "engine died", "code": 500}}\n\n', b"data: [DONE]\n\n")), typecase.ServerError),
    "an overlong prompt": (then_close(chunked(b'data: {"error": {"message": "This model\'s maximum context length is 5", "code": 400}}\n\n')), typecase.WindowError),
    "an event that is no JSON": (then_close(chunked(b"data: {]\n\n")), typecase.ProtocolError),
    "an event of another kind": (then_close(chunked(b'data: {"choices": [{"index": 0}]}\n\n')), typecase.ProtocolError),
    "a choice that is none": (then_close(chunked(event([1], index=1 << 40))), typecase.ProtocolError),
    "a negative choice": (then_close(chunked(event([1], index=-1))), typecase.ProtocolError),
    "bad UTF-8": (then_close(chunked(b"data: \xff\n\n")), typecase.ProtocolError),
    "an endless line": (endless(STREAM_HEAD, b"10000\r\n" + b"a" * 65_536 + b"\r\n"), typecase.LimitError),
    "an endless event": (endless(STREAM_HEAD, b"8006\r\ndata: " + b"a" * 32_767 + b"\n\r\n"), typecase.LimitError),
    "a stall": (then_stall(STREAM_HEAD + b"%x\r\n%s\r\n" % (len(event([1])), event([1]))), typecase.RequestTimeoutError),
    "not a stream": (then_close(whole(b'{"error": "no"}', b"400 Bad Request")), typecase.RejectedError),
    "busy": (then_close(whole(b'{"error": {"message": "busy"}}', b"503 Busy")), typecase.BusyError),
}


@pytest.fixture(scope="module")
def client():
    with typecase.Client(timeout=1.5, max_response_bytes=1 << 20) as client:
        yield client


@pytest.mark.parametrize(("behave", "expected"), WHOLE.values(), ids=WHOLE)
def test_answers(client, sim, behave, expected):
    start = time.monotonic()
    with Faulty(behave) as server, pytest.raises(expected):
        good = client.submit(backend=typecase.VLLM(sim.url), timeout=60, **ARGUMENTS)
        typecase.generate(backend=typecase.VLLM(server.url), client=client, **ARGUMENTS)
    assert time.monotonic() - start < 10
    assert len(good.result().ids)


@pytest.mark.parametrize(("behave", "expected"), STREAMS.values(), ids=STREAMS)
def test_streams(client, sim, behave, expected):
    start = time.monotonic()
    with Faulty(behave) as server, pytest.raises(expected):
        good = client.submit(backend=typecase.VLLM(sim.url), timeout=60, **ARGUMENTS)
        for told in typecase.stream(backend=typecase.VLLM(server.url), client=client, **ARGUMENTS):
            assert told.kind == "tokens"
    assert time.monotonic() - start < 10
    assert len(good.result().ids)


def test_an_event_in_any_pieces(client):
    """Cut at every byte, and with the other ends of lines that the format has."""
    events = event([1]) + b": a comment\nid: 7\nevent: message\n" + event([2, 3]).replace(b"\n\n", b"\r\n\r\n") + event([4], "stop") + b"data: [DONE]\n\n"
    for size in (1, 2, 3, 7, 50, len(events)):
        parts = [events[start : start + size] for start in range(0, len(events), size)]
        with Faulty(then_close(chunked(*parts))) as server:
            told = list(typecase.stream(backend=typecase.VLLM(server.url), client=client, **ARGUMENTS))
        assert [one.kind for one in told][-2:] == ["finish", "done"]
        assert [id for one in told if one.kind == "tokens" for id in one.ids.tolist()] == [1, 2, 3, 4] == told[-1].completion.ids.tolist()
    data = b"data: " + answer([5]).replace(b", ", b",\ndata: ") + b"\n\n"
    with Faulty(then_close(chunked(data))) as server:
        assert list(typecase.stream(backend=typecase.VLLM(server.url), client=client, **ARGUMENTS))[-1].completion.ids.tolist() == [5]


def test_what_waits_are_limited():
    for name, behave in {"first_byte": then_stall(b""), "idle": then_stall(HEAD + LENGTH + BODY[:20])}.items():
        with Faulty(behave) as server, pytest.raises(typecase.RequestTimeoutError, match="200 ms"):
            typecase.generate(backend=typecase.VLLM(server.url), **ARGUMENTS, **{f"{name}_timeout": 0.2})
    with Faulty(pieces(HEAD + LENGTH + BODY, 10, 0.05)) as server:
        out = typecase.generate(backend=typecase.VLLM(server.url), **ARGUMENTS, idle_timeout=1, first_byte_timeout=1)
        assert out.ids.tolist() == [1, 2, 3]


def busy_then_good(times, status=b"503 Busy", headers=b""):
    return lambda _connection, number: whole(b"{}", status, headers) if number <= times else whole(BODY)


def test_a_busy_server_is_asked_again():
    for status in (b"503 Busy", b"429 Too Many Requests"):
        with Faulty(busy_then_good(2, status)) as server:
            assert typecase.generate(backend=typecase.VLLM(server.url), **{**ARGUMENTS, "retries": 2}).ids.tolist() == [1, 2, 3]
        assert len(server.requests) == 3
        with Faulty(busy_then_good(2, status)) as server, pytest.raises(typecase.BusyError):
            typecase.generate(backend=typecase.VLLM(server.url), **{**ARGUMENTS, "retries": 1})
        assert len(server.requests) == 2


def test_a_server_says_when_to_come_back():
    start = time.monotonic()
    with Faulty(busy_then_good(1, headers=b"Retry-After: 1\r\n")) as server:
        typecase.generate(backend=typecase.VLLM(server.url), **{**ARGUMENTS, "retries": 1})
    assert time.monotonic() - start >= 1
    # There is no time for that: the answer is what there is.
    with Faulty(busy_then_good(1, headers=b"Retry-After: 100\r\n")) as server, pytest.raises(typecase.BusyError):
        typecase.generate(backend=typecase.VLLM(server.url), **{**ARGUMENTS, "retries": 1}, timeout=2)
    assert time.monotonic() - start < 10


def test_what_may_have_been_sampled_is_sent_again_only_where_that_is_allowed():
    def dies_once(connection, number):
        return then_close(HEAD + LENGTH + BODY[:10])(connection, number) if number == 1 else whole(BODY)

    with Faulty(dies_once) as server, pytest.raises(typecase.NetworkError):
        typecase.generate(backend=typecase.VLLM(server.url), **{**ARGUMENTS, "retries": 3})
    assert len(server.requests) == 1
    with Faulty(dies_once) as server:
        assert typecase.generate(backend=typecase.VLLM(server.url), **{**ARGUMENTS, "retries": 3}, retry_sent=True).ids.tolist() == [1, 2, 3]
    assert len(server.requests) == 2


def test_a_stream_is_never_begun_again():
    def dies(connection, _number):
        return then_close(STREAM_HEAD + b"%x\r\n%s\r\n" % (len(event([1])), event([1])))(connection, 0)

    with Faulty(dies) as server, pytest.raises(typecase.NetworkError):
        list(typecase.stream(backend=typecase.VLLM(server.url), **{**ARGUMENTS, "retries": 3}, retry_sent=True))
    assert len(server.requests) == 1


def test_a_server_that_comes_up_late():
    url = closed_port()
    port = int(url.rsplit(":", 1)[1])
    made = []

    def start():
        time.sleep(0.5)
        from typecase.sim import Server, Settings

        made.append(Server(Settings(vocab_size=10), port).__enter__())

    thread = threading.Thread(target=start)
    thread.start()
    try:
        assert len(typecase.generate(backend=typecase.VLLM(url), **{**ARGUMENTS, "retries": 50}).ids)
    finally:
        thread.join()
        made[0].__exit__()


def test_connections_that_the_server_has_closed():
    """A kept connection that is closed meanwhile costs nothing: the request goes over a new one."""

    def once(connection, number):
        connection.sendall(whole(BODY))
        time.sleep(0.05)
        return close

    with Faulty(once) as server, typecase.Client() as client:
        for _ in range(5):
            assert len(typecase.generate(backend=typecase.VLLM(server.url), client=client, **ARGUMENTS).ids) == 3
            time.sleep(0.1)


@pytest.mark.parametrize("behind", [whole(answer([7, 8])), whole(b"", b"408 Request Timeout"), b"junk", b"a" * 300_000])
@pytest.mark.parametrize("pause", [0, 0.05])
def test_what_nobody_asked_for_is_no_answer(behind, pause):
    """What comes on a kept connection between two requests is not taken for the answer to the second."""

    def twice(connection, _number):
        if pause:
            connection.sendall(whole(BODY))
            time.sleep(pause)
        return behind if pause else whole(BODY) + behind

    with Faulty(twice) as server, typecase.Client() as client:
        for _ in range(4):
            out = typecase.generate(backend=typecase.VLLM(server.url), client=client, **ARGUMENTS)
            assert list(out.ids) == [1, 2, 3]
            time.sleep(pause * 3)


def test_kept_connections_cost_nothing():
    """What the server closes is closed here, too, and not looked at any more."""

    def once(connection, number):
        if number == 1:
            return whole(BODY)
        connection.sendall(whole(BODY))
        time.sleep(0.02)
        return close

    with Faulty(once) as server, typecase.Client() as client:
        backend = typecase.VLLM(server.url)
        for _ in range(2):
            typecase.generate(backend=backend, client=client, **ARGUMENTS)
            before, descriptors = time.process_time(), len(os.listdir("/proc/self/fd"))
            time.sleep(1)
            assert time.process_time() - before < 0.3
            assert len(os.listdir("/proc/self/fd")) <= descriptors


def test_servers_share_the_work_and_one_may_die():
    good = [Faulty(lambda _c, _n: time.sleep(0.05) or whole(BODY)) for _ in range(2)]
    with good[0], good[1], typecase.Client() as client:
        backend = typecase.VLLM([good[0].url, closed_port(), good[1].url])
        outs = typecase.generate_many([{}] * 40, backend=backend, **{**ARGUMENTS, "retries": 2})
        assert len(outs) == 40
        assert min(len(server.requests) for server in good) >= 15
        for server in good:
            server.requests.clear()
        # A session stays where it is.
        for _ in range(10):
            typecase.generate(backend=backend, client=client, session="one", **{**ARGUMENTS, "retries": 2})
        assert sorted(len(server.requests) for server in good) == [0, 10]
        assert all(b"X-Session-ID: one" in head for server in good for head, _ in server.requests)


def test_tls_is_verified(tmp_path):
    """A certificate nobody signed is refused, unless it is named as an authority or verification is off; other names are refused."""
    own = certificate(tmp_path, "server", "localhost")
    ca_file = str(own[0])
    with TLSServer(serving(own)) as server:
        with pytest.raises(typecase.NetworkError, match="certificate"):
            typecase.generate(backend=typecase.VLLM(f"https://localhost:{server.port}"), **ARGUMENTS)
        backend = typecase.VLLM(f"https://localhost:{server.port}", tls={"ca_file": ca_file})
        assert len(typecase.generate(backend=backend, **ARGUMENTS).ids)
        with pytest.raises(typecase.NetworkError):
            typecase.generate(backend=typecase.VLLM(f"https://127.0.0.1:{server.port}", tls={"ca_file": ca_file}), **ARGUMENTS)
        assert len(typecase.generate(backend=typecase.VLLM(f"https://127.0.0.1:{server.port}", tls={"verify": False}), **ARGUMENTS).ids)
        with pytest.raises(typecase.NetworkError):
            typecase.generate(backend=typecase.VLLM(f"http://localhost:{server.port}"), **ARGUMENTS)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=lambda version: version.name)
def test_a_server_asks_for_certificates(tmp_path, version):
    """With one of the server's authority the call works; without, with another's, and with a key that is not its own it is refused."""
    authority, stranger = (certificate(tmp_path, name, name) for name in ("authority", "stranger"))
    own = certificate(tmp_path, "server", "localhost", authority)
    good, bad = (certificate(tmp_path, name, "client", signer) for name, signer in (("good", authority), ("bad", stranger)))

    def ask(server, cert=None, key=None):
        tls = {"ca_file": authority[0], "cert_file": cert, "key_file": key}
        backend = typecase.VLLM(f"https://localhost:{server.port}", tls={name: str(path) for name, path in tls.items() if path})
        with typecase.Client(timeout=20) as client:
            return typecase.generate(backend=backend, client=client, **ARGUMENTS)

    start = time.monotonic()
    with TLSServer(serving(own, authority, version), lingers=True) as server:
        assert len(ask(server, *good).ids)
        with pytest.raises(typecase.NetworkError, match="SSL.*(handshake failure|certificate required)"):
            ask(server)
        with pytest.raises(typecase.NetworkError, match="SSL.*unknown ca"):
            ask(server, *bad)
        with pytest.raises(typecase.NetworkError, match="key"):
            ask(server, good[0], bad[1])
        # Since TLS 1.3 a client is refused after it has sent its request: from a server that is gone by then it may not hear why.
        server.lingers = False
        for pair in ((), bad):
            with pytest.raises(typecase.NetworkError):
                ask(server, *pair)
        assert len(ask(server, *good).ids)
        assert len([reason for reason in server.refused if "CERTIFICATE" in reason]) == 4
    assert time.monotonic() - start < 10


def test_a_proxy_is_used_where_it_is_named(monkeypatch):
    with Faulty(lambda _c, _n: whole(BODY)) as proxy, Faulty(lambda _c, _n: whole(BODY)) as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        typecase.generate(backend=typecase.VLLM(server.url), **ARGUMENTS)
        assert (len(proxy.requests), len(server.requests)) == (0, 1)
        typecase.generate(backend=typecase.VLLM(server.url, proxy="environment"), **ARGUMENTS)
        typecase.generate(backend=typecase.VLLM(server.url, proxy=proxy.url), **ARGUMENTS)
        assert (len(proxy.requests), len(server.requests)) == (2, 1)
        assert proxy.requests[0][0].startswith(b"POST " + server.url.encode())


def test_nothing_is_left_behind(client, sim):
    """Descriptors and memory after hundreds of faults are those of before."""

    def rounds(count):
        for _ in range(count):
            for behave in (close, then_close(HEAD + LENGTH + BODY[:10]), then_close(whole(BODY[:-5])), then_reset(b"")):
                with Faulty(behave) as server, pytest.raises(typecase.TypecaseError):
                    typecase.generate(backend=typecase.VLLM(server.url), client=client, **ARGUMENTS)
        gc.collect()

    def descriptors():
        # Dead connections are put away once a second, when one is needed.
        time.sleep(1.2)
        typecase.generate(backend=typecase.VLLM(sim.url), client=client, **ARGUMENTS)
        return len(os.listdir("/proc/self/fd"))

    rounds(5)
    before = descriptors()
    rounds(60)
    assert descriptors() <= before + 4
