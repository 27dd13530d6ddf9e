"""What an engine generated."""

import ctypes
import json

from . import _arrays
from ._library import Handle, getter, lib, text_getter


def _lists(function, completion, *arguments, with_logprobs=True):
    ids, logprobs, starts = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
    outputs = [ids, logprobs, starts] if with_logprobs else [ids, starts]
    positions = getattr(lib, function)(completion._handle, *arguments, *map(ctypes.byref, outputs))
    if not positions:
        return None
    starts = _arrays.view(starts.value, ctypes.c_size_t, positions + 1, completion)
    count = int(starts[-1])
    arrays = [_arrays.view(ids.value, ctypes.c_uint32, count, completion)]
    if with_logprobs:
        arrays.append(_arrays.view(logprobs.value, ctypes.c_float, count, completion))
    return (*arrays, starts)


def _array(function, ctype, completion, *choice, optional=False):
    """What a getter of an array hands out; where that is NULL, None if it may be missing, else an empty array."""
    # As make does with its places to write to.
    try:
        count, to_count = _counts.pop()
    except IndexError:
        count = ctypes.c_size_t()
        to_count = ctypes.addressof(count)
    pointer = function(completion._handle, *choice, to_count)
    length = count.value
    _counts.append((count, to_count))
    if pointer is None and optional:
        return None
    return _arrays.view(pointer, ctype, length, completion)


_counts: list[tuple] = []


def _ids(completion, index=0):
    return _array(lib.typecase_completion_ids, ctypes.c_uint32, completion, index)


def _logprobs(completion, index=0):
    logprobs = _array(lib.typecase_completion_logprobs, ctypes.c_float, completion, index, optional=True)
    if logprobs is None and not len(_ids(completion, index)):
        return _arrays.view(None, ctypes.c_float, 0, completion)
    return logprobs


class Choice:
    """One of the completions of a prompt."""

    def __init__(self, completion: "Completion", index: int):
        self._completion, self._index = completion, index

    @property
    def finish_reason(self) -> str:
        """ "stop", "tool_calls", "length", "abort", or the engine's own word."""
        return text_getter("typecase_completion_finish_reason", self._completion._handle, self._index)

    @property
    def stop_reason(self) -> int | str | None:
        """The stop token's id or the stop string that ended the choice, where the engine says."""
        return self._info["stop_reason"]

    @property
    def missing_logprobs(self) -> int:
        """How many of the logprobs the engine did not know (they are NaN)."""
        return self._info["missing_logprobs"]

    @property
    def weight_versions(self) -> list[dict] | None:
        """Which weights sampled which ids: [{"version", "start", "end"}]; None where the engine does not say."""
        return self._info["weight_versions"]

    @property
    def _info(self) -> dict:
        return self._completion.info["choices"][self._index]

    @property
    def ids(self):
        """All sampled ids, the stop token included where one was sampled: uint32, shape (n,)."""
        return _ids(self._completion, self._index)

    @property
    def logprobs(self):
        """The log-probability of each id, NaN where the engine has none: float32, shape (n,); None if none were asked for."""
        return _logprobs(self._completion, self._index)

    @property
    def top_logprobs(self):
        """The likeliest tokens at each id: (ids, logprobs, starts), where those of position i are at starts[i] to starts[i + 1];
        None unless more than one were asked for."""
        return _lists("typecase_completion_top_logprobs", self._completion, self._index)

    @property
    def sampling_mask(self):
        """The tokens that could be sampled at each id: (ids, starts), as top_logprobs; None where the server does not say."""
        return _lists("typecase_completion_sampling_mask", self._completion, self._index, with_logprobs=False)

    @property
    def sampling_logprobs(self):
        """The log-probability of each id among those that could be sampled, behind top_p, top_k and min_p: float32, shape (n,); None
        where the server does not say."""
        return _array(lib.typecase_completion_sampling_logprobs, ctypes.c_float, self._completion, self._index, optional=True)

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

    _info: dict | None = None
    _choices: list[Choice] | None = None

    @property
    def info(self) -> dict:
        """All that the engine said besides arrays: see typecase_completion_info in typecase.h."""
        if self._info is None:
            self._info = json.loads(getter("typecase_completion_info", self._handle))
        return self._info

    @property
    def _first(self) -> Choice:
        """Every completion has one: it is read without asking how many there are."""
        return Choice(self, 0)

    @property
    def choices(self) -> list[Choice]:
        """One for each completion that was asked for; of several prompts, those of the first come first."""
        if self._choices is None:
            self._choices = [Choice(self, i) for i in range(lib.typecase_completion_count(self._handle))]
        return self._choices

    request_id = property(lambda self: self.info["request_id"], doc="The engine's own name for the request, or None.")
    model = property(lambda self: self.info["model"], doc="The name the server answered under, or None.")
    usage = property(lambda self: self.info["usage"], doc="prompt_tokens, completion_tokens, cached_tokens; None where the engine does not say.")
    engine = property(lambda self: self.info["engine"], doc='The engine that answered: "vllm", "sglang", "openai".')
    engine_reason = property(lambda self: self.info["engine_reason"], doc='With an "auto" backend: why it was thought to be that.')
    seconds = property(lambda self: self.info["milliseconds"] / 1000, doc="From the call to its result.")
    timing = property(lambda self: self.info["timing"], doc="What the engine measured, under its own names.")

    @property
    def prompt_ids(self):
        """The ids that were sent: uint32, shape (n,)."""
        return _array(lib.typecase_completion_prompt_ids, ctypes.c_uint32, self)

    @property
    def prompt_logprobs(self):
        """The log-probability of each id of the prompt, NaN for the first: float32, shape (n,); None if none were asked for."""
        return _array(lib.typecase_completion_prompt_logprobs, ctypes.c_float, self, optional=True)

    @property
    def prompt_top_logprobs(self):
        """The likeliest tokens at each id of the prompt: as Choice.top_logprobs."""
        return _lists("typecase_completion_prompt_top_logprobs", self)

    ids = property(_ids, doc=Choice.ids.__doc__)
    logprobs = property(_logprobs, doc=Choice.logprobs.__doc__)
    message = property(lambda self: self._first.message, doc=Choice.message.__doc__)
    parsed = property(lambda self: self._first.parsed, doc=Choice.parsed.__doc__)
    top_logprobs = property(lambda self: self._first.top_logprobs, doc=Choice.top_logprobs.__doc__)
    routed_experts = property(lambda self: self._first.routed_experts, doc=Choice.routed_experts.__doc__)
    finish_reason = property(lambda self: self._first.finish_reason, doc="Why the first choice ended.")
    stop_reason = property(lambda self: self._first.stop_reason, doc="What ended the first choice.")

    @property
    def content(self) -> str | None:
        """The first choice's content; None where the call had no model."""
        message = self.message
        return None if message is None else message["content"]

    @property
    def reasoning_content(self) -> str | None:
        """The first choice's reasoning, if there is any."""
        return (self.message or {}).get("reasoning_content")
