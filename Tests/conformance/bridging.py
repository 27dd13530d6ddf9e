"""What a bridge must be, found out with jinja2 alone: what the text of a longer chat says behind that of a shorter one."""

import copy

from conformance.attribution import CONTENT, Marker


def turns(messages):
    """Each turn of the assistant with the messages that follow it, up to the next. Results answer calls."""
    for i, message in enumerate(messages):
        if message["role"] != "assistant":
            continue
        j = i + 1
        while j < len(messages) and messages[j]["role"] != "assistant":
            j += 1
        if j > i + 1 and (message.get("tool_calls") or messages[i + 1]["role"] not in ("tool", "ipython", "observation")):
            yield i, j


def check(case, name, chat, messages, keywords, report, **policy):
    """Bridges over every turn of one conversation, as far as the reference says what must come out."""
    marker = Marker()
    messages = [{key: value for key, value in message.items() if value is not None} for message in copy.deepcopy(messages)]
    messages = [marker.mark(message, i) for i, message in enumerate(messages)]
    case.turn_ends = case.closers(keywords)
    has_system = any(message["role"] in ("system", "developer") for message in messages)
    encode = lambda text: case.model.tokenizer.encode(text, add_special_tokens=False).ids.tolist()  # noqa: E731
    for i, j in turns(messages):
        prompt, full = case.text(messages[:i], True, keywords), case.text(messages[:j], True, keywords)
        if not prompt or full is None:
            report.counts["the template refuses the chat"] += 1
            continue
        if not any(owner == i and CONTENT.match(path) for owner, path in marker.words.values()):
            report.counts["turn without a word"] += 1
            continue
        words = [word for word, (owner, path) in marker.words.items() if owner == i and CONTENT.match(path) and word in full]
        if not words:
            report.counts["the template writes none of the turn's words"] += 1
            continue
        new = [word for word, (owner, path) in marker.words.items() if i < owner < j and word in full]
        stable = full.startswith(prompt) and min(full.index(word) for word in words) >= len(prompt)
        end = None
        if stable:
            last = max(full.rindex(word) + len(word) for word in words)
            until = min([len(full), *(full.index(word) for word in new)])
            stable = last <= until
            closer = next((match.end() for match in case.pattern.finditer(full, last, until) if match.group() in case.turn_ends), None)
            end = closer or last
        completion = full[len(prompt) : end] if stable else ""
        if not stable:
            # What a model may say that the template would not keep: the last turn as the template writes it.
            whole = case.text(messages[: i + 1], False, keywords)
            if whole is None or not whole.startswith(prompt):
                report.counts["the reference's prompt is no prefix of the turn"] += 1
                continue
            completion = whole[len(prompt) : case.end(whole, len(prompt), [word for word in marker.words if word in whole])]
        bridge = case.model.bridge(
            encode(prompt), encode(completion), messages[i + 1 : j], mode="render", now="2026-03-14T15:09:26", has_system_message=has_system,
            **keywords, **policy,
        )
        kind = "stable" if stable else "rewritten"
        if not bridge:
            report.counts[f"{kind}: refused, {bridge.reason}"] += 1
            if stable:
                report.by_template[name, bridge.reason] += 1
            continue
        report.counts[f"{kind}: bridged"] += 1
        if not stable:
            report.fail("bridged over what the reference rewrites", name, chat, (prompt[-60:], completion[-80:], bridge.rendered.text[:80], full[-200:]))
            continue
        text = prompt + completion + bridge.rendered.text
        # Of a turn without an end of its own the reference may write more than was sampled.
        opens = closer is None and bool(new) and bridge.rendered.text.endswith(full[min(full.index(word) for word in new) :])
        if text != full and not opens and closer is None and messages[i].get("tool_calls"):
            report.counts["where a call ends the text does not show"] += 1
        elif text != full and not opens:
            report.fail("text", name, chat, (prompt[-60:], completion[-80:], bridge.rendered.text[:200], full[end - 20 : end + 200]))
        elif closer is not None:
            # Where a prompt meets what is sampled behind it there is a seam that a text has not.
            seam = encode(prompt) + encode(completion) != encode(prompt + completion)
            report.counts["seams between prompt and completion"] += seam
            got, want = (bridge.new_ids, encode(full)[-len(bridge.new_ids) :]) if seam else (bridge.ids, encode(full))
            if got.tolist() != want:
                report.fail("ids", name, chat, (bridge.rendered.text[:100], bridge.new_ids.tolist(), encode(full)[-20:]))
