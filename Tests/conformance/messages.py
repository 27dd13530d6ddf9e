"""Messages of the assistant to be written by a template and read back: generated, with everything that is hard to read."""

import json
import random

WORDS = [
    "plain words", "naïve café — “quotes”", "你好，世界 🙂👩‍👩‍👧", "tabs\tand\nlines\n\nand more", "it's \"quoted\" \\ back\\slash",
    "a < b > c & d", "{curly: [1, 2]}", "ends with a brace }", "C:\\new\\table", "1. one\n2. two", "100 %", "null", "x = {'a': 1}",
]
# Text that looks like somebody's markers, in the letters of no control token.
LOOKALIKES = [
    "say <b>bold</b> and </b>", "</parameter> inside", "<parameter=x>\nnot one\n</parameter>", "}, {\"name\": \"f\"}", "<function=g>",
    "[TOOL] {\"name\"", "``` json", "<arg> </arg>", "f(a=1)", "call:f{a:1}",
]
LARGE = "word " * 2000 + "end"


def schema(value):
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null", list: "array", dict: "object"}
    return {"type": kinds[type(value)], "description": "one"}


def value(rng, depth=0):
    kind = rng.randrange(9 if depth < 2 else 6)
    if kind < 2:
        return rng.choice(WORDS)
    if kind == 2:
        return rng.choice([0, 7, -12, 90417, 12345678901])
    if kind == 3:
        return rng.choice([0.5, -2.25, 1e-7, 3.0])
    if kind == 4:
        return rng.random() < 0.5
    if kind == 5:
        return None
    if kind == 6:
        return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {f"k{i}": value(rng, depth + 1) for i in range(rng.randrange(4))}


CASES = ["words", "look-alikes", "types", "nested", "empty", "large", "parallel", "no arguments"]


def arguments(case, rng):
    if case == "words":
        return {f"text_{i}": word for i, word in enumerate(rng.sample(WORDS, 3))}
    if case == "look-alikes":
        return {f"text_{i}": word for i, word in enumerate(rng.sample(LOOKALIKES, 2))}
    if case == "types":
        return {"s": "x", "i": -3, "f": 2.5, "t": True, "o": False, "n": None, "l": [1, "a", None], "d": {"k": [True, 1.5]}}
    if case == "nested":
        return {f"v{i}": value(rng) for i in range(3)}
    if case == "empty":
        return {"s": "", "l": [], "d": {}}
    if case == "large":
        return {"text": LARGE, "n": 1}
    return {} if case == "no arguments" else {"city": rng.choice(WORDS[:3])}


def calls(case, rng):
    count = 3 if case == "parallel" else 1
    return [(f"tool_{i}" if i else "get_weather", arguments(case, rng)) for i in range(count)]


def tools(calls):
    return [
        {
            "type": "function",
            "function": {
                "name": name, "description": "d",
                "parameters": {"type": "object", "properties": {key: schema(value) for key, value in given.items()}, "required": []},
            },
        }
        for name, given in calls
    ]


IDS = ["call00001", "call00002", "call00003"]


def message(calls, content, reasoning, as_text, ids=IDS):
    made = {"role": "assistant", "content": content}
    if reasoning is not None:
        made["reasoning_content"] = reasoning
    if calls:
        made["tool_calls"] = [
            {"id": id, "type": "function", "function": {"name": name, "arguments": json.dumps(given, ensure_ascii=False) if as_text else given}}
            for id, (name, given) in zip(ids, calls)
        ]
    return made


def texts(rng):
    """Content and reasoning without white space at the ends, which templates take off or add."""
    content = rng.choice(WORDS + LOOKALIKES)
    return content, rng.choice([word for word in WORDS + ["First this.\nThen that.", "hm"] if word != content])
