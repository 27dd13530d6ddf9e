"""Paths and servers that the Python tests share."""

import os
import pathlib
import sys
import tempfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(ROOT / "bindings" / "python"))
sys.path.insert(0, str(ROOT / "Tests"))

# Compiled tokenizers of the tests stay with the tests.
_cache = tempfile.TemporaryDirectory(prefix="typecase-tests-")
os.environ.setdefault("TYPECASE_CACHE", _cache.name)


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def shared():
    """The folder of captures and reference rows, which not every checkout has beside it."""
    if not (SHARED / "data").is_dir():
        pytest.skip("no ../shared beside this checkout: its rows are not tested")
    return SHARED


@pytest.fixture(autouse=True)
def no_servers_known():
    """What is known of a server stays with its test: the next one may be given the same port."""
    yield
    generate = sys.modules.get("typecase.generate")
    if generate is not None:
        generate._clients.clear()


@pytest.fixture(scope="session")
def demo_model():
    import typecase
    from typecase.demo import MODEL

    return typecase.Model(MODEL)


@pytest.fixture(scope="session")
def sim():
    """The stand-in engine with the demo model's vocabulary."""
    from typecase.demo import MODEL
    from typecase.sim import Server, model_settings

    with Server(model_settings(MODEL, name="demo", window=512)) as server:
        yield server
