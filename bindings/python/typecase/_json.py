"""Python values as JSON texts for the library."""

import json
import marshal
from collections.abc import Callable

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dumps(value) -> bytes:
    """UTF-8 JSON. A lone surrogate becomes bytes that are no UTF-8, which the library then reports with its place."""
    return _encode(value).encode("utf-8", "surrogatepass")


_known: dict[bytes, bytes] = {}


def known(value, make: Callable) -> bytes:
    """The same of what is made of a small value, for values that are said again and again: trainers send the same words with thousands
    of prompts."""
    try:
        key = marshal.dumps(value, 2)
    except ValueError:
        return dumps(make(value))
    data = _known.get(key)
    if data is None:
        data = dumps(make(value))
        if len(key) <= 1 << 12 and _says(key, make, data):
            if len(_known) == 64:
                _known.clear()
            _known[key] = data
    return data


def _says(key: bytes, make: Callable, data: bytes) -> bool:
    """Whether nothing but this JSON has these bytes: numbers of numpy are bytes there, whatever their type."""
    try:
        return dumps(make(marshal.loads(key))) == data
    except (TypeError, ValueError):
        return False


def utf8(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
