"""Generation: a chat or ids in, a completion out. These block their thread; Client has the same to be awaited."""

import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .backend import Backend
from .client import Client
from .completion import Completion
from .many import Many
from .model import Model
from .request import StreamEvent, whole


def generate(
    *,
    backend: Backend | str,
    model: Model | None = None,
    messages: Sequence[Mapping] | None = None,
    prompt_ids=None,
    client: Client | None = None,
    **arguments,
) -> Completion:
    """Sends a prompt to an engine and waits for the answer.

    The prompt is ``messages``, rendered with ``model``, or ``prompt_ids``: ids, or a list of several prompts' ids, which go in one
    request (not to vLLM's own endpoint) and whose choices come prompt by prompt. A backend given as a string is the URL of a vLLM
    server. Further arguments: tools, documents, add_generation_prompt, continue_final_message, chat_template, mode, now,
    chat_template_kwargs as Model.render has them; served_model, lora, sampling_params, max_prompt_len, vocab_size, cache_salt, priority,
    request_id, session, data_parallel_rank, timeout, connect_timeout, first_byte_timeout, idle_timeout, retries, retry_sent,
    headers, extra. Each means what the member of the same name means in typecase_generate of typecase.h.

    Raises:
        VocabularyError, WindowError: before anything is sent (or the engine found the prompt too long).
        NetworkError, RequestTimeoutError, ProtocolError, DeniedError, NotFoundError, BusyError, RejectedError, ServerError.
    """
    client = client or _default_client()
    request = client.submit(backend=backend, model=model, messages=messages, prompt_ids=prompt_ids, **whole(arguments))
    try:
        return request.result()
    finally:
        request.cancel()


def stream(*, client: Client | None = None, **arguments) -> Iterator[StreamEvent]:
    """The events of a completion as it is made; the last is "done" and has the whole. Arguments as generate has them. Closing the
    generator cancels it at the engine."""
    request = (client or _default_client()).submit(**arguments, stream=True)
    try:
        yield from request.stream()
    finally:
        request.cancel()


def generate_many(
    requests: Iterable[Mapping], *, max_in_flight: int = 4096, return_exceptions: bool = False, progress: bool | None = None, **common
) -> list[Completion]:
    """Many completions, in the order of their requests: Client.generate_many, which see. Has a client of its own."""
    with Client() as client:

        def begin(arguments):
            tag = next(client._tags)
            return tag, client.submit(tag=tag, **whole(arguments))

        with Many(begin, requests, common, max_in_flight, return_exceptions, progress) as many:
            while many.fill():
                # In slices: between them Python looks for signals.
                for tag in client._next(0.2):
                    many.arrived(tag)
            return many.results


_clients: dict[int, Client] = {}
_clients_lock = threading.Lock()


def _default_client() -> Client:
    """The client of this process: a forked child makes its own."""
    process = os.getpid()
    with _clients_lock:
        if process not in _clients:
            _clients[process] = Client()
        return _clients[process]
