"""Requests to engines from asyncio: many under way at once, on one thread of the library's."""

import asyncio
import ctypes
import itertools
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import NamedTuple

from . import _abi
from ._library import Handle, check, lib, make
from .completion import Completion
from .many import Many
from .request import Request, StreamEvent, request_body, whole


class Load(NamedTuple):
    """A moment's picture of a client."""

    #: Requests that have no result yet.
    requests: int
    #: Those of them that wait for a connection to be free.
    waiting: int
    #: Connections in use.
    connections: int


class Client(Handle):
    """Requests under way and connections to servers. Threads and event loops (asyncio's, uvloop's) may share one.

    The library's threads start with the first request and end when the client is freed or closed. A client does not survive fork():
    make a new one in the child.
    """

    _free = "typecase_client_free"

    def __init__(
        self,
        connect_timeout: float | None = None,
        timeout: float | None = None,
        max_response_bytes: int | None = None,
        first_byte_timeout: float | None = None,
        idle_timeout: float | None = None,
        connections_per_server: int | None = None,
        connections: int | None = None,
        workers: int | None = None,
    ):
        """Timeouts in seconds: 10 for a connection and 600 for a whole request by default, none for the first byte and between two;
        answers up to 1 GiB; 1024 connections to a server and 4096 in all; two threads that render and parse."""
        options = _abi.typecase_client_options(
            ctypes.sizeof(_abi.typecase_client_options), _milliseconds(connect_timeout), _milliseconds(timeout),
            max_response_bytes or 0, _milliseconds(first_byte_timeout), _milliseconds(idle_timeout), connections_per_server or 0,
            connections or 0, workers or 0,
        )
        super().__init__(make("typecase_client_new", ctypes.byref(options)))
        # With requests under way the interpreter does not end before the library's threads.
        self._at_exit = weakref.finalize(self, _close, weakref.ref(self))
        self._tags = itertools.count(1)
        # What to do at news of a request, and on which loop; and the loops that watch the descriptor.
        self._waiting: dict[int, tuple[asyncio.AbstractEventLoop, Callable[[], None]]] = {}
        self._loops: weakref.WeakSet[asyncio.AbstractEventLoop] = weakref.WeakSet()
        # The one of them that asked last.
        self._loop = lambda: None
        self._lock = threading.Lock()
        self._descriptor = -1
        # What typecase_client_next writes to.
        self._buffers: list[tuple] = []

    def close(self) -> None:
        """Ends what is under way as cancelled, and the client's threads. Nothing else may use it at the time, or afterwards."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
            loops = list(self._loops)
            self._loops.clear()
        for loop in loops:
            if not loop.is_closed():
                _on(loop, loop.remove_reader, self._descriptor)
        self._at_exit.detach()
        self.__del__()
        # Their requests have ended: whoever awaits one sees it.
        for loop, told in waiting.values():
            if not loop.is_closed():
                _on(loop, told)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    @property
    def load(self) -> Load:
        """How much there is at once, for those who want to hold back."""
        counts = [ctypes.c_size_t() for _ in Load._fields]
        check("typecase_client_load", self._handle, *map(ctypes.byref, counts))
        return Load(*(count.value for count in counts))

    def submit(self, *, tag: int | None = None, **arguments) -> Request:
        """Begins a request and comes back at once. The arguments are those of typecase.generate, without client.

        For hosts with an event loop of their own: typecase_client_fd and typecase_client_next of typecase.h tell tags.
        """
        return Request(self, next(self._tags) if tag is None else tag, arguments)

    async def generate(self, **arguments) -> Completion:
        """typecase.generate, awaited. Cancelling the task cancels the request at the engine."""
        loop = asyncio.get_running_loop()
        news = loop.create_future()
        tag = self._watch(loop, lambda: news.done() or news.set_result(None))
        try:
            given, keep = request_body(whole(arguments))
            # No Request: nobody else sees it. Freed while it is under way, it is cancelled.
            request = make("typecase_submit", self._handle, *given, tag)
            try:
                await news
                return Completion(make("typecase_request_completion", request))
            finally:
                lib.typecase_request_free(request)
                # A backend's own code may be called until then.
                del keep
        finally:
            self._forget(tag)

    async def stream(self, **arguments) -> AsyncIterator[StreamEvent]:
        """The events of a completion as it is made; the last is "done" and has the whole. Leaving the loop early cancels it at the
        engine (at once inside contextlib.aclosing, else when the generator is collected)."""
        loop = asyncio.get_running_loop()
        news = asyncio.Event()
        tag = self._watch(loop, news.set)
        request = None
        try:
            request = self.submit(tag=tag, **arguments, stream=True)
            while True:
                news.clear()
                done = request.done
                for event in request.events():
                    yield event
                if done:
                    break
                await news.wait()
            yield StreamEvent("done", completion=request.result())
        finally:
            self._forget(tag)
            if request is not None:
                request.cancel()

    async def generate_many(
        self, requests: Iterable[Mapping], *, max_in_flight: int = 4096, return_exceptions: bool = False, progress: bool | None = None, **common
    ) -> list[Completion]:
        """Many completions, in the order of their requests: each a mapping of the arguments of generate, on top of `common`.

        Requests are taken as there is room for them. The first error cancels the others and is raised, unless return_exceptions puts
        errors in the places of completions. progress shows a bar (of tqdm, where it is installed): by default on a terminal.
        """
        loop = asyncio.get_running_loop()
        news = asyncio.Event()
        ready: list[int] = []
        tags: set[int] = set()

        def begin(arguments):
            tag = self._watch(loop, lambda: (ready.append(tag), news.set()))
            tags.add(tag)
            return tag, self.submit(tag=tag, **whole(arguments))

        with Many(begin, requests, common, max_in_flight, return_exceptions, progress) as many:
            try:
                while many.fill():
                    await news.wait()
                    news.clear()
                    while ready:
                        tag = ready.pop()
                        self._forget(tag)
                        tags.discard(tag)
                        many.arrived(tag)
                return many.results
            finally:
                for tag in tags:
                    self._forget(tag)

    def _watch(self, loop, told: Callable[[], None]) -> int:
        """A tag whose news call `told` on the loop."""
        tag = next(self._tags)
        self._waiting[tag] = (loop, told)
        if self._loop() is not loop:
            self._join(loop)
        return tag

    def _join(self, loop) -> None:
        """Has the loop watch the descriptor."""
        with self._lock:
            is_new = loop not in self._loops
            if is_new:
                descriptor = ctypes.c_int()
                check("typecase_client_fd", self._handle, ctypes.byref(descriptor))
                self._descriptor = descriptor.value
                self._loops.add(loop)
            self._loop = weakref.ref(loop)
        if is_new:
            loop.add_reader(self._descriptor, self._read)

    def _forget(self, tag: int) -> None:
        self._waiting.pop(tag, None)

    def _read(self) -> None:
        """The descriptor is readable: whoever reads it tells the loops of all."""
        here, waiting = asyncio.get_running_loop(), self._waiting
        for tag in self._next(0):
            loop, told = waiting.get(tag, (here, None))
            if told is None or loop.is_closed():
                continue
            if loop is here:
                told()
            else:
                loop.call_soon_threadsafe(told)

    def _next(self, timeout: float) -> list[int]:
        """The tags of requests that have news; waits for the first (seconds)."""
        # A thread takes a buffer out, and puts it back: two never share one.
        try:
            buffer, count = self._buffers.pop()
        except IndexError:
            buffer, count = _Tags(), ctypes.c_size_t()
        check("typecase_client_next", self._handle, int(timeout * 1000), buffer, len(buffer), ctypes.byref(count))
        tags = buffer[: count.value]
        self._buffers.append((buffer, count))
        return tags


def _close(reference) -> None:
    client = reference()
    if client is not None:
        client.__del__()


_Tags = ctypes.c_uint64 * 256


def _on(loop, function, *arguments) -> None:
    """Calls on a loop: at once on its own thread, else soon."""
    try:
        here = asyncio.get_running_loop()
    except RuntimeError:
        here = None
    if here is loop:
        function(*arguments)
    else:
        loop.call_soon_threadsafe(function, *arguments)


def _milliseconds(seconds: float | None) -> int:
    return 0 if seconds is None else max(int(seconds * 1000), 1)
