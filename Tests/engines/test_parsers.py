"""The parsers of vLLM and SGLang, from their own packages, on what templates write: `make test-engines`, not `make test`.

Every completion is what a model would have sampled of a generated message (conformance/roundtrip.py). The Pythons that have the
engines are those of ENGINES_HOME, or VLLM_PYTHON and SGLANG_PYTHON; one that is not there is a skip that says so.
"""

import collections
import json
import os
import pathlib
import random
import subprocess

import pytest
from conformance import messages
from conformance.attribution import DEFAULT, CONTROL, vocabulary
from conformance.roundtrip import Template, differs

HOME = pathlib.Path(os.environ.get("ENGINES_HOME", pathlib.Path.home() / ".cache" / "typecase-engines"))

# template: (SGLang's parser of calls, its parser of reasoning, vLLM's parser of calls)
FAMILIES = {
    "Qwen-Qwen3-0.6B": ("qwen25", "qwen3", "hermes"),
    "Qwen-Qwen3-Coder-30B-A3B-Instruct": ("qwen3_coder", None, "qwen3_coder"),
    "Qwen-Qwen3.5-4B": ("qwen3_coder", "qwen3", "qwen3_coder"),
    "zai-org-GLM-4.6.2": ("glm45", "glm45", "glm45"),
    "zai-org-GLM-5.2": ("glm47", "glm45", "glm47"),
    "miles-kimi_k25_fixed": ("kimi_k2", "kimi_k2", "kimi_k2"),
    "deepseek-ai-DeepSeek-V3.1": ("deepseekv31", "deepseek-v3", "deepseek_v31"),
    "meta-llama-Llama-3.1-8B-Instruct": ("llama3", None, "llama3_json"),
    "MiniMaxAI-MiniMax-M2": ("minimax-m2", "minimax", "minimax_m2"),
    "NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use": ("hermes", None, "hermes"),
    "ibm-granite-granite-4.0": (None, None, "granite4"),
    "google-gemma-4-31B-it": ("gemma4", "gemma4", "gemma4"),
    "ByteDance-ByteDance-Seed-OSS": (None, None, "seed_oss"),
    "LiquidAI-LFM2.5-8B-A1B": ("lfm2", None, "lfm2"),
}


def python_of(engine):
    path = os.environ.get(f"{engine.upper()}_PYTHON") or HOME / engine / "venv" / "bin" / "python"
    if not pathlib.Path(path).exists():
        pytest.skip(f"no {engine.upper()}_PYTHON, and no {path}")
    return str(path)


def tokenizer_file(source, special, folder):
    """The small vocabulary with the template's markers as added tokens, as the model has it."""
    file = dict(vocabulary())
    known = {token["content"] for token in file["added_tokens"]}
    first = max(token["id"] for token in file["added_tokens"]) + 1
    markers = [token for token in dict.fromkeys([*CONTROL.findall(source), *(token for token in special.values() if token)]) if token not in known]
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    file["added_tokens"] = file["added_tokens"] + [{"id": first + i, "content": content, **flags} for i, content in enumerate(markers)]
    path = folder / "tokenizer.json"
    path.write_text(json.dumps(file))
    return str(path)


def jobs(template, parsers):
    """Messages that ours reads back, and what an engine gets to see of them."""
    rng = random.Random(template.name)
    for case in messages.CASES:
        for as_text in (False, True):
            calls = messages.calls(case, rng)
            tools = messages.tools(calls)
            content, reasoning = messages.texts(rng)
            for text, thinking in ((content, None), ("", None), ("", reasoning)):
                if thinking and not parsers[1]:
                    continue
                made = messages.message(calls, text, thinking, as_text)
                completion = template.completion(made, tools)
                if completion is None:
                    continue
                prompt, ids, whole = completion
                parsed = template.model.parse(ids, prompt, tools)
                if differs(parsed, made, calls):
                    continue
                while ids and ids[-1] in stops(template):
                    ids = ids[:-1]
                written = template.model.tokenizer.decode(ids)
                markers = template.model.info["reasoning"] or {"start": "", "end": ""}
                closes = markers["end"] and markers["end"] in written
                opened = bool(closes) and markers["start"] not in written.split(markers["end"])[0]
                # vLLM's parsers of calls see what stands behind the reasoning.
                behind = written.split(markers["end"], 1)[1] if closes else written
                yield made, calls, {"text": written, "behind": behind, "tools": tools, "reasoning_parser": parsers[1] if closes else None, "opened": opened}


def stops(template):
    info = template.model.info
    return {*info["stop_token_ids"], *info["turn_end_token_ids"]}


@pytest.mark.parametrize("engine", ["sglang", "vllm"])
def test_agreement_on_what_templates_write(engine, shared, tmp_path):
    program = [python_of(engine), str(pathlib.Path(__file__).with_name("parser_oracle.py")), engine]
    data = shared / "data" / "templates"
    special = json.loads((data / "special_tokens.json").read_text())
    asked = []
    for name, parsers in FAMILIES.items():
        parser = parsers[0] if engine == "sglang" else parsers[2]
        path = data / f"{name}.jinja"
        if parser is None or not path.exists():
            continue
        tokens = {key: token if isinstance(token, str) else token.get("content") for key, token in special.get(name, {}).items() if isinstance(token, (str, dict))}
        source, tokens = path.read_text(), {**DEFAULT, **tokens}
        template = Template(name, source, tokens)
        folder = tmp_path / name
        folder.mkdir()
        file = tokenizer_file(source, tokens, folder)
        for made, calls, job in jobs(template, parsers):
            if engine == "vllm":
                job = {**job, "text": job["behind"], "reasoning_parser": None}
            asked.append((name, made, calls, {**job, "parser": parser, "tokenizer": file}))
    lines = "".join(json.dumps(job) + "\n" for _, _, _, job in asked)
    done = subprocess.run(program, input=lines, capture_output=True, text=True, timeout=900)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(asked), done.stderr[-2000:]
    agreed, of, examples = collections.Counter(), collections.Counter(), {}
    for (name, made, calls, job), answer in zip(asked, answers):
        of[name] += 1
        difference = disagreement(answer, made, calls, job)
        if difference is None:
            agreed[name] += 1
        else:
            examples.setdefault(name, (difference, job["text"][:160]))
    print(f"\n{engine}: families that it agrees on, of those that ours reads back")
    for name in of:
        print(f"  {name:<50} {agreed[name]:>3} of {of[name]:>3}", "" if name not in examples else f"  the first: {examples[name]}"[:300])
    # What they lose is in docs/parsing.md.
    share = {"sglang": 0.75, "vllm": 0.85}[engine]
    assert sum(agreed.values()) > share * sum(of.values()) and len(of) >= 10, (agreed, of, examples)


def disagreement(answer, made, calls, job):
    if "error" in answer:
        return answer["error"]
    if [name for name, _ in answer["calls"]] != [name for name, _ in calls]:
        return "calls", answer["calls"]
    for (_, arguments), (_, given) in zip(answer["calls"], calls):
        try:
            got = json.loads(arguments)
        except ValueError:
            return "no JSON", arguments[:80]
        if got != given:
            return "arguments", got, given
    if (answer["content"] or "").strip() != made["content"].strip():
        return "content", answer["content"], made["content"]
    if job["reasoning_parser"] and (answer["reasoning"] or "").strip() != (made.get("reasoning_content") or "").strip():
        return "reasoning", answer["reasoning"]
    return None
