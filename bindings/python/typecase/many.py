"""Many requests: as many under way as there is room for, and their results in order."""

import sys
from collections.abc import Callable, Iterable, Mapping

from ._errors import TypecaseError
from .completion import Completion
from .request import Request


class Many:
    """What is under way of many requests, and what has come. Leaving its block cancels what is not done."""

    def __init__(
        self, begin: Callable[[dict], tuple[int, Request]], requests: Iterable[Mapping], common: Mapping, max_in_flight: int,
        return_exceptions: bool, progress: bool | None,
    ):
        self._begin, self._common = begin, common
        self._requests = enumerate(requests)
        self._room, self._keeps_errors = max(max_in_flight, 1), return_exceptions
        self._under_way: dict[int, tuple[int, Request]] = {}
        self._is_fed = False
        self.results: list[Completion] = []
        self._bar = _bar(len(requests) if hasattr(requests, "__len__") else None, progress)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for _index, request in self._under_way.values():
            request.cancel()
        self._under_way.clear()
        if self._bar is not None:
            self._bar.close()

    def fill(self) -> bool:
        """Begins requests while there is room; whether any is under way."""
        while not self._is_fed and len(self._under_way) < self._room:
            index, arguments = next(self._requests, (None, None))
            if index is None:
                self._is_fed = True
                break
            self.results.append(None)
            tag, request = self._begin({**self._common, **arguments})
            self._under_way[tag] = (index, request)
        return bool(self._under_way)

    def arrived(self, tag: int) -> None:
        """A request is done."""
        index, request = self._under_way.pop(tag)
        try:
            self.results[index] = request.taken()
        except TypecaseError as error:
            if not self._keeps_errors:
                raise
            self.results[index] = error
        if self._bar is not None:
            self._bar.update()


def _bar(total: int | None, progress: bool | None):
    if progress is False or progress is None and not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    return tqdm(total=total, unit="completion")
