#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets: small inputs that reach far."""

import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
MODEL = HERE.parents[1] / "bindings" / "python" / "typecase" / "demo" / "model"

TEMPLATES = [
    (MODEL / "chat_template.jinja").read_text(),
    "{% for m in messages %}{{ loop.index }}{{ m.role|upper }}: {{ m['content'][1:-1]|trim }}{% else %}none{% endfor %}",
    "{% macro f(a, b=2) %}{{ a ~ b }}{% endmacro %}{{ f(1) }}{% set ns = namespace(x=0) %}{% set ns.x = ns.x + 1 %}{{ ns.x }}",
    "{{ {'a': [1, 2.5, none, true]}|tojson(indent=2) }}{{ '%s %d' % ('a', 7) }}{{ '{:>5}|{!r}'.format(1, 'x') }}",
    "{% call(x) g() %}{{ x }}{% endcall %}{% filter lower %}ABC{% endfilter %}{% raw %}{{ }}{% endraw %}{# c #}",
    "{{ messages|map(attribute='role')|join(', ') }}{{ messages|selectattr('role', 'equalto', 'user')|list|length }}",
    "{% generation %}{{ messages[0].content.split(' ')[-1] }}{% endgeneration %}{{ strftime_now('%Y-%m-%d') }}",
    "{%- if tools is defined and tools -%}{{ tools|length }}{%- elif 1 in [1, 2] -%}x{%- else -%}y{%- endif -%}",
    "{{ range(3)|list }}{{ 'a' * 3 }}{{ 7 // 2 }}{{ -7 % 3 }}{{ 2 ** 8 }}{{ 1 < 2 <= 3 }}{{ 'x' if none else 'y' }}",
    "{{ [3, 1, 2]|sort|reverse|first }}{{ messages|groupby('role') }}{{ 'Straße'|title|replace('s', 't') }}{{ 1.0|round(2) }}",
    "{% autoescape true %}{{ '<' ~ 'b'|safe }}{% set x | e %}<{{ x }}{% endset %}{{ [x, '&']|join('<') }}{% endautoescape %}{% autoescape n %}{{ x }}{% endautoescape %}",
    "{{ 'é-x y--z'.encode('utf-16')[1:].decode('utf-16', 'replace') }}{{ 'a b'.encode().split()|list }}{{ 'ab'.translate('a'.maketrans('a', 'b')) }}{{ (5).to_bytes(2, 'big').hex('-') }}",
    "{{ 'one two-three four--five'|wordwrap(5, true, '|') }}{{ '(http://a.com/x) b@c.de tel:1 &lt;www.x.org&gt;'|urlize(4, true, extra_schemes=['tel:']) }}",
    "{{ (messages * 5)|pprint }}{{ ['a b ' * 30, ('x',)]|pprint }}{{ lipsum(1, false, 2, 5)|length > 1 }}{{ [1, 2, 3]|batch(0)|list }}{{ [1]|slice(-1, 2) }}",
    "{% macro m(x) %}{% for y in x if y recursive %}{{ loop.length }}{{ loop(y) if y is iterable else y }}{% endfor %}{% endmacro %}{% for x in [[1], [[2]]] if m(x) %}{{ loop.last }}{% endfor %}",
]
CONTEXT = {"messages": [{"role": "user", "content": "Hi there é"}, {"role": "assistant", "content": "Yes"}], "tools": None}


def tokenizers():
    """A tiny tokenizer of each shape."""
    alphabet = [chr(i) for i in [*range(33, 127), *range(161, 173), *range(174, 256), *range(256, 324)]]
    vocab = {token: i for i, token in enumerate([*alphabet, "he", "ll", "hell"])}
    base = {"type": "BPE", "vocab": vocab, "merges": ["h e", ["l", "l"], ["he", "ll"]]}
    split = {"type": "Split", "pattern": {"Regex": r"\p{N}{1,3}|\s+(?!\S)|\s+|[^\s\p{N}]+"}, "behavior": "Isolated", "invert": False}
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    added = [{"id": 259, "content": "<|end|>", "special": True, "normalized": False, "lstrip": True, "rstrip": False, "single_word": True}]
    yield {"added_tokens": added, "normalizer": {"type": "NFC"}, "pre_tokenizer": level, "post_processor": level, "decoder": level, "model": base}
    yield {"added_tokens": [], "normalizer": None, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, level]}, "decoder": level, "model": base}
    yield json.loads((MODEL / "tokenizer.json").read_text()) | {"model": base, "added_tokens": added}


def answers():
    logprobs = {"content": [{"token_id": 1, "logprob": -0.5}, {"token": "token_id:2", "logprob": -9999.0}]}
    experts = {"data": "AAECAw==", "dtype": "uint8", "shape": [2, 1, 2]}
    yield 0, {"request_id": "r", "choices": [{"index": 0, "token_ids": [1, 2], "finish_reason": "stop", "logprobs": logprobs, "routed_experts": experts}]}
    npy = "k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsIDIsIDIpLCB9" + "ICAg" * 18 + "IAoAAQIDBAUGBwgJCgs="
    yield 0, {"choices": [{"token_ids": [1, 2], "logprobs": logprobs, "routed_experts": npy}]}
    meta = {"id": "x", "finish_reason": {"type": "stop", "matched": 2}, "output_token_logprobs": [[-0.5, 1, None], [None, 2, None]], "prompt_tokens": 2}
    yield 1, {"text": "", "output_ids": [1, 2], "meta_info": meta}
    yield 1, [{"output_ids": [], "meta_info": {"finish_reason": {"type": "abort"}, "routed_experts": "AAAAAA=="}}]
    yield 6, {"error": {"message": "the prompt exceeds the maximum context length"}}
    yield 7, {"error": "unknown field"}
    entry = {"token_id": 7, "logprob": -0.12345678901234567, "rank": 1}
    many = {"content": [{**entry, "top_logprobs": [entry, {**entry, "token_id": 8, "logprob": -1.5e-07, "rank": None}]} for _ in range(4)]}
    yield 132, {"request_id": "r", "choices": [{"index": 0, "token_ids": [7] * 4, "finish_reason": "stop", "logprobs": many, "prompt_logprobs": None}]}
    triples = [[-0.5, 1, None], [None, 2, None], [-1e-07, 3, None], [-9999.0, 4, None]] * 3
    meta = {"id": "x", "finish_reason": {"type": "length"}, "output_token_logprobs": triples, "output_top_logprobs": [None, triples] * 6, "input_token_logprobs": triples[:2]}
    yield 133, {"text": "", "output_ids": [1, 2, 3, 4] * 3, "meta_info": meta}
    names = {"tokens": [f"token_id:{i}" for i in range(9)], "token_logprobs": [-0.25, None, -1, -2.5, 0.0, -0.0, -1e-30, -3, -4], "text_offset": [0] * 9, "top_logprobs": [{"token_id:1": -0.5}] * 9}
    yield 134, {"id": "c", "choices": [{"index": 0, "token_ids": list(range(9)), "logprobs": names, "finish_reason": "stop", "text": "x" * 100}]}
    yield 0, {"data": [{"id": "a", "max_model_len": 5}, {"id": "b", "parent": "a", "max_model_len": None}]}


def streams():
    """The first byte of each has the bit of a stream."""
    entry = {"token_id": 1, "logprob": -0.5, "rank": 1}
    head = {"request_id": "r", "usage": None}
    choice = {"index": 0, "finish_reason": None, "token_ids": [1], "logprobs": {"content": [{**entry, "top_logprobs": [entry]}]}}
    end = {"index": 0, "finish_reason": "stop", "token_ids": [], "logprobs": None}
    yield 96, [{**head, "choices": [choice]}, {**head, "choices": [choice]}, {**head, "choices": [end]}, {"usage": {"prompt_tokens": 2}, "choices": []}]
    yield 34, [{"output_ids": [1, 2][: n], "meta_info": {"id": "x", "completion_tokens": n, "finish_reason": {"type": "length"} if n == 2 else None}} for n in (1, 2)]
    yield 35, [{"id": "c", "choices": [{"index": i, "token_ids": [1], "finish_reason": "stop"}]} for i in (1, 0)]
    yield 33, [{"error": {"message": "no", "code": 400}}]


def completions():
    """A format, a cut, and places in the list of pieces of FuzzParse: calls of each kind, whole and damaged."""
    thought, open_, close, end = [2], [0], [1], [5]
    objects = [*open_, 24, 7, 7, *close, *end]
    tags = [*open_, 15, 22, 19, 15, 20, 15, 22, 21, *close]
    keywords = [*open_, 8, 15, 16, 15, 18, 29, 14, 15, 18, 19, 15, 19, 17, 9, *close]
    quoted = [*open_, 25, 15, 6, 15, 13, 26, 15, 26, 7, *close]
    for format in range(12):
        for body in (objects, tags, keywords, quoted):
            yield bytes([format, 3, *thought, 22, 15, 3, *body, *body[:-2]])


def main():
    def write(target, name, data):
        folder = HERE / target / "seeds"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    for i, source in enumerate(TEMPLATES):
        write("FuzzTemplate", f"{i}", source.encode() + b"\0" + json.dumps(CONTEXT, ensure_ascii=False).encode())
    for i, tokenizer in enumerate(tokenizers()):
        write("FuzzTokenizer", f"file-{i}", json.dumps(tokenizer, ensure_ascii=False).encode())
    write("FuzzTokenizer", "image", bytes([0, 200, 0, 0, 0, 1, 77, 3, 2, 1, 9, 64]))
    write("FuzzTokenizer", "text", "Hello, it's 3.14 <|end|> e\u0301\u0323 你好 🙂\n\n  ".encode())
    for i, (first, answer) in enumerate(answers()):
        write("FuzzEngines", f"{i}", bytes([first]) + json.dumps(answer, separators=(",", ":")).encode())
    for i, (first, events) in enumerate(streams()):
        data = b"".join(b"data: " + json.dumps(event, separators=(",", ":")).encode() + b"\n\n" for event in events)
        write("FuzzEngines", f"stream-{i}", bytes([first]) + data + b"data: [DONE]\n\n")
    for i, completion in enumerate(completions()):
        write("FuzzParse", f"{i}", completion)


if __name__ == "__main__":
    main()
