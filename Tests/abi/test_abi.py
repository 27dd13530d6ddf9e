"""The built library from outside: what it exports, what it needs, and programs in C and C++ that use an installation of it."""

import json
import os
import re
import shutil
import subprocess
import sys
import time

import pytest

from abi.stub import stub
from python.faults import Faulty, chunked, then_stall, whole
from python.replay import Replay

LIBRARY = "build/libtypecase.so.0"


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def prefix(root, tmp_path_factory):
    """An installation of the library."""
    prefix = tmp_path_factory.mktemp("installed")
    run("make", "-C", root, "install", f"PREFIX={prefix}")
    return prefix


@pytest.fixture(scope="session")
def environment(prefix):
    return {**os.environ, "PKG_CONFIG_PATH": str(prefix / "lib" / "pkgconfig"), "LD_LIBRARY_PATH": str(prefix / "lib")}


def declared(root):
    plain = re.sub(r"/\*.*?\*/", "", (root / "include" / "typecase.h").read_text(), flags=re.S)
    return sorted(re.findall(r"TYPECASE_API\s[^;]*?\b(typecase_\w+)\(", plain))


def test_exports_are_the_headers_functions_and_nothing_else(root):
    symbols = [line.split() for line in run("nm", "-D", "--defined-only", root / LIBRARY).splitlines()]
    functions = sorted(name.split("@")[0] for _, kind, name in symbols if kind == "T")
    assert functions == declared(root)
    assert {kind for _, kind, name in symbols if name != "TYPECASE_0"} == {"T"}
    assert all(name.endswith("@@TYPECASE_0") for _, kind, name in symbols if kind == "T")


def test_needs_no_swift(root):
    needed = run("readelf", "-d", root / LIBRARY)
    assert "SONAME" in needed and "[libtypecase.so.0]" in needed
    assert "swift" not in needed.lower() and "Foundation" not in needed and "dispatch" not in needed
    assert "swift" not in run("ldd", root / LIBRARY).lower()


@pytest.mark.parametrize("language", [("gcc", "c", "c99"), ("gcc", "c", "c11"), ("g++", "c++", "c++17"), ("g++", "c++", "c++20")], ids="-".join)
def test_the_header_compiles_alone(root, language):
    compiler, name, standard = language
    run(compiler, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-x", name, root / "include" / "typecase.h")


def test_the_python_layer_is_the_headers(root):
    run(sys.executable, root / "bindings" / "python" / "tools" / "generate_abi.py", "--check")


def test_nothing_that_was_there_has_changed(root, tmp_path):
    """Against the interface of the last release: functions and enumerators may be added, nothing may change."""
    if not shutil.which("abidiff"):
        pytest.skip("abidiff is not installed (Debian: abigail-tools)")
    source = tmp_path / "stub.c"
    source.write_text(stub())
    run("gcc", "-g", "-shared", "-fPIC", "-fvisibility=hidden", f"-I{root / 'include'}", source, "-o", tmp_path / "stub.so")
    done = subprocess.run(["abidiff", "--no-added-syms", str(root / "Tests" / "abi" / "baseline.abi"), str(tmp_path / "stub.so")], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + "\nmake abi-baseline takes the new interface, and the changelog says so"


@pytest.fixture(scope="session")
def demo_directory(root):
    return root / "bindings" / "python" / "typecase" / "demo" / "model"


def test_c(root, prefix, environment, demo_directory, tmp_path):
    flags = run("pkg-config", "--cflags", "--libs", "typecase", env=environment).split()
    run("gcc", "-std=gnu99", "-Wall", "-Wextra", "-Werror", root / "Tests" / "abi" / "test_c.c", *flags, "-lm", "-o", tmp_path / "test_c")
    # Without the toolchain in reach: the library carries its runtime.
    assert run(tmp_path / "test_c", demo_directory, env={"LD_LIBRARY_PATH": str(prefix / "lib")}) == "ok\n"


# An answer of vLLM's with everything that is a list of tokens.
LISTS = {
    "request_id": "r",
    "prompt_logprobs": [None, {"2": {"logprob": -0.25}, "7": {"logprob": -3}}],
    "choices": [{
        "index": 0, "token_ids": [4, 5, 6], "finish_reason": "stop", "sampling_mask": [[4], [5, 6], None],
        "logprobs": {"content": [
            {"token_id": id, "logprob": -1, "top_logprobs": [{"token_id": id, "logprob": -1}, {"token_id": id + 1, "logprob": -2}]} for id in (4, 5, 6)
        ]},
    }],
}


@pytest.fixture(scope="module")
def lists():
    with Replay(200, json.dumps(LISTS).encode()) as server:
        yield server


def check_requests(program, demo_directory, sim, lists, environment):
    """A program that leaves requests without an answer: the silent server has seen each of them go."""
    with Faulty(then_stall(b"")) as silent:
        assert run(program, demo_directory, sim.url, silent.url, lists.url, env=environment, timeout=240) == "ok\n"
        deadline = time.monotonic() + 10
        while silent.gone < len(silent.requests) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert silent.gone >= len(silent.requests) > 0


SANITIZED = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


@pytest.mark.parametrize(
    ("flags", "leaks"),
    [
        pytest.param([], 0, id="plain"),
        pytest.param(SANITIZED, 0, id="sanitized"),
        pytest.param(SANITIZED, 1, id="leaks"),
    ],
)
def test_requests_in_c(root, prefix, environment, demo_directory, sim, lists, tmp_path, flags, leaks):
    flags = [*flags, *run("pkg-config", "--cflags", "--libs", "typecase", env=environment).split()]
    run("gcc", "-std=gnu99", "-Wall", "-Wextra", "-Werror", root / "Tests" / "abi" / "test_requests.c", *flags, "-lm", "-lpthread", "-o", tmp_path / "test_requests")
    environment = {"LD_LIBRARY_PATH": str(prefix / "lib"), "ASAN_OPTIONS": f"detect_leaks={leaks}"}
    check_requests(tmp_path / "test_requests", demo_directory, sim, lists, environment)
    if not leaks:
        with Faulty(then_stall(b"")) as silent:
            run(tmp_path / "test_requests", silent.url, env=environment, timeout=60)


@pytest.mark.parametrize("flags", [["-std=c++17"], ["-std=c++20", *SANITIZED]], ids=["plain", "sanitized"])
def test_requests_in_cpp(root, prefix, environment, demo_directory, sim, lists, tmp_path, flags):
    flags = [*flags, *run("pkg-config", "--cflags", "--libs", "typecase", env=environment).split()]
    run("g++", "-Wall", "-Wextra", "-Wpedantic", "-Werror", root / "Tests" / "abi" / "test_requests.cpp", *flags, "-o", tmp_path / "test_requests")
    environment = {"LD_LIBRARY_PATH": str(prefix / "lib"), "ASAN_OPTIONS": "detect_leaks=0"}
    check_requests(tmp_path / "test_requests", demo_directory, sim, lists, environment)


def speaks_words(_connection, number, served):
    """An engine that only its host knows: it says the ids backwards that it is asked, as a text or as events."""
    head, body = served.requests[number - 1]
    assert head.startswith(b"POST /say ")
    kind, ids = body.decode().split(" ", 1)
    ids = [id.encode() for id in reversed(ids.split(", "))]
    if kind == "whole":
        return whole(b", ".join(ids))
    return chunked(*(b"data: %s\n\n" % word for word in (b"pause", *ids, b"end")))


@pytest.mark.parametrize("flags", [[], SANITIZED], ids=["plain", "sanitized"])
@pytest.mark.parametrize("compiler", [("gcc", "-std=gnu99", "test_host.c"), ("g++", "-std=c++17", "test_host.cpp")], ids=["c", "cpp"])
def test_a_hosts_backend(root, prefix, environment, demo_directory, tmp_path, compiler, flags):
    command, standard, source = compiler
    flags = [*flags, *run("pkg-config", "--cflags", "--libs", "typecase", env=environment).split()]
    run(command, standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", root / "Tests" / "abi" / source, *flags, "-lm", "-lpthread", "-o", tmp_path / "test_host")
    environment = {"LD_LIBRARY_PATH": str(prefix / "lib"), "ASAN_OPTIONS": "detect_leaks=1"}
    with Faulty(lambda connection, number: speaks_words(connection, number, served)) as served, Faulty(then_stall(b"")) as silent:
        assert run(tmp_path / "test_host", served.url, silent.url, demo_directory, env=environment, timeout=120) == "ok\n"


def test_load_twice(root, tmp_path):
    run("gcc", root / "Tests" / "abi" / "load_twice.c", "-ldl", "-o", tmp_path / "load_twice")
    assert run(tmp_path / "load_twice", root / LIBRARY).split() == ["0.1.0"] * 3


def test_no_thread_and_no_handler_by_loading(root):
    code = f"""
import ctypes
def status(): return {{line.split(":")[0]: line.split()[1] for line in open("/proc/self/status") if line.startswith(("Threads", "SigCgt"))}}
before = status(); ctypes.CDLL({str(root / LIBRARY)!r}); assert status() == before
"""
    run(sys.executable, "-c", code)


def check_example(output, sim):
    assert "<|turn|>user" in output and "ids sampled, finish_reason stop" in output
    assert json.loads(output.strip().splitlines()[-1])["content"].startswith("This is a stand-in")


@pytest.mark.parametrize("engine", ["vllm", "sglang"])
def test_the_c_example_with_pkg_config(root, environment, demo_directory, sim, tmp_path, engine):
    flags = run("pkg-config", "--cflags", "--libs", "typecase", env=environment).split()
    source = root / "bindings" / "cpp" / "examples" / "render_and_generate.c"
    run("gcc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", source, *flags, "-o", tmp_path / "example")
    check_example(run(tmp_path / "example", demo_directory, engine, sim.url, env=environment), sim)


@pytest.fixture(scope="session")
def cpp_example(root, prefix, tmp_path_factory):
    """The C++ example, built by CMake against the installation."""
    folder = tmp_path_factory.mktemp("cmake")
    run("cmake", "-S", root / "bindings" / "cpp" / "examples", "-B", folder, f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Werror")
    run("cmake", "--build", folder)
    return folder / "render_and_generate_cpp"


@pytest.mark.parametrize("engine", ["vllm", "sglang"])
def test_the_cpp_example_with_cmake(cpp_example, demo_directory, sim, engine):
    check_example(run(cpp_example, demo_directory, engine, sim.url), sim)


def test_cpp_errors_are_exceptions(cpp_example, demo_directory):
    done = subprocess.run([cpp_example, "/no/such/model", "vllm", "http://127.0.0.1:1"], capture_output=True, text=True)
    assert done.returncode == 1 and "TYPECASE_ERR_FILE" in done.stderr
    done = subprocess.run([cpp_example, demo_directory, "tgi", "http://127.0.0.1:1"], capture_output=True, text=True)
    assert done.returncode == 1 and "TYPECASE_ERR_FIELD" in done.stderr
