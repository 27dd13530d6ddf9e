"""Parses completions with an engine's own parsers. Run by that engine's Python: lines of JSON in, lines of JSON out."""

import json
import sys


def sglang(job, cache={}):
    from sglang.srt.entrypoints.openai.protocol import Tool
    from sglang.srt.function_call.function_call_parser import FunctionCallParser
    from sglang.srt.parser.reasoning_parser import ReasoningParser

    text, reasoning = job["text"], None
    if job.get("reasoning_parser"):
        parser = ReasoningParser(model_type=job["reasoning_parser"], stream_reasoning=False, force_reasoning=job.get("opened") or None)
        reasoning, text = parser.parse_non_stream(text)
    calls = []
    if job["tools"]:
        parser = FunctionCallParser([Tool(**tool) for tool in job["tools"]], job["parser"])
        if parser.has_tool_call(text or ""):
            text, found = parser.parse_non_stream(text or "")
            calls = [[call.name, call.parameters] for call in found]
    return {"content": text, "reasoning": reasoning, "calls": calls}


def vllm(job, cache={}):
    from transformers import PreTrainedTokenizerFast

    try:
        from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
    except ImportError:
        from vllm.entrypoints.openai.protocol import ChatCompletionRequest
    from vllm.tool_parsers import ToolParserManager

    if job["tokenizer"] not in cache:
        cache[job["tokenizer"]] = PreTrainedTokenizerFast(tokenizer_file=job["tokenizer"])
    tokenizer = cache[job["tokenizer"]]
    request = ChatCompletionRequest(model="m", messages=[{"role": "user", "content": "x"}], tools=job["tools"] or None)
    if not job["tools"]:
        return {"content": job["text"], "reasoning": None, "calls": []}
    make = ToolParserManager.get_tool_parser(job["parser"])
    try:
        parser = make(tokenizer, request.tools)
    except TypeError:
        parser = make(tokenizer)
    found = parser.extract_tool_calls(job["text"], request)
    return {"content": found.content, "reasoning": None, "calls": [[call.function.name, call.function.arguments] for call in found.tool_calls]}


def main():
    out = sys.stdout
    # Libraries print, too.
    sys.stdout = sys.stderr
    parse = {"sglang": sglang, "vllm": vllm}[sys.argv[1]]
    for line in sys.stdin:
        try:
            result = parse(json.loads(line))
        except Exception as error:  # noqa: BLE001 - what an oracle cannot read it does not judge
            result = {"error": f"{type(error).__name__}: {error}"[:200]}
        print(json.dumps(result), file=out, flush=True)


if __name__ == "__main__":
    main()
