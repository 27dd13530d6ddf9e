"""A request under way."""

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from . import _abi, _arrays
from ._json import dumps, known
from ._library import Handle, decoded, lib, make
from ._requests import chat_request
from .backend import VLLM, Backend
from .completion import Completion
from .model import Model
from .parse import Event, told


@dataclass
class StreamEvent(Event):
    """What a stream tells: the kinds of Event (where there is a model), "tokens", "finish" and, last, "done"."""

    #: Which choice it is about.
    choice: int = 0
    #: Of "tokens": uint32 and float32, shape (n,); logprobs is None where none were asked for. Of "finish", text is the engine's word.
    ids: object = field(default=None, repr=False)
    logprobs: object = field(default=None, repr=False)
    #: Of "done": the whole.
    completion: Completion | None = field(default=None, repr=False)


def request_body(arguments: Mapping) -> tuple:
    """The arguments of a generate call as typecase_submit takes them, without client and tag; and what must live as long as the call."""
    rest = dict(arguments)
    try:
        backend = rest.pop("backend")
    except KeyError:
        raise TypeError("give a backend") from None
    model, prompt_ids = rest.pop("model", None), rest.pop("prompt_ids", None)
    if isinstance(backend, str):
        backend = VLLM(backend)
    if prompt_ids is None:
        pointer, count, keep = None, 0, None
        data = dumps(_chat(**rest))
    else:
        pointer, count, keep, lengths = _arrays.prompts_argument(prompt_ids)
        data = known((rest, lengths), _prompt)
    return (None if model is None else model._handle, backend._handle, data, len(data), pointer, count), (keep, model, backend)


def _chat(
    *,
    messages: Sequence[Mapping] | None = None,
    tools: Sequence[Mapping] | None = None,
    documents: Sequence[Mapping] | None = None,
    add_generation_prompt: bool = True,
    continue_final_message: bool | str = False,
    chat_template: str | None = None,
    mode: str = "apply_chat_template",
    now: str | None = None,
    chat_template_kwargs: Mapping | None = None,
    **members,
) -> dict:
    """The request of a chat."""
    if messages is None:
        raise TypeError("give either messages or prompt_ids")
    if continue_final_message:
        add_generation_prompt = False
    request = chat_request(
        messages, tools, documents, add_generation_prompt, continue_final_message, chat_template, mode, now,
        dict(chat_template_kwargs or {}),
    )
    return _said({**request, **_engine(members)})


def _prompt(said: tuple[Mapping, list[int] | None]) -> dict:
    """The request of ids, which are not in it, but the lengths of several prompts: what else is said of a chat tells how to read the
    answer."""
    members, lengths = dict(said[0]), said[1]
    if members.pop("messages", None) is not None:
        raise TypeError("give either messages or prompt_ids")
    kwargs, tools = members.pop("chat_template_kwargs", None), members.pop("tools", None)
    request = {
        "chat_template": members.pop("chat_template", None),
        "chat_template_kwargs": dict(kwargs) if kwargs else None,
        "tools": None if tools is None else list(tools),
        "prompt_lengths": lengths,
    }
    for name in _OF_MESSAGES:
        members.pop(name, None)
    return _said({**request, **_engine(members)})


def _engine(members: dict) -> dict:
    """What is for the engine and for the way to it."""
    if not members.keys() <= _MEMBERS:
        raise TypeError(f"unknown arguments: {', '.join(sorted(members.keys() - _MEMBERS))}")
    return {name: dict(value) if name in _MAPPINGS and value is not None else value for name, value in members.items()}


def _said(request: dict) -> dict:
    return {name: value for name, value in request.items() if value is not None}


_OF_MESSAGES = ("documents", "add_generation_prompt", "continue_final_message", "mode", "now")
_MAPPINGS = ("sampling_params", "extra", "headers")
_MEMBERS = {
    *_MAPPINGS,
    "served_model", "lora", "max_prompt_len", "vocab_size", "cache_salt", "priority", "request_id", "session", "data_parallel_rank",
    "timeout", "connect_timeout", "first_byte_timeout", "idle_timeout", "retries", "retry_sent", "stream",
}


def whole(arguments: Mapping) -> Mapping:
    """The arguments of a request whose answer is awaited as a whole: a stream that nobody reads would make its server wait."""
    if arguments.get("stream"):
        raise TypeError("stream: this waits for the whole answer; call stream() in its place")
    return arguments


class Request(Handle):
    """A request under way, or done. Freed while it is under way, it is cancelled."""

    _free = "typecase_request_free"

    def __init__(self, client, tag: int, arguments: Mapping):
        given, keep = request_body(arguments)
        super().__init__(make("typecase_submit", client._handle, *given, tag))
        # A backend's own code may be called as long as there is a request of it.
        self._client, self._backend = client, keep[-1]

    @property
    def done(self) -> bool:
        """Whether it has its result."""
        return bool(lib.typecase_request_is_done(self._handle))

    def wait(self, timeout: float | None = None) -> bool:
        """Waits until it is done or, where it streams, has more to read; False where the time (seconds) passed first."""
        if timeout is not None:
            return bool(lib.typecase_request_wait(self._handle, int(timeout * 1000)))
        # In slices: between them Python looks for signals.
        while not lib.typecase_request_wait(self._handle, 200):
            pass
        return True

    def cancel(self) -> None:
        """Ends it as cancelled unless it is done; the engine stops. From any thread."""
        lib.typecase_request_cancel(self._handle)

    def result(self) -> Completion:
        """Waits until it is done; the completion, or the error that it came to."""
        while not self.done:
            self.wait()
        return self.taken()

    def taken(self) -> Completion:
        """The same of a request that is done."""
        return Completion(make("typecase_request_completion", self._handle))

    def events(self) -> Iterator[StreamEvent]:
        """What of a stream has come by now. Does not wait."""
        event = _abi.typecase_stream_event(ctypes.sizeof(_abi.typecase_stream_event))
        while lib.typecase_request_next(self._handle, ctypes.byref(event)):
            yield _event(event)

    def stream(self) -> Iterator[StreamEvent]:
        """All of a stream, as it comes; the last event is "done" and has the completion. Blocks its thread."""
        while True:
            done = self.done
            yield from self.events()
            if done:
                break
            self.wait()
        yield StreamEvent("done", completion=self.result())


def _event(event) -> StreamEvent:
    if event.kind == _abi.TYPECASE_EVENT_TOKENS:
        count = event.count
        return StreamEvent(
            "tokens", choice=event.choice, ids=_arrays.copied(event.ids, ctypes.c_uint32, count),
            logprobs=_arrays.copied(event.logprobs, ctypes.c_float, count) if event.logprobs else None,
        )
    # The field itself reads as far as the first NUL.
    pointer = ctypes.c_void_p.from_buffer(event, _abi.typecase_stream_event.text.offset).value
    text = decoded(pointer, event.text_len)
    if event.kind == _abi.TYPECASE_EVENT_FINISH:
        return StreamEvent("finish", text, choice=event.choice)
    parsed = told(event.kind, text, event.call)
    return StreamEvent(**{**parsed.__dict__, "choice": event.choice})
