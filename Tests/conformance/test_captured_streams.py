"""Streams that real engines sent, cut in other places than they came: what is told is what they say, added up by hand here."""

import json
import random

import pytest
import typecase
from conftest import SHARED

from python.faults import STREAM_HEAD, Faulty, close

GOLDEN = SHARED / "golden"
BACKENDS = {"/inference/v1/generate": typecase.VLLM, "/generate": typecase.SGLang, "/v1/completions": typecase.OpenAI}


def captures():
    for path in sorted(GOLDEN.rglob("*.json")) if GOLDEN.is_dir() else []:
        capture = json.loads(path.read_text())
        response = capture.get("response") or {}
        target = capture.get("request", {}).get("path", "").split("?")[0] if isinstance(capture.get("request"), dict) else ""
        if isinstance(response.get("body"), str) and response["body"].startswith("data:") and target in BACKENDS:
            yield str(path.relative_to(GOLDEN).with_suffix("")), target, capture["request"].get("body"), response["body"]


CAPTURES = list(captures())


def test_there_are_streams(shared):
    assert len(CAPTURES) >= 20


def added_up(target, events):
    """For each choice ids, logprobs and the reason; or the error in them."""
    choices, error = {}, None
    for event in events:
        if event.get("error"):
            error = event["error"]
            break
        if target == "/generate":
            meta = event["meta_info"]
            if (meta["finish_reason"] or {}).get("status_code"):
                error = meta["finish_reason"]
                break
            ids, logprobs, reason = choices.setdefault(event.get("index", 0), ([], [], []))
            new = meta["completion_tokens"] - len(ids)
            if new:
                ids += event["output_ids"][-new:]
                logprobs += [triple[0] for triple in meta.get("output_token_logprobs", [])[-new:]]
            reason += [meta["finish_reason"]["type"]] if meta["finish_reason"] else []
            continue
        for choice in event["choices"]:
            ids, logprobs, reason = choices.setdefault(choice["index"], ([], [], []))
            ids += choice.get("token_ids") or []
            said = choice.get("logprobs") or {}
            logprobs += [entry["logprob"] for entry in said.get("content", [])] + said.get("token_logprobs", [])
            reason += [choice["finish_reason"]] if choice.get("finish_reason") else []
    return [choices[index] for index in sorted(choices)], error


@pytest.mark.parametrize(("name", "target", "request_body", "body"), CAPTURES, ids=[capture[0] for capture in CAPTURES])
def test_captured_streams(name, target, request_body, body):
    asked = json.loads(request_body) if isinstance(request_body, str) else request_body
    ids = asked.get("token_ids") or asked.get("input_ids") or asked.get("prompt") or [1]
    if target == "/generate" and isinstance(ids[0], list):
        ids = ids[0]
    events = [json.loads(line[6:]) for line in body.split("\n") if line.startswith("data: ") and line != "data: [DONE]"]
    want, error = added_up(target, events)
    sampling = {"logprobs": 1 if any(logprobs for _, logprobs, _ in want) else None, "max_tokens": 500}
    random_ = random.Random(name)
    data = body.encode()
    cuts = sorted(random_.sample(range(1, len(data)), min(30, len(data) - 1)))
    parts = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)])]

    def behave(connection, _number):
        connection.sendall(STREAM_HEAD)
        for part in parts:
            connection.sendall(b"%x\r\n%s\r\n" % (len(part), part))
        connection.sendall(b"0\r\n\r\n")
        return close

    with Faulty(behave) as server:
        arguments = {"backend": BACKENDS[target](server.url), "prompt_ids": [1] * len(ids), "vocab_size": 10, "max_prompt_len": 10_000, "sampling_params": sampling}
        # A server that does not know return_token_ids sends none.
        is_without_ids = target == "/v1/completions" and '"token_ids"' not in body
        if error or is_without_ids or not all(reason for _, _, reason in want) or not want:
            with pytest.raises(typecase.TypecaseError) as caught:
                list(typecase.stream(**arguments))
            assert error is None or caught.value.source_message == error["message"]
            return
        told = list(typecase.stream(**arguments))
    out = told[-1].completion
    assert len(out.choices) == len(want)
    for i, (choice, (ids, logprobs, reason)) in enumerate(zip(out.choices, want)):
        assert choice.ids.tolist() == ids == [id for event in told if event.kind == "tokens" and event.choice == i for id in event.ids.tolist()]
        assert choice.finish_reason == reason[-1]
        if logprobs:
            assert len(choice.logprobs) == len(logprobs)
            for got, number in zip(choice.logprobs.tolist(), logprobs):
                assert got != got if number in (None, -9999.0) else abs(got - number) < 1e-5
