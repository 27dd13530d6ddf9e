"""Models: a tokenizer, a chat template, settings."""

import ctypes
import json
import os
from collections.abc import Callable, Mapping, Sequence

from . import _abi, _arrays
from . import bridge as bridging
from . import parse as parsing
from ._json import dumps, utf8
from ._library import Handle, lib, make, take_text
from ._requests import TRAINING, chat_request, conversation, plain, training
from .bridge import Bridge
from .chat import Chat
from .rendered import Rendered
from .tokenizer import Tokenizer


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
        data = dumps(conversation([], tools, options))
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
        data = dumps({**conversation(messages, tools, options), **training(messages, *given)})
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
        for one in conversations:
            given = {**shared, **one}
            messages, tools = given.pop("messages"), given.pop("tools", None)
            learned = training(messages, *(given.pop(name, None) for name in TRAINING))
            samples.append({**conversation(messages, tools, given), **learned})
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
        request = conversation(messages, tools, {**options, "add_generation_prompt": add_generation_prompt})
        if thinking_retention != "auto":
            request["thinking_retention"] = thinking_retention
        if has_system_message is not None:
            request["has_system_message"] = has_system_message
        return bridging.bridge("typecase_model_bridge", self, prompt_ids, completion_ids, request, attribution)

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
            prompt = [item if isinstance(item, (str, int)) else [int(id) for id in item] for item in plain(prompt)]
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


def _formatted(handle: int, format: Mapping) -> int:
    """A model with a format in the place of one without."""
    data = dumps(dict(format))
    try:
        return make("typecase_model_with_format", handle, data, len(data))
    finally:
        lib.typecase_model_free(handle)
