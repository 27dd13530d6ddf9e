"""Certificates made for a test, and a server with TLS that asks its clients for theirs, on loopback."""

import contextlib
import socket
import ssl
import subprocess

from typecase.sim import Server, Settings


def certificate(folder, name, host, authority=None):
    """A certificate and its key, as files; signed by itself, or by the authority, which is such a pair."""
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    signer = [] if authority is None else ["-CA", authority[0], "-CAkey", authority[1]]
    made = subprocess.run(
        ["openssl", "req", "-x509", *signer, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-keyout", key, "-out", cert,
         "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"], capture_output=True)
    assert made.returncode == 0, made.stderr
    return cert, key


def serving(pair, authority=None, version=None):
    """The server's side of TLS, up to a version; with an authority whose certificates clients must have."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    if version is not None:
        context.maximum_version = version
    if authority is not None:
        context.load_verify_locations(authority[0])
        context.verify_mode = ssl.CERT_REQUIRED
    return context


class TLSServer(Server):
    """The stand-in engine behind TLS. A client that it refuses it tells so and closes at once, so that what it told may be lost; with
    `lingers` it waits until the client has read it. `refused` has the reasons."""

    def __init__(self, context, lingers=False):
        super().__init__(Settings(vocab_size=10))
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.lingers, self.refused = lingers, []
        self.port = self.server_address[1]

    def get_request(self):
        connection, address = super().get_request()
        connection.settimeout(5)
        try:
            connection.do_handshake()
        except OSError as error:
            self.refused.append(str(error))
            with contextlib.suppress(OSError):
                # Bytes as they are: there is no TLS on this connection.
                while self.lingers and socket.socket.recv(connection, 1 << 16):
                    pass
            connection.close()
            raise
        connection.settimeout(None)
        return connection, address
