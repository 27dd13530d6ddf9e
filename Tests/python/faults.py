"""A server that misbehaves as a test says, on loopback."""

import contextlib
import json
import socket
import struct
import threading
import time

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"


def answer(ids=(1, 2, 3)):
    """An answer of vLLM's."""
    return json.dumps({"request_id": "r", "choices": [{"index": 0, "token_ids": list(ids), "finish_reason": "stop", "logprobs": None}]}).encode()


def event(ids, finish=None, index=0):
    """An event of vLLM's streams."""
    choice = {"index": index, "token_ids": list(ids), "finish_reason": finish, "logprobs": None}
    return b"data: " + json.dumps({"request_id": "r", "choices": [choice]}).encode() + b"\n\n"


def whole(body, status=b"200 OK", headers=b""):
    """A complete HTTP answer."""
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, headers, len(body), body)


def chunked(*bodies):
    return STREAM_HEAD + b"".join(b"%x\r\n%s\r\n" % (len(body), body) for body in bodies) + b"0\r\n\r\n"


class Faulty:
    """Calls `behave(connection, number)` for the number-th request, with its head and body read; what it returns is sent, if it returns
    bytes. A false result keeps the connection open until the block ends; `close` closes it. `gone` counts connections that the client
    closed while the server had more to say; `most` is how many requests were open at once."""

    def __init__(self, behave):
        self._behave = behave if callable(behave) else lambda connection, number: behave
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._lock, self._open, self._count = threading.Lock(), set(), 0
        self._over = threading.Event()
        self.gone, self.most, self._now, self.requests = 0, 0, 0, []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._over.set()
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    @property
    def connections(self):
        """How many are open."""
        with self._lock:
            return len(self._open)

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (request := self._read(connection)) is not None:
                with self._lock:
                    self._count += 1
                    self._now += 1
                    number, self.most = self._count, max(self.most, self._now)
                    self.requests.append(request)
                try:
                    said = self._behave(connection, number)
                finally:
                    with self._lock:
                        self._now -= 1
                if said is close:
                    return
                if said:
                    connection.sendall(said)
                else:
                    self._wait(connection)
                    return
        except OSError:
            with self._lock:
                self.gone += 1
        finally:
            connection.close()
            with self._lock:
                self._open.discard(connection)

    def _wait(self, connection):
        """Until the client closes, or the test is over."""
        if not connection.recv(1) and not self._over.is_set():
            with self._lock:
                self.gone += 1

    @staticmethod
    def _read(connection):
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(1 << 16)
            if not more:
                return None
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0)
        while len(body) < length:
            body += connection.recv(1 << 16)
        return head, body


def close(*_):
    """A behaviour, and the result of one: close the connection."""
    return close


def pieces(data, size, pause):
    """Sends in pieces with pauses between."""

    def behave(connection, _number):
        for start in range(0, len(data), size):
            connection.sendall(data[start : start + size])
            time.sleep(pause)
        return close

    return behave


def then_close(data):
    """Sends, and closes."""

    def behave(connection, _number):
        connection.sendall(data)
        return close

    return behave


def then_reset(data):
    """Sends, and resets the connection."""

    def behave(connection, _number):
        connection.sendall(data)
        time.sleep(0.05)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return close

    return behave


def then_stall(data):
    """Sends, and says no more."""

    def behave(connection, _number):
        connection.sendall(data)

    return behave


def endless(head, piece, limit=1 << 31):
    """Sends a piece again and again until the client has had enough."""

    def behave(connection, _number):
        connection.sendall(head)
        for _ in range(limit // len(piece)):
            connection.sendall(piece)
        return close

    return behave
