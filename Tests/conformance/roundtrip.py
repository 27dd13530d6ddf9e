"""Renders messages of the assistant and parses what the model would have sampled of them."""

import collections
import json
import random
import re

import typecase
from typecase import Kind

from conformance import messages
from conformance.attribution import CLOCK, model_for

USER = {"role": "user", "content": "Uq4Wx9question"}


class Template:
    """A template, and what it takes."""

    def __init__(self, name, source, special):
        self.name, self.source = name, source
        # Tokens of other shapes that templates close turns with.
        more = dict(enumerate(re.findall(r"<SPECIAL_\d+>", source)))
        self.model, self.control = model_for(source, {**special, **{f"extra_{i}": token for i, token in more.items()}})

    def render(self, chat, tools, prompt=False):
        try:
            return self.model.render(chat, tools, prompt, now=CLOCK)
        except typecase.TypecaseError:
            return None

    def completion(self, message, tools):
        """The prompt and what the model would have sampled behind it; None where the template refuses the message."""
        whole = self.render([USER, message], tools)
        if whole is None:
            return None
        ids = whole.ids.tolist()
        prompt = self.render([USER], tools, True)
        if prompt is not None:
            before = prompt.ids.tolist()
            if ids[: len(before)] == before and len(before) < len(ids):
                end = max([i + 1 for i, (owner, mask) in enumerate(zip(whole.message_indices.tolist(), whole.sampled_mask.tolist())) if owner == 1 and mask], default=len(before))
                return before, ids[len(before) : end], whole
        # The prompt opened something that the message has not: the turn goes on where both stop being alike.
        shared = 0
        while prompt is not None and shared < min(len(before), len(ids)) and before[shared] == ids[shared]:
            shared += 1
        sampled = [i for i, (owner, mask) in enumerate(zip(whole.message_indices.tolist(), whole.sampled_mask.tolist())) if owner == 1 and mask]
        if not sampled:
            return None
        asked = len(whole.text.encode().split(USER["content"].encode())[0]) + len(USER["content"])
        behind = 0 < shared <= sampled[0] and whole.byte_offsets.tolist()[shared - 1][1] >= asked
        start = shared if behind else sampled[0]
        return ids[:start], ids[start : sampled[-1] + 1], whole


def written(whole, *kinds):
    """Whether the template wrote something of such a kind in the message's turn."""
    return any(owner == 1 and kind in kinds for owner, kind in zip(whole.message_indices.tolist(), whole.kinds.tolist()))


def canonical(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def differs(parsed, message, calls):
    """What came back otherwise than it was; None where all did."""
    content, reasoning = message.get("content") or "", message.get("reasoning_content")
    if (parsed.reasoning_content or None) != (reasoning or None):
        return "reasoning", parsed.reasoning_content, reasoning
    if parsed.content != content:
        return "content", parsed.content, content
    got = parsed.tool_calls
    if [call.name for call in got] != [name for name, _ in calls]:
        return "names", [(call.name, call.status) for call in got], [name for name, _ in calls]
    for call, (_, given) in zip(got, calls):
        if call.status != "ok":
            return "status", call.status, call.raw[:300]
        if canonical(json.loads(call.arguments)) != canonical(given):
            return "arguments", json.loads(call.arguments), given
    return None


class Report:
    def __init__(self):
        self.counts = collections.Counter()
        self.failures = collections.defaultdict(list)
        # Read back, and rendered otherwise.
        self.changed = collections.defaultdict(list)


def check(template, report, rounds=2):
    """Reads back what one template writes: calls where it writes any, reasoning where it does."""
    rng = random.Random(template.name)
    probe = messages.calls("parallel", rng)[:1]
    as_text = with_content = None
    for text in (False, True):
        for content in ("", "Cw4xTb9answer"):
            made = messages.message(probe, content, None, text)
            whole = template.render([USER, made], messages.tools(probe))
            if whole is not None and (probe[0][0] in whole.text.rsplit(USER["content"], 1)[-1] or made["tool_calls"][0]["id"] in whole.text) and "city" in whole.text.rsplit(USER["content"], 1)[-1]:
                as_text = text if as_text is None else as_text
                with_content = content if with_content is None else with_content
    # Some reason only in front of calls.
    thoughts = [([], "Cw4xTb9answer", None)] + ([(probe, with_content, messages.tools(probe))] if as_text is not None else [])
    thoughts = [template.render([USER, messages.message(calls, content, "Rq7mVz2thought", as_text or False)], tools) for calls, content, tools in thoughts]
    reasons = any(thought is not None and "Rq7mVz2thought" in thought.text for thought in thoughts)
    if as_text is None and not reasons:
        return
    report.counts["templates"] += 1
    if as_text is not None:
        report.counts["templates with calls"] += 1
    if reasons:
        report.counts["templates with reasoning"] += 1
    around = (template.model.format().get("tool_calls") or {}).get("name_in_id")
    for case in messages.CASES if as_text is not None else ["none"]:
        for round in range(rounds):
            calls = [] if case == "none" else messages.calls(case, rng)
            tools = messages.tools(calls) or None
            content, reasoning = messages.texts(rng)
            for text, thinking in ((content, None), ("", None), (content, reasoning), ("", reasoning)):
                if (thinking and not reasons) or (not text and not calls):
                    continue
                ids = [f"{around['prefix']}{name}{around['suffix']}{i}" for i, (name, _) in enumerate(calls)] if around else messages.IDS
                made = messages.message(calls, text, thinking, as_text, ids)
                one(template, report, case, made, calls, tools)
            if case == "none" and round == 0:
                one(template, report, case, messages.message([], content, None, as_text), [], None)


def one(template, report, case, made, calls, tools):
    completion = template.completion(made, tools)
    if completion is None:
        report.counts["refused"] += 1
        return
    prompt, ids, whole = completion
    if calls and not written(whole, Kind.TOOL_NAME, Kind.TOOL_ARGUMENTS, Kind.TOOL_CALL):
        report.counts["calls not written"] += 1
        return
    # What the template leaves out nobody can read.
    # A word may share its only token with white space of the template's.
    first = [re.escape(name) for name, _ in calls] + ['"arguments"', '"parameters"']
    before = re.split("|".join(first), template.model.tokenizer.decode(ids))[0]
    if made["content"] and not written(whole, Kind.CONTENT) and made["content"] not in before:
        report.counts["content not written"] += 1
        made = {**made, "content": ""}
    if made.get("reasoning_content") and not written(whole, Kind.REASONING):
        report.counts["reasoning not written"] += 1
        made = {**made, "reasoning_content": None}
    parsed = template.model.parse(ids, prompt, tools)
    wrong = differs(parsed, made, calls)
    report.counts["messages"] += 1
    if wrong is None:
        report.counts["read back"] += 1
        again = template.render([USER, parsed.message], tools)
        if again is not None and again.text == whole.text:
            report.counts["rendered back"] += 1
        else:
            report.changed[template.name].append((case, made, parsed.message, again and again.text[-600:], whole.text[-600:]))
    else:
        kind = (case, "reasoning" if made.get("reasoning_content") else "", "content" if made["content"] else "")
        report.failures[template.name].append((kind, wrong, template.model.tokenizer.decode(ids)[:700]))
