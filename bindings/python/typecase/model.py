"""Models: a tokenizer, a chat template, settings."""

import ctypes
import json
import os
from collections.abc import Mapping, Sequence

from . import _abi, _arrays
from ._json import dumps, utf8
from ._library import Handle, getter, lib, make, take_text
from .tokenizer import Tokenizer, _starts


class Rendered(Handle):
    """One rendered prompt: ids, where they are in the text, and the text. Immutable."""

    _free = "typecase_rendered_free"

    def __init__(self, handle: int, index: int = 0, owner: "Rendered | None" = None):
        if owner is None:
            super().__init__(handle)
        self._handle, self._owner, self._index = handle, owner or self, index
        starts = _starts("typecase_rendered_starts", handle)
        self._first, self._last = (starts[index], starts[index + 1]) if len(starts) > index + 1 else (0, 0)

    def _slice(self, name, per_token=1, shape=None):
        pointer = getattr(lib, name)(self._handle, None)
        start = pointer + self._first * per_token * 4 if pointer else None
        return _arrays.view(start, ctypes.c_uint32, len(self) * per_token, self._owner, shape)

    @property
    def ids(self):
        """The ids: uint32, shape (n,)."""
        return self._slice("typecase_rendered_ids")

    @property
    def offsets(self):
        """Where each id is in the text, in characters: uint32, shape (n, 2); zeros for a prompt given as ids."""
        return self._slice("typecase_rendered_char_offsets", 2, (len(self), 2))

    @property
    def byte_offsets(self):
        """Where each id is in the text's UTF-8: uint32, shape (n, 2); zeros for a prompt given as ids."""
        return self._slice("typecase_rendered_byte_offsets", 2, (len(self), 2))

    @property
    def text(self) -> str:
        """The text; "" for a prompt given as ids."""
        return getter("typecase_rendered_text", self._handle, self._index).decode()

    def __len__(self) -> int:
        return self._last - self._first

    def __repr__(self) -> str:
        return f"<typecase.Rendered of {len(self)} ids>"


class Model(Handle):
    """A tokenizer, a chat template and a model's settings. Immutable: share one among threads."""

    _free = "typecase_model_free"

    def __init__(self, directory: str | os.PathLike, *, _handle: int | None = None):
        """Opens a directory as the hub lays it out.

        Raises FileError (which file, and what in it) or UnsupportedError.
        """
        if _handle is None:
            name = os.fsencode(directory)
            _handle = make("typecase_model_open", name, len(name))
        super().__init__(_handle)

    @classmethod
    def from_parts(
        cls, *, tokenizer_json: str | bytes, chat_template: str | bytes | None = None, config: Mapping | None = None
    ) -> "Model":
        """A model from its parts.

        Args:
            tokenizer_json: the content of tokenizer.json.
            chat_template: the Jinja source.
            config: what the other files say: {"tokenizer_config": {…}, "generation_config": {…}, "config": {…}}; members
                beside these are read as members of tokenizer_config, so {"eos_token": "</s>"} is enough.
        """
        tokenizer = utf8(tokenizer_json)
        template = None if chat_template is None else utf8(chat_template)
        settings = None if config is None else dumps(dict(config))
        parts = _abi.typecase_model_parts(
            ctypes.sizeof(_abi.typecase_model_parts),
            tokenizer, len(tokenizer), template, len(template or b""), settings, len(settings or b""),
        )
        return cls("", _handle=make("typecase_model_new", ctypes.byref(parts)))

    @property
    def tokenizer(self) -> Tokenizer:
        """The model's tokenizer."""
        return Tokenizer(_handle=make("typecase_model_tokenizer", self._handle))

    @property
    def info(self) -> dict:
        """The model's facts: see typecase_model_info in typecase.h."""
        return json.loads(take_text("typecase_model_info", self._handle))

    def render(
        self,
        messages: Sequence[Mapping],
        tools: Sequence[Mapping] | None = None,
        add_generation_prompt: bool = False,
        continue_final_message: bool | str = False,
        documents: Sequence[Mapping] | None = None,
        *,
        chat_template: str | None = None,
        mode: str = "apply_chat_template",
        now: str | None = None,
        **template_kwargs,
    ) -> Rendered:
        """The ids of a chat: those of `tokenizer.apply_chat_template(messages, tokenize=True)`.

        Args:
            continue_final_message: True, or the name of the last message's field, to end where that field ends.
            chat_template: the name of one of the model's templates.
            mode: "apply_chat_template", or "render" for the messages as they are.
            now: what strftime_now sees.
            template_kwargs: further variables of the template.
        Raises:
            FieldError, TemplateError, LimitError, UnsupportedError: as typecase_model_render in typecase.h.
        """
        request = chat_request(
            messages, tools, documents, add_generation_prompt, continue_final_message, chat_template, mode, now, template_kwargs
        )
        data = dumps(request)
        return Rendered(make("typecase_model_render", self._handle, data, len(data)))

    def render_prompt(
        self,
        prompt: str | Sequence,
        max_length: int | None = None,
        truncate_prompt_tokens: int | None = None,
        truncation_side: str = "left",
        add_special_tokens: bool = True,
        cache_salt: str | None = None,
        allow_empty: bool = False,
        do_lower_case: bool | None = None,
    ) -> Rendered | list[Rendered]:
        """A prompt without a template: a text, ids, or several of them (then a list comes back).

        Args:
            max_length: a longer prompt raises WindowError.
            truncate_prompt_tokens: keep at most this many ids; -1: max_length, or else the model's window.
            truncation_side: "left" keeps the last ids, "right" the first.
            cache_salt: checked here; generate() sends it.
            allow_empty: whether a prompt may have no ids; otherwise one that truncation left empty is a FieldError.
            do_lower_case: lowercase texts first; None: what the model's sentence_bert_config.json says.
        """
        if not isinstance(prompt, str):
            prompt = [item if isinstance(item, (str, int)) else [int(id) for id in item] for item in _plain(prompt)]
        request = {
            "prompt": prompt,
            "max_length": max_length,
            "truncate_prompt_tokens": truncate_prompt_tokens,
            "truncation_side": truncation_side,
            "add_special_tokens": add_special_tokens,
            "cache_salt": cache_salt,
            "allow_empty": allow_empty,
            "do_lower_case": do_lower_case,
        }
        data = dumps(request)
        whole = Rendered(make("typecase_model_render_prompt", self._handle, data, len(data)))
        if isinstance(prompt, str) or all(isinstance(item, int) for item in prompt):
            return whole
        return [Rendered(whole._handle, i, whole) for i in range(len(prompt))]


def _plain(prompt):
    """A sequence of Python values: arrays of ids become lists of ints."""
    return prompt.tolist() if hasattr(prompt, "tolist") else prompt


def chat_request(
    messages, tools, documents, add_generation_prompt, continue_final_message, chat_template, mode, now, template_kwargs
) -> dict:
    """The request of typecase_model_render. Members that say nothing are left out."""
    request = {"messages": list(messages), "add_generation_prompt": add_generation_prompt, "mode": mode}
    if tools is not None:
        request["tools"] = list(tools)
    if documents is not None:
        request["documents"] = list(documents)
    if continue_final_message:
        request["continue_final_message"] = continue_final_message
    if chat_template is not None:
        request["chat_template"] = chat_template
    if now is not None:
        request["now"] = now
    if template_kwargs:
        request["chat_template_kwargs"] = template_kwargs
    return request
