"""Where the service under test is: BASE_URL when given, else a process started from this bundle."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

BUNDLE = Path(__file__).parents[2]
SECONDS_TO_START = 20


@pytest.fixture(scope="session")
def expected_version() -> str:
    """EXPECTED_VERSION when given, else the version that the build wrote into this bundle."""
    written = BUNDLE / "VERSION"
    given = os.environ.get("EXPECTED_VERSION", "")
    return given or (written.read_text(encoding="utf-8").strip() if written.exists() else "unreleased")


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    given = os.environ.get("BASE_URL", "")
    if given:
        yield given.rstrip("/")
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = tmp_path_factory.mktemp("storefront") / "service.log"
    with log.open("wb") as output:
        # As the unit file starts it: its own interpreter, its own folder, and nothing of this environment but the port.
        process = subprocess.Popen(
            [os.environ.get("STOREFRONT_PYTHON", sys.executable), "-m", "storefront"],
            cwd=BUNDLE,
            env={"PORT": str(port), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _answering(url=f"http://127.0.0.1:{port}", process=process, log=log)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _answering(url: str, process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2):
                return url
        except urllib.error.HTTPError:
            # It answers; what it answers is for the tests to judge.
            return url
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the service didn't answer at {url}:\n{log.read_text(encoding='utf-8')}")
