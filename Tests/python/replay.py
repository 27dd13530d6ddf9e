"""Servers that answer what a test says, on loopback."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Replay(ThreadingHTTPServer):
    """Answers every POST with one status and body, and GET /v1/models with `models` (404 by default). Status 0 closes the
    connection without a byte. What was posted is in `posted`, with its headers in `headers`."""

    daemon_threads = True

    def __init__(self, status, body, models=None, headers=()):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer, self.models, self.extra_headers = (status, body), models, headers
        self.posted, self.headers = [], []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        models = self.server.models
        self.reply(404 if models is None else 200, b'{"detail":"Not Found"}' if models is None else models)

    def do_POST(self):
        self.server.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.headers.append(dict(self.headers))
        self.reply(*self.server.answer)

    def reply(self, status, body):
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in self.server.extra_headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Raw:
    """Answers each connection with bytes as they are, whatever it asks, then closes it; or keeps it open and says no more."""

    def __init__(self, answer=b"", keep_open=False):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._answer, self._keep_open, self._kept = answer, keep_open, []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.recv(1 << 16)
            connection.sendall(self._answer)
            if self._keep_open:
                self._kept.append(connection)
            else:
                connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()
        for connection in self._kept:
            connection.close()


def closed_port():
    """A URL that refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"
