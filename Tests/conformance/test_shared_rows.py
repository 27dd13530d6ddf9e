"""The rows and captures in ../shared, where it is there: recorded outputs of the references and recorded answers of engines."""

import base64
import collections
import gzip
import json

import pytest
import typecase

from python.replay import Replay

CLOCK = "2026-03-14T15:09:26"


def rows(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def special_tokens(row):
    default = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    return row["special_tokens"] or default


def test_reference_rows(shared, demo_model):
    """Every template over every conversation, in both modes: the text byte for byte, an error where the reference has one."""
    data = shared / "data"
    conversations = {path.stem: json.loads(path.read_text()) for path in (data / "conversations").glob("*.json")}
    from typecase.demo import MODEL

    vocabulary = (MODEL / "tokenizer.json").read_bytes()
    models, wrong, right = {}, collections.Counter(), 0
    for row in rows(data / "reference.jsonl.gz"):
        name = row["template"]
        source = (data / "templates" / name).read_bytes().decode()
        if "compile_error" in row:
            try:
                typecase.Template(source)
                wrong[f"{name}: compiles"] += 1
            except typecase.TemplateError:
                right += 1
            continue
        key = (name, json.dumps(row["special_tokens"]))
        if key not in models:
            # Tokens that are null are no variables of the template, as in the reference.
            config = {token: text for token, text in special_tokens(row).items()}
            models[key] = typecase.Model.from_parts(tokenizer_json=vocabulary, chat_template=source, config=config)
        conversation = conversations[row["conversation"]]
        options = dict(row["options"])
        request = {
            "tools": conversation.get("tools"), "documents": conversation.get("documents"), "mode": row["mode"], "now": CLOCK,
            "add_generation_prompt": options.pop("add_generation_prompt", False),
            "continue_final_message": options.pop("continue_final_message", False), **options,
        }
        try:
            got, error = models[key].render(conversation["messages"], **request).text, None
        except typecase.TypecaseError as failure:
            got, error = None, failure
        if "output" in row:
            good = got == row["output"]
        else:
            kind, _, message = row["error"].partition(": ")
            good = error is not None and (kind != "TemplateError" or error.source_message == message)
        right += good
        if not good:
            wrong[f"{name} {row['mode']}: {row.get('error', 'output')[:60]!r}, got {str(error)[:90]!r}"] += 1
    assert not wrong, f"{sum(wrong.values())} of {right + sum(wrong.values())} rows differ: {wrong.most_common(12)}"


SUPPORTED = ["anthropic", "cl100k", "deepseek-v3", "gpt-oss", "gpt2", "llama3", "qwen3", "qwen3.5", "tekken-v7"]


@pytest.mark.parametrize("name", SUPPORTED)
def test_tokenizer_rows(shared, name):
    data = shared / "data"
    tokenizer = typecase.Tokenizer(bytes=gzip.decompress((data / "tokenizers" / name / "tokenizer.json.gz").read_bytes()))
    count = 0
    for row in rows(data / "tokenizer_reference.jsonl.gz"):
        if row["tokenizer"] != name:
            continue
        count += 1
        text, ids = row["text"], row["ids"]
        assert tokenizer.encode(text, add_special_tokens=False).ids.tolist() == ids, repr(text)
        assert tokenizer.encode(text).ids.tolist() == row["ids_with_special"], repr(text)
        plain = tokenizer.encode(text, add_special_tokens=False, special_tokens="text").ids.tolist()
        assert plain == (ids if row["ids_plain"] is None else row["ids_plain"]), repr(text)
        assert tokenizer.decode(ids) == row["decoded"], repr(text)
        assert tokenizer.decode(ids, skip_special_tokens=True) == row["decoded_skip_special"], repr(text)
    assert count > 0


def test_corpora(shared):
    """Whole corpora, pathological ones among them, against the `tokenizers` library."""
    tokenizers = pytest.importorskip("tokenizers")
    data = shared / "data"
    for name in ("qwen3", "gpt-oss", "deepseek-v3"):
        text = gzip.decompress((data / "tokenizers" / name / "tokenizer.json.gz").read_bytes())
        ours, reference = typecase.Tokenizer(bytes=text), tokenizers.Tokenizer.from_buffer(text)
        for path in sorted((data / "corpora").glob("*.txt.gz")):
            corpus = gzip.decompress(path.read_bytes()).decode()[:300_000]
            assert ours.encode(corpus).ids.tolist() == reference.encode(corpus).ids, (name, path.name)


@pytest.mark.parametrize("stand_in", ["Qwen__Qwen3-0.6B", "openai__gpt-oss-20b", "meta-llama__Llama-3.2-1B-Instruct"])
def test_model_directories(shared, tmp_path, stand_in):
    """Directories as the hub lays them out: ids of transformers, stop tokens of the configs."""
    transformers = pytest.importorskip("transformers")
    from conformance.chats import CHATS

    families = shared / "data" / "family-models"
    for path in (families / stand_in).iterdir():
        if path.suffix in (".json", ".jinja"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    reference_name = (families / stand_in / "tokenizer.ref").read_text().strip()
    packed = next((families / "tokenizers").glob(reference_name + "*"))
    (tmp_path / "tokenizer.json").write_bytes(gzip.decompress(packed.read_bytes()))
    model = typecase.Model(tmp_path)
    reference = transformers.PreTrainedTokenizerFast.from_pretrained(str(tmp_path))
    ends = json.loads((tmp_path / "generation_config.json").read_text()).get("eos_token_id") if (tmp_path / "generation_config.json").exists() else None
    for end in ends if isinstance(ends, list) else [ends] if ends is not None else []:
        assert end in model.info["stop_token_ids"]
    compared = 0
    for messages, keywords in CHATS.values():
        try:
            want = reference.apply_chat_template(messages, tokenize=True, return_dict=False, add_generation_prompt=True, **keywords)
        except Exception:  # noqa: BLE001
            with pytest.raises(typecase.TypecaseError):
                model.render(messages, add_generation_prompt=True, **keywords)
            continue
        assert model.render(messages, add_generation_prompt=True, **keywords).ids.tolist() == want
        compared += 1
    assert compared > 10


def captures(folder, names):
    for name in names:
        yield name, json.loads((folder / f"{name}.json").read_text())


VLLM_COMPLETIONS = "gen_basic gen_lp1_sampled gen_lp3_prompt gen_maxbig gen_maxnull gen_min gen_n5 gen_nomax gen_rettok eos stop_tok bodyrid xrid unk_sp unk_top abort_running dprank_ok".split()


@pytest.mark.parametrize("name", VLLM_COMPLETIONS)
def test_vllm_completions(shared, name):
    capture = json.loads((shared / "golden" / "vllm" / f"{name}.json").read_text())
    request, body = json.loads(capture["request"]["body"]), json.loads(capture["response"]["body"])
    assert capture["response"]["status"] == 200
    with Replay(200, capture["response"]["body"].encode()) as server:
        sampling = {"logprobs": request["sampling_params"].get("logprobs")}
        out = typecase.generate(backend=typecase.VLLM(server.url), prompt_ids=request["token_ids"], vocab_size=200_000, max_prompt_len=10_000, sampling_params=sampling)
    assert out.request_id == body["request_id"]
    assert out.usage["prompt_tokens"] == body["usage"]["prompt_tokens"]
    assert out.usage["completion_tokens"] == body["usage"]["completion_tokens"]
    assert len(out.choices) == len(body["choices"])
    for got, want in zip(out.choices, sorted(body["choices"], key=lambda choice: choice["index"]), strict=True):
        assert got.ids.tolist() == want["token_ids"]
        assert got.finish_reason == want["finish_reason"] and got.stop_reason == want["stop_reason"]
        if want["logprobs"] is None:
            assert got.logprobs is None
        else:
            check_logprobs(got, [entry["logprob"] for entry in want["logprobs"]["content"]])


def check_logprobs(choice, values):
    missing = [value is None or value == -9999.0 for value in values]
    assert choice.missing_logprobs == sum(missing)
    for got, want, is_missing in zip(choice.logprobs.tolist(), values, missing, strict=True):
        assert got != got if is_missing else abs(got - want) < 1e-5


def test_vllm_routed_experts_and_missing_logprobs(shared):
    folder = shared / "golden" / "vllm-mm"
    body = (folder / "routed_mask.resp.json").read_bytes()
    with Replay(200, body) as server:
        out = typecase.generate(backend=typecase.VLLM(server.url), prompt_ids=[1, 2], vocab_size=10, max_prompt_len=10)
    assert out.routed_experts.shape == (3, 2, 2) and out.routed_experts.dtype == "uint8"
    assert out.routed_experts.reshape(-1).tolist() == list(range(12))
    check_logprobs(out.choices[0], [-0.5, -9999.0])
    for kind, dtype in (("u8", "uint8"), ("u16", "uint16")):
        numpy = pytest.importorskip("numpy")
        answer = json.loads(body)
        answer["choices"][0]["routed_experts"] = base64.b64encode((folder / f"routed_{kind}.npy").read_bytes()).decode()
        with Replay(200, json.dumps(answer).encode()) as server:
            out = typecase.generate(backend=typecase.VLLM(server.url), prompt_ids=[1, 2], vocab_size=10, max_prompt_len=10)
        want = numpy.load(folder / f"routed_{kind}.npy")
        assert out.routed_experts.dtype == dtype and (out.routed_experts == want).all()


VLLM_ERRORS = {
    "auth_none": typecase.DeniedError, "err_busy": typecase.BusyError, "err_busy_n2": typecase.BusyError, "err_cp_text": typecase.RejectedError,
    "err_ctype": typecase.RejectedError, "err_empty": typecase.RejectedError, "err_json": typecase.RejectedError, "err_lp": typecase.RejectedError,
    "err_max0": typecase.RejectedError, "err_method": typecase.RejectedError, "err_model": typecase.NotFoundError, "err_neg": typecase.RejectedError,
    "err_nosp": typecase.RejectedError, "err_oov": typecase.RejectedError, "err_over257": typecase.WindowError, "err_over_nomax": typecase.WindowError,
    "err_path": typecase.NotFoundError, "err_prio_big": typecase.RejectedError, "err_scaleout_off": typecase.DeniedError,
    "err_sprange": typecase.RejectedError, "err_sptype": typecase.RejectedError, "err_str": typecase.RejectedError, "err_tokids": typecase.RejectedError,
    "dead_inflight": typecase.ServerError, "dprank_bad": typecase.RejectedError, "gen_n2_greedy": typecase.RejectedError, "chat_over": typecase.WindowError,
    "cmpl_over_text": typecase.WindowError,
}
SGLANG_ERRORS = {
    "err_overlong": typecase.WindowError, "err_total_overlong": typecase.WindowError, "len_506": typecase.WindowError,
    "err_temp_negative": typecase.RejectedError, "err_top_p": typecase.RejectedError, "err_unknown_sampling_param": typecase.RejectedError,
    "err_unknown_sampling_param_seed": typecase.RejectedError, "err_choice_key": typecase.ServerError, "err_lora_off": typecase.RejectedError,
    "err_dup_rid": typecase.RejectedError, "err_empty_input_ids": typecase.RejectedError, "err_bad_type_float_maxnew": typecase.RejectedError,
    "err_bad_type_str_temp": typecase.RejectedError, "queue_full": typecase.BusyError, "auth_missing": typecase.DeniedError,
    "auth_basic": typecase.DeniedError, "generate_get_405": typecase.RejectedError, "err_two_grammars": typecase.RejectedError,
    "rust/err_overlong": typecase.WindowError, "rust/err_top_p": typecase.RejectedError, "rust/err_bad_json": typecase.RejectedError,
    "router/worker_down": typecase.ServerError, "router/err_overlong": typecase.WindowError, "crash_oov_id": typecase.NetworkError,
}


@pytest.mark.parametrize(("engine", "name"), [("vllm", name) for name in VLLM_ERRORS] + [("sglang", name) for name in SGLANG_ERRORS])
def test_error_bodies(shared, engine, name):
    """Each captured error is the right exception, with the HTTP status and the engine's own message."""
    capture = json.loads((shared / "golden" / engine / f"{name}.json").read_text())
    response = capture["response"]
    expected = (VLLM_ERRORS if engine == "vllm" else SGLANG_ERRORS)[name]
    with Replay(response["status"], (response.get("body") or "").encode()) as server, pytest.raises(expected) as caught:
        typecase.generate(backend=typecase.Backend(engine, server.url), prompt_ids=[1], vocab_size=10, max_prompt_len=10)
    error = caught.value
    assert error.http_status == (response["status"] or None)
    if error.http_status:
        assert error.source_message and error.source_message in (response["body"] + json.dumps(json_texts(response["body"]), ensure_ascii=False)).replace("\\\\n", "\n").replace("\\n", "\n").replace('\\"', '"')


def json_texts(body):
    """All strings in a JSON body, for finding a message that JSON spells with escapes."""
    try:
        value = json.loads(body)
    except ValueError:
        return body
    found = []

    def walk(item):
        if isinstance(item, str):
            found.append(item)
        for child in item.values() if isinstance(item, dict) else item if isinstance(item, list) else []:
            walk(child)

    walk(value)
    return found


SGLANG_COMPLETIONS = "gen_greedy gen_greedy_cached gen_logprob_out gen_max_null gen_no_sampling_params gen_stop_token gen_stop_token_no_trim gen_eos_bias gen_cache_salt gen_extra_key gen_null_fields gen_all_params gen_batch1 abort_running abort_waiting temperature_int top_k_minus1 unknown_top_field router/gen rust/gen_cache_salt".split()


@pytest.mark.parametrize("name", SGLANG_COMPLETIONS)
def test_sglang_completions(shared, name):
    capture = json.loads((shared / "golden" / "sglang" / f"{name}.json").read_text())
    request, body = json.loads(capture["request"]["body"]), json.loads(capture["response"]["body"])
    items = body if isinstance(body, list) else [body]
    with Replay(200, capture["response"]["body"].encode()) as server:
        sampling = {"logprobs": 1 if request.get("return_logprob") else None}
        out = typecase.generate(backend=typecase.SGLang(server.url), prompt_ids=[1], vocab_size=10, max_prompt_len=10, sampling_params=sampling)
    for got, want in zip(out.choices, items, strict=True):
        meta = want["meta_info"]
        assert got.ids.tolist() == want["output_ids"]
        assert got.finish_reason == meta["finish_reason"]["type"] and got.stop_reason == meta["finish_reason"].get("matched")
        if "output_token_logprobs" in meta and request.get("return_logprob"):
            check_logprobs(got, [triple[0] for triple in meta["output_token_logprobs"]])
    assert out.request_id == items[0]["meta_info"]["id"]


def test_sglang_routed_experts(shared):
    numpy = pytest.importorskip("numpy")
    capture = json.loads((shared / "golden" / "sglang" / "moe_routed_experts.json").read_text())
    request, body = json.loads(capture["request"]["body"]), json.loads(capture["response"]["body"])
    with Replay(200, capture["response"]["body"].encode()) as server:
        out = typecase.generate(
            backend=typecase.SGLang(server.url), prompt_ids=request["input_ids"], vocab_size=200_000, max_prompt_len=100,
            sampling_params={"logprobs": None}, extra={"return_routed_experts": True})
    want = numpy.frombuffer(base64.b64decode(body["meta_info"]["routed_experts"]), dtype="<i4")
    assert out.routed_experts.shape == (13, 1, 4)
    assert (out.routed_experts.reshape(-1) == want).all()


@pytest.mark.parametrize("engine", ["vllm", "sglang"])
def test_windows(shared, engine):
    """The window is what the server's model card says."""
    name, window = ("models", 256) if engine == "vllm" else ("v1_models", 512)
    capture = json.loads((shared / "golden" / engine / f"{name}.json").read_text())
    with Replay(200, b"{}", models=capture["response"]["body"].encode()) as server:
        backend = typecase.Backend(engine, server.url)
        with pytest.raises(typecase.WindowError, match=f"{window} tokens.*{window - 1}"):
            typecase.generate(backend=backend, prompt_ids=[1] * window, vocab_size=10)
        assert server.posted == []
        with pytest.raises(typecase.ProtocolError):
            typecase.generate(backend=backend, prompt_ids=[1] * (window - 1), vocab_size=10)
        assert len(server.posted) == 1
