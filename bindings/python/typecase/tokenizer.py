"""Tokenizers."""

import ctypes
import json
import os
from collections.abc import Sequence

from . import _abi, _arrays
from ._json import utf8
from ._library import Handle, lib, make, take_text


class Encoding(Handle):
    """The ids of one text. Immutable. Spans are computed when they are asked for: ids alone are twice as fast."""

    _free = "typecase_encoding_free"

    def __init__(self, handle: int, source: tuple, first: int = 0, last: int | None = None, owner: "Encoding | None" = None):
        if owner is None:
            super().__init__(handle)
        # What the spans are computed from: the tokenizer, the text's bytes, the flags.
        self._handle, self._owner, self._source, self._spans = handle, owner or self, source, None
        count = ctypes.c_size_t()
        self._address = lib.typecase_encoding_ids(handle, ctypes.byref(count))
        self._first, self._last = first, count.value if last is None else last

    @property
    def ids(self):
        """The ids: uint32, shape (n,)."""
        start = self._address + self._first * 4 if self._address else None
        return _arrays.view(start, ctypes.c_uint32, len(self), self._owner)

    @property
    def offsets(self):
        """Where each token is in the text, in characters: uint32, shape (n, 2), half open."""
        return self._offsets("typecase_encoding_char_offsets")

    @property
    def byte_offsets(self):
        """Where each token is in the text's UTF-8: uint32, shape (n, 2), half open."""
        return self._offsets("typecase_encoding_byte_offsets")

    def _offsets(self, name):
        if self._spans is None:
            tokenizer, data, flags = self._source
            self._spans = _encode(tokenizer, data, flags | _abi.TYPECASE_ENCODE_OFFSETS)
        pointer = getattr(lib, name)(self._spans._handle, None)
        return _arrays.view(pointer, ctypes.c_uint32, 2 * len(self), self._spans, (len(self), 2))

    def __len__(self) -> int:
        return self._last - self._first

    def __repr__(self) -> str:
        return f"<typecase.Encoding of {len(self)} ids>"


class Tokenizer(Handle):
    """A vocabulary and its rules. Immutable: share one among threads."""

    _free = "typecase_tokenizer_free"

    def __init__(self, path: str | os.PathLike | None = None, *, bytes: bytes | None = None, _handle: int | None = None):
        """Opens ``path``, a tokenizer.json, or takes its content as ``bytes``.

        Raises:
            FileError: missing, unreadable or broken, and why.
            UnsupportedError: a component that is not supported; it is never approximated.
        """
        if _handle is None:
            if (path is None) == (bytes is None):
                raise TypeError("give either a path or bytes")
            if bytes is not None:
                _handle = make("typecase_tokenizer_new", bytes, len(bytes))
            else:
                name = os.fsencode(path)
                _handle = make("typecase_tokenizer_open", name, len(name))
        super().__init__(_handle)

    def encode(self, text: str | bytes, add_special_tokens: bool = True, special_tokens: str = "parse") -> Encoding:
        """The ids of a text, those of the `tokenizers` library.

        Args:
            add_special_tokens: with what the file's post-processor adds.
            special_tokens: "parse" finds special tokens written in the text; "text" takes them as ordinary text.
        Raises:
            EncodingError: text is not UTF-8.
        """
        return _encode(self, utf8(text), _flags(add_special_tokens, special_tokens))

    def encode_batch(
        self, texts: Sequence[str | bytes], add_special_tokens: bool = True, special_tokens: str = "parse"
    ) -> list[Encoding]:
        """The ids of many texts, in one call."""
        data = [utf8(text) for text in texts]
        flags = _flags(add_special_tokens, special_tokens)
        options = _options(flags)
        pointers = (ctypes.c_char_p * len(data))(*data)
        lengths = (ctypes.c_size_t * len(data))(*map(len, data))
        handle = make("typecase_tokenizer_encode_batch", self._handle, pointers, lengths, len(data), ctypes.byref(options))
        whole = Encoding(handle, (self, b"", flags))
        starts = _starts("typecase_encoding_starts", handle)
        return [Encoding(handle, (self, one, flags), starts[i], starts[i + 1], whole) for i, one in enumerate(data)]

    def decode(self, ids, skip_special_tokens: bool = False) -> str:
        """The text of ids. Ids without a token are passed over; bytes that are no UTF-8 become U+FFFD."""
        pointer, count, _keep = _arrays.ids_argument(ids)
        return take_text("typecase_tokenizer_decode", self._handle, pointer, count, int(skip_special_tokens)).decode("utf-8", "replace")

    @property
    def vocab_size(self) -> int:
        """How many tokens there are, added tokens included."""
        return lib.typecase_tokenizer_vocab_size(self._handle)

    @property
    def id_limit(self) -> int:
        """One more than the largest id."""
        return lib.typecase_tokenizer_id_limit(self._handle)

    def token_to_id(self, token: str) -> int | None:
        """The id of a token as the file spells it, or None."""
        data = utf8(token)
        found = lib.typecase_tokenizer_token_to_id(self._handle, data, len(data))
        return None if found < 0 else found

    def id_to_token(self, id: int) -> str | None:
        """The token of an id as the file spells it, or None."""
        from ._errors import VocabularyError

        if not 0 <= id <= 0xFFFFFFFF:
            return None
        try:
            return take_text("typecase_tokenizer_id_to_token", self._handle, id).decode()
        except VocabularyError:
            return None

    @property
    def info(self) -> dict:
        """What the tokenizer is made of: see typecase_tokenizer_info in typecase.h."""
        return json.loads(take_text("typecase_tokenizer_info", self._handle))


def _encode(tokenizer: Tokenizer, data: bytes, flags: int) -> Encoding:
    options = _options(flags)
    handle = make("typecase_tokenizer_encode", tokenizer._handle, data, len(data), ctypes.byref(options))
    return Encoding(handle, (tokenizer, data, flags))


def _flags(add_special_tokens: bool, special_tokens: str) -> int:
    if special_tokens not in ("parse", "text"):
        raise ValueError(f'special_tokens must be "parse" or "text", not {special_tokens!r}')
    flags = 0 if add_special_tokens else _abi.TYPECASE_ENCODE_NO_SPECIAL_TOKENS
    return flags | (_abi.TYPECASE_ENCODE_SPECIAL_AS_TEXT if special_tokens == "text" else 0)


def _options(flags: int) -> _abi.typecase_encode_options:
    return _abi.typecase_encode_options(ctypes.sizeof(_abi.typecase_encode_options), flags, 0)


def _starts(name: str, handle: int) -> list[int]:
    count = ctypes.c_size_t()
    pointer = getattr(lib, name)(handle, ctypes.byref(count))
    return list((ctypes.c_size_t * count.value).from_address(pointer)) if pointer else [0]
