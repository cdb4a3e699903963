"""A registry on this machine: keeps files by address, shows them to who has its user and password, and counts writes.

It speaks what the scripts ask for themselves: files by address, Python's simple index, and the service index of NuGet.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USER = 'ci "quoted"'
PASSWORD = "pa$$ word\\`id`'\""


class Registry:
    """What is there, and what was done.

    Attributes:
        url: its address.
        files: content by path.
        written: the paths of all writes, in order.
        broken: the status of every answer, where it isn't well.
        digest: with which the simple index describes its files; empty for none.
        token: a bearer token that is taken in the place of user and password.
    """

    def __init__(self) -> None:
        self.url = ""
        self.files: dict[str, bytes] = {}
        self.written: list[str] = []
        self.broken: int | None = None
        self.digest = "sha256"
        self.token = "none yet"

    def lets_in(self, authorization: str) -> bool:
        """Whether a header is that of somebody it knows."""
        known = (f"{USER}:{PASSWORD}", f"aws:{self.token}")
        basic = {f"Basic {base64.b64encode(one.encode()).decode()}" for one in known}
        return authorization in basic | {f"Bearer {self.token}"}

    def read(self, path: str) -> bytes | None:
        """What is at a path, or None."""
        if path.endswith("/index.json"):
            base = {"@id": f"{self.url}/flat/", "@type": "PackageBaseAddress/3.0.0"}
            return json.dumps({"resources": [{"@id": "x", "@type": "Other/1"}, base]}).encode()
        if path in self.files:
            return self.files[path]
        if "/simple/" in path:
            project = path.rstrip("/").rpartition("/")[2]
            return self._index(project)
        return None

    def _index(self, project: str) -> bytes | None:
        links = []
        for path, content in self.files.items():
            name = path.rpartition("/")[2]
            if path.startswith(f"/packages/{project}/"):
                fragment = f"#{self.digest}={hashlib.new(self.digest, content).hexdigest()}" if self.digest else ""
                links.append(f'<a href="../../packages/{project}/{name}{fragment}">{name}</a>')
        return "<br/>\n".join(links).encode() if links else None


@contextmanager
def registry() -> Iterator[Registry]:
    """A registry that answers until the block ends."""
    kept = Registry()

    class Handler(BaseHTTPRequestHandler):
        # So that a client which asks whether it may go on is answered at once.
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            content = kept.read(self.path)
            self._answer(200 if content is not None else 404, content or b"", kept)

        def do_PUT(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if kept.lets_in(self.headers.get("Authorization", "")) and kept.broken is None:
                kept.files[self.path] = content
                kept.written.append(self.path)
            self._answer(201, b"", kept)

        def _answer(self, status: int, content: bytes, kept: Registry) -> None:
            if kept.broken is not None:
                status = kept.broken
            elif not kept.lets_in(self.headers.get("Authorization", "")):
                status = 401
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's spelling
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
