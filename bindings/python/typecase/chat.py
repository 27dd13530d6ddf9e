"""Conversations that grow."""

from collections.abc import Mapping, Sequence

from ._json import dumps
from ._library import Handle, check, lib, make
from ._requests import conversation
from .bridge import Bridge, bridge
from .rendered import Rendered


class Chat(Handle):
    """A conversation with a model, which grows: messages and tools are read once, text that was encoded is not encoded again.

    Rendering may go on in many threads at once; ``append`` only where nobody else uses the chat.
    """

    _free = "typecase_chat_free"

    def __init__(self, model, messages: Sequence[Mapping] = (), tools: Sequence[Mapping] | None = None, **options):
        data = dumps(conversation(messages, tools, options))
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
        return bridge("typecase_chat_bridge", self, prompt_ids, completion_ids, options, attribution)


def _check_own(options) -> None:
    """Refuses what a chat was made with."""
    for name in ("messages", "tools", "documents", "chat_template", "mode"):
        if name in options:
            raise TypeError(f"{name} is the chat's: it is given when the chat is made")
