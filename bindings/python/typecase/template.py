"""Chat templates on their own."""

import ctypes
import json
from collections.abc import Mapping

from . import _abi, _arrays
from ._json import dumps, utf8
from ._library import Handle, getter, lib, make, take_string, take_text


class Template(Handle):
    """A compiled template: Jinja as `transformers` sets it up for chats. Immutable: share one among threads."""

    _free = "typecase_template_free"

    def __init__(self, source: str | bytes):
        """Raises TemplateError, with line and column, where source is not a template."""
        data = utf8(source)
        super().__init__(make("typecase_template_new", data, len(data)))

    def render(
        self,
        context: Mapping,
        now: str | None = None,
        origins: bool = False,
        *,
        max_steps: int | None = None,
        max_output_bytes: int | None = None,
        max_depth: int | None = None,
    ) -> "str | RenderedText":
        """The text of the template over a context.

        Args:
            context: the template's variables; values that JSON has.
            now: what strftime_now sees, "YYYY-MM-DDTHH:MM:SS"; the clock by default.
            max_steps, max_output_bytes, max_depth: limits in the place of the defaults, which grow with the context.
            origins: give a RenderedText, which says where every byte comes from, instead of a str.
        Raises:
            TemplateError: it failed, or raised an error (source_message has its own words, kind its class).
            LimitError: it took more steps, memory or depth than a template over this context may.
        """
        data = dumps(dict(context))
        time = None if now is None else utf8(now)
        flags = _abi.TYPECASE_TEMPLATE_ORIGINS if origins else 0
        options = _abi.typecase_template_options(
            ctypes.sizeof(_abi.typecase_template_options), time, len(time or b""), flags, max_depth or 0, max_steps or 0,
            max_output_bytes or 0,
        )
        arguments = ("typecase_template_render", self._handle, data, len(data), ctypes.byref(options))
        return RenderedText(make(*arguments)) if origins else take_string(*arguments)


    def info(self, variables: Mapping | None = None) -> dict:
        """What the template reads and does: see typecase_template_info in typecase.h.

        Args:
            variables: what it gets beside the chat, such as its special tokens.
        """
        data = None if variables is None else dumps(dict(variables))
        return json.loads(take_text("typecase_template_info", self._handle, data, len(data or b"")))


class RenderedText(Handle):
    """A rendered text, and where its bytes come from. Immutable."""

    _free = "typecase_text_free"

    @property
    def text(self) -> str:
        return self.bytes.decode()

    @property
    def bytes(self) -> bytes:
        """The text in UTF-8: what runs and generations count."""
        return getter("typecase_text_data", self._handle)

    @property
    def runs(self):
        """Stretches of the text that cover it: uint32, shape (n, 2): the length in bytes, and the index of the origin in origins."""
        return self._pairs("typecase_text_runs")

    @property
    def generations(self):
        """What {% generation %} blocks wrote: uint32, shape (n, 2): begin and end in bytes."""
        return self._pairs("typecase_text_generations")

    @property
    def origins(self) -> list[dict]:
        """What the origins are: see typecase_text_origins in typecase.h."""
        return json.loads(getter("typecase_text_origins", self._handle) or b"[]")

    def _pairs(self, name):
        count = ctypes.c_size_t()
        pointer = getattr(lib, name)(self._handle, ctypes.byref(count))
        return _arrays.view(pointer, ctypes.c_uint32, 2 * count.value, self, (count.value, 2))
