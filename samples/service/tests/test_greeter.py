"""The server's answers, and the server itself as its container starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

import greeter


def test_it_greets_the_world():
    assert greeter.answer("/") == (200, {"message": "Hello, world!"})


def test_it_greets_by_name():
    assert greeter.answer("/?name=Ada") == (200, {"message": "Hello, Ada!"})


def test_the_greeting_is_a_setting(monkeypatch):
    monkeypatch.setenv("GREETING", "Good day")
    assert greeter.answer("/")[1] == {"message": "Good day, world!"}


@pytest.mark.parametrize("name", ["x" * 101, "%07"])
def test_a_name_that_is_none_is_refused(name):
    assert greeter.answer(f"/?name={name}")[0] == 400


def test_elsewhere_is_nothing():
    assert greeter.answer("/admin")[0] == 404


def test_health_tells_the_version(monkeypatch, tmp_path):
    assert greeter.answer("/health") == (200, {"status": "ok", "version": "unbuilt"})
    (tmp_path / "VERSION").write_text("4be1c7a\n", encoding="utf-8")
    monkeypatch.setattr(greeter, "VERSION", tmp_path / "VERSION")
    assert greeter.answer("/health")[1]["version"] == "4be1c7a"


def test_it_serves_and_goes_when_ecs_stops_its_task():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PORT": str(port)}
    command = [sys.executable, str(Path(greeter.__file__))]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as server:
        for _ in range(100):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as said:
                    assert json.load(said)["status"] == "ok"
                break
            except OSError:
                time.sleep(0.1)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=10) == 0
