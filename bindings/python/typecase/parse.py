"""What a model said: whole, or as it comes."""

import ctypes
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from . import _abi, _arrays
from ._json import dumps
from ._library import Handle, check, decoded, getter, lib, make, text_getter


@dataclass
class ToolCall:
    """An attempt to call a tool."""

    name: str | None
    id: str | None
    #: JSON text; as far as it came where the status is not "ok".
    arguments: str
    #: "ok", "invalid_json", "unclosed_block", "missing_name", "malformed_structure", "unknown_tool".
    status: str
    #: What was sampled, markers and all.
    raw: str
    #: Begin and end among the sampled ids.
    token_span: tuple[int, int]

    @property
    def parsed(self) -> dict | None:
        """The arguments; None where they are no JSON object."""
        try:
            value = json.loads(self.arguments)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None


class Parsed(Handle):
    """What a model said."""

    _free = "typecase_parsed_free"

    def __init__(self, handle: int):
        super().__init__(handle)
        self._value = None

    @property
    def value(self) -> dict:
        """Everything that was found: see typecase_parsed_json in typecase.h."""
        if self._value is None:
            self._value = json.loads(getter("typecase_parsed_json", self._handle))
        return self._value

    @property
    def content(self) -> str:
        """The text around and between calls."""
        return text_getter("typecase_parsed_content", self._handle)

    @property
    def reasoning_content(self) -> str | None:
        """What the model thought."""
        length = ctypes.c_size_t()
        pointer = lib.typecase_parsed_reasoning(self._handle, ctypes.byref(length))
        return decoded(pointer, length.value) if pointer else None

    @property
    def reasoning_complete(self) -> bool | None:
        """Whether the reasoning was closed; None where there is none."""
        complete = lib.typecase_parsed_reasoning_complete(self._handle)
        return None if complete < 0 else bool(complete)

    @property
    def tool_calls(self) -> list[ToolCall]:
        """Every attempt to call a tool, in order."""
        return [self._call(i) for i in range(lib.typecase_parsed_call_count(self._handle))]

    def _call(self, index: int) -> ToolCall:
        length = ctypes.c_size_t()

        def part(number):
            pointer = lib.typecase_parsed_call(self._handle, index, number, ctypes.byref(length))
            return decoded(pointer, length.value) if pointer else None

        span = (ctypes.c_size_t * 2).from_address(lib.typecase_parsed_call_span(self._handle, index))
        return ToolCall(
            part(_abi.TYPECASE_CALL_NAME), part(_abi.TYPECASE_CALL_ID), part(_abi.TYPECASE_CALL_ARGUMENTS),
            part(_abi.TYPECASE_CALL_STATUS), part(_abi.TYPECASE_CALL_RAW), tuple(span),
        )

    @property
    def pieces(self) -> list[dict]:
        """All of it in order: {"type": "content" or "reasoning", "text"}, {"type": "tool_call", "index"}."""
        return self.value["pieces"]

    @property
    def message(self) -> dict:
        """As OpenAI has messages, ready to be appended to the chat: it renders back. Arguments are objects where the template takes no text."""
        return json.loads(getter("typecase_parsed_message", self._handle))

    @property
    def finish_reason(self) -> str:
        """ "tool_calls" where a call is there that can be made, else "stop"."""
        return "tool_calls" if any(call.status == "ok" for call in self.tool_calls) else "stop"


def _call(call: Mapping) -> ToolCall:
    return ToolCall(call["name"], call["id"], call.get("arguments", ""), call["status"], call["raw"], tuple(call["token_span"]))


@dataclass
class Event:
    """Something a parser is certain of."""

    #: "content", "reasoning", "reasoning_end", "call", "arguments", "call_end".
    kind: str
    #: Of text: the text. Of "arguments": more of their JSON text.
    text: str = ""
    #: The number of the call that it is about.
    index: int = 0
    #: Of "call": its name and id.
    name: str | None = None
    id: str | None = None
    #: Of "call_end": the call, without its arguments, which have been told.
    call: ToolCall | None = field(default=None, repr=False)


_KINDS = {
    _abi.TYPECASE_EVENT_CONTENT: "content",
    _abi.TYPECASE_EVENT_REASONING: "reasoning",
    _abi.TYPECASE_EVENT_REASONING_END: "reasoning_end",
    _abi.TYPECASE_EVENT_CALL: "call",
    _abi.TYPECASE_EVENT_ARGUMENTS: "arguments",
    _abi.TYPECASE_EVENT_CALL_END: "call_end",
}


class Parser(Handle):
    """Reads what a model says, as it comes. One thread at a time."""

    _free = "typecase_parser_free"

    def push(self, ids) -> list[Event]:
        """Takes more ids, and tells what has become certain."""
        if isinstance(ids, int):
            ids = (ids,)
        pointer, count, _keep = _arrays.ids_argument(ids)
        check("typecase_parser_push", self._handle, pointer, count)
        return list(self._events())

    def finish(self) -> list[Event]:
        """Tells what was held back."""
        check("typecase_parser_finish", self._handle)
        return list(self._events())

    def stream(self, ids: Iterable) -> Iterator[Event]:
        """The events of ids, or of lists of them, as they come."""
        for id in ids:
            yield from self.push(id)
        yield from self.finish()

    def _events(self) -> Iterator[Event]:
        kind, index = ctypes.c_uint32(), ctypes.c_size_t()
        text, length = ctypes.c_void_p(), ctypes.c_size_t()
        arguments = (ctypes.byref(kind), ctypes.byref(index), ctypes.byref(text), ctypes.byref(length))
        while lib.typecase_parser_next(self._handle, *arguments):
            yield told(kind.value, decoded(text.value, length.value), index.value)


def told(kind: int, text: str, index: int) -> Event:
    """An event as the library tells it."""
    name = _KINDS.get(kind, "")
    if name == "call":
        call = json.loads(text)
        return Event(name, "", index, call["name"], call["id"])
    if name == "call_end":
        return Event(name, "", index, call=_call(json.loads(text)))
    return Event(name, text, index)


def openai_message(message: Mapping) -> dict:
    """A message that was read, with arguments as JSON text: as OpenAI's interface answers, whatever the model's template takes."""
    calls = []
    for call in message.get("tool_calls") or []:
        function = dict(call["function"])
        if not isinstance(function["arguments"], str):
            function["arguments"] = dumps(function["arguments"]).decode()
        calls.append({**call, "function": function})
    return {**message, "tool_calls": calls} if calls else dict(message)


def chunk(event: Event) -> dict | None:
    """An event as the delta of a chunk of OpenAI's chat completions; None where it has nothing to say there."""
    if event.kind == "content":
        return {"content": event.text}
    if event.kind == "reasoning":
        return {"reasoning_content": event.text} if event.text else None
    if event.kind == "call":
        function = {"name": event.name, "arguments": ""}
        call_id = event.id or f"call{event.index % 100_000:05}"
        return {"tool_calls": [{"index": event.index, "id": call_id, "type": "function", "function": function}]}
    if event.kind == "arguments":
        return {"tool_calls": [{"index": event.index, "function": {"arguments": event.text}}]}
    return None


def options(tools: Sequence[Mapping] | None, chat_template: str | None, template_kwargs: Mapping) -> bytes:
    """The options of a parse. Members that say nothing are left out."""
    members: dict = {}
    if tools is not None:
        members["tools"] = list(tools)
    if chat_template is not None:
        members["chat_template"] = chat_template
    if template_kwargs:
        members["chat_template_kwargs"] = dict(template_kwargs)
    return dumps(members)


def arguments(prompt_ids, tools, chat_template, template_kwargs) -> tuple:
    """Prompt and options as the library takes them, and what must be kept alive."""
    pointer, count, keep = (None, 0, None) if prompt_ids is None else _arrays.ids_argument(prompt_ids)
    data = options(tools, chat_template, template_kwargs)
    return (pointer, count, data, len(data)), keep


def parse(model: int, ids, *given) -> Parsed:
    """Reads a completion: see Model.parse."""
    pointer, count, _keep = _arrays.ids_argument(ids)
    rest, _prompt = arguments(*given)
    return Parsed(make("typecase_model_parse", model, pointer, count, *rest))


def parser(model: int, *given) -> Parser:
    """A parser: see Model.parser."""
    rest, _prompt = arguments(*given)
    return Parser(make("typecase_parser_new", model, *rest))
