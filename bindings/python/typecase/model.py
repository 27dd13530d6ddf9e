"""Models: a tokenizer, a chat template, settings."""

import ctypes
import enum
import json
import os
from collections.abc import Callable, Mapping, Sequence

from . import _abi, _arrays
from ._errors import NotExtendableError
from . import parse as parsing
from ._json import dumps, utf8
from ._library import Handle, check, getter, lib, make, take_text
from .tokenizer import Tokenizer


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
        return getter("typecase_rendered_text", self._handle, self._index).decode()

    def __len__(self) -> int:
        return self._last - self._first

    def __repr__(self) -> str:
        return f"<typecase.Rendered of {len(self)} ids>"


def _pair(starts: int, index: int) -> tuple[int, int]:
    """Two neighbours of an array of sizes."""
    return tuple((ctypes.c_size_t * 2).from_address(starts + index * ctypes.sizeof(ctypes.c_size_t)))


class Bridge:
    """What follows the ids of a conversation, or why it cannot go on from them. True where it can.

    Attributes:
        reason: "" or why not: "thinking_retention", "rewrites_history"…, see typecase_model_bridge in typecase.h.
        detail: the same in a sentence.
        rendered: the new part, a ``Rendered``; messages count from the first new one, and spans are in the new text.
    """

    def __init__(self, prompt, completion, rendered: "Rendered | None", reason: str = "", detail: str = ""):
        self._before = (prompt, completion)
        self.rendered, self.reason, self.detail = rendered, reason, detail

    def __bool__(self) -> bool:
        return self.rendered is not None

    @property
    def new_ids(self):
        """The ids that follow what is there: uint32, shape (n,)."""
        if self.rendered is None:
            raise NotExtendableError(self.detail)
        return self.rendered.ids

    @property
    def ids(self):
        """All ids: those of the prompt, of the completion, and the new ones. A copy, whose cost grows with the history."""
        return _arrays.joined(*self._before, self.new_ids)

    def __repr__(self) -> str:
        return f"<typecase.Bridge of {len(self.rendered)} ids>" if self else f"<typecase.Bridge: {self.reason}>"


class Model(Handle):
    """A tokenizer, a chat template and a model's settings. Immutable: share one among threads."""

    _free = "typecase_model_free"

    def __init__(self, directory: str | os.PathLike, *, format: Mapping | None = None, _handle: int | None = None):
        """Opens a directory as the hub lays it out.

        Args:
            format: how the model writes reasoning and tool calls, where its template does not tell: see docs/parsing.md.
        Raises FileError (which file, and what in it) or UnsupportedError.
        """
        if _handle is None:
            name = os.fsencode(directory)
            _handle = make("typecase_model_open", name, len(name))
        if format is not None:
            _handle = _formatted(_handle, format)
        super().__init__(_handle)

    @classmethod
    def from_parts(
        cls, *, tokenizer_json: str | bytes, chat_template: str | bytes | None = None, config: Mapping | None = None,
        format: Mapping | None = None,
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
        return cls("", format=format, _handle=make("typecase_model_new", ctypes.byref(parts)))

    @property
    def tokenizer(self) -> Tokenizer:
        """The model's tokenizer."""
        return Tokenizer(_handle=make("typecase_model_tokenizer", self._handle))

    @property
    def info(self) -> dict:
        """The model's facts: see typecase_model_info in typecase.h."""
        return json.loads(take_text("typecase_model_info", self._handle))

    @property
    def stop_token_ids(self) -> list[int]:
        """Where a sampled turn ends, as the model's files say."""
        return self.info["stop_token_ids"]

    def prefix_stability(self, tools: Sequence[Mapping] | None = None, **options) -> dict:
        """Whether a chat that ends with the assistant keeps its ids when messages follow, and a witness where it does not.

        Args:
            options: chat_template, mode and the template's own variables, as for ``render``.
        Returns:
            "is_prefix_stable", "pairs" and "witness": see typecase_model_prefix_stability in typecase.h.
        """
        data = dumps(_chat([], tools, options))
        return json.loads(take_text("typecase_model_prefix_stability", self._handle, data, len(data)))

    @property
    def is_prefix_stable(self) -> bool:
        """Whether it does with the template's own defaults."""
        return self.prefix_stability()["is_prefix_stable"] is True

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
        attribution: bool = False,
        special_tokens_in_content: str | Mapping[str, str] = "parse",
        **template_kwargs,
    ) -> Rendered:
        """The ids of a chat: those of `tokenizer.apply_chat_template(messages, tokenize=True)`.

        Args:
            continue_final_message: True, or the name of the last message's field, to end where that field ends.
            chat_template: the name of one of the model's templates.
            mode: "apply_chat_template", or "render" for the messages as they are.
            now: what strftime_now sees.
            attribution: find out at once whose each token is, not when it is first asked for.
            special_tokens_in_content: "parse" as the reference, "text" for control tokens from the template alone,
                "reject" for an error; or by role: {"tool": "text"}.
            template_kwargs: further variables of the template.
        Raises:
            FieldError, TemplateError, LimitError, UnsupportedError: as typecase_model_render in typecase.h.
        """
        request = chat_request(
            messages, tools, documents, add_generation_prompt, continue_final_message, chat_template, mode, now, template_kwargs
        )
        if special_tokens_in_content != "parse":
            request["special_tokens_in_content"] = special_tokens_in_content
        data = dumps(request)

        def traced():
            # The text of the object, which may have changed since, with one member more. The model stays alive with it.
            more = data[:-1] + b', "attribution": true}'
            return make("typecase_model_render", self._handle, more, len(more))

        if attribution:
            return Rendered(traced())
        return Rendered(make("typecase_model_render", self._handle, data, len(data)), again=traced)

    def chat(self, messages: Sequence[Mapping] = (), tools: Sequence[Mapping] | None = None, **options) -> "Chat":
        """A conversation that grows: its messages are read once.

        Args:
            options: documents, chat_template, mode and the template's own variables, as for ``render``.
        """
        return Chat(self, messages, tools, **options)

    def format(self, *, chat_template: str | None = None, **template_kwargs) -> dict:
        """How the model writes reasoning, content and tool calls, found out from its template: see docs/parsing.md."""
        data = parsing.options(None, chat_template, template_kwargs)
        return json.loads(take_text("typecase_model_format", self._handle, data, len(data)))

    def parse(
        self, ids, prompt_ids=None, tools: Sequence[Mapping] | None = None, *, chat_template: str | None = None, **template_kwargs
    ) -> parsing.Parsed:
        """What the model said: content, reasoning, tool calls. Reads any ids.

        Args:
            ids: what was sampled.
            prompt_ids: the prompt; None: what the template would write behind a user's message.
            tools: those of the request: their schemas tell types that the format does not write.
            chat_template, template_kwargs: as the prompt was rendered with.
        """
        return parsing.parse(self._handle, ids, prompt_ids, tools, chat_template, template_kwargs)

    def parser(
        self, prompt_ids=None, tools: Sequence[Mapping] | None = None, *, chat_template: str | None = None, **template_kwargs
    ) -> parsing.Parser:
        """The same for ids as they come: ``for event in model.parser(prompt_ids).stream(ids)``."""
        return parsing.parser(self._handle, prompt_ids, tools, chat_template, template_kwargs)

    def training_sample(
        self,
        messages: Sequence[Mapping],
        tools: Sequence[Mapping] | None = None,
        *,
        roles: Sequence[str] | None = None,
        role_to_mask: Mapping[str, bool] | Callable[[Mapping], bool] | None = None,
        content_roles: Sequence[str] | None = None,
        ensure_final_stop: bool = False,
        message_loss_mask: Sequence[bool] | None = None,
        max_length: int | None = None,
        **options,
    ) -> Rendered:
        """A chat to learn from: ids and ``loss_mask``, in one render. The rules are in typecase.h.

        Args:
            roles: whose sampled tokens are learned from; default: all that are sampled.
            role_to_mask: the same by role, or a function of the message.
            content_roles: roles whose content is learned from, sampled or not.
            ensure_final_stop: append the stop token that the template did not write.
            message_loss_mask: one a message; False takes it out.
            max_length: cut behind so many ids, never inside an image.
            options: as for ``render``.
        """
        given = (roles, role_to_mask, content_roles, ensure_final_stop, message_loss_mask, max_length)
        data = dumps({**_chat(messages, tools, options), **_training(messages, *given)})
        return Rendered(make("typecase_model_training_sample", self._handle, data, len(data)))

    def training_samples(self, conversations: Sequence[Mapping], *, threads: int | None = None, **shared) -> list[Rendered]:
        """Many chats to learn from, in one call on several threads, without the interpreter's lock.

        Args:
            conversations: the arguments of ``training_sample`` for each, as mappings with "messages".
            threads: default: as many as there are processors for this process.
            shared: arguments for all that do not have their own.
        Raises:
            As ``training_sample``; the field begins with "samples[i]".
        """
        samples = []
        for conversation in conversations:
            given = {**shared, **conversation}
            messages, tools = given.pop("messages"), given.pop("tools", None)
            training = _training(messages, *(given.pop(name, None) for name in _TRAINING))
            samples.append({**_chat(messages, tools, given), **training})
        threads = threads or len(os.sched_getaffinity(0))
        data = dumps({"samples": samples, "threads": threads})
        whole = Rendered(make("typecase_model_training_samples", self._handle, data, len(data)))
        return [Rendered(whole._handle, i, whole) for i in range(len(samples))]

    def trajectory_step(
        self, prompt: Sequence[Mapping], completion: Sequence[Mapping], tools: Sequence[Mapping] | None = None, **options
    ) -> dict:
        """A chat as a step of a trajectory, in one render: prompt_ids, prompt_mask, completion_ids, completion_mask.

        The completion begins with the first token that the model sampled of it (behind a <think> that the generation prompt
        opens), or where its first message is not the assistant's, with that message. completion_mask is 1 where a token was
        sampled.
        """
        sample = self.training_sample([*prompt, *completion], tools, **options)
        owners, loss = sample.message_indices.tolist(), sample.loss_mask.tolist()
        first = len(prompt)
        is_sampled = bool(completion) and completion[0].get("role") == "assistant"
        mask = sample.sampled_mask.tolist() if is_sampled else [1] * len(owners)
        split = next((i for i, owner in enumerate(owners) if owner >= first and mask[i]), len(owners))
        ids = sample.ids.tolist()
        return {
            "prompt_ids": ids[:split], "prompt_mask": [0] * split, "completion_ids": ids[split:], "completion_mask": loss[split:],
        }

    def bridge(
        self,
        prompt_ids: Sequence[int],
        completion_ids: Sequence[int],
        messages: Sequence[Mapping],
        tools: Sequence[Mapping] | None = None,
        add_generation_prompt: bool = True,
        *,
        thinking_retention: str = "auto",
        has_system_message: bool | None = None,
        attribution: bool = False,
        **options,
    ) -> Bridge:
        """Goes on with a conversation whose last turn was sampled, without touching the ids that are there.

        Args:
            prompt_ids: what the completion was sampled from. An array of uint32 (numpy's, or array.array("I")) is taken where it
                is, so that a call costs what is new; a list is copied.
            completion_ids: what was sampled, the stop token among it.
            messages: the new ones alone: of tools, users, systems.
            thinking_retention: "auto", "template", "tool_cycle" or "all": what reasoning needs to stay.
            has_system_message: asked for by few templates.
            attribution: find out at once whose each new token is, not when it is first asked for.
            options: chat_template, mode, now, special_tokens_in_content and the template's own variables, as for ``render``.
        Returns:
            A ``Bridge``: true, or false with its reason, where the conversation must be rendered anew.
        """
        request = _chat(messages, tools, {**options, "add_generation_prompt": add_generation_prompt})
        if thinking_retention != "auto":
            request["thinking_retention"] = thinking_retention
        if has_system_message is not None:
            request["has_system_message"] = has_system_message
        return _bridge("typecase_model_bridge", self, prompt_ids, completion_ids, request, attribution)

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


class Chat(Handle):
    """A conversation with a model, which grows: messages and tools are read once, text that was encoded is not encoded again.

    Rendering may go on in many threads at once; ``append`` only where nobody else uses the chat.
    """

    _free = "typecase_chat_free"

    def __init__(self, model: Model, messages: Sequence[Mapping] = (), tools: Sequence[Mapping] | None = None, **options):
        data = dumps(_chat(messages, tools, options))
        super().__init__(make("typecase_chat_new", model._handle, data, len(data)))

    def append(self, *messages: Mapping) -> "Chat":
        """Adds messages, all or none; returns the chat."""
        data = dumps(list(messages))
        check("typecase_chat_append", self._handle, data, len(data))
        return self

    def __len__(self) -> int:
        return lib.typecase_chat_count(self._handle)

    def __bool__(self) -> bool:
        return True

    def render(
        self,
        add_generation_prompt: bool = False,
        continue_final_message: bool | str = False,
        *,
        now: str | None = None,
        attribution: bool = False,
        special_tokens_in_content: str | Mapping[str, str] = "parse",
        message_count: int | None = None,
        **template_kwargs,
    ) -> Rendered:
        """What ``Model.render`` makes of the same messages, or of the first ``message_count`` of them."""
        _check_own(template_kwargs)
        options = {"add_generation_prompt": True} if add_generation_prompt else {}
        given = (continue_final_message, now, message_count, template_kwargs)
        names = ("continue_final_message", "now", "message_count", "chat_template_kwargs")
        options.update((name, value) for name, value in zip(names, given) if value or value == 0 and value is not False)
        if special_tokens_in_content != "parse":
            options["special_tokens_in_content"] = special_tokens_in_content
        if attribution:
            options["attribution"] = True
        data = dumps(options)
        handle = make("typecase_chat_render", self._handle, data, len(data))
        if attribution:
            return Rendered(handle)
        count = len(self) if message_count is None else message_count
        return Rendered(handle, again=lambda: self._traced("typecase_chat_render", (), {**options, "message_count": count}))

    def _traced(self, function, arguments, options):
        data = dumps({**options, "attribution": True})
        return make(function, self._handle, *arguments, data, len(data))

    def bridge(
        self,
        prompt_ids: Sequence[int],
        completion_ids: Sequence[int],
        add_generation_prompt: bool = True,
        *,
        thinking_retention: str = "auto",
        now: str | None = None,
        attribution: bool = False,
        special_tokens_in_content: str | Mapping[str, str] = "parse",
        **template_kwargs,
    ) -> Bridge:
        """``Model.bridge`` with the messages that follow the last one of the assistant: append what was sampled as a message,
        then what answers it."""
        _check_own(template_kwargs)
        options = {"add_generation_prompt": add_generation_prompt, "message_count": len(self)}
        if thinking_retention != "auto":
            options["thinking_retention"] = thinking_retention
        if now is not None:
            options["now"] = now
        if special_tokens_in_content != "parse":
            options["special_tokens_in_content"] = special_tokens_in_content
        if template_kwargs:
            options["chat_template_kwargs"] = template_kwargs
        return _bridge("typecase_chat_bridge", self, prompt_ids, completion_ids, options, attribution)


def _check_own(options) -> None:
    """Refuses what a chat was made with."""
    for name in ("messages", "tools", "documents", "chat_template", "mode"):
        if name in options:
            raise TypeError(f"{name} is the chat's: it is given when the chat is made")


def _bridge(function, owner, prompt_ids, completion_ids, request, attribution) -> Bridge:
    """Calls a function that bridges: of a model, or of a chat."""
    (prompt, prompt_count, keep), (completion, completion_count, kept) = map(_arrays.ids_argument, (prompt_ids, completion_ids))

    data = dumps(request)

    def make_it(data, keep=(keep, kept)):
        return make(function, owner._handle, prompt, prompt_count, completion, completion_count, data, len(data))

    def traced():
        return make_it(data[:-1] + b', "attribution": true}')

    try:
        rendered = Rendered(traced()) if attribution else Rendered(make_it(data), again=traced, spans=False)
    except NotExtendableError as error:
        return Bridge(prompt_ids, completion_ids, None, error.kind, str(error))
    return Bridge(prompt_ids, completion_ids, rendered)
def _formatted(handle: int, format: Mapping) -> int:
    """A model with a format in the place of one without."""
    data = dumps(dict(format))
    try:
        return make("typecase_model_with_format", handle, data, len(data))
    finally:
        lib.typecase_model_free(handle)


_TRAINING = ("roles", "role_to_mask", "content_roles", "ensure_final_stop", "message_loss_mask", "max_length")


def _training(messages, roles, role_to_mask, content_roles, ensure_final_stop, message_loss_mask, max_length) -> dict:
    """The members of a training request. Members that say nothing are left out."""
    if callable(role_to_mask):
        role_to_mask = [bool(role_to_mask(message)) for message in messages]
    elif role_to_mask is not None:
        role_to_mask = dict(role_to_mask)
    request = {
        "roles": None if roles is None else list(roles),
        "role_to_mask": role_to_mask,
        "content_roles": None if content_roles is None else list(content_roles),
        "ensure_final_stop": ensure_final_stop or None,
        "message_loss_mask": None if message_loss_mask is None else list(message_loss_mask),
        "max_length": max_length,
    }
    return {name: value for name, value in request.items() if value is not None}


def _chat(messages, tools, options) -> dict:
    """The request of a render, from the keyword arguments of one."""
    options = dict(options)
    named = [options.pop(name, default) for name, default in _OPTIONS.items()]
    special = options.pop("special_tokens_in_content", "parse")
    request = chat_request(messages, tools, *named, options)
    return request if special == "parse" else {**request, "special_tokens_in_content": special}


_OPTIONS = {
    "documents": None, "add_generation_prompt": False, "continue_final_message": False, "chat_template": None,
    "mode": "apply_chat_template", "now": None,
}


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
