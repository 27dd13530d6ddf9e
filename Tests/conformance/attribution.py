"""What attribution must say, found out with jinja2 alone: texts of prefixes, and words of their own in every field."""

import collections
import copy
import functools
import json
import os
import re

import typecase
from typecase.demo import MODEL

from conformance.template_fuzz import environment

CLOCK = "2026-03-14T15:09:26"
DEFAULT = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
CONTROL = re.compile(
    r"<[|｜][^<>|｜\s]{1,60}[|｜]>|<\|[A-Za-z_]+>|<[A-Za-z_]+\|>|\[/?[A-Z_]{3,}\]|</?(?:think|tool_call|tool_response|s|start_of_turn|end_of_turn)>|\]~!?b[\]\[]|\[e~\[|<sop>|\[gMASK\]"
)
# What templates compare with constants, or join.
KEPT = {"role", "type", "id", "tool_call_id"}
CONTENT = re.compile(r"(content|reasoning_content|reasoning|thinking|tool_calls)\b")


@functools.cache
def vocabulary():
    return json.loads((MODEL / "tokenizer.json").read_text())


def vocabulary_for(source, special):
    """A small tokenizer.json that has a template's markers as added tokens, and those."""
    file = dict(vocabulary())
    markers = dict.fromkeys([*CONTROL.findall(source), *(token for token in special.values() if token and not token.isspace())])
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    known = {token["content"] for token in file["added_tokens"]}
    first = max(token["id"] for token in file["added_tokens"]) + 1
    new = [content for content in markers if content not in known]
    file["added_tokens"] = file["added_tokens"] + [{"id": first + i, "content": content, **flags} for i, content in enumerate(new)]
    return file, set(markers) | known


def model_for(source, special):
    """A model with a template, over such a vocabulary."""
    file, known = vocabulary_for(source, special)
    config = {"tokenizer_config": {name: token for name, token in special.items() if token}}
    return typecase.Model.from_parts(tokenizer_json=json.dumps(file), chat_template=source, config=config), known


class Marker:
    """Gives every string leaf of messages a word of its own, and remembers whose it is and in which field."""

    def __init__(self):
        self.words = {}

    def mark(self, value, index, path="", key=None):
        if isinstance(value, str):
            if key in KEPT:
                return value
            if key == "arguments" and value.lstrip().startswith("{"):
                return json.dumps(self.mark(json.loads(value), index, path))
            word = f"Zq{len(self.words):04}xK"
            self.words[word] = (index, path)
            return value + word
        if isinstance(value, list):
            return [self.mark(item, index, f"{path}[{i}]", key) for i, item in enumerate(value)]
        if isinstance(value, dict):
            return {name: self.mark(item, index, f"{path}.{name}" if path else name, name) for name, item in value.items()}
        return value


class Case:
    """One template of the reference."""

    def __init__(self, source, special):
        self.template = environment().from_string(source)
        self.special = {name: token for name, token in special.items() if token is not None}
        self.model, self.control = model_for(source, special)
        self.stops = {self.special["eos_token"]} if self.special.get("eos_token") else set()
        self.pattern = re.compile("|".join(re.escape(token) for token in sorted(self.control, key=len, reverse=True)))

    def text(self, messages, prompt, keywords):
        context = {"tools": None, "documents": None, **keywords, "messages": messages, "add_generation_prompt": prompt}
        try:
            return self.template.render(**self.special, **context)
        except Exception:  # noqa: BLE001 - a chat that the template refuses has nothing to say
            return None

    def closers(self, keywords):
        """The control token that closes a turn of the assistant: a stop token, else the last one behind its content."""
        found = set(self.stops)
        call = {"id": "call00001", "type": "function", "function": {"name": "f", "arguments": {"a": "Zw9answer"}}}
        plain = {"role": "assistant", "content": "Zw9answer"}
        first = self.text([{"role": "user", "content": "Zw9question"}], False, keywords) or ""
        header = [token for token in self.pattern.findall(first[: max(0, first.find("Zw9question"))]) if token != self.special.get("bos_token")]
        openers = {*header[:1], *header[-1:]}
        for answer in (plain, {"role": "assistant", "content": "", "tool_calls": [call]}):
            tails = []
            for more in ([], [{"role": "user", "content": "Zw9question"}]):
                text = self.text([{"role": "user", "content": "Hi"}, answer, *more], False, keywords)
                if text is not None and "Zw9answer" in text:
                    tails.append(text[text.rindex("Zw9answer") + 9 :])
            if not tails:
                continue
            # What does not depend on what comes later; some templates open the next turn unasked.
            for tail in (os.path.commonprefix(tails), *tails):
                tokens = [token for token in self.pattern.findall(tail) if token not in openers]
                if tokens:
                    break
            if not tokens:
                if answer is plain:
                    break
                continue
            found.add(next((token for token in tokens if token in self.stops), tokens[-1]))
        return found

    def end(self, text, start, words):
        """Where the words that the model sampled end in the text of a turn that is the last, and the stop token if any."""
        last = max([start, *(text.rfind(word) + len(word) for word in words if text.rfind(word) >= start)])
        for match in self.pattern.finditer(text, last):
            if match.group() in self.turn_ends:
                return match.end()
        return max(last, len(text.rstrip()))


class Report:
    def __init__(self):
        self.counts, self.failures, self.by_template = collections.Counter(), [], collections.Counter()

    def fail(self, kind, name, chat, detail):
        self.counts[f"{kind}: wrong"] += 1
        self.by_template[name] += 1
        self.failures.append((kind, name, chat, detail))


def check(case, name, chat, messages, keywords, report):
    """Checks one conversation; counts what was checked and what could not be."""
    marker = Marker()
    messages = [{key: value for key, value in message.items() if value is not None} for message in copy.deepcopy(messages)]
    messages = [marker.mark(message, i) for i, message in enumerate(messages)]
    text = case.text(messages, False, keywords)
    if text is None:
        report.counts["conversation refused by the template"] += 1
        return
    rendered = case.model.render(messages, mode="render", now=CLOCK, attribution=True, **keywords)
    assert rendered.text == text, (name, chat)
    plain = case.model.render(messages, mode="render", now=CLOCK, **keywords)
    assert plain.ids.tolist() == rendered.ids.tolist(), (name, chat)
    report.counts["conversations"] += 1
    spans = rendered.byte_offsets.tolist()
    owners, sampled = rendered.message_indices.tolist(), rendered.sampled_mask.tolist()
    content, kinds = rendered.is_content.tolist(), rendered.kinds.tolist()
    data = text.encode()
    case.turn_ends = case.closers(keywords)
    roles = [message["role"] for message in messages]

    # Words of their own: whose they are, and whether they are content.
    for word, (owner, path) in marker.words.items():
        at = data.find(word.encode())
        while at >= 0:
            for i, (start, end) in enumerate(spans):
                if start >= at and end <= at + len(word):
                    want = int(bool(CONTENT.match(path))) if roles[owner] != "assistant" else sampled[i]
                    report.counts["word tokens"] += 1
                    if (owners[i], content[i]) != (owner, want):
                        report.fail("word", name, chat, (word, path, (owners[i], content[i]), (owner, want), data[at - 60 : at + 20].decode("utf-8", "replace")))
                        break
            at = data.find(word.encode(), at + len(word))

    check_generation_prompt(case, name, chat, messages, keywords, text, rendered, report)
    for i, role in enumerate(roles):
        if role != "assistant":
            if any(mask and owner == i for mask, owner in zip(sampled, owners)):
                report.fail("sampled in another role", name, chat, i)
            continue
        prompt, whole = case.text(messages[:i], True, keywords), case.text(messages[: i + 1], False, keywords)
        if prompt is None or whole is None:
            report.counts["turn: a prefix is refused by the template"] += 1
            continue
        if not whole.startswith(prompt):
            report.counts["turn: the reference's prompt is no prefix"] += 1
            continue
        words = [word for word, (owner, path) in marker.words.items() if owner == i and CONTENT.match(path)]
        if not any(word in whole[len(prompt) :] for word in words) and words:
            report.counts["turn: the template writes none of its fields"] += 1
            continue
        end = case.end(whole, len(prompt), words)
        if text[:end] != whole[:end]:
            report.counts["turn: the reference rewrites it later"] += 1
            continue
        start = len(case.special.get("bos_token") or "") if not prompt and text.startswith(case.special.get("bos_token") or " ") else 0
        low, high = start + len(prompt.encode()), len(whole[:end].encode())
        want = [k for k, (start, _) in enumerate(spans) if low <= start < high]
        while want and owners[want[0]] < i and data[slice(*spans[want[0]])].isspace():
            want.pop(0)  # White space that the template writes behind the turn before.
        got = [k for k, mask in enumerate(sampled) if mask and owners[k] == i]
        report.counts["turns"] += 1
        more = data[spans[got[len(want)]][0] : spans[got[-1]][1]].decode("utf-8", "replace") if got[: len(want)] == want and len(got) > len(want) else " "
        if not any(c.isspace() for c in more) and not any(word in more for word in words) and whole[:end].rstrip() == whole.rstrip():
            # The reference closes the turn only where another follows, and that is where the model stopped.
            report.counts["turns that end only in history"] += 1
        elif want != got and not words:
            report.counts["turns without a word, found elsewhere"] += 1
        elif want != got:
            show = lambda tokens: data[spans[tokens[0]][0] : spans[tokens[-1]][1]].decode("utf-8", "replace") if tokens else ""  # noqa: E731
            report.fail("turn", name, chat, (i, show(got)[:150] + " … " + show(got)[-60:], show(want)[:150] + " … " + show(want)[-60:], prompt[-80:]))


def check_generation_prompt(case, name, chat, messages, keywords, text, rendered, report):
    """What add_generation_prompt adds belongs to nobody, and changes nobody else's."""
    prompt = case.text(messages, True, keywords)
    if prompt is None or not prompt.startswith(text) or len(prompt) == len(text):
        report.counts["generation prompt: none, or not behind the text"] += 1
        return
    other = case.model.render(messages, mode="render", now=CLOCK, attribution=True, add_generation_prompt=True, **keywords)
    added = len(text.encode())
    report.counts["generation prompts"] += 1
    before = {tuple(span): owner for span, owner in zip(rendered.byte_offsets.tolist(), rendered.message_indices.tolist())}
    for span, owner, kind, sampled in zip(
        other.byte_offsets.tolist(), other.message_indices.tolist(), other.kinds.tolist(), other.sampled_mask.tolist()
    ):
        if span[0] >= added and (owner, kind, sampled) != (-1, typecase.Kind.GENERATION_PROMPT, 0):
            return report.fail("generation prompt", name, chat, (prompt[len(text) :], span, owner, kind))
        if span[1] <= added and before.get(tuple(span), owner) != owner:
            return report.fail("owner with a generation prompt", name, chat, (text[-40:], prompt[len(text) :], span, owner, before[tuple(span)]))
