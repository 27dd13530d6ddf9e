"""Thousands of requests beside the peers, each client in a process of its own, against one nginx that answers a captured body.

CPU of the client's process for a request, microseconds; prompts of 2,000 tokens, answers of 64 with logprobs, decoded to arrays.
"""

import array
import asyncio
import contextlib
import importlib.metadata
import json
import os
import pathlib
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

PROMPT = [(i * 7919) % 150_000 for i in range(2000)]
SAMPLING = {"max_tokens": 64, "temperature": 1.0, "logprobs": 1}
PATH = "/inference/v1/generate"
BUDGET = 12.0
"""Seconds for a measurement: slow peers are given fewer requests."""


def answer(tokens):
    """An answer of vLLM 0.32's shape, its numbers as long as real ones."""
    entries = []
    for i in range(tokens):
        entry = {"token_id": (i * 6151) % 150_000, "logprob": -1 / (i + 1.5) - 2**-40, "rank": i % 9 + 1}
        entries.append({**entry, "top_logprobs": [entry]})
    choice = {
        "index": 0, "finish_reason": "length", "stop_reason": None, "token_ids": [entry["token_id"] for entry in entries], "routed_experts": None,
        "sampling_mask": None, "weight_versions": [{"version": "default", "start": 0, "end": tokens}], "logprobs": {"content": entries},
    }
    usage = {"prompt_tokens": len(PROMPT), "total_tokens": len(PROMPT) + tokens, "completion_tokens": tokens, "prompt_tokens_details": None, "completion_tokens_details": None}
    whole = {
        "request_id": "generate-tokens-0123456789abcdef", "model": "m", "created": 0, "usage": usage, "prompt_logprobs": None,
        "prompt_token_id_logprobs": None, "prompt_token_ids": None, "mm_placeholders": None, "metrics": None, "kv_transfer_params": None,
        "ec_transfer_params": None, "output_mode": "tokens", "choices": [choice],
    }
    return json.dumps(whole, separators=(",", ":")).encode()


def checked(data):
    """What the peer does with an answer: each logprob is looked at, and goes into a list."""
    choice = data["choices"][0]
    logprobs = []
    for token, entry in zip(choice["token_ids"], choice["logprobs"]["content"], strict=True):
        if entry["token_id"] != token or not isinstance(entry["logprob"], float):
            raise ValueError("malformed")
        logprobs.append(entry["logprob"])
    return array.array("I", choice["token_ids"]), array.array("f", logprobs)


@contextlib.contextmanager
def nginx(body, keep_alive=True):
    with tempfile.TemporaryDirectory(prefix="typecase-bench-") as folder, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        taken.close()
        # nginx answers POST with a file only through an error page.
        (pathlib.Path(folder) / "answer.json").write_bytes(body)
        config = pathlib.Path(folder) / "nginx.conf"
        config.write_text(f"""
            daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; worker_rlimit_nofile 16384;
            events {{ worker_connections 8192; }}
            http {{
                access_log off; keepalive_requests 100000000; keepalive_timeout {60 if keep_alive else 0}; client_body_buffer_size 64k;
                client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
                server {{ listen 127.0.0.1:{port} backlog=8192; root {folder}; error_page 405 =200 /answer.json;
                    location / {{ try_files /answer.json =404; default_type application/json; }} }}
            }}""")
        process = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(config), "-p", folder])
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.02)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


async def typecase_client(url, count, concurrency):
    import typecase

    ids = array.array("I", PROMPT)
    backend = typecase.VLLM(url)
    arguments = {"backend": backend, "prompt_ids": ids, "vocab_size": 200_000, "max_prompt_len": 10_000, "sampling_params": SAMPLING}
    with typecase.Client() as client:

        async def one():
            out = await client.generate(**arguments)
            return out.ids, out.logprobs

        return await side_by_side(one, count, concurrency)


async def typecase_many(url, count, concurrency):
    import typecase

    arguments = {"backend": typecase.VLLM(url), "prompt_ids": array.array("I", PROMPT), "vocab_size": 200_000, "max_prompt_len": 10_000, "sampling_params": SAMPLING}
    latencies = []

    def requests():
        for _ in range(count):
            yield {}

    with typecase.Client() as client:
        for i, out in enumerate(await client.generate_many(requests(), max_in_flight=concurrency, **arguments)):
            assert len(out.ids) == len(out.logprobs) >= 64
            # It stands in a text with all else that is said of a completion: looked up for some.
            if i % 16 == 0:
                latencies.append(out.seconds)
    return latencies


async def aiohttp_client(url, count, concurrency):
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one():
            async with session.post(url + PATH, json={"token_ids": PROMPT, "sampling_params": SAMPLING}) as response:
                return checked(await response.json())

        return await side_by_side(one, count, concurrency)


async def httpx_client(url, count, concurrency):
    import httpx

    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=None), timeout=600) as session:

        async def one():
            return checked((await session.post(url + PATH, json={"token_ids": PROMPT, "sampling_params": SAMPLING})).json())

        return await side_by_side(one, count, concurrency)


async def openai_client(url, count, concurrency):
    import openai

    async with openai.AsyncOpenAI(base_url=url, api_key="x", timeout=600) as client:

        async def one():
            return checked(await client.post(PATH, cast_to=object, body={"token_ids": PROMPT, "sampling_params": SAMPLING}))

        return await side_by_side(one, count, concurrency)


async def side_by_side(one, count, concurrency):
    latencies = []
    left = iter(range(count))

    async def worker():
        for _ in left:
            start = time.perf_counter()
            ids, logprobs = await one()
            latencies.append(time.perf_counter() - start)
            assert len(ids) == len(logprobs) >= 64

    await asyncio.gather(*(worker() for _ in range(min(concurrency, count))))
    return latencies


PEERS = ("aiohttp", "httpx", "openai")
CLIENTS = {"typecase": typecase_client, "typecase, generate_many": typecase_many, "aiohttp": aiohttp_client, "httpx": httpx_client, "AsyncOpenAI": openai_client}


def long_answers(tokens=16_384):
    """An answer of many tokens: the whole request here, sockets and all, beside json.loads and the peer's checks of the same bytes."""
    from measure import cpu

    body = answer(tokens)
    theirs = cpu(lambda: checked(json.loads(body)), 5)
    with nginx(body) as url:
        cost, failure = elsewhere("typecase", url, 100, 1)
    if cost is None:
        print(f"  {tokens} ids back: failed: {failure}")
        return
    print(f"  {tokens} ids back, {len(body) / 1e6:.1f} MB: a request {cost['cpu'] / 1000:.2f} ms; json.loads and checks alone {theirs * 1000:.2f} ms ({theirs * 1e6 / cost['cpu']:.1f} x)")


def measured(name, url, count, concurrency):
    """In this process: what it cost."""
    with contextlib.suppress(ImportError):
        if os.environ.get("TYPECASE_BENCH_UVLOOP"):
            import uvloop

            uvloop.install()
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(16_384, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    client = CLIENTS[name]
    asyncio.run(client(url, min(concurrency, 64), min(concurrency, 64)))
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    latencies = sorted(asyncio.run(client(url, count, concurrency)))
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu": cpu / count * 1e6, "rate": count / seconds, "p99": latencies[int(len(latencies) * 0.99)] * 1e3, "memory": after.ru_maxrss / 1024}


def elsewhere(name, url, count, concurrency):
    done = subprocess.run(
        [sys.executable, __file__, name, url, str(count), str(concurrency)], capture_output=True, text=True, timeout=600,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    if done.returncode:
        return None, done.stderr.strip().splitlines()[-1:]
    return json.loads(done.stdout), None


def main(requests=20_000, concurrencies=(1, 64, 512, 4096)):
    if not (shutil.which("nginx") or os.path.exists("/usr/sbin/nginx")):
        print("clients: no nginx on this machine (Debian: nginx-light); not measured")
        return
    versions = ", ".join(f"{peer} {importlib.metadata.version(peer)}" for peer in PEERS)
    print(f"requests to one nginx: microseconds of CPU a request (ratio: how many times less it is with typecase; {versions}); {len(PROMPT)} ids out, 64 with logprobs back")
    long_answers()
    for keep_alive in (True, False):
        with nginx(answer(64), keep_alive) as url:
            for concurrency in concurrencies if keep_alive else (64,):
                title = f"{concurrency} at once" + ("" if keep_alive else ", a new connection each")
                base = None
                for name in CLIENTS:
                    probe, failure = elsewhere(name, url, max(200, min(concurrency, 1000)), concurrency)
                    if probe is None:
                        print(f"  {title:42} {name:26} failed: {failure}")
                        continue
                    count = int(max(500, min(requests, BUDGET * probe["rate"])))
                    cost, failure = elsewhere(name, url, count, concurrency)
                    if cost is None:
                        print(f"  {title:42} {name:26} failed: {failure}")
                        continue
                    base = base or cost["cpu"]
                    print(
                        f"  {title:42} {name:26} {cost['cpu']:8.0f} us ({cost['cpu'] / base:5.1f} x)  {cost['rate']:7.0f}/s  p99 {cost['p99']:8.1f} ms  "
                        f"{cost['memory']:6.0f} MB  ({count})", flush=True)


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
