"""The bridge from the ids of one turn to the prompt of the next."""

from . import _arrays
from ._errors import NotExtendableError
from ._json import dumps
from ._library import make
from .rendered import Rendered


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


def bridge(function, owner, prompt_ids, completion_ids, request, attribution) -> Bridge:
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
