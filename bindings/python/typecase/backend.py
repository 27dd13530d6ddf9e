"""Inference servers."""

from collections.abc import Mapping

from ._json import dumps, utf8
from ._library import Handle, make


class Backend(Handle):
    """A server: which engine, where, and how to reach it. Immutable: share one among threads."""

    _free = "typecase_backend_free"
    engine: str = ""

    def __init__(self, engine: str, url: str, api_key: str | None = None, headers: Mapping[str, str] | None = None):
        """
        Args:
            engine: "vllm", "sglang" or "openai".
            url: "http://host:port", with or without a path prefix; a final "/v1" is taken off.
            api_key: sent as a bearer token.
            headers: sent with every request.
        Raises:
            FieldError: an unknown engine, or a wrong member.
        """
        self.engine, self.url = engine, url
        config = dumps({"url": url, "api_key": api_key, "headers": None if headers is None else dict(headers)})
        name = utf8(engine)
        super().__init__(make("typecase_backend_new", name, len(name), config, len(config)))

    def __repr__(self) -> str:
        return f"<typecase.Backend {self.engine} at {self.url}>"


class VLLM(Backend):
    """A vLLM server that runs with --enable-scale-out."""

    def __init__(self, url: str, api_key: str | None = None, headers: Mapping[str, str] | None = None):
        super().__init__("vllm", url, api_key, headers)


class SGLang(Backend):
    """An SGLang server."""

    def __init__(self, url: str, api_key: str | None = None, headers: Mapping[str, str] | None = None):
        super().__init__("sglang", url, api_key, headers)


class OpenAI(Backend):
    """A server with the OpenAI interface's completions that takes and returns token ids: vLLM since 0.10.2 (also without
    --enable-scale-out), SGLang since 0.5.19, routers in front of them."""

    def __init__(self, url: str, api_key: str | None = None, headers: Mapping[str, str] | None = None):
        super().__init__("openai", url, api_key, headers)
