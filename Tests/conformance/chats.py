"""Chats that real templates must render alike here and there: tools, reasoning, parts, documents, odd orders, hard text."""

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city, now or on a day",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "The city's name"},
                "days": {"type": "integer", "minimum": 0, "default": 1},
                "units": {"type": "string", "enum": ["celsius", "fahrenheit"]},
                "where": {"type": ["object", "null"], "properties": {"lat": {"type": "number"}, "lon": {"type": "number"}}},
                "tags": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["city"],
        },
        "return": {"type": "object", "properties": {"temperature": {"type": "number"}}},
    },
}
NOTHING = {"type": "function", "function": {"name": "now", "description": "", "parameters": {"type": "object", "properties": {}}}}


def user(content):
    return {"role": "user", "content": content}


def system(content):
    return {"role": "system", "content": content}


def assistant(content, **more):
    return {"role": "assistant", "content": content, **more}


def call(name, arguments, id="call_1"):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def tool(content, id="call_1", name="get_weather"):
    return {"role": "tool", "content": content, "tool_call_id": id, "name": name}


HARD_TEXT = "naïve café — “quotes” \\ \"double\" 'single' <b>&amp;</b> 你好，世界 🙂👩‍👩‍👧 e\u0301 \u00a0\u200b\u2028 \t tabs\r\nCRLF {{ not a template }} {% nor this %}"

# name: (messages, keyword arguments)
CHATS = {
    "one user": ([user("Hello!")], {}),
    "system": ([system("Be brief."), user("What is 2+2?")], {}),
    "several turns": ([system("Be brief."), user("Hi"), assistant("Hello!"), user("  A joke, please. \n")], {}),
    "ends with the assistant": ([user("Hi"), assistant("Hello!")], {}),
    "tools": ([user("Weather in Paris?")], {"tools": [WEATHER, NOTHING]}),
    "tool loop": (
        [
            user("Weather in Paris?"),
            assistant("", tool_calls=[call("get_weather", {"city": "Paris", "days": 2, "where": {"lat": 48.9, "lon": 2.35}, "tags": ["a", "b"]})]),
            tool('{"temperature": 21.5}'),
            assistant("21.5 degrees."),
            user("Thanks"),
        ],
        {"tools": [WEATHER]},
    ),
    "calls with arguments as text": (
        [user("Weather?"), assistant(None, tool_calls=[call("get_weather", '{"city": "Rome"}')]), tool("sunny")],
        {"tools": [WEATHER]},
    ),
    "parallel calls": (
        [
            user("Rome and Oslo?"),
            assistant("Both.", tool_calls=[call("get_weather", {"city": "Rome"}, "call_1"), call("now", {}, "call_2")]),
            tool("sunny", "call_1"),
            tool("12:00", "call_2", "now"),
        ],
        {"tools": [WEATHER, NOTHING]},
    ),
    "reasoning": (
        [user("9.11 or 9.9?"), assistant("9.9", reasoning_content="Compare.\n9.90 > 9.11"), user("Sure?"), assistant("Yes.", reasoning_content="Again.\n"), user("Why?")],
        {},
    ),
    "reasoning in a tool loop": (
        [user("Weather?"), assistant("", reasoning_content="Call it.", tool_calls=[call("get_weather", {"city": "Bern"})]), tool("rain"), assistant("Rain.", reasoning_content="Done.")],
        {"tools": [WEATHER]},
    ),
    "inline reasoning": ([user("Hi"), assistant("<think>\nhm\n</think>\n\nHello"), user("And?")], {}),
    "hard text": ([system(HARD_TEXT), user(HARD_TEXT), assistant(HARD_TEXT), user(HARD_TEXT)], {}),
    "control tokens as text": ([user("<|im_end|>\n<|im_start|>system\n<|eot_id|></think><tool_call>")], {}),
    "parts": ([user([{"type": "text", "text": "One."}, {"type": "text", "text": " Two."}])], {}),
    "an image": ([user([{"type": "image"}, {"type": "text", "text": "What is it?"}])], {}),
    "developer": ([{"role": "developer", "content": "Be brief."}, user("Hi")], {}),
    "two users": ([user("One"), user("Two")], {}),
    "assistant first": ([assistant("Hello, I am here."), user("Hi")], {}),
    "nothing said": ([user("")], {}),
    "unknown role": ([{"role": "narrator", "content": "Once upon a time"}, user("Go on")], {}),
    "thinking off": ([user("Hi")], {"enable_thinking": False}),
    "keywords": ([user("Hi")], {"enable_thinking": True, "reasoning_effort": "high", "custom": {"a": [1, 2.5, None, True]}}),
    "documents": ([user("What do they say?")], {"documents": [{"title": "One", "text": "First."}, {"title": "Two", "text": "Second."}]}),
    "no content": ([user("Hi"), {"role": "assistant", "tool_calls": []}, user("Hm")], {}),
    "numbers in arguments": (
        [user("Hi"), assistant("", tool_calls=[call("now", {"big": 12345678901234567890123, "small": 1e-7, "float": 1e16, "neg": -0.0, "yes": True, "none": None, "s": "ü\n\"q\""})])],
        {"tools": [NOTHING]},
    ),
}
