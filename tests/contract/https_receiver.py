"""A receiver of webhooks on this machine: HTTPS with a certificate of its own, and answers that a test chooses."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """The receiver.

    Args:
        port: where it listens, on localhost.
        trust: trusts its certificate, as a public authority's would be trusted.
        answers: the status of each request to come, or seconds to stay silent first; 200 after that.
        location: where a redirect leads to.
    """

    port: int
    trust: ssl.SSLContext
    received: list[Received] = field(default_factory=list)
    answers: list[int | float] = field(default_factory=list)
    location: str = ""


@contextmanager
def receiver(folder: Path) -> Iterator[Receiver]:
    """A receiver that runs while the block does."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    made = [*command.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            open_one.received.append(Received(path=self.path, headers=dict(self.headers), body=body))
            answer = open_one.answers.pop(0) if open_one.answers else 200
            if isinstance(answer, float):
                # Not `sleep`, which a test may have made short for the one who calls.
                threading.Event().wait(answer)
                answer = 200
            self.send_response(answer)
            if open_one.location:
                self.send_header("Location", open_one.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silence: the test says what was asked."""

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    open_one = Receiver(port=server.server_port, trust=ssl.create_default_context(cafile=str(certificate)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield open_one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
