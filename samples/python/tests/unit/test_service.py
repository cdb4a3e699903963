from __future__ import annotations

import json
import threading
import urllib.request
from http.server import ThreadingHTTPServer

import pytest

from greeter.service import answer, handler


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/health", 200, {"status": "ok", "version": "abc"}),
        ("/greetings/Ada", 200, {"greeting": "Hello, Ada!"}),
        ("/elsewhere", 404, {"error": "nothing here"}),
    ],
)
def test_answers(path: str, status: int, body: dict[str, str]) -> None:
    assert answer(path, "abc") == (status, body)


def test_serves_its_answers_as_json() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler("abc")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/health") as response:
            assert response.headers["Content-Type"] == "application/json"
            assert json.load(response)["version"] == "abc"
        server.shutdown()
