"""Rendered prompts: ids, where they are in the text, and whose they are."""

import ctypes
import enum
import json
from collections.abc import Callable

from . import _abi, _arrays
from ._library import Handle, getter, lib, text_getter


class Kind(enum.IntEnum):
    """What a token is: see TYPECASE_KIND_… in typecase.h."""

    SCAFFOLD = _abi.TYPECASE_KIND_SCAFFOLD
    CONTENT = _abi.TYPECASE_KIND_CONTENT
    REASONING = _abi.TYPECASE_KIND_REASONING
    TOOL_NAME = _abi.TYPECASE_KIND_TOOL_NAME
    TOOL_ARGUMENTS = _abi.TYPECASE_KIND_TOOL_ARGUMENTS
    TOOL_CALL = _abi.TYPECASE_KIND_TOOL_CALL
    TOOL_RESULT = _abi.TYPECASE_KIND_TOOL_RESULT
    TOOLS = _abi.TYPECASE_KIND_TOOLS
    DOCUMENTS = _abi.TYPECASE_KIND_DOCUMENTS
    MEDIA = _abi.TYPECASE_KIND_MEDIA
    GENERATION_PROMPT = _abi.TYPECASE_KIND_GENERATION_PROMPT
    SPECIAL = _abi.TYPECASE_KIND_SPECIAL


class Rendered(Handle):
    """One rendered prompt: ids, where they are in the text, and the text. Immutable."""

    _free = "typecase_rendered_free"

    def __init__(
        self, handle: int, index: int = 0, owner: "Rendered | None" = None, again: Callable[[], int] | None = None,
        spans: bool = True,
    ):
        """``again`` makes the handle anew, with attribution; without it the handle has it already, or never will. Without
        ``spans`` they come with the attribution."""
        if owner is None:
            super().__init__(handle)
        self._handle, self._owner, self._index = handle, owner or self, index
        self._again, self._traced, self._spans = again, None, spans
        count = ctypes.c_size_t()
        starts = lib.typecase_rendered_starts(handle, ctypes.byref(count))
        self._first, self._last = _pair(starts, index) if count.value > index + 1 else (0, 0)

    def _slice(self, name, per_token=1, shape=None):
        pointer = getattr(lib, name)(self._handle, None)
        start = pointer + self._first * per_token * 4 if pointer else None
        return _arrays.view(start, ctypes.c_uint32, len(self) * per_token, self._owner, shape)

    def _offsets(self, name):
        source = self if self._spans else self._attributed
        return source._slice(name, 2, (len(self), 2))

    @property
    def _attributed(self) -> "Rendered":
        """This prompt with attribution: rendered once more when it is first asked for."""
        if self._again is None:
            return self
        if self._traced is None:
            self._traced = Rendered(self._again())
        return self._traced

    def _tokens(self, name, ctype=ctypes.c_uint8):
        """One value a token; empty where there is no attribution."""
        traced = self._attributed
        pointer = getattr(lib, name)(traced._handle, None)
        start = pointer + traced._first * ctypes.sizeof(ctype) if pointer else None
        return _arrays.view(start, ctype, len(traced) if pointer else 0, traced._owner)

    def _messages(self, name, ctype):
        """Two values a message."""
        traced, count = self._attributed, ctypes.c_size_t()
        starts = lib.typecase_rendered_message_starts(traced._handle, ctypes.byref(count))
        if not starts:
            return _arrays.view(None, ctype, 0, traced._owner)
        first, last = _pair(starts, traced._index)
        pointer = getattr(lib, name)(traced._handle, None)
        start = pointer + first * 2 * ctypes.sizeof(ctype) if pointer else None
        return _arrays.view(start, ctype, 2 * (last - first), traced._owner, (last - first, 2))

    @property
    def message_indices(self):
        """Whose each token is: int32, shape (n,); -1 for text of no message."""
        return self._tokens("typecase_rendered_message_indices", ctypes.c_int32)

    @property
    def sampled_mask(self):
        """1 where the model would have sampled the token, given the generation prompt: uint8, shape (n,)."""
        return self._tokens("typecase_rendered_sampled_mask")

    @property
    def is_content(self):
        """1 where the token is of a message's own content, reasoning or calls: uint8, shape (n,)."""
        return self._tokens("typecase_rendered_is_content")

    @property
    def kinds(self):
        """What each token is, a ``Kind``: uint8, shape (n,)."""
        return self._tokens("typecase_rendered_kinds")

    @property
    def straddles(self):
        """1 where a token holds bytes of two owners or kinds: uint8, shape (n,)."""
        return self._tokens("typecase_rendered_straddles")

    @property
    def generation_mask(self):
        """1 inside `{% generation %}` blocks: uint8, shape (n,), or (0,) where the template wrote none."""
        return self._tokens("typecase_rendered_generation_mask")

    @property
    def loss_mask(self):
        """Of a training sample, 1 where the token is learned from: uint8, shape (n,); else empty."""
        return self._tokens("typecase_rendered_loss_mask")

    @property
    def message_spans(self):
        """From each message's first token to behind its last: int32, shape (messages, 2); -1, -1 without tokens."""
        return self._messages("typecase_rendered_message_spans", ctypes.c_int32)

    @property
    def message_counts(self):
        """How many tokens each message has, and how many are sampled: uint32, shape (messages, 2)."""
        return self._messages("typecase_rendered_message_counts", ctypes.c_uint32)

    @property
    def messages(self) -> list[dict]:
        """Of each message its "role" and "tool_name" (given, or joined by tool_call_id; else None)."""
        traced, count = self._attributed, ctypes.c_size_t()
        starts = lib.typecase_rendered_message_starts(traced._handle, ctypes.byref(count))
        if not starts:
            return []
        first, last = _pair(starts, traced._index)
        return json.loads(getter("typecase_rendered_messages", traced._handle))[first:last]

    @property
    def control_tokens_in_content(self) -> int:
        """How many added tokens stand in what the caller wrote; of a batch, in all of it."""
        return lib.typecase_rendered_control_tokens_in_content(self._attributed._handle)

    @property
    def ids(self):
        """The ids: uint32, shape (n,)."""
        return self._slice("typecase_rendered_ids")

    @property
    def offsets(self):
        """Where each id is in the text, in characters: uint32, shape (n, 2); zeros for a prompt given as ids."""
        return self._offsets("typecase_rendered_char_offsets")

    @property
    def byte_offsets(self):
        """Where each id is in the text's UTF-8: uint32, shape (n, 2); zeros for a prompt given as ids."""
        return self._offsets("typecase_rendered_byte_offsets")

    @property
    def text(self) -> str:
        """The text; "" for a prompt given as ids."""
        return text_getter("typecase_rendered_text", self._handle, self._index)

    def __len__(self) -> int:
        return self._last - self._first

    def __repr__(self) -> str:
        return f"<typecase.Rendered of {len(self)} ids>"


def _pair(starts: int, index: int) -> tuple[int, int]:
    """Two neighbours of an array of sizes."""
    return tuple((ctypes.c_size_t * 2).from_address(starts + index * ctypes.sizeof(ctypes.c_size_t)))
