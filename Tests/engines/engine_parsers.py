"""Runs an engine's own parsers, in the engine's environment: engine_parsers.py vllm|sglang < cases.json > answers.json

A case: {"text", "tools", "tool_parser", "reasoning_parser", "tokenizer"}. An answer: {"content", "reasoning", "calls"} or {"error"}.
"""

import json
import sys


def sglang(case):
    from sglang.srt.entrypoints.openai.protocol import Tool
    from sglang.srt.function_call.function_call_parser import FunctionCallParser
    from sglang.srt.parser.reasoning_parser import ReasoningParser

    text, reasoning = case["text"], None
    if case["reasoning_parser"]:
        reasoning, text = ReasoningParser(case["reasoning_parser"], stream_reasoning=False).parse_non_stream(text)
    content, calls = text, []
    if case["tool_parser"]:
        content, calls = FunctionCallParser([Tool(**tool) for tool in case["tools"]], case["tool_parser"]).parse_non_stream(text or "")
    return {"content": content, "reasoning": reasoning, "calls": [[call.name, call.parameters] for call in calls]}


def vllm(case):
    from transformers import PreTrainedTokenizerFast
    from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
    from vllm.reasoning import ReasoningParserManager
    from vllm.tool_parsers import ToolParserManager

    tokenizer = PreTrainedTokenizerFast(tokenizer_file=case["tokenizer"], eos_token="</s>")
    request = ChatCompletionRequest(messages=[{"role": "user", "content": "x"}], model="m", tools=case["tools"])
    text, reasoning = case["text"], None
    if case["reasoning_parser"]:
        parser = ReasoningParserManager.get_reasoning_parser(case["reasoning_parser"])(tokenizer)
        reasoning, text = parser.extract_reasoning(text, request)
    content, calls = text, []
    if case["tool_parser"] and text:
        try:
            parser = ToolParserManager.get_tool_parser(case["tool_parser"])(tokenizer)
        except TypeError:
            parser = ToolParserManager.get_tool_parser(case["tool_parser"])(tokenizer, request.tools)
        found = parser.extract_tool_calls(text, request)
        content, calls = found.content, [[call.function.name, call.function.arguments] for call in found.tool_calls]
    return {"content": content, "reasoning": reasoning, "calls": calls}


if __name__ == "__main__":
    answers = []
    for case in json.load(sys.stdin):
        try:
            answers.append({"vllm": vllm, "sglang": sglang}[sys.argv[1]](case))
        except Exception as problem:  # noqa: BLE001 - what an engine's parser refuses is part of the report
            answers.append({"error": repr(problem)[:300]})
    sys.__stdout__.write("\n<answers>" + json.dumps(answers))
