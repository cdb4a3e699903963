"""Greets whoever asks."""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

VERSION = Path(__file__).with_name("VERSION")


def answer(target):
    """Status and body for the target of a request."""
    address = urlsplit(target)
    if address.path == "/health":
        return 200, {"status": "ok", "version": version()}
    if address.path != "/":
        return 404, {"error": "there is nothing here"}
    name = parse_qs(address.query).get("name", ["world"])[0]
    if not name.isprintable() or len(name) > 100:
        return 400, {"error": "a name has at most 100 printable characters"}
    return 200, {"message": f"{os.environ.get('GREETING', 'Hello')}, {name}!"}


def version():
    """What the build wrote; a working copy has none."""
    return VERSION.read_text(encoding="utf-8").strip() if VERSION.exists() else "unbuilt"


class Greeter(BaseHTTPRequestHandler):
    """Answers over HTTP, and writes a line for each request to the log of its task."""

    def do_GET(self):
        status, body = answer(self.path)
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def main():
    """Serve until ECS stops the task, which it does with SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Greeter) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
