import Chat
import JSON
import Testing

/// Formats of every kind, and completions in them: well formed ones and damaged ones.
enum Formats {
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var format: String
        var completions: [String]
        var testDescription: String { name }
    }

    static let samples = [
        Sample(
            name: "objects between tags",
            format: #"""
                {"turn": {"open": "<|turn|>assistant\n"}, "reasoning": {"open": "<think>\n", "close": "\n</think>\n\n",
                "trim_start": "newlines", "trim_end": "newlines"}, "content": {"trim_start": "whitespace", "trim_end": "whitespace"},
                "tool_calls": {"open": "\n<call>\n", "close": "\n</call>", "separator": "\n",
                "arguments": {"encoding": "object", "name": "name", "arguments": "arguments", "id": "id"}}, "stop": ["<|end|>"]}
                """#,
            completions: [
                "<think>\n\nhm <b>\n\n</think>\n\n  Héllo 🙂 \n\n<call>\n{\"name\": \"f\", \"arguments\": {\"a\": \"x\\n</call>\", \"b\": [1.5e3, {}]}}\n</call>\n<call>\n{\"arguments\": \"{\\\"k\\\": 1}\", \"id\": \"c1\", \"name\": \"g\"}\n</call>\n and more <|end|>",
                "<call>\n{\"name\": \"f\", \"arguments\": {\"a\": \"line\nbreak\"}}\n</call>\n<call>{\"name\": \"g\", \"arguments\": {}}</call>",
                "<think>never closed <call>{\"name\": \"f\", \"arguments\": {}}</call>", "<call>\nnothing",
            ]),
        Sample(
            name: "a list in a section",
            format: #"""
                {"tool_calls": {"section_open": "[CALLS] [", "section_close": "]", "separator": ", ",
                "arguments": {"encoding": "object", "name": "tool_name", "arguments": "parameters"}}}
                """#,
            completions: [
                #"Well.[CALLS] [{"tool_name": "f", "parameters": {"a": "]"}}, {"tool_name": "g", "parameters": {}}] done"#,
                #"[CALLS] nothing [here]"#, #"[CALLS] [{"tool_name": "f", "parameters": {}} {"tool_name""#,
            ]),
        Sample(
            name: "tags",
            format: #"""
                {"tool_calls": {"open": "\n<call>\n<function={name}>", "close": "\n</function>\n</call>", "separator": "\n",
                "arguments": {"encoding": "tags", "key_open": "\n<parameter=", "key_close": ">\n", "value_close": "\n</parameter>"}}}
                """#,
            completions: [
                "I will.\n<call>\n<function=f>\n<parameter=s>\n  a</parameter>\nb\n\n</parameter>\n<parameter=n>\n[1, 'x', True, None]\n</parameter>\n</function>\n</call>\n<call>\n<function=g>\n</function>\n</call>",
                "<call><function=f><parameter=s>v</parameter></function></call> tail",
                "<call>\n<function=f>\n<parameter=s>\nnever closed\n</function>\n</call>\n<call>\n<function=g>\n</function>\n</call>",
                "<call>\n<function=f>\n<parameter=n>\nabc\n</parameter>\n</function>\n</call><call>\n<function>",
                "<call> <function=",
            ]),
        Sample(
            name: "typed tags in a section",
            format: #"""
                {"tool_calls": {"section_open": "\n\n<calls>", "section_close": "\n</calls>", "open": "\n<invoke name=\"{name}\">",
                "close": "\n</invoke>", "arguments": {"encoding": "tags", "key_open": "\n<p name=\"", "key_close": "\" string=\"true\">",
                "other_key_close": "\" string=\"false\">", "value_close": "</p>"}}}
                """#,
            completions: [
                "Text\n\n<calls>\n<invoke name=\"f\">\n<p name=\"s\" string=\"true\">42</p>\n<p name=\"n\" string=\"false\">42</p>\n</invoke>\n<invoke name=\"g\">\n</invoke>\n</calls>",
                "<calls>nothing</calls>",
                "<calls>\n<invoke name=\"f\">\n<p name=\"n\" string=\"false\">x</p>\n</invoke>",
            ]),
        Sample(
            name: "tags inside tags",
            format: #"""
                {"tool_calls": {"section_open": "<calls>", "section_close": "\n</calls>", "open": "\n#<invoke {name}>", "close": "#</invoke>",
                "arguments": {"encoding": "tags", "key_open": "#<", "key_close": ">", "value_close": "#</{key}>", "item": "item"}}}
                """#,
            completions: [
                "Text<calls>\n#<invoke f>#<s>#<b>1#</b>#</s>#<n>#<item>1#</item>#<item>#<k>a #</k> b#</k>#<n>#<n>true#</n>#</n>#</item>#</n>#</invoke>\n#<invoke g>#</invoke>\n</calls>",
                "<calls>#<invoke f>#<n>#<item>1#</item>#<k>2#</k>#</n>#</invoke></calls>",
                "<calls>#<invoke f>#<a>#<b>never closed#</a>#</invoke></calls>", "<calls>#<invoke f>#<a>#<b>",
            ]),
        Sample(
            name: "keywords",
            format: #"""
                {"tool_calls": {"section_open": "<calls>[", "section_close": "]</calls>", "separator": ", ", "open": "{name}",
                "arguments": {"encoding": "keywords", "open": "(", "close": ")", "assign": "="}}}
                """#,
            completions: [
                #"<calls>[f(a=1, b='it\'s', c=[True, None, {"k": (1, 2)}]), g()]</calls>"#,
                "<calls>[f(a=1, b=]</calls>", "<calls>[f(a='",
            ]),
        Sample(
            name: "quotes of its own",
            format: #"""
                {"tool_calls": {"open": "<call>call:{name}", "close": "</call>",
                "arguments": {"encoding": "keywords", "open": "{", "close": "}", "assign": ":", "quote": "<|\"|>"}}}
                """#,
            completions: [
                #"<call>call:f{a:<|"|>x, } "q" \ <|"|>,n:{k:[1,<|"|>y<|"|>]}}</call><call>call:g{}</call>"#,
                #"<call>call:f{a:<|"|>x"#,
            ]),
        Sample(
            name: "bare objects",
            format: #"""
                {"tool_calls": {"separator": ";", "arguments": {"encoding": "object", "name": "name", "arguments": "parameters"}}}
                """#,
            completions: [
                #"{"name": "f", "parameters": {"a": 1}}; {"name": "g", "parameters": {}}"#, #"{"other": 1}"#, "{ \"na",
                "Hello {\"name\": 1}",
            ]),
        Sample(
            name: "segments",
            format: #"""
                {"turn": {"open": "<|turn|>assistant", "segments": true},
                "reasoning": {"open": "<channel>analysis<message>", "close": "<|end|>"},
                "content": {"open": ["<channel>final<message>", "<channel>commentary<message>"], "close": "<|end|>"},
                "tool_calls": {"open": [" to=functions.{name}<channel>commentary{*}<message>",
                "<channel>commentary to=functions.{name}{*}<message>"], "close": "<|stop|>", "arguments": {"encoding": "json"}}}
                """#,
            completions: [
                "<channel>analysis<message>hm<|end|><|turn|>assistant<channel>commentary<message>Wait.<|end|><|turn|>assistant<channel>commentary to=functions.f json<message>{\"a\": \"<|end|>\"}<|stop|><|turn|>assistant to=functions.g<channel>commentary<message>{}<|stop|>",
                "<channel>final<message>Hi", "free text<|end|><|turn|>assistant<channel>final<message>x",
                "<channel>commentary to=functions.f<message>nothing",
            ]),
    ]
}
