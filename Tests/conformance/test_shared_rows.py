"""The rows and captures in ../shared, where it is there: recorded outputs of the references and recorded answers of engines."""

import base64
import collections
import functools
import gzip
import json

import pytest
import typecase

from conftest import SHARED
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


TOKENIZERS = [path.name for path in sorted((SHARED / "data" / "tokenizers").iterdir())] if SHARED.is_dir() else []


@pytest.mark.parametrize("name", TOKENIZERS)
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
    for name in ("qwen3", "gpt-oss", "deepseek-v3", "gemma-4", "bert-minilm", "xlmr-nomic-moe"):
        text = gzip.decompress((data / "tokenizers" / name / "tokenizer.json.gz").read_bytes())
        ours, reference = typecase.Tokenizer(bytes=text), tokenizers.Tokenizer.from_buffer(text)
        reference.no_truncation()
        reference.no_padding()
        for path in sorted((data / "corpora").glob("*.txt.gz")):
            corpus = gzip.decompress(path.read_bytes()).decode()[:300_000]
            assert ours.encode(corpus).ids.tolist() == reference.encode(corpus).ids, (name, path.name)


FAMILIES = SHARED / "data" / "family-models"


def stand_ins():
    """The model directories that differ: those of one family share their template and vocabulary."""
    seen = set()
    for folder in sorted(FAMILIES.iterdir()) if FAMILIES.is_dir() else []:
        template = folder / "chat_template.jinja"
        key = (template.read_bytes(), (folder / "tokenizer.ref").read_text()) if template.exists() else None
        if key and key not in seen:
            seen.add(key)
            yield folder.name


@functools.cache
def vocabulary_of(reference):
    return gzip.decompress(next((FAMILIES / "tokenizers").glob(reference + "*")).read_bytes())


@pytest.mark.parametrize("name", list(stand_ins()))
def test_model_directories(tmp_path, name):
    """Directories as the hub lays them out: ids of transformers for every chat, an error where it has one."""
    transformers = pytest.importorskip("transformers")
    from conformance.chats import CHATS

    for path in (FAMILIES / name).iterdir():
        if path.suffix in (".json", ".jinja"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "tokenizer.json").write_bytes(vocabulary_of((FAMILIES / name / "tokenizer.ref").read_text().strip()))
    model = typecase.Model(tmp_path)
    reference = transformers.PreTrainedTokenizerFast.from_pretrained(str(tmp_path))
    compared = 0
    for chat, (messages, keywords) in CHATS.items():
        try:
            want = reference.apply_chat_template(messages, tokenize=True, return_dict=False, add_generation_prompt=True, **keywords)
        except Exception:  # noqa: BLE001 - whatever it raises, ours must raise too
            with pytest.raises(typecase.TypecaseError):
                model.render(messages, add_generation_prompt=True, **keywords)
            continue
        assert model.render(messages, add_generation_prompt=True, **keywords).ids.tolist() == want, chat
        compared += 1
    assert compared > 10


GOLDEN = SHARED / "golden"
OVERLONG = ("maximum context length", "longer than the maximum model length", "exceeds model's maximum", "longer than the model's context length", "maximum allowed length")


def captures(engine):
    """(name, request body or None, status, answer) of every capture that is no stream."""
    for path in sorted((GOLDEN / engine).rglob("*.json")):
        capture = json.loads(path.read_text())
        response = capture.get("response") or {}
        body = response.get("body")
        if not isinstance(body, str) or body.startswith("data:"):
            continue
        try:
            request = json.loads(capture["request"].get("body") or "null")
        except ValueError:
            request = None
        yield str(path.relative_to(GOLDEN / engine).with_suffix("")), request, response["status"], body


def parsed(body):
    try:
        return json.loads(body)
    except ValueError:
        return None


def is_completion(engine, body):
    """Whether an answer is one of the generate endpoint, in ids."""
    answer = parsed(body)
    if engine == "vllm":
        return isinstance(answer, dict) and str(answer.get("request_id")).startswith("generate-tokens") and answer.get("output_mode") == "tokens"
    items = answer if isinstance(answer, list) else [answer]
    return bool(items) and all(isinstance(item, dict) and "output_ids" in item and "meta_info" in item for item in items)


def replayed(engine, request, status, body, **arguments):
    """What generate makes of a captured answer. The prompt's ids do not matter, their number does for some answers."""
    ids = (request if isinstance(request, dict) else {}).get("token_ids" if engine == "vllm" else "input_ids") or [1]
    count = len(ids) if isinstance(ids, list) and all(isinstance(item, int) for item in ids) else 1
    with Replay(status, body.encode()) as server:
        return typecase.generate(
            backend=typecase.Backend(engine, server.url), prompt_ids=[1] * count, vocab_size=10, max_prompt_len=10_000, **arguments)


COMPLETIONS = [
    (engine, name) for engine in ("vllm", "sglang") for name, _, status, body in captures(engine) if status == 200 and is_completion(engine, body)
] if GOLDEN.is_dir() else []
ERRORS = [
    (engine, name) for engine in ("vllm", "sglang") for name, _, status, body in captures(engine) if status >= 400 or status == 0
] if GOLDEN.is_dir() else []


@functools.cache
def capture(engine, name):
    return next(found[1:] for found in captures(engine) if found[0] == name)


def test_there_are_captures(shared):
    assert len(COMPLETIONS) > 80 and len(ERRORS) > 100


@pytest.mark.parametrize(("engine", "name"), COMPLETIONS)
def test_completion_bodies(engine, name):
    """Every captured completion: ids, logprobs, finish and stop reason, counts, request id."""
    request, status, body = capture(engine, name)
    answer = parsed(body)
    if engine == "vllm":
        choices = sorted(answer["choices"], key=lambda choice: choice["index"])
        has_logprobs = choices[0]["logprobs"] is not None
    else:
        items = answer if isinstance(answer, list) else [answer]
        has_logprobs = all("output_token_logprobs" in item["meta_info"] for item in items)
    # Routed experts of SGLang are positions of the prompt that the capture had, from where it asked for them.
    extra = {key: value for key, value in (request if isinstance(request, dict) else {}).items() if key == "routed_experts_start_len"}
    out = replayed(engine, request, status, body, sampling_params={"logprobs": 1 if has_logprobs else None}, extra=extra)
    if engine == "vllm":
        assert out.request_id == answer["request_id"] and out.model == answer["model"]
        assert (out.usage["prompt_tokens"], out.usage["completion_tokens"]) == (answer["usage"]["prompt_tokens"], answer["usage"]["completion_tokens"])
        for got, want in zip(out.choices, choices, strict=True):
            assert got.ids.tolist() == want["token_ids"]
            assert (got.finish_reason, got.stop_reason) == (want["finish_reason"], want["stop_reason"])
            check_logprobs(got, [entry["logprob"] for entry in want["logprobs"]["content"]] if has_logprobs else None)
        return
    assert out.request_id == items[0]["meta_info"]["id"]
    assert out.usage["completion_tokens"] == sum(item["meta_info"].get("completion_tokens", len(item["output_ids"])) for item in items)
    for got, item in zip(out.choices, items, strict=True):
        meta = item["meta_info"]
        assert got.ids.tolist() == item["output_ids"]
        assert (got.finish_reason, got.stop_reason) == (meta["finish_reason"]["type"], meta["finish_reason"].get("matched"))
        check_logprobs(got, [triple[0] for triple in meta["output_token_logprobs"]] if "output_token_logprobs" in meta else None)
        if "routed_experts" in meta:
            assert bytes(got.routed_experts.reshape(-1).tobytes()) == base64.b64decode(meta["routed_experts"])


@pytest.mark.parametrize(("engine", "name"), [("vllm", "cmpl_tok"), ("vllm", "cmpl_multi"), ("sglang", "completions_ids"), ("sglang", "completions_ids_batch"), ("sglang", "moe_completions")])
def test_completions_of_the_openai_interface(shared, engine, name):
    """The same interface as two engines have it: ids, logprobs, why it stopped, routed experts."""
    capture = json.loads((shared / "golden" / engine / f"{name}.json").read_text())
    body, answer = capture["response"]["body"], json.loads(capture["response"]["body"])
    asked = json.loads(capture["request"]["body"])
    prompt = asked["prompt"] if isinstance(asked["prompt"][0], int) else [id for ids in asked["prompt"] for id in ids]
    sampling = {"max_tokens": asked["max_tokens"], "logprobs": asked.get("logprobs")}
    with Replay(200, body.encode()) as server:
        out = typecase.generate(backend=typecase.OpenAI(server.url), prompt_ids=prompt, vocab_size=200_000, max_prompt_len=512, sampling_params=sampling)
    assert len(out.choices) == len(answer["choices"]) and out.usage["prompt_tokens"] == answer["usage"]["prompt_tokens"]
    for got, want in zip(out.choices, answer["choices"]):
        assert got.ids.tolist() == want["token_ids"] and got.finish_reason == want["finish_reason"]
        assert got.stop_reason == (want.get("stop_reason") or want.get("matched_stop"))
        check_logprobs(got, want["logprobs"] and want["logprobs"]["token_logprobs"])
    if "sglext" in answer:
        assert out.choices[0].routed_experts.tobytes() == base64.b64decode(answer["sglext"]["routed_experts"])


def check_logprobs(choice, values):
    if values is None:
        assert choice.logprobs is None or len(choice.ids) == 0
        return
    missing = [value is None or value == -9999.0 for value in values]
    assert choice.missing_logprobs == sum(missing)
    for got, want, is_missing in zip(choice.logprobs.tolist(), values, missing, strict=True):
        assert got != got if is_missing else abs(got - want) < 1e-5


@pytest.mark.parametrize(("engine", "name"), ERRORS)
def test_error_bodies(engine, name):
    """Every captured error, of whatever endpoint: the right exception, the HTTP status, the engine's own message."""
    request, status, body = capture(engine, name)
    statuses = {0: typecase.NetworkError, 401: typecase.DeniedError, 403: typecase.DeniedError, 404: typecase.NotFoundError, 429: typecase.BusyError, 503: typecase.BusyError}
    expected = statuses.get(status, typecase.ServerError if status >= 500 else typecase.RejectedError)
    if status == 400 and any(words in body for words in OVERLONG):
        expected = typecase.WindowError
    with pytest.raises(expected) as caught:
        replayed(engine, request, status, body)
    assert type(caught.value) is expected
    assert caught.value.http_status == (status or None)
    if status:
        words = caught.value.source_message
        assert words == body[:500] or words in texts(parsed(body)) or words == json.dumps(parsed(body).get("detail"), ensure_ascii=False)


def texts(value):
    """All strings in a JSON value."""
    if isinstance(value, str):
        return {value}
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return set().union(*map(texts, children))


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
