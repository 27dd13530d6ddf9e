"""Tokenizers."""

import ctypes
import functools
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from . import _abi, _arrays
from ._json import utf8
from ._library import Handle, check, lib, make, raw, take_string, take_text


class Encoding(Handle):
    """The ids of one text. Immutable. Spans, type ids and masks are computed when they are asked for: ids alone are twice as fast."""

    _free = "typecase_encoding_free"

    def __init__(self, encode: Callable[[int], int] | None, first: int = 0, last: int | None = None, owner: "Encoding | None" = None, ids=None):
        """``encode`` makes the handle, given flags beside those of the call; a part of a batch has an ``owner`` instead. Where there are
        ``ids`` no handle is needed for them."""
        self._ids = ids
        if ids is not None:
            self._owner, self._encode, self._spans = self, encode, None
            self._first, self._last = 0, len(ids)
            return
        if owner is None:
            super().__init__(encode(0))
        else:
            self._handle = owner._handle
        self._owner, self._encode, self._spans = self if owner is None else owner, encode, None
        count = ctypes.c_size_t()
        self._address = lib.typecase_encoding_ids(self._handle, ctypes.byref(count))
        self._first, self._last = first, count.value if last is None else last

    @property
    def ids(self):
        """The ids: uint32, shape (n,)."""
        if self._ids is not None:
            return self._ids
        return self._view(self._owner, self._address, ctypes.c_uint32)

    @property
    def offsets(self):
        """Where each token is in the text, in characters: uint32, shape (n, 2), half open."""
        return self._detail("typecase_encoding_char_offsets", ctypes.c_uint32, 2)

    @property
    def byte_offsets(self):
        """Where each token is in the text's UTF-8: uint32, shape (n, 2), half open."""
        return self._detail("typecase_encoding_byte_offsets", ctypes.c_uint32, 2)

    @property
    def type_ids(self):
        """Which text of a pair each token is of, as the post-processor says: uint32, shape (n,)."""
        return self._detail("typecase_encoding_type_ids", ctypes.c_uint32)

    @property
    def special_tokens_mask(self):
        """1 for tokens that the post-processor or the padding added: uint8, shape (n,)."""
        return self._detail("typecase_encoding_special_tokens_mask", ctypes.c_uint8)

    @property
    def attention_mask(self):
        """0 for padding, 1 for all else: uint8, shape (n,)."""
        return self._detail("typecase_encoding_attention_mask", ctypes.c_uint8)

    def _detail(self, name, ctype, width=1):
        owner = self._owner
        if owner._spans is None:
            owner._spans = Encoding(lambda _: owner._encode(_abi.TYPECASE_ENCODE_OFFSETS))
        return self._view(owner._spans, getattr(lib, name)(owner._spans._handle, None), ctype, width)

    def _view(self, owner, address, ctype, width=1):
        start = address + self._first * width * ctypes.sizeof(ctype) if address else None
        return _arrays.view(start, ctype, width * len(self), owner, (len(self), width) if width > 1 else None)

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

    @classmethod
    def from_tiktoken(cls, ranks: str | os.PathLike | bytes, pattern: str, special_tokens: Mapping[str, int] = {}) -> "Tokenizer":
        """A tokenizer from a tiktoken rank file: its path, or its content as bytes.

        Args:
            pattern: the split pattern, a regular expression as the model's code has it.
            special_tokens: ids by content.
        Raises:
            OSError: ranks cannot be read.
            FieldError: the file or a special token is not right.
            UnsupportedError: the pattern has syntax that is not supported.
        """
        data, expression, special = _content(ranks), utf8(pattern), json.dumps(dict(special_tokens)).encode()
        arguments = (data, len(data), expression, len(expression), special, len(special))
        return cls(_handle=make("typecase_tokenizer_new_tiktoken", *arguments))

    @classmethod
    def from_tekken(cls, file: str | os.PathLike | bytes) -> "Tokenizer":
        """A tokenizer from a tekken.json: its path, or its content as bytes. Errors as for ``Tokenizer``."""
        data = _content(file)
        return cls(_handle=make("typecase_tokenizer_new_tekken", data, len(data)))

    def encode(
        self,
        text: str | bytes,
        pair: str | bytes | None = None,
        *,
        add_special_tokens: bool = True,
        special_tokens: str = "parse",
        truncate_and_pad: bool = False,
        errors: str = "strict",
        cache: bool = True,
    ) -> Encoding:
        """The ids of a text, those of the `tokenizers` library.

        Args:
            pair: a second text, put behind the first as the file's post-processor says. Spans are relative to each.
            add_special_tokens: with what the file's post-processor adds.
            special_tokens: "parse" finds special tokens written in the text; "text" takes them as ordinary text.
            truncate_and_pad: do what the sections "truncation" and "padding" of the file say.
            errors: "strict", or "replace": bytes that are no UTF-8 become U+FFFD.
            cache: whether words are remembered from call to call; the ids are the same.
        Raises:
            EncodingError: text is not UTF-8.
            FieldError: the file has no place for a pair.
        """
        flags = _flags(add_special_tokens, special_tokens, truncate_and_pad, errors, cache)
        data = utf8(text)
        if pair is None:
            ids = _short_ids(self._handle, data, flags) if len(data) <= _SHORT else None
            return Encoding(lambda more: make("typecase_tokenizer_encode", self._handle, data, len(data), _options(flags | more)), ids=ids)
        second = utf8(pair)
        texts = (data, len(data), second, len(second))
        return Encoding(lambda more: make("typecase_tokenizer_encode_pair", self._handle, *texts, _options(flags | more)))

    def encode_batch(
        self,
        texts: Sequence[str | bytes],
        *,
        add_special_tokens: bool = True,
        special_tokens: str = "parse",
        truncate_and_pad: bool = False,
        errors: str = "strict",
        cache: bool = True,
    ) -> list[Encoding]:
        """The ids of many texts, in one call: arguments as for ``encode``. Padding is to the longest."""
        data = [utf8(text) for text in texts]
        flags = _flags(add_special_tokens, special_tokens, truncate_and_pad, errors, cache)
        pointers = (ctypes.c_char_p * len(data))(*data)
        lengths = (ctypes.c_size_t * len(data))(*map(len, data))
        arguments = (self._handle, pointers, lengths, len(data))
        whole = Encoding(lambda more: make("typecase_tokenizer_encode_batch", *arguments, _options(flags | more)))
        starts = _starts("typecase_encoding_starts", whole._handle)
        return [Encoding(None, starts[i], starts[i + 1], whole) for i in range(len(data))]

    def decode(self, ids, skip_special_tokens: bool = False) -> str:
        """The text of ids. Ids without a token are passed over; bytes that are no UTF-8 become U+FFFD."""
        pointer, count, _keep = _arrays.ids_argument(ids)
        return take_string("typecase_tokenizer_decode", self._handle, pointer, count, int(skip_special_tokens))

    def decoder(self, skip_special_tokens: bool = False) -> "Decoder":
        """A decoder for ids that come one after the other."""
        return Decoder(self, skip_special_tokens)

    def decode_stream(self, ids: Iterable[int], skip_special_tokens: bool = False) -> Iterator[str]:
        """The text of ids as they come: pieces of whole characters that, put together, are what ``decode`` gives."""
        decoder = self.decoder(skip_special_tokens)
        for id in ids:
            if text := decoder.push([id]):
                yield text
        if text := decoder.finish():
            yield text

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
            return take_string("typecase_tokenizer_id_to_token", self._handle, id)
        except VocabularyError:
            return None

    def token_bytes(self, id: int) -> bytes | None:
        """The bytes that a token stands for, which need not be UTF-8; None where no token has the id."""
        from ._errors import VocabularyError

        if not 0 <= id <= 0xFFFFFFFF:
            return None
        try:
            return take_text("typecase_tokenizer_token_bytes", self._handle, id)
        except VocabularyError:
            return None

    @property
    def info(self) -> dict:
        """What the tokenizer is made of: see typecase_tokenizer_info in typecase.h."""
        return json.loads(take_text("typecase_tokenizer_info", self._handle))


class Decoder(Handle):
    """Decodes ids as they come. For one thread at a time."""

    _free = "typecase_decoder_free"

    def __init__(self, tokenizer: Tokenizer, skip_special_tokens: bool = False):
        super().__init__(make("typecase_decoder_new", tokenizer._handle, int(skip_special_tokens)))

    def push(self, ids) -> str:
        """The text that is certain with these ids: whole characters, often none."""
        pointer, count, _keep = _arrays.ids_argument(ids)
        return self._take("typecase_decoder_push", self._handle, pointer, count)

    def finish(self) -> str:
        """What was held back. The decoder is finished then."""
        return self._take("typecase_decoder_finish", self._handle)

    @staticmethod
    def _take(function, *arguments):
        text, length = ctypes.c_void_p(), ctypes.c_size_t()
        check(function, *arguments, ctypes.byref(text), ctypes.byref(length))
        return raw(text.value, length.value).decode("utf-8", "replace")


def _content(file: str | os.PathLike | bytes) -> bytes:
    if isinstance(file, bytes):
        return file
    with open(file, "rb") as stream:
        return stream.read()


def _flags(add_special_tokens: bool, special_tokens: str, truncate_and_pad: bool, errors: str, cache: bool) -> int:
    if special_tokens not in ("parse", "text"):
        raise ValueError(f'special_tokens must be "parse" or "text", not {special_tokens!r}')
    if errors not in ("strict", "replace"):
        raise ValueError(f'errors must be "strict" or "replace", not {errors!r}')
    flags = 0 if add_special_tokens else _abi.TYPECASE_ENCODE_NO_SPECIAL_TOKENS
    flags |= _abi.TYPECASE_ENCODE_SPECIAL_AS_TEXT if special_tokens == "text" else 0
    flags |= _abi.TYPECASE_ENCODE_TRUNCATE_AND_PAD if truncate_and_pad else 0
    flags |= 0 if cache else _abi.TYPECASE_ENCODE_NO_CACHE
    return flags | (_abi.TYPECASE_ENCODE_REPLACE_INVALID if errors == "replace" else 0)


# Texts of up to so many bytes are encoded into memory of the thread's: an Encoding of its own costs more than they do.
_SHORT = 4096
_rooms = threading.local()


class _Room:
    size = 2 * _SHORT

    def __init__(self):
        self.ids, self.count = (ctypes.c_uint32 * self.size)(), ctypes.c_size_t()
        self.to_ids, self.to_count = ctypes.addressof(self.ids), ctypes.addressof(self.count)


def _short_ids(handle: int, data: bytes, flags: int):
    """The ids of a short text; None where they do not fit, or something is wrong that another call will tell."""
    # Whoever interrupts this call, as a signal's handler may, finds no room here and makes one.
    room, _rooms.free = getattr(_rooms, "free", None) or _Room(), None
    status = lib.typecase_tokenizer_encode_into(handle, data, len(data), _options(flags), room.to_ids, room.size, room.to_count, None)
    ids = _arrays.copied(room.to_ids, ctypes.c_uint32, room.count.value) if status == _abi.TYPECASE_OK else None
    _rooms.free = room
    return ids


@functools.cache
def _options(flags: int):
    """A call only reads them, so those of the same flags are the same."""
    return ctypes.byref(_abi.typecase_encode_options(ctypes.sizeof(_abi.typecase_encode_options), flags, 0))


def _starts(name: str, handle: int) -> list[int]:
    count = ctypes.c_size_t()
    pointer = getattr(lib, name)(handle, ctypes.byref(count))
    return list((ctypes.c_size_t * count.value).from_address(pointer)) if pointer else [0]
