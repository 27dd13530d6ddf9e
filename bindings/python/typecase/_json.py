"""Python values as JSON texts for the library."""

import json


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dumps(value) -> bytes:
    """UTF-8 JSON. A lone surrogate becomes bytes that are no UTF-8, which the library then reports with its place."""
    return _encode(value).encode("utf-8", "surrogatepass")


def utf8(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
