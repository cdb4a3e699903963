"""What the service answers: pure, and as a handler of HTTP requests."""

from __future__ import annotations

import json
import re
from http.server import BaseHTTPRequestHandler


def answer(path: str, version: str) -> tuple[int, dict[str, str]]:
    """Status and body for an address."""
    if path == "/health":
        return 200, {"status": "ok", "version": version}
    greeting = re.fullmatch(r"/greetings/([A-Za-z]+)", path)
    if greeting:
        return 200, {"greeting": f"Hello, {greeting[1]}!"}
    return 404, {"error": "nothing here"}


def handler(version: str) -> type[BaseHTTPRequestHandler]:
    """A handler that says `version`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answer(self.path, version)
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    return Handler
