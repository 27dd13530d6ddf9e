#!/usr/bin/env python3
"""One more engine, as a backend of your own: the server of llama.cpp (POST /completion with ids in, "return_tokens" for ids out).

    python llama_server.py http://127.0.0.1:8080 path/to/model
"""

import json
import sys

import typecase

STOPS = {"eos": "stop", "word": "stop", "limit": "length"}


class LlamaServer(typecase.HostBackend):
    """Names and shapes are those of llama.cpp's tools/server/README.md."""

    engine, path = "llama-server", "/completion"

    def encode(self, request, prompt_ids):
        sampling = dict(request["sampling_params"])
        if sampling.pop("n", None) not in (None, 1):
            raise ValueError("this server samples one completion a request")
        # Stop tokens have no field of their own: what the model's files name ends a turn there, too.
        sampling.pop("stop_token_ids", None)
        body = {"prompt": prompt_ids.tolist(), "n_predict": sampling.pop("max_tokens", -1), "stream": request["stream"], "return_tokens": True}
        if (count := sampling.pop("logprobs", None)) is not None:
            body["n_probs"] = max(count, 1)
        names = {"repetition_penalty": "repeat_penalty"}
        return body | {names.get(name, name): value for name, value in sampling.items()}

    def decode(self, data, is_event):
        answer = json.loads(data)
        if "error" in answer:
            return {"error": answer["error"]}
        choice = {"index": 0, "token_ids": answer.get("tokens") or []}
        if "completion_probabilities" in answer:
            choice["logprobs"] = [entry["logprob"] for entry in answer["completion_probabilities"]][: len(choice["token_ids"])]
        if is_event and not answer.get("stop"):
            return {"choices": [choice]}
        choice["finish_reason"] = STOPS.get(answer.get("stop_type"), "stop")
        usage = {"prompt_tokens": answer.get("tokens_evaluated"), "completion_tokens": answer.get("tokens_predicted")}
        return {"choices": [choice], "usage": usage, "model": answer.get("model")}


if __name__ == "__main__":
    model = typecase.Model(sys.argv[2])
    for event in typecase.stream(
        model=model, backend=LlamaServer(sys.argv[1]), messages=[{"role": "user", "content": "Hello!"}], max_prompt_len=4096, sampling_params={"max_tokens": 64},
    ):
        if event.kind == "content":
            print(event.text, end="", flush=True)
    print()
