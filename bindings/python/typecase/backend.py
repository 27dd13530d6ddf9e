"""Inference servers."""

from collections.abc import Mapping, Sequence

from ._json import dumps, utf8
from ._library import Handle, make


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
        members = {
            "api_key": api_key, "headers": None if headers is None else dict(headers), "tls": None if tls is None else dict(tls), "proxy": proxy,
            "url" if isinstance(url, str) else "urls": url if isinstance(url, str) else list(url),
        }
        config, name = dumps(members), utf8(engine)
        super().__init__(make("typecase_backend_new", name, len(name), config, len(config)))

    def __repr__(self) -> str:
        return f"<typecase.Backend {self.engine} at {self.url}>"


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
