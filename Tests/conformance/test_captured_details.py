"""What engines say beside ids and logprobs of what was sampled, as they were captured saying it."""

import json

import pytest
import typecase

from conformance.test_shared_rows import replayed
from python.replay import Replay


def captured(shared, name):
    capture = json.loads((shared / "golden" / f"{name}.json").read_text())
    return json.loads(capture["request"]["body"]), capture["response"]["body"]


def rows(lists):
    *arrays, starts = (array.tolist() for array in lists)
    return [list(zip(*(array[start:end] for array in arrays))) for start, end in zip(starts, starts[1:])]


def close(got, want):
    """The same tokens, and numbers as near as 32 bits are."""
    assert [[token for token, _ in row] for row in got] == [[token for token, _ in row] for row in want]
    assert all(abs(a - b) < 1e-5 for row, other in zip(got, want, strict=True) for (_, a), (_, b) in zip(row, other, strict=True))


def test_logprobs_of_the_prompt_and_of_other_tokens(shared):
    request, body = captured(shared, "vllm/gen_lp3_prompt")
    answer = json.loads(body)
    with Replay(200, body.encode()) as server:
        out = typecase.generate(
            backend=typecase.VLLM(server.url), prompt_ids=request["token_ids"], vocab_size=200_000, max_prompt_len=100, sampling_params={"logprobs": 3, "prompt_logprobs": 1})
        assert json.loads(server.posted[0])["sampling_params"]["prompt_logprobs"] == 1
    prompt = answer["prompt_logprobs"]
    assert out.prompt_logprobs[0] != out.prompt_logprobs[0]
    for got, entry, id in zip(out.prompt_logprobs.tolist()[1:], prompt[1:], request["token_ids"][1:]):
        assert abs(got - entry[str(id)]["logprob"]) < 1e-5
    close(rows(out.prompt_top_logprobs), [[(int(id), said["logprob"]) for id, said in (entry or {}).items()] for entry in prompt])
    content = answer["choices"][0]["logprobs"]["content"]
    close(rows(out.top_logprobs), [[(top["token_id"], top["logprob"]) for top in entry["top_logprobs"]] for entry in content])


def test_the_same_of_sglang(shared):
    """From the first event of a stream, the only one of a capture that has them all."""
    capture = json.loads((shared / "golden" / "sglang" / "inc_stream_logprob.json").read_text())
    request = json.loads(capture["request"]["body"])
    event = json.loads(capture["response"]["body"].split("\n")[0].removeprefix("data: "))
    meta = event["meta_info"] | {"finish_reason": {"type": "length", "length": 1}}
    with Replay(200, json.dumps(event | {"meta_info": meta}, separators=(",", ":")).encode()) as server:
        out = typecase.generate(
            backend=typecase.SGLang(server.url), prompt_ids=request["input_ids"], vocab_size=200_000, max_prompt_len=100, sampling_params={"logprobs": 2, "prompt_logprobs": 1})
        posted = json.loads(server.posted[0])
    assert posted["logprob_start_len"] == 0 and posted["return_logprob"] and posted["top_logprobs_num"] == 2
    assert [abs(got - want[0]) < 1e-5 for got, want in zip(out.prompt_logprobs.tolist()[1:], meta["input_token_logprobs"][1:])] == [True] * (len(out.prompt_ids) - 1)
    close(rows(out.prompt_top_logprobs), [[(id, logprob) for logprob, id, _ in row or []] for row in meta["input_top_logprobs"]])
    close(rows(out.top_logprobs), [[(id, logprob) for logprob, id, _ in row] for row in meta["output_top_logprobs"]])


def test_what_could_be_sampled(shared):
    request, body = captured(shared, "sglang/gen_sampling_mask")
    out = replayed("sglang", request, 200, body)
    meta = json.loads(body)["meta_info"]
    assert [[id for (id,) in row] for row in rows(out.choices[0].sampling_mask)] == meta["output_token_sampling_mask"]
    assert out.choices[0].sampling_logprobs.tolist() == pytest.approx(meta["output_token_sampling_logprobs"]) and out.top_logprobs is None
    body = (shared / "golden" / "vllm-mm" / "routed_mask.resp.json").read_text()
    out = replayed("vllm", {"token_ids": [1, 2]}, 200, body)
    assert [[id for (id,) in row] for row in rows(out.choices[0].sampling_mask)] == [[5, 6, 7], [151_643]]


def test_which_weights_sampled_which_ids(shared):
    request, body = captured(shared, "sglang/pause_in_place_gen")
    out = replayed("sglang", request, 200, body)
    spans = out.choices[0].weight_versions
    assert [span["version"] for span in spans] == ["default", "v2"] and spans[0]["end"] == spans[1]["start"] and spans[1]["end"] == len(out.ids)
    assert out.timing["e2e_latency"] == json.loads(body)["meta_info"]["e2e_latency"]
    out = replayed("vllm", {"token_ids": [1, 2]}, 200, (shared / "golden" / "vllm-mm" / "routed_mask.resp.json").read_text())
    assert [span["version"] for span in out.choices[0].weight_versions] == ["v1", "v2"]


def test_windows_of_adapters(shared):
    """An adapter's card has no window: its base model's counts."""
    card = json.loads(json.loads((shared / "golden" / "vllm" / "models.json").read_text())["response"]["body"])
    base = card["data"][0]
    card["data"].insert(0, {**base, "id": "adapter", "parent": base["id"], "max_model_len": None})
    with Replay(200, b"{}", models=json.dumps(card).encode()) as server:
        for backend in (typecase.VLLM, typecase.SGLang):
            try:
                typecase.generate(backend=backend(server.url), prompt_ids=[1] * base["max_model_len"], vocab_size=10, lora="adapter")
                raise AssertionError("it was sent")
            except typecase.WindowError as error:
                assert str(base["max_model_len"]) in str(error)
        assert not server.posted
