"""Python values as JSON texts for the library."""

import json


def dumps(value) -> bytes:
    """UTF-8 JSON. A lone surrogate becomes bytes that are no UTF-8, which the library then reports with its place."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def utf8(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
