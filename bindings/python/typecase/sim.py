"""A stand-in for an inference engine: ``python -m typecase.sim``.

It is no language model. It answers in the wire formats of vLLM (POST /inference/v1/generate), SGLang (POST /generate) and the OpenAI
interface's completions with ids (POST /v1/completions), on one port, with their fields, their error bodies and their odd habits, so that a trainer can be dry-run without a GPU. The same request
always gets the same answer. With a model directory the ids spell a sentence of the model's own vocabulary, otherwise they are
drawn from a hash of the prompt. Python's standard library only.
"""

import argparse
import copy
import hashlib
import json
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REPLY = (
    "<think>\nThis is a stand-in for a language model. It does not think.\n</think>\n\n"
    "This is a stand-in: it always answers the same thing to the same question."
)


class Refusal(Exception):
    """An answer other than 200: a status and a body."""

    def __init__(self, status, body):
        super().__init__(status)
        self.status, self.body = status, body


class Settings:
    """What the server pretends to be."""

    def __init__(self, name="sim", window=4096, vocab_size=None, api_key=None, scale_out=True, busy_every=0, reply_ids=None, stop_ids=(),
                 delay=0.0, owner="typecase.sim", incremental=False):
        self.name, self.window, self.api_key, self.scale_out = name, window, api_key, scale_out
        # Seconds that a token takes; who the list of models says made it; whether SGLang's streams tell what is new or all so far.
        self.delay, self.owner, self.incremental = delay, owner, incremental
        self.vocab_size = vocab_size or 32000
        self.busy_every, self.reply_ids, self.stop_ids = busy_every, reply_ids, list(stop_ids)


class Sampler:
    """A deterministic source of ids and logprobs for one choice."""

    def __init__(self, settings, prompt, seed, choice):
        key = struct.pack(f"<{len(prompt)}I", *prompt) + f"/{seed}/{choice}".encode()
        self.settings, self.state = settings, hashlib.sha256(key).digest()

    def at(self, position):
        """The id and logprob of a position."""
        digest = hashlib.sha256(self.state + position.to_bytes(4, "little")).digest()
        drawn, fraction = struct.unpack("<II", digest[:8])
        reply = self.settings.reply_ids
        token = drawn % self.settings.vocab_size if reply is None else reply[position] if position < len(reply) else None
        return token, -(fraction / 2**32) * 4

    def run(self, max_tokens, stops, ignore_eos):
        """(ids, logprobs, "stop" or "length", the stop id or None). Without a reply the answer has 16 to 47 ids, then a stop."""
        reply = self.settings.reply_ids
        end = len(reply) if reply is not None else 16 + self.state[0] % 32
        stop_id = next(iter([*self.settings.stop_ids, *stops]), None)
        ids, logprobs = [], []
        while len(ids) < max_tokens:
            position = len(ids)
            token, logprob = self.at(position if not ignore_eos else position % max(end, 1))
            if position >= end and not ignore_eos and stop_id is not None or token is None:
                token = stop_id
            if token is None:
                return ids, logprobs, "length", None
            ids.append(token)
            logprobs.append(logprob)
            if not ignore_eos and (token in stops or token in self.settings.stop_ids):
                return ids, logprobs, "stop", token
        return ids, logprobs, "length", None


class VLLM:
    """vLLM 0.32: names, defaults and errors."""

    @staticmethod
    def error(status, kind, message, param=None):
        return Refusal(status, {"error": {"message": message, "type": kind, "param": param, "code": status}})

    def __init__(self, settings):
        self.settings = settings

    def generate(self, body, number):
        settings = self.settings
        if not settings.scale_out:
            raise self.error(
                403, "PermissionDeniedError",
                "Scale-out endpoints are disabled. Restart vllm serve with --enable-scale-out to enable them.",
            )
        prompt = body.get("token_ids")
        if not _is_ids(prompt) or not prompt:
            raise self.error(400, "Bad Request", "1 validation error:\n  {'loc': 'body.token_ids', 'msg': 'a list of at least one id is required'}", "body.token_ids")
        if not isinstance(body.get("sampling_params"), dict):
            raise self.error(400, "Bad Request", "1 validation error:\n  {'type': 'missing', 'loc': 'body.sampling_params', 'msg': 'Field required'}", "body.sampling_params")
        if body.get("model") not in (None, "", settings.name):
            raise self.error(404, "NotFoundError", f"The model `{body['model']}` does not exist. Valid aliases: {settings.name}.", "model")
        sampling = body["sampling_params"]
        for token in prompt:
            if token >= settings.vocab_size:
                raise self.error(400, "BadRequestError", f"Token id {token} is out of vocabulary")
        if len(prompt) > settings.window:
            raise self.error(400, "BadRequestError", f"The decoder prompt (length {len(prompt)}) is longer than the maximum model length of {settings.window}. Make sure that `max_model_len` is no smaller than the number of text tokens.")
        if len(prompt) == settings.window:
            raise self.error(400, "BadRequestError", f"The decoder prompt (length {len(prompt)}) plus the number of requested output tokens (at least 1) is longer than the maximum model length of {settings.window}.")
        temperature = _number(sampling.get("temperature"), 1.0)
        if temperature < 0:
            raise self.error(400, "BadRequestError", f"temperature must be non-negative, got {temperature}. (parameter=temperature, value={temperature})", "temperature")
        limit = sampling.get("max_tokens")
        if limit is not None and limit < 1:
            raise self.error(400, "BadRequestError", f"max_tokens must be at least 1, got {limit}. (parameter=max_tokens, value={limit})", "max_tokens")
        if settings.busy_every and number % settings.busy_every == 0:
            raise self.error(503, "Service Unavailable", "The engine is currently busy and cannot accept new requests. Please try again later or on a different instance.")
        room = settings.window - len(prompt)
        limit = room if limit is None else min(limit, room)
        choices, sampled = [], 0
        for index in range(sampling.get("n") or 1):
            seed = sampling.get("seed") if temperature > 0 else None
            sampler = Sampler(settings, prompt, seed, index if temperature > 0 else 0)
            ids, logprobs, reason, stop = sampler.run(limit, sampling.get("stop_token_ids") or [], bool(sampling.get("ignore_eos")))
            sampled += len(ids)
            content = None
            if sampling.get("logprobs") is not None:
                entries = [{"token_id": token, "logprob": value, "rank": 1} for token, value in zip(ids, logprobs)]
                content = {"content": [{**entry, "top_logprobs": [entry]} for entry in entries]}
            choices.append(
                {
                    "index": index, "finish_reason": reason, "stop_reason": None if stop in settings.stop_ids[:1] else stop,
                    "token_ids": ids, "routed_experts": None, "sampling_mask": None,
                    "weight_versions": [{"version": "default", "start": 0, "end": len(ids)}], "logprobs": content,
                }
            )
        usage = {"prompt_tokens": len(prompt), "total_tokens": len(prompt) + sampled, "completion_tokens": sampled,
                 "prompt_tokens_details": None, "completion_tokens_details": None}
        identity = body.get("request_id") or _identity(prompt, number)
        return {
            "request_id": f"generate-tokens-{identity}", "model": settings.name, "created": 0, "usage": usage, "prompt_logprobs": None,
            "prompt_token_id_logprobs": None, "prompt_token_ids": prompt if body.get("return_token_ids") else None, "mm_placeholders": None,
            "metrics": None, "kv_transfer_params": None, "ec_transfer_params": None, "output_mode": "tokens", "choices": choices,
        }


    def events(self, body, answer):
        """The answer as a stream: a token an event, the choices in turn."""
        head = {"request_id": answer["request_id"], "usage": None, "output_mode": "tokens"}
        for start in range(max(len(choice["token_ids"]) for choice in answer["choices"])):
            for choice in answer["choices"]:
                if start >= len(choice["token_ids"]):
                    continue
                is_last = start + 1 == len(choice["token_ids"])
                logprobs = choice["logprobs"] and {"content": choice["logprobs"]["content"][start : start + 1]}
                delta = {**choice, "token_ids": choice["token_ids"][start : start + 1], "logprobs": logprobs}
                if not is_last:
                    delta |= {"finish_reason": None, "stop_reason": None, "weight_versions": None}
                yield {**head, "choices": [delta]}
        if (body.get("stream_options") or {}).get("include_usage"):
            yield {**head, "usage": answer["usage"], "choices": []}


class OpenAI(VLLM):
    """The OpenAI interface's completions with ids, as vLLM 0.32 has them: served without --enable-scale-out, too."""

    def generate(self, body, number):
        if _is_batch(body.get("prompt")):
            answers = [self.generate({**body, "prompt": prompt}, number) for prompt in body["prompt"]]
            choices = [choice for answer in answers for choice in answer["choices"]]
            usage = {name: value and sum(answer["usage"][name] for answer in answers) for name, value in answers[0]["usage"].items()}
            return {**answers[0], "choices": [{**choice, "index": i} for i, choice in enumerate(choices)], "usage": usage}
        settings = self.settings
        sampling = {key: value for key, value in body.items() if key not in ("model", "prompt", "request_id", "cache_salt", "priority")}
        if sampling.setdefault("max_tokens", 16) is not None and sampling["max_tokens"] > settings.window:
            raise self.error(400, "BadRequestError", f"max_tokens={sampling['max_tokens']} cannot be greater than max_model_len={settings.window}. Please request fewer output tokens. (parameter=max_tokens, value={sampling['max_tokens']})", "max_tokens")
        request = {"token_ids": body.get("prompt"), "model": body.get("model"), "request_id": body.get("request_id"), "sampling_params": sampling}
        served = copy.copy(settings)
        served.scale_out = True
        answer = VLLM(served).generate(request, number)
        choices = []
        for choice in answer["choices"]:
            logprobs = None
            if choice["logprobs"] is not None:
                names = [f"token_id:{entry['token_id']}" for entry in choice["logprobs"]["content"]]
                values = [entry["logprob"] for entry in choice["logprobs"]["content"]]
                logprobs = {"text_offset": [0] * len(names), "tokens": names, "token_logprobs": values, "top_logprobs": [{name: value} for name, value in zip(names, values)]}
            choices.append(
                {
                    "index": choice["index"], "text": "", "logprobs": logprobs, "finish_reason": choice["finish_reason"], "stop_reason": choice["stop_reason"],
                    "token_ids": choice["token_ids"] if body.get("return_token_ids") else None, "prompt_logprobs": None, "prompt_token_ids": body["prompt"], "routed_experts": None,
                }
            )
        return {
            "id": f"cmpl-{answer['request_id'].removeprefix('generate-tokens-')}", "object": "text_completion", "created": 0, "model": settings.name, "choices": choices,
            "service_tier": None, "system_fingerprint": None, "usage": answer["usage"], "kv_transfer_params": None,
        }


    def events(self, body, answer):
        head = {key: answer[key] for key in ("id", "object", "created", "model")}
        for choice in answer["choices"]:
            for start in range(len(choice["token_ids"])):
                is_last = start + 1 == len(choice["token_ids"])
                logprobs = choice["logprobs"] and {name: values[start : start + 1] for name, values in choice["logprobs"].items()}
                delta = {**choice, "token_ids": choice["token_ids"][start : start + 1], "logprobs": logprobs, "prompt_token_ids": None}
                if not is_last:
                    delta |= {"finish_reason": None, "stop_reason": None}
                yield {**head, "choices": [delta]}
        yield {**head, "choices": [], "usage": answer["usage"]}


class SGLang:
    """SGLang 0.5: names, defaults and errors."""

    KEYS = set(
        "max_new_tokens min_new_tokens stop stop_token_ids stop_regex temperature top_p top_k min_p frequency_penalty presence_penalty "
        "repetition_penalty n beam_width json_schema regex ebnf structural_tag ignore_eos skip_special_tokens "
        "spaces_between_special_tokens no_stop_trim stream_interval logit_bias sampling_seed custom_params watermark".split()
    )

    @staticmethod
    def error(message, status=400):
        return Refusal(status, {"error": {"message": message}})

    def __init__(self, settings):
        self.settings = settings

    def generate(self, body, number):
        if _is_batch(body.get("input_ids")):
            answers = [self.generate({**body, "input_ids": prompt}, number) for prompt in body["input_ids"]]
            return [item for answer in answers for item in (answer if isinstance(answer, list) else [answer])]
        settings = self.settings
        prompt = body.get("input_ids")
        if prompt == []:
            raise self.error("input_ids cannot be empty.")
        if not _is_ids(prompt):
            raise Refusal(400, {"object": "error", "message": "input_ids must be a list of token ids", "type": "Bad Request", "param": None, "code": 400})
        sampling = body.get("sampling_params") or {}
        for key in sampling:
            if key not in self.KEYS:
                raise Refusal(400, {"error": f"unknown field `{key}`, expected one of {', '.join(sorted(self.KEYS))}"})
        if any(token >= settings.vocab_size for token in prompt):
            # A real server dies of it: the client sees the connection close without a byte.
            raise Refusal(0, None)
        if len(prompt) >= settings.window:
            raise self.error(f"The input ({len(prompt)} tokens) is longer than the model's context length ({settings.window} tokens).")
        temperature = _number(sampling.get("temperature"), 1.0)
        if temperature < 0:
            raise self.error(f"temperature must be non-negative, got {temperature}.")
        if settings.busy_every and number % settings.busy_every == 0:
            raise Refusal(503, {"object": "error", "message": "The request queue is full.", "type": "503", "param": None, "code": 503})
        room = settings.window - len(prompt) - 1
        asked = sampling.get("max_new_tokens", 128)
        if asked is not None and len(prompt) + asked > settings.window:
            raise self.error(
                f"Requested token count exceeds the model's maximum context length of {settings.window} tokens. You requested a total of "
                f"{len(prompt) + asked} tokens: {len(prompt)} tokens from the input messages and {asked} tokens for the completion."
            )
        limit = room if asked is None else min(asked, room)
        items = []
        for index in range(sampling.get("n") or 1):
            seed = sampling.get("sampling_seed") if temperature > 0 else None
            sampler = Sampler(settings, prompt, seed, index if temperature > 0 else 0)
            ids, logprobs, reason, stop = sampler.run(limit, sampling.get("stop_token_ids") or [], bool(sampling.get("ignore_eos")))
            finish = {"type": "stop", "matched": stop} if reason == "stop" else {"type": "length", "length": len(ids)}
            meta = {
                "id": body.get("rid") or _identity(prompt, f"{number}/{index}"), "finish_reason": finish, "prompt_tokens": len(prompt),
                "weight_version": "default", "num_retractions": 0, "reasoning_tokens": 0, "completion_tokens": len(ids), "cached_tokens": 0,
                "weight_versions": [{"version": "default", "start": 0, "end": len(ids)}], "cached_tokens_details": None, "dp_rank": None,
                "e2e_latency": 0.0,
            }
            if body.get("return_logprob"):
                meta["input_token_logprobs"] = []
                meta["output_token_logprobs"] = [[value, token, None] for token, value in zip(ids, logprobs)]
                meta["output_token_logprobs_length"] = len(ids)
            items.append({"text": "", "output_ids": ids, "meta_info": meta})
        return items if len(items) > 1 else items[0]

    def events(self, body, answer):
        """The answer as a stream, the last choice first: each event has all so far, or what is new."""
        items = answer if isinstance(answer, list) else [answer]
        for index, item in reversed(list(enumerate(items))):
            ids, meta = item["output_ids"], item["meta_info"]
            for end in range(1, len(ids) + 1):
                start = end - 1 if self.settings.incremental else 0
                said = {**meta, "completion_tokens": end}
                if end < len(ids):
                    said |= {"finish_reason": None}
                    said.pop("weight_versions")
                if "output_token_logprobs" in meta:
                    said |= {"output_token_logprobs": meta["output_token_logprobs"][start:end], "output_token_logprobs_length": end}
                event = {"text": "", "output_ids": ids[start:end], "meta_info": said}
                yield {**event, "index": index} if isinstance(answer, list) else event


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer is written at once: small writes would wait for each other.
    wbufsize = 1 << 16

    def do_GET(self):
        settings = self.server.settings
        if self.path in ("/health", "/ping", "/ready"):
            return self.answer(200, None)
        if self.path == "/v1/models":
            if not self.is_authorized():
                return self.answer(401, {"error": "Unauthorized"})
            card = {"id": settings.name, "object": "model", "created": 0, "owned_by": settings.owner, "root": settings.name, "parent": None,
                    "max_model_len": settings.window}
            return self.answer(200, {"object": "list", "data": [card]})
        return self.answer(404, {"detail": "Not Found"})

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        engine = {"/inference/v1/generate": VLLM, "/generate": SGLang, "/v1/completions": OpenAI}.get(self.path)
        if engine is None:
            return self.answer(404, {"detail": "Not Found"})
        if not self.is_authorized():
            return self.answer(401, {"error": "Unauthorized"})
        try:
            body = json.loads(raw)
            if not isinstance(body, dict):
                raise ValueError("an object is needed")
        except ValueError as error:
            message = f"JSON decode error: {error}"
            shape = {"error": {"message": message, "type": "Bad Request", "param": "body", "code": 400}}
            if engine is SGLang:
                shape = {"object": "error", "message": message, "type": "Bad Request", "param": None, "code": 400}
            return self.answer(400, shape)
        settings = self.server.settings
        try:
            made = engine(settings)
            answer = made.generate(body, self.server.next_number())
            if body.get("stream"):
                return self.stream(made.events(body, answer))
            tokens = sum(len(item.get("output_ids", item.get("token_ids", ()))) for item in (answer if isinstance(answer, list) else answer.get("choices", [answer])))
            time.sleep(settings.delay * tokens)
            return self.answer(200, answer)
        except Refusal as refusal:
            if body.get("stream") and refusal.status == 400:
                # Both engines have begun to answer when they look at the prompt.
                error = refusal.body.get("error")
                if engine is SGLang and isinstance(error, dict):
                    error |= {"type": "invalid_request_error", "code": 400, "retryable": False}
                return self.stream([refusal.body])
            if refusal.status == 0:
                self.close_connection = True
                return None
            return self.answer(refusal.status, refusal.body)

    def is_authorized(self):
        key = self.server.settings.api_key
        return key is None or self.headers.get("Authorization") == f"Bearer {key}"

    def answer(self, status, value):
        body = b"" if value is None else json.dumps(value, separators=(",", ":")).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def stream(self, events):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for event in events:
                self.chunk(b"data: " + json.dumps(event, separators=(",", ":")).encode() + b"\n\n")
                if self.server.settings.delay:
                    self.wfile.flush()
                    time.sleep(self.server.settings.delay)
            self.chunk(b"data: [DONE]\n\n")
            self.chunk(b"")
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            # The client has cancelled: the engine stops.
            with self.server._lock:
                self.server.cancelled += 1
            self.close_connection = True

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def log_message(self, format, *arguments):
        if self.server.is_verbose:
            super().log_message(format, *arguments)


class Server(ThreadingHTTPServer):
    """The stand-in as an object: ``with Server(Settings()) as server: … server.url``."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, settings, port=0, is_verbose=False):
        super().__init__(("127.0.0.1", port), Handler)
        self.settings, self.is_verbose = settings, is_verbose
        self._count, self._lock = 0, threading.Lock()
        # How many streams were left by their clients.
        self.cancelled = 0
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def next_number(self):
        with self._lock:
            self._count += 1
            return self._count

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def model_settings(directory, **settings):
    """Settings for a model directory: its vocabulary, its stop tokens, and a reply in its own tokens."""
    from .model import Model

    model = Model(directory)
    tokenizer, info = model.tokenizer, model.info
    reply = [int(token) for token in tokenizer.encode(REPLY, add_special_tokens=False).ids]
    settings.setdefault("vocab_size", info["vocab_size"])
    return Settings(reply_ids=reply + info["stop_token_ids"][:1], stop_ids=info["stop_token_ids"], **settings)


def _is_ids(value):
    return isinstance(value, list) and all(type(item) is int and item >= 0 for item in value)


def _is_batch(value):
    return isinstance(value, list) and bool(value) and all(_is_ids(prompt) and prompt for prompt in value)


def _number(value, default):
    return default if value is None else value


def _identity(prompt, number):
    return hashlib.sha256(f"{prompt}/{number}".encode()).hexdigest()[:16]


def main():
    parser = argparse.ArgumentParser(prog="python -m typecase.sim", description=__doc__.split("\n\n")[0])
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one (default 8000); the address is always 127.0.0.1")
    parser.add_argument("--model", help="a model directory: answers are spelled in its vocabulary")
    parser.add_argument("--name", default="sim", help="the model name it serves (default sim)")
    parser.add_argument("--window", type=int, default=4096, help="the longest prompt plus answer, in tokens (default 4096)")
    parser.add_argument("--vocab-size", type=int, help="ids at or above it are errors (default: the model's, or 32000)")
    parser.add_argument("--api-key", help="answer 401 to requests without it")
    parser.add_argument("--no-scale-out", action="store_true", help="answer 403 on the vLLM endpoint, as vLLM does without --enable-scale-out")
    parser.add_argument("--busy-every", type=int, default=0, metavar="N", help="answer 503 to every Nth request")
    parser.add_argument("--delay", type=float, default=0.0, metavar="SECONDS", help="how long a token takes (default 0)")
    parser.add_argument("--verbose", action="store_true", help="log requests")
    options = parser.parse_args()
    common = {"name": options.name, "window": options.window, "api_key": options.api_key, "scale_out": not options.no_scale_out,
              "busy_every": options.busy_every, "delay": options.delay}
    if options.vocab_size:
        common["vocab_size"] = options.vocab_size
    settings = model_settings(options.model, **common) if options.model else Settings(**common)
    server = Server(settings, options.port, options.verbose)
    print(f"a stand-in, not a real engine, on {server.url} (vLLM: /inference/v1/generate, SGLang: /generate, both: /v1/completions)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
