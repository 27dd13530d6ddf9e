"""Origins, checked without trusting them: every string of a chat ends in a word of its own, and the rendered text is searched for it.

Both ways: where a word stands in the text, its bytes name the field it came from; and bytes that name a field stand so in that field.
"""

import copy
import json

import pytest
import typecase

from conformance import pypi
from conformance.chats import CHATS
from conftest import SHARED

SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
# What templates compare with constants; a changed one would only make them fail.
KEPT = {"role", "type", "id", "tool_call_id"}


class Marker:
    """Gives every string leaf a word of its own, and remembers the field of each word and the text of each field."""

    def __init__(self):
        self.words, self.fields = {}, {}

    def mark(self, value, kind, index, path="", key=None):
        if isinstance(value, str):
            if key not in KEPT:
                word = f"Zq{len(self.words):04}xK"
                self.words[word] = (kind, index, path)
                value += word
            self.fields[kind, index, path] = value
            return value
        if isinstance(value, list):
            return [self.mark(item, kind, index, f"{path}[{i}]", key) for i, item in enumerate(value)]
        if isinstance(value, dict):
            return {name: self.mark(item, kind, index, f"{path}.{name}" if path else name, name) for name, item in value.items()}
        return value


def check(template, chat, where):
    """Renders a marked chat and checks both ways; returns how many words were found."""
    messages, keywords = copy.deepcopy(chat)
    marker = Marker()
    messages = [marker.mark(message, "message", i) for i, message in enumerate(messages)]
    context = {**SPECIAL, "messages": messages, "tools": None, "documents": None, "add_generation_prompt": True}
    for name, value in keywords.items():
        context[name] = marker.mark(value, name, None) if name in ("tools", "documents") else value
    try:
        traced = template.render(context, origins=True, now="2026-03-14T15:09:26")
    except typecase.TypecaseError:
        return 0
    text, origins, spans, at = traced.bytes, traced.origins, [], 0
    assert traced.text == template.render(context, now="2026-03-14T15:09:26"), where
    for length, index in traced.runs.tolist():
        origin = origins[index]
        spans.append((at, at + length, origin))
        at += length
        if origin["kind"] in ("message", "tools", "documents") and not origin["derived"]:
            field = marker.fields.get((origin["kind"], origin.get("message"), origin["path"]))
            piece = text[at - length : at].decode("utf-8", "replace")
            # A key of an object names the object, which is no text. A field may stand in the text twice in a row.
            assert field is None or stands_in(piece, field), (where, origin, piece)
    assert at == len(text), where
    found = 0
    for word, (kind, index, path) in marker.words.items():
        start = text.find(word.encode())
        while start >= 0:
            end = start + len(word)
            for first, last, origin in spans:
                if first < end and last > start:
                    assert (origin["kind"], origin.get("message"), origin.get("path")) == (kind, index, path), (where, word, origin)
                    assert not origin["derived"], (where, word, origin)
            found += 1
            start = text.find(word.encode(), end)
    return found


def stands_in(piece, field, times=3):
    """Whether a piece is a part of a field, or a few parts one after the other."""
    for _ in range(times):
        if piece in field:
            return True
        # The longest beginning that stands in the field.
        low, high = 0, min(len(piece), len(field))
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if piece[:middle] in field else (low, middle - 1)
        piece = piece[low:]
    return False


TEMPLATES = dict(pypi.templates())


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_words_and_fields(name):
    template = typecase.Template(TEMPLATES[name])
    assert sum(check(template, chat, (name, which)) for which, chat in CHATS.items()) > 0


def test_words_and_fields_over_the_whole_corpus(shared):
    """Every template and conversation of ../shared."""
    data = SHARED / "data"
    conversations = [json.loads(path.read_text()) for path in sorted((data / "conversations").glob("*.json"))]
    chats = [
        (conversation["name"], (conversation["messages"], {key: conversation[key] for key in ("tools", "documents") if conversation.get(key)}))
        for conversation in conversations
    ]
    found = 0
    for path in sorted((data / "templates").glob("*.jinja")):
        try:
            template = typecase.Template(path.read_bytes())
        except typecase.TemplateError:
            continue
        found += sum(check(template, chat, (path.name, name)) for name, chat in chats)
    assert found > 50_000
