"""Generation: a chat or ids in, a completion out."""

import ctypes
import json
import os
import threading
from collections.abc import Mapping, Sequence

from . import _abi, _arrays
from ._json import dumps
from ._library import Handle, getter, lib, make, text_getter
from ._requests import chat_request
from .backend import VLLM, Backend
from .model import Model


class Client(Handle):
    """Connections to servers, kept open between calls. Threads may share one; each call blocks its own thread (without the
    GIL). A client does not survive fork(): make a new one in the child."""

    _free = "typecase_client_free"

    def __init__(self, connect_timeout: float | None = None, timeout: float | None = None, max_response_bytes: int | None = None):
        """Timeouts in seconds: 10 for a connection and 600 for a whole call by default; answers up to 1 GiB."""
        options = _abi.typecase_client_options(
            ctypes.sizeof(_abi.typecase_client_options),
            _milliseconds(connect_timeout), _milliseconds(timeout), max_response_bytes or 0,
        )
        super().__init__(make("typecase_client_new", ctypes.byref(options)))


class Choice:
    """One of the completions of a prompt."""

    def __init__(self, completion: "Completion", index: int, info: Mapping):
        self._completion, self._index = completion, index
        #: "stop", "tool_calls", "length", "abort", or the engine's own word.
        self.finish_reason: str = text_getter("typecase_completion_finish_reason", completion._handle, index)
        #: The stop token's id or the stop string that ended the choice, where the engine says.
        self.stop_reason: int | str | None = info["stop_reason"]
        #: How many of the logprobs the engine did not know (they are NaN).
        self.missing_logprobs: int = info["missing_logprobs"]

    def _array(self, name, ctype):
        count = ctypes.c_size_t()
        pointer = getattr(lib, name)(self._completion._handle, self._index, ctypes.byref(count))
        return _arrays.view(pointer, ctype, count.value, self._completion)

    @property
    def ids(self):
        """All sampled ids, the stop token included where one was sampled: uint32, shape (n,)."""
        return self._array("typecase_completion_ids", ctypes.c_uint32)

    @property
    def logprobs(self):
        """The log-probability of each id, NaN where the engine has none: float32, shape (n,); None if none were asked for."""
        count = ctypes.c_size_t()
        pointer = lib.typecase_completion_logprobs(self._completion._handle, self._index, ctypes.byref(count))
        if not pointer and len(self.ids):
            return None
        return _arrays.view(pointer, ctypes.c_float, count.value, self._completion)

    @property
    def message(self) -> dict | None:
        """The choice as a message, ready to be appended to the chat; None where the call had no model."""
        text = getter("typecase_completion_message", self._completion._handle, self._index)
        return json.loads(text) if text else None

    @property
    def parsed(self) -> dict | None:
        """Everything that was found in it, every attempt to call a tool among it: see typecase_parsed_json in typecase.h."""
        text = getter("typecase_completion_parsed", self._completion._handle, self._index)
        return json.loads(text) if text else None

    @property
    def routed_experts(self):
        """Expert routing, where the server sends it: an array of shape (positions, layers, experts per token); without numpy
        (bytes, dtype name, shape). SGLang does not say how many layers there are: there the shape is (positions, 1, layers × experts)."""
        length, dtype, shape = ctypes.c_size_t(), ctypes.c_char_p(), (ctypes.c_size_t * 3)()
        pointer = lib.typecase_completion_routed_experts(
            self._completion._handle, self._index, ctypes.byref(length), ctypes.byref(dtype), shape
        )
        if not pointer:
            return None
        data = _arrays.view(pointer, ctypes.c_uint8, length.value, self._completion)
        name = dtype.value.decode()
        if _arrays.numpy is None:
            return bytes(data), name, tuple(shape)
        return data.view(name).reshape(tuple(shape))


class Completion(Handle):
    """What an engine generated. The attributes of a choice read the first one."""

    _free = "typecase_completion_free"

    def __init__(self, handle: int):
        super().__init__(handle)
        info = json.loads(getter("typecase_completion_info", handle))
        self.request_id: str | None = info["request_id"]
        #: The name the server answered under.
        self.model: str | None = info["model"]
        #: prompt_tokens, completion_tokens, cached_tokens; None where the engine does not say.
        self.usage: dict = info["usage"]
        self.choices = [Choice(self, i, choice) for i, choice in enumerate(info["choices"])]

    @property
    def prompt_ids(self):
        """The ids that were sent: uint32, shape (n,)."""
        count = ctypes.c_size_t()
        pointer = lib.typecase_completion_prompt_ids(self._handle, ctypes.byref(count))
        return _arrays.view(pointer, ctypes.c_uint32, count.value, self)

    ids = property(lambda self: self.choices[0].ids, doc=Choice.ids.__doc__)
    logprobs = property(lambda self: self.choices[0].logprobs, doc=Choice.logprobs.__doc__)
    message = property(lambda self: self.choices[0].message, doc=Choice.message.__doc__)
    parsed = property(lambda self: self.choices[0].parsed, doc=Choice.parsed.__doc__)
    routed_experts = property(lambda self: self.choices[0].routed_experts, doc=Choice.routed_experts.__doc__)
    finish_reason = property(lambda self: self.choices[0].finish_reason, doc="Why the first choice ended.")
    stop_reason = property(lambda self: self.choices[0].stop_reason, doc="What ended the first choice.")

    @property
    def content(self) -> str | None:
        """The first choice's content; None where the call had no model."""
        message = self.message
        return None if message is None else message["content"]

    @property
    def reasoning_content(self) -> str | None:
        """The first choice's reasoning, if there is any."""
        return (self.message or {}).get("reasoning_content")


def generate(
    *,
    backend: Backend | str,
    model: Model | None = None,
    messages: Sequence[Mapping] | None = None,
    prompt_ids=None,
    tools: Sequence[Mapping] | None = None,
    documents: Sequence[Mapping] | None = None,
    add_generation_prompt: bool = True,
    continue_final_message: bool | str = False,
    chat_template: str | None = None,
    mode: str = "apply_chat_template",
    now: str | None = None,
    chat_template_kwargs: Mapping | None = None,
    served_model: str | None = None,
    sampling_params: Mapping | None = None,
    max_prompt_len: int | None = None,
    vocab_size: int | None = None,
    cache_salt: str | None = None,
    priority: int | None = None,
    request_id: str | None = None,
    timeout: float | None = None,
    extra: Mapping | None = None,
    client: Client | None = None,
) -> Completion:
    """Sends a prompt to an engine and waits for the answer.

    The prompt is ``messages``, rendered with ``model``, or ``prompt_ids``. A backend given as a string is the URL of a vLLM
    server. Every argument means what the member of the same name means in typecase_generate of typecase.h. Nothing is retried.

    Raises:
        VocabularyError, WindowError: before anything is sent (or the engine found the prompt too long).
        NetworkError, RequestTimeoutError, ProtocolError, DeniedError, NotFoundError, BusyError, RejectedError, ServerError.
    """
    if (messages is None) == (prompt_ids is None):
        raise TypeError("give either messages or prompt_ids")
    if isinstance(backend, str):
        backend = VLLM(backend)
    request: dict = {}
    pointer, count, _keep = None, 0, None
    if messages is not None:
        if continue_final_message:
            add_generation_prompt = False
        request = chat_request(
            messages, tools, documents, add_generation_prompt, continue_final_message, chat_template, mode, now,
            dict(chat_template_kwargs or {}),
        )
    else:
        pointer, count, _keep = _arrays.ids_argument(prompt_ids)
        # The prompt is there already: these tell how to read the answer.
        request = {
            name: value
            for name, value in {
                "tools": None if tools is None else list(tools), "chat_template": chat_template,
                "chat_template_kwargs": dict(chat_template_kwargs or {}) or None,
            }.items()
            if value is not None
        }
    for name, value in {
        "served_model": served_model, "max_prompt_len": max_prompt_len, "vocab_size": vocab_size, "cache_salt": cache_salt,
        "priority": priority, "request_id": request_id, "timeout": timeout,
        "sampling_params": None if sampling_params is None else dict(sampling_params),
        "extra": None if extra is None else dict(extra),
    }.items():
        if value is not None:
            request[name] = value
    data = dumps(request)
    return Completion(
        make(
            "typecase_generate", (client or _default_client())._handle, None if model is None else model._handle,
            backend._handle, data, len(data), pointer, count,
        )
    )


_clients: dict[int, Client] = {}
_clients_lock = threading.Lock()


def _default_client() -> Client:
    """The client of this process: a forked child makes its own."""
    process = os.getpid()
    with _clients_lock:
        if process not in _clients:
            _clients[process] = Client()
        return _clients[process]


def _milliseconds(seconds: float | None) -> int:
    return 0 if seconds is None else max(int(seconds * 1000), 1)
