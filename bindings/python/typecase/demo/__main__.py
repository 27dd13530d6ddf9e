"""Renders a chat with tools, prints the tokens, and generates through both backends, against the stand-in engine."""

import typecase
from typecase.demo import MODEL
from typecase.sim import Server, model_settings

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather in a city",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
]
MESSAGES = [
    {"role": "system", "content": "You are a careful assistant."},
    {"role": "user", "content": "What is the weather in Paris?"},
    {
        "role": "assistant",
        "content": "",
        "reasoning_content": "I should call the tool.",
        "tool_calls": [{"type": "function", "function": {"name": "get_weather", "arguments": {"city": "Paris"}}}],
    },
    {"role": "tool", "name": "get_weather", "content": '{"temperature": 21, "condition": "sunny"}'},
]


def show(model, rendered):
    """The tokens, line by line, each with its id and its place in the text."""
    text = rendered.text
    control = {token["id"] for token in model.tokenizer.info["added_tokens"]}
    print(f"{len(rendered)} tokens of {len(text)} characters ([…] is a control token or marker):\n")
    line, begin = "", 0
    for token, (first, last) in zip(rendered.ids.tolist(), rendered.offsets.tolist()):
        piece = text[first:last]
        shown = piece.replace("\n", "⏎")
        line += f"[{shown}]" if token in control else f"{shown}·"
        if piece.endswith("\n"):
            print(f"  {begin:4}-{last:<4} {line}")
            line, begin = "", last
    if line:
        print(f"  {begin:4}-{len(text):<4} {line}")


def main():
    model = typecase.Model(MODEL)
    rendered = model.render(MESSAGES, tools=TOOLS, add_generation_prompt=True)
    print("1. A chat with tools, rendered by the model's own template and tokenized\n")
    show(model, rendered)
    print("\n2. Generated through both backends (a stand-in engine on this machine: it is no language model)\n")
    with Server(model_settings(MODEL, name="demo")) as server:
        for backend in (typecase.VLLM(server.url), typecase.SGLang(server.url)):
            out = typecase.generate(
                model=model, messages=MESSAGES, tools=TOOLS, backend=backend, served_model="demo", sampling_params={"max_tokens": 200}
            )
            print(f"  {backend.engine}: {len(out.prompt_ids)} ids in, {len(out.ids)} ids out, finish_reason {out.finish_reason!r}")
            print(f"    reasoning: {out.reasoning_content}")
            print(f"    content:   {out.content}")
            print(f"    logprobs:  {', '.join(f'{value:.3f}' for value in out.logprobs[:4].tolist())}, …")


if __name__ == "__main__":
    main()
