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


def origins(rendered):
    """For every byte of the text the name of what it came from: the template, or a field of the chat."""
    template = typecase.Template((MODEL / "chat_template.jinja").read_bytes())
    context = {"messages": MESSAGES, "tools": TOOLS, "add_generation_prompt": True}
    traced = template.render(context, origins=True)
    assert traced.text == rendered.text
    table = traced.origins
    names = []
    for length, index in traced.runs.tolist():
        origin = table[index]
        name = origin["kind"]
        if name == "message":
            name = f"messages[{origin['message']}].{origin['path']}"
        elif name != "template":
            name = origin["path"] if name == "variable" else name
        names += [name] * length
    return names


def show(model, rendered):
    """The tokens, a line for each stretch that comes from one place."""
    text, names = rendered.text, origins(rendered)
    control = {token["id"] for token in model.tokenizer.info["added_tokens"]}
    print(f"{len(rendered)} tokens of {len(text)} characters; [a control token or marker] and to·ken·s of text, by where they came from:\n")
    lines = []
    spans = zip(rendered.ids.tolist(), rendered.offsets.tolist(), rendered.byte_offsets.tolist())
    for token, (first, last), (begin, _) in spans:
        piece = text[first:last].replace("\n", "⏎")
        shown = f"[{piece}]" if token in control else f"{piece}·"
        if lines and lines[-1][0] == names[begin]:
            lines[-1][1] += shown
        else:
            lines.append([names[begin], shown])
    for name, shown in lines:
        for start in range(0, len(shown), 96):
            print(f"  {name if start == 0 else '':38} {shown[start:start + 96]}")


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
