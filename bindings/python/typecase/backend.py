"""Inference servers."""

import ctypes
import json
from collections.abc import Mapping, Sequence

from . import _abi, _arrays
from ._json import dumps, utf8
from ._library import Handle, lib, make, raw


class Backend(Handle):
    """A server, or several that serve the same: which engine, where, and how to reach it. Immutable: share one among threads."""

    _free = "typecase_backend_free"

    def __init__(
        self,
        engine: str,
        url: str | Sequence[str],
        api_key: str | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        tls: Mapping | None = None,
        proxy: str | None = None,
    ):
        """
        Args:
            engine: "vllm", "sglang", "openai" or "auto".
            url: "http://host:port", with or without a path prefix; a final "/v1" is taken off. Of several a request goes to the one
                with the least to do, and those of one session to one.
            api_key: sent as a bearer token.
            headers: sent with every request.
            tls: "verify" (default True), "ca_file", "cert_file", "key_file" (PEM files).
            proxy: a URL, or "environment" for what http_proxy and the like say; default: none.
        Raises:
            FieldError: an unknown engine, or a wrong member.
        """
        self.engine, self.url = engine, url
        config, name = _config(url, api_key, headers, tls, proxy), utf8(engine)
        super().__init__(make("typecase_backend_new", name, len(name), config, len(config)))

    def __repr__(self) -> str:
        return f"<typecase.Backend {self.engine} at {self.url}>"


def _config(url, api_key, headers, tls, proxy) -> bytes:
    members = {
        "api_key": api_key, "headers": None if headers is None else dict(headers), "tls": None if tls is None else dict(tls), "proxy": proxy,
        "url" if isinstance(url, str) else "urls": url if isinstance(url, str) else list(url),
    }
    return dumps(members)


class _Named(Backend):
    _engine: str

    def __init__(self, url: str | Sequence[str], api_key: str | None = None, headers: Mapping[str, str] | None = None, **transport):
        """As Backend, whose engine is this."""
        super().__init__(self._engine, url, api_key, headers, **transport)


class VLLM(_Named):
    """A vLLM server that runs with --enable-scale-out."""

    _engine = "vllm"


class SGLang(_Named):
    """An SGLang server."""

    _engine = "sglang"


class OpenAI(_Named):
    """A server with the OpenAI interface's completions that takes and returns token ids: vLLM since 0.10.2 (also without
    --enable-scale-out), SGLang since 0.5.19, routers in front of them."""

    _engine = "openai"


class Auto(_Named):
    """A server that is asked what it is: Completion.engine and engine_reason say what it was found to be."""

    _engine = "auto"


class HostBackend(Backend):
    """A server whose engine you know: a subclass says how to write a request and how to read an answer. Queue, deadlines, retries,
    streams and limits are as with the others. Your code runs on the thread (and the event loop) that asks, never on another.

    Give max_prompt_len with requests: the window is not asked for.
    """

    #: What completions and errors call the engine, and where its endpoint is.
    engine: str = "host"
    path: str

    def encode(self, request: dict, prompt_ids) -> bytes | Mapping:
        """The body of a request, as bytes or as what becomes JSON.

        Args:
            request: "sampling_params" under their neutral names, "stream", and what else was given: see typecase_wire of typecase.h.
            prompt_ids: uint32, shape (n,).
        """
        raise NotImplementedError

    def decode(self, data: bytes, is_event: bool) -> Mapping | None:
        """The body of an answer, or the data of an event of its stream, in the words of typecase_wire of typecase.h: "choices" of
        {"index", "token_ids", "logprobs", "finish_reason"}, "usage", or "error". Of events what is new; None says nothing."""
        raise NotImplementedError

    def __init__(self, url: str | Sequence[str], api_key: str | None = None, headers: Mapping[str, str] | None = None, *, tls: Mapping | None = None, proxy: str | None = None):
        """As Backend, whose engine is this."""
        self.url = url
        fields = dict(_abi.typecase_wire._fields_)
        self._wire = _abi.typecase_wire(ctypes.sizeof(_abi.typecase_wire), None, fields["encode"](self._encode), fields["decode"](self._decode))
        name, path, config = utf8(self.engine), utf8(self.path), _config(url, api_key, headers, tls, proxy)
        Handle.__init__(self, make("typecase_backend_new_host", name, len(name), path, len(path), ctypes.byref(self._wire), config, len(config)))

    def _encode(self, _user, request, length, ids, count, writer) -> int:
        def body():
            made = self.encode(json.loads(raw(request, length)), _arrays.copied(ids, ctypes.c_uint32, count))
            return made if isinstance(made, bytes) else dumps(made)

        return _written(writer, body)

    def _decode(self, _user, data, length, is_event, writer) -> int:
        def answer():
            made = self.decode(raw(data, length), bool(is_event))
            return b"" if made is None else dumps(made)

        return _written(writer, answer)


def _written(writer, make) -> int:
    """Writes what a function makes, or what was wrong with it."""
    try:
        data, code = make(), 0
    except Exception as error:  # noqa: BLE001 - nothing may be raised through the library
        data, code = utf8(f"{type(error).__name__}: {error}"), 1
    lib.typecase_writer_append(writer, data, len(data))
    return code
