"""Chat templates on their own."""

import ctypes
from collections.abc import Mapping

from . import _abi
from ._json import dumps, utf8
from ._library import Handle, make, take_text


class Template(Handle):
    """A compiled template: Jinja as `transformers` sets it up for chats. Immutable: share one among threads."""

    _free = "typecase_template_free"

    def __init__(self, source: str | bytes):
        """Raises TemplateError, with line and column, where source is not a template."""
        data = utf8(source)
        super().__init__(make("typecase_template_new", data, len(data)))

    def render(self, context: Mapping, now: str | None = None) -> str:
        """The text of the template over a context.

        Args:
            context: the template's variables; values that JSON has.
            now: what strftime_now sees, "YYYY-MM-DDTHH:MM:SS"; the clock by default.
        Raises:
            TemplateError: it failed, or raised an error (source_message has its own words).
            LimitError: it took more steps, memory or depth than a template over this context may.
        """
        data = dumps(dict(context))
        time = None if now is None else utf8(now)
        options = _abi.typecase_template_options(ctypes.sizeof(_abi.typecase_template_options), time, len(time or b""))
        return take_text("typecase_template_render", self._handle, data, len(data), ctypes.byref(options)).decode()
