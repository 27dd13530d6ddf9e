"""What the engines' own parsers read in completions as templates write them. Not part of the default run: needs the engines'
environments, SGLANG_PYTHON and VLLM_PYTHON (paths of interpreters; else those that the engines of ENGINES_HOME have), and ../shared.

`pytest -s Tests/engines/test_parsers.py` prints a line for each family and engine, and where they differ an example.
"""

import collections
import json
import os
import pathlib
import random
import subprocess

import pytest

from conformance import encoders, messages
from conformance.attribution import DEFAULT, vocabulary_for
from conformance.roundtrip import Template
from conformance.test_parse import corpus

HOME = pathlib.Path(os.environ.get("ENGINES_HOME", pathlib.Path.home() / ".cache" / "typecase-engines"))

# template: (SGLang's parser of calls, of reasoning, vLLM's of calls, of reasoning)
FAMILIES = {
    "Qwen-Qwen2.5-7B-Instruct.jinja": ("qwen25", None, "hermes", None),
    "Qwen-Qwen3-0.6B.jinja": ("qwen25", "qwen3", "hermes", "qwen3"),
    "Qwen-Qwen3-Coder.jinja": ("qwen3_coder", None, "qwen3_coder", None),
    "Qwen-Qwen3.5-4B.jinja": ("qwen3_coder", "qwen3", "qwen3_coder", "qwen3"),
    "NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use.jinja": ("hermes", None, "hermes", None),
    "deepseek-ai__DeepSeek-V3": ("deepseekv3", None, "deepseek_v3", None),
    "deepseek-ai-DeepSeek-V3.1.jinja": ("deepseekv31", None, "deepseek_v31", None),
    "deepseek-ai-DeepSeek-V4-Flash-0731.jinja": ("deepseekv4", None, "deepseek_v4", None),
    "moonshotai__Kimi-K2-Instruct": ("kimi_k2", None, "kimi_k2", None),
    "THUDM__GLM-4.5-Air": ("glm45", "glm45", "glm45", "glm45"),
    "zai-org__GLM-5": ("glm47", "glm45", "glm47", "glm47"),
    "function_calls.jinja": ("deepseekv32", None, "deepseek_v32", None),
    "MiniMaxAI-MiniMax-M3.jinja": ("minimax-m3", "minimax-m3", "minimax_m3", "minimax_m3"),
    "MiniMaxAI__MiniMax-M2": ("minimax-m2", "minimax", "minimax_m2", "minimax_m2"),
    "meta-llama-Llama-3.2-3B-Instruct.jinja": ("llama3", None, "llama3_json", None),
    "mistralai-Mistral-Nemo-Instruct-2407.2.jinja": ("mistral", None, "mistral", None),
    "google__gemma-4-E2B-it": ("gemma4", "gemma4", "gemma4", "gemma4"),
    "nvidia-NVIDIA-Nemotron-3-Nano-30B-A3B-BF16.jinja": ("qwen3_coder", "nemotron_3", "qwen3_coder", "nemotron_v3"),
    "ibm-granite-granite-4.0.jinja": ("hermes", None, "granite4", None),
    "inclusionai-ling-3.0-flash.jinja": ("ling3", "ling3", "ling3", "ling3"),
    "poolside-Laguna-S-2.1.jinja": ("poolside_v1", "poolside_v1", "poolside_v1", "poolside_v1"),
    "openbmb-MiniCPM5-1B.jinja": ("minicpm5", None, "minicpm5", None),
    "ByteDance-ByteDance-Seed-OSS.jinja": (None, None, "seed_oss", "seed_oss"),
    "ai21labs-AI21-Jamba-Large-1.6.jinja": (None, None, "jamba", None),
    "vllm-tool_chat_template_granite.jinja": (None, None, "granite", None),
    "vllm-tool_chat_template_xlam_qwen.jinja": (None, None, "xlam", None),
}


def cases(shared, folder, engine):
    """(template, case for the engine, what we read) of every family and message."""
    for name, source, special in [*corpus(shared), *encoders.templates()]:
        parsers = FAMILIES.get(name)
        tool, reasoning = parsers[:2] if parsers and engine == "sglang" else (parsers or (None,) * 4)[2:]
        if tool is None:
            continue
        # What a family is asked does not depend on the others.
        rng = random.Random(name)
        template = Template(name, source, special)
        path = folder / f"{name}.json"
        path.write_text(json.dumps(vocabulary_for(source, {**DEFAULT, **special})[0]))
        format = template.model.format()
        around = (format.get("tool_calls") or {}).get("name_in_id")
        for case in ("words", "types", "nested", "parallel", "no arguments", "look-alikes"):
            calls = messages.calls(case, rng)
            tools = messages.tools(calls)
            ids = [f"{around['prefix']}{name}{around['suffix']}{i}" for i, (name, _) in enumerate(calls)] if around else messages.IDS
            for content, thought in (("", None), ("Some words.", None), ("Some words.", "First this.")):
                if thought and not reasoning:
                    continue
                for as_text in (False, True):
                    completion = template.completion(messages.message(calls, content, thought, as_text, ids), tools)
                    if completion is None:
                        continue
                    prompt, sampled, _ = completion
                    parsed = template.model.parse(sampled, prompt, tools)
                    if not parsed.tool_calls or any(call.status != "ok" for call in parsed.tool_calls):
                        continue
                    stops = {*template.model.stop_token_ids, *template.model.info["turn_end_token_ids"]}
                    text = template.model.tokenizer.decode([id for id in sampled if id not in stops])
                    if reasoning:
                        # Engines look at the completion alone: what the prompt opened goes in front.
                        marks = {side: format["reasoning"][side].strip() for side in ("open", "close")}
                        opened = template.model.tokenizer.decode(prompt).rstrip().endswith(marks["open"])
                        text = marks["open"] + text if opened or text.lstrip().startswith(marks["close"]) else text
                    yield name, {"text": text, "tools": tools, "tool_parser": tool, "reasoning_parser": reasoning, "tokenizer": str(path)}, parsed
                    break


def normal(calls):
    return [(name, json.dumps(json.loads(arguments), sort_keys=True)) for name, arguments in calls]


@pytest.mark.parametrize("engine", ["sglang", "vllm"])
def test_agreement_on_what_is_well_formed(shared, tmp_path, engine):
    python = os.environ.get(f"{engine.upper()}_PYTHON") or HOME / engine / "venv" / "bin" / "python"
    if not pathlib.Path(python).exists():
        pytest.skip(f"no {engine.upper()}_PYTHON, and no {python}")
    made = list(cases(shared, tmp_path, engine))
    script = pathlib.Path(__file__).with_name("engine_parsers.py")
    done = subprocess.run([python, script, engine], input=json.dumps([case for _, case, _ in made]), capture_output=True, text=True, timeout=900, cwd=tmp_path, env={**os.environ, "PYTHONPATH": "", "CUDA_VISIBLE_DEVICES": ""})
    assert "<answers>" in done.stdout, done.stderr[-2000:]
    answers = json.loads(done.stdout.rsplit("<answers>", 1)[1])
    report, examples = collections.defaultdict(collections.Counter), {}
    for (name, case, parsed), answer in zip(made, answers):
        ours = [(call.name, call.arguments) for call in parsed.tool_calls]
        wrong = []
        if "error" in answer:
            wrong = ["refused"]
        else:
            try:
                same = normal(ours) == normal(answer["calls"])
            except ValueError:
                same = False
            if not same:
                wrong.append("calls")
            if (answer["content"] or "").strip() != parsed.content.strip():
                wrong.append("content")
            if case["reasoning_parser"] and (answer["reasoning"] or "").strip() != (parsed.reasoning_content or "").strip():
                wrong.append("reasoning")
        report[name][", ".join(wrong) or "equal"] += 1
        if wrong:
            examples.setdefault((name, wrong[0]), (case["text"][:300], ours, (parsed.content, parsed.reasoning_content), answer))
    total = sum(sum(counts.values()) for counts in report.values())
    equal = sum(counts["equal"] for counts in report.values())
    print(f"\n{engine}: {equal} of {total} completions equal")
    for name, counts in report.items():
        print(f"  {name}: {dict(counts)}")
    for key, example in examples.items():
        print("  --", key, *(f"\n       {part}" for part in example))
    assert equal > 0.6 * total, report
