"""What several contracts start from."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.codedeploy import Server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server as user data leaves it. Afterwards nothing of it runs any more."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    made = Server(root=tmp_path / "server", port=port)
    settings = made.inside("/etc/delivery/environment")
    settings.parent.mkdir(parents=True)
    settings.write_text(f"PORT={port}\nAPPLICATION=storefront\nENVIRONMENT=dev\n", encoding="utf-8")
    yield made
    for process in made.processes():
        os.kill(process, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while made.processes() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert made.processes() == []
