"""Against the renderers of `renderers` 0.1.12: what differs is in the tables of docs/attribution.md, docs/bridge.md and
docs/parsing.md, and nothing else."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

PREFILLED = {("sampled_mask", "theirs 1, ours 0"), ("is_content", "theirs 1, ours 0")}
EXTRA_CONTENT = {("is_content", "theirs 1, ours 0")}
NOBODYS = {("message_indices", "theirs -1, ours 0")}
DEFAULT_TEXT = {("message_indices", "theirs 0, ours -1")}
POLICY = {("bridge", "theirs refuses")}
CLOSE = {("bridge", "ids")}
IDS = {("ids", "")}
# Values that Python prints are text to theirs, and invalid_json.
PYTHON_VALUES = {("parse", "calls, ours right")}
# It has no parser for models that it does not know; Llama's template leaves content out where there are calls.
NO_PARSER = {("parse", "content, ours right"), ("parse", "content, ours wrong")}
# It writes empty reasoning that the template does not have.
EMPTY_REASONING = {("parse", "content, ours wrong")}
KNOWN = {
    "None": NO_PARSER | POLICY | DEFAULT_TEXT | {("compare_masks", "refused")},
    "minimax-m2": PREFILLED | DEFAULT_TEXT,
    "qwen3": POLICY | IDS | EMPTY_REASONING,
    "prime-qwen3": PYTHON_VALUES,
    "qwen3.5": PREFILLED | IDS | PYTHON_VALUES,
    "qwen3.6": PREFILLED,
    "qwen3.8": PREFILLED,
    "glm-4.5": PREFILLED | POLICY | CLOSE | {("sampled_mask", "theirs 0, ours 1"), ("is_content", "theirs 0, ours 1")},
    "glm-5": CLOSE,
    "glm-5.1": CLOSE | POLICY,
    "glm-5.3": CLOSE,
    "deepseek-r1": {("compare_masks", "refused")},
    "deepseek-v3": {("compare_masks", "refused"), ("bridge", "ours refuses: rewrites_history")},
    "gemma4": PREFILLED | CLOSE | IDS
    | {("bridge", "ours refuses: rewrites_history"), ("bridge", "ours refuses: thinking_retention"), ("message_indices", "theirs 2, ours 1"), ("message_indices", "theirs 3, ours 2")},
    "kimi-k2.5": PREFILLED | POLICY | IDS,
    "nemotron-3": PREFILLED | PYTHON_VALUES,
    "nemotron-3-ultra": PREFILLED | PYTHON_VALUES,
    "nemotron-3.5": PREFILLED | PYTHON_VALUES,
    "laguna-m.1": PREFILLED | NOBODYS | CLOSE,
    "laguna-xs.2": PREFILLED | NOBODYS | CLOSE,
    "laguna-s-2.1": EXTRA_CONTENT | NOBODYS,
    "laguna-xs-2.1": EXTRA_CONTENT | NOBODYS,
    "hy3": POLICY | NOBODYS | {("sampled_mask", "theirs 0, ours 1"), ("is_content", "theirs 0, ours 1")},
    "inkling": NOBODYS | {("message_indices", "theirs -1, ours 1")},
}
# Python code of the model; a vocabulary to be downloaded.
NOT_COMPARED = {"moonshotai/Kimi-K2-Instruct", "openai/gpt-oss-120b"}


def test_every_difference_is_known(shared, tmp_path):
    pytest.importorskip("renderers")
    tests = pathlib.Path(__file__).resolve().parents[1]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent / "bindings" / "python")])}
    # Ranks that other tests have found make a renderer that is not compared.
    environment.pop("TIKTOKEN_ENCODINGS_BASE", None)
    program = [sys.executable, "-m", "conformance.beside_renderers", str(shared / "data" / "family-models")]
    done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=600)
    # Libraries print, too.
    result = json.loads(done.stdout[done.stdout.index('{"counts') :])
    counts, unknown = result["counts"], []
    for name, differences in result["rows"].items():
        if differences and differences[0][0] == "no renderer":
            if name not in NOT_COMPARED:
                unknown.append((name, differences[0]))
            continue
        known = KNOWN.get(name.split(": ")[0], set())
        unknown += [(name, difference) for difference in differences if tuple(difference[1:3]) not in known]
    print(counts)
    assert not unknown, unknown[:8]
    assert counts["ids equal"] >= 114 and counts["ids differ"] <= 9 and counts["bridge: equal"] >= 50 and counts["bridge: differs"] <= 14
    assert counts["parse: equal"] >= 345 and counts["parse: ours gives it back"] >= 340
    assert counts["sampled_mask equal"] >= 56 and counts["message_indices equal"] >= 86 and counts["is_content equal"] >= 46
