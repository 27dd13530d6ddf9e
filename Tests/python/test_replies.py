"""Arrays that are read from the bytes of an answer say what the JSON parser says: the same answer with spaces in it goes through the
parser alone."""

import json
import math
import random

import pytest
import typecase

from python.replay import Replay


def vllm(numbers, width=1):
    ids = [i * 7919 % 150_000 for i in range(len(numbers))]
    entries = [{"token_id": id, "logprob": number, "rank": i or None} for i, (id, number) in enumerate(zip(ids, numbers))]
    content = [{**entry, "top_logprobs": [entries[(i + j) % len(entries)] for j in range(width)]} for i, entry in enumerate(entries)]
    return {"request_id": "r", "choices": [{"index": 0, "token_ids": ids, "finish_reason": "stop", "logprobs": {"content": content}}]}


def sglang(numbers, width=1):
    ids = [i * 7919 % 150_000 for i in range(len(numbers))]
    triples = [[number, id, None] for id, number in zip(ids, numbers)]
    lists = [None if i % 5 == 4 else [triples[(i + j) % len(triples)] for j in range(width)] for i in range(len(triples))]
    return {"output_ids": ids, "meta_info": {"id": "x", "finish_reason": {"type": "stop"}, "output_token_logprobs": triples, "output_top_logprobs": lists}}


def openai(numbers, width=1):
    ids = [i * 7919 % 150_000 for i in range(len(numbers))]
    top = [{f"token_id:{id}": number} for id, number in zip(ids, numbers)]
    logprobs = {"tokens": [f"token_id:{id}" for id in ids], "token_logprobs": numbers, "top_logprobs": top, "text_offset": [0] * len(ids)}
    return {"id": "c", "choices": [{"index": 0, "token_ids": ids, "finish_reason": "stop", "logprobs": logprobs}]}


SHAPES = {"vllm": vllm, "sglang": sglang, "openai": openai}


def read(engine, text, sampling):
    with Replay(200, text.encode()) as server:
        out = typecase.generate(backend=typecase.Backend(engine, server.url), prompt_ids=[1], vocab_size=10, max_prompt_len=5, sampling_params={"max_tokens": 9, **sampling})
    top = out.top_logprobs
    return out.ids.tolist(), out.logprobs.tobytes(), top and [array.tobytes() for array in top]


def texts_of_numbers(random_, count):
    """Numbers as Python, C and JavaScript print them, and as nobody does."""
    for _ in range(count):
        value = -random_.expovariate(1) * 10.0 ** random_.choice([0, 0, 0, 1, -2, -5, -9, 2])
        yield random_.choice([
            repr(value), f"{value:.{random_.randrange(1, 25)}f}", f"{value:.{random_.randrange(1, 18)}e}", f"{value:.3g}", repr(-abs(struct32(value))), str(int(value)), "null", "0", "-0.0", "0.0",
            "-9999.0", "-9998.999", "-1E-5", "-1e+1", f"-0.{'0' * random_.randrange(30)}{random_.randrange(10**17)}", f"-{random_.randrange(10**20)}.5", "-1e-320", "-4.9e-324",
        ])


def struct32(value):
    """The nearest number that a float holds."""
    import struct

    return struct.unpack("f", struct.pack("f", value))[0]


@pytest.mark.parametrize("engine", SHAPES)
def test_both_ways_say_the_same(engine):
    random_ = random.Random(engine)
    for round_ in range(30):
        numbers = list(texts_of_numbers(random_, random_.choice([1, 3, 40, 200])))
        answer = SHAPES[engine]([0] * len(numbers), width=1 + round_ % 3)
        # The numbers go in as they are written.
        text = json.dumps(SHAPES[engine]([f"#{i}#" for i in range(len(numbers))], width=1 + round_ % 3), separators=(",", ":"))
        for i, number in enumerate(numbers):
            text = text.replace(f'"#{i}#"', number)
        sampling = {"logprobs": 1 + round_ % 3}
        spaced = text.replace('":', '": ')
        assert len(answer) and read(engine, text, sampling) == read(engine, spaced, sampling)


@pytest.mark.parametrize("engine", SHAPES)
def test_numbers_are_the_nearest_floats(engine):
    random_ = random.Random(7)
    numbers = [-random_.expovariate(0.5) for _ in range(3000)] + [struct32(-random_.expovariate(0.5)) for _ in range(3000)]
    # Half way between two floats, and next to it.
    for _ in range(500):
        value = struct32(random_.uniform(-20, -1e-3))
        half = (value + math.nextafter(value, 0) * 0 + struct32(value * (1 + 2**-23))) / 2
        numbers += [half, math.nextafter(half, 0), math.nextafter(half, -99)]
    import numpy

    with Replay(200, json.dumps(SHAPES[engine](numbers), separators=(",", ":")).encode()) as server:
        out = typecase.generate(backend=typecase.Backend(engine, server.url), prompt_ids=[1], vocab_size=10, max_prompt_len=5, sampling_params={"max_tokens": 9})
    assert (out.logprobs == numpy.array(numbers, dtype="float32")).all()


@pytest.mark.parametrize("engine", SHAPES)
@pytest.mark.parametrize("damage", ["01", "1.", ".5", "+1", "--1", "1e", "NaN", "Infinity", "-", "1,,2", "[1]", '"1"', "1 2", "0x1", "nul", "true"])
def test_what_is_no_number_is_found(engine, damage):
    text = json.dumps(SHAPES[engine]([-0.5] * 40 + ["#"]), separators=(",", ":")).replace('"#"', damage)
    with pytest.raises(typecase.ProtocolError):
        read(engine, text, {"logprobs": 1})


NULLS = [
    ('{"request_id"', '{"a":null,"request_id"'), ('"choices":[{', '"choices":[{"stop_reason":null,'), ('"finish_reason":"stop"', '"finish_reason":"stop","stop_reason":null,"x":null'),
    ("}]}", '}],"usage":null}'), ("}]}", '}],"usage":{"prompt_tokens":3,"completion_tokens":null},"metrics":{"a":null,"b":1}}'),
    # A value before and behind: the last one counts.
    ("}]}", '}],"usage":{"prompt_tokens":3},"usage":null}'), ("}]}", '}],"usage":null,"usage":{"prompt_tokens":3}}'), ('"request_id":"r"', '"request_id":"r","request_id":null'),
    ('"finish_reason":"stop"', '"finish_reason":"stop","finish_reason":null'), ('"finish_reason":"stop"', '"finish_re\\u0061son":"stop","finish_reason":null'),
    ('"finish_reason":"stop"', '"finish_reason":"stop","weight_versions":[{"version":null,"start":0}]'), ('"token_ids":', '"token_ids":null,"token_ids":'),
    # What is no JSON.
    ('{"request_id"', '{,"a":null,"request_id"'), ("}]}", '}],"a":null,}'), ("}]}", '}],,"a":null}'), ("}]}", '}]"a":null}'), ("}]}", '}],"a":null'), ("}]}", '}],"a":nul}'),
    ("}]}", '}],"b":,"a":null}'), ('"choices":[', '"choices":["a":null,'), ("}]}", '},"a":null]}'), ("}]}", '}],"\x01":null}'), ("}]}", '}],"a":null}]'), ("}]}", '}],"a":nullnull}'),
]


@pytest.mark.parametrize("old, new", NULLS)
def test_members_that_are_null(old, new):
    """They go unread; what is read, and what is no JSON, does not change for that."""
    text = json.dumps(vllm([-0.5] * 20), separators=(",", ":"))
    assert old in text
    text = new.join(text.rsplit(old, 1)) if old == "}]}" else text.replace(old, new, 1)

    def told(text):
        with Replay(200, text.encode()) as server:
            try:
                out = typecase.generate(backend=typecase.VLLM(server.url), prompt_ids=[1], vocab_size=10, max_prompt_len=5)
            except typecase.ProtocolError as error:
                return type(error)
        return out.ids.tolist(), out.logprobs.tolist(), {**out.info, "milliseconds": 0}

    compact, spaced = told(text), told(text.replace('":', '": '))
    assert compact == spaced
    try:
        json.loads(text)
    except ValueError:
        assert compact is typecase.ProtocolError


MUTATIONS = [
    # Other values in the same places.
    ('"request_id":"r"', '"request_id":"another-0123456789"'), ('"request_id":"r"', '"request_id":"é☃"'), ('"request_id":"r"', '"request_id":""'), ('"created":5', '"created":123456789012345678'),
    ('"created":5', '"created":1.5'), ('"created":5', '"created":0'), ('"finish_reason":"stop"', '"finish_reason":"length"'), ("-0.5", "-12.25"), ("-0.5", "null"), ("-0.5", "-1e-7"),
    ('"usage":{"prompt_tokens":3', '"usage":{"prompt_tokens":7'),
    # What is written otherwise, and what is something else there.
    ('"request_id":"r"', '"request_id":"a\\"b"'), ('"request_id":"r"', '"request_id":"\\u0001"'), ('"request_id":"r"', '"request_id":"\\u00010"'), ('"request_id":"r"', '"request_id":5'),
    ('"request_id":"r"', '"request_id":null'), ('"created":5', '"created":-5'), ('"created":5', '"created":1234567890123456789'), ('"created":5', '"created":1e3'),
    ('"created":5', '"created":"5"'), ('"created":5', '"created":[5]'), ('"created":5,', ""), ('"finish_reason":"stop"', '"finish_reason":null'),
    ('"finish_reason":"stop"', '"finish_reason":"stop","stop_reason":17'), ('"finish_reason":"stop"', '"finish_reason":"stop","stop_reason":null'), ('"index":0,', ""),
    ("}]}", '}],"late":null}'), ("}]}", '}],"request_id":"late"}'),
    # What is no JSON.
    ('"request_id":"r"', '"request_id":"r'), ('"request_id":"r"', '"request_id":"a\nb"'), ('"request_id":"r"', '"request_id":"\udc80"'), ('"created":5', '"created":05'), ('"created":5', '"created":5.'),
    ('"created":5', '"created":.5'), ('"created":5', '"created":1.2.3'), ('"created":5', '"created":5 5'), ("}]}", "}]} "), ("}]}", "}]}x"), ("}]}", "}]"), ('"finish_reason"', '"finish_reason'),
]


@pytest.mark.parametrize("engine", SHAPES)
def test_answers_of_the_same_layout(engine):
    """What came before helps to read an answer; it says what it says alone."""
    random_ = random.Random(engine)
    base = SHAPES[engine]([-0.5] * 12)
    head = {"created": 5, "usage": {"prompt_tokens": 3, "completion_tokens": 12}, "metrics": {"speed": 1.25}}
    base = json.dumps({**base, **head, "choices": base.pop("choices", [])}, separators=(",", ":"))
    name = "request_id" if engine == "vllm" else "id"
    base = base.replace('"id":"x"', '"id":"r"').replace('"id":"c"', '"id":"r"')
    assert f'"{name}":"r"' in base

    def told(text, client, server):
        server.answer = (200, text.encode("utf-8", "surrogateescape"))
        try:
            out = client.generate(backend=backend)
        except typecase.ProtocolError as error:
            return str(error).replace(" ", "")
        return out.ids.tolist(), repr(out.logprobs.tolist()), {**out.info, "milliseconds": 0}

    class Own(typecase.Client):
        def generate(self, **arguments):
            return typecase.generate(client=self, prompt_ids=[1], vocab_size=10, max_prompt_len=5, sampling_params={"max_tokens": 9, "logprobs": 1}, **arguments)

    results = set()
    with Replay(200, b"") as server, Own() as client:
        backend = typecase.Backend(engine, server.url)
        for round_ in range(80):
            text = base
            for old, new in random_.sample(MUTATIONS, random_.choice([0, 1, 1, 2])):
                text = text.replace(old.replace("request_id", name), new.replace("request_id", name), 1)
            with Own() as stranger:
                alone = told(text, stranger, server)
            assert told(text, client, server) == alone, text
            results.add(repr(alone))
            # And it is there again.
            if round_ % 3 == 0:
                assert told(base, client, server)[0] == list(range(0, 12 * 7919, 7919))
    assert len(results) > 10
