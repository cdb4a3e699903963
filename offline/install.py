"""Makes what the commands need: virtual environment, engine, language host. Standard library only.

Runs on the system's Python before the virtual environment exists. Each step is skipped when its stamp says that
nothing changed since it was done.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from offline.layout import ENGINE_VERSION, Layout
from offline.voice import MissingError, say

OLDEST_PYTHON = (3, 11)
OLDEST_GO = (1, 21)
_VERSION_FLAG = f"-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{ENGINE_VERSION}"
_HOST_EXECUTOR = "pulumi-language-python-exec"


def clean_environment() -> dict[str, str]:
    """The environment for child processes, without what would change their result.

    No AWS credentials (nothing here may reach an account), no Pulumi or Python settings of the caller: above all not
    PYTHONDONTWRITEBYTECODE, which makes every start of the program three times slower.
    """
    foreign = ("AWS_", "PULUMI_", "PYTHON", "VIRTUAL_ENV", "PIP_REQUIRE_VIRTUALENV")
    return {key: value for key, value in os.environ.items() if not key.startswith(foreign)}


def install_venv(*, layout: Layout) -> None:
    """The virtual environment with the locked dependencies.

    Raises:
        MissingError: the Python is too old or has no `venv`, or the packages cannot be had.
    """
    if sys.version_info < OLDEST_PYTHON:
        raise MissingError(
            "Python 3.11 or newer is missing: install it, or name it with `make PYTHON=/path/to/python3.11`"
        )
    lock = layout.root / "requirements.lock"
    stamp = layout.venv / "stamp"
    wanted = _digest(lock.read_bytes(), str(layout.venv).encode())
    if layout.python.exists() and _read(stamp) == wanted:
        return
    say("installing the locked Python packages into .offline/venv (once, some minutes)")
    made = _quiet([sys.executable, "-m", "venv", "--clear", str(layout.venv)])
    if made.returncode != 0:
        raise MissingError("Python's venv module is missing: on Debian, `apt-get install python3-venv`")
    pip = [str(layout.python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    got = _quiet([*pip, "install", "--quiet", "--require-hashes", "--no-deps", "-r", str(lock)])
    if got.returncode != 0:
        raise MissingError(f"the locked Python packages could not be installed: {_last_line(got.stderr)}")
    stamp.write_text(wanted)


def real_engine() -> Path | None:
    """The `pulumi` of the machine, where there is one; then only the provider is ours.

    `DELIVERY_ENGINE=built` asks for the built one all the same, so that a result does not depend on the machine.
    """
    found = None if os.environ.get("DELIVERY_ENGINE") == "built" else shutil.which("pulumi")
    return Path(found) if found else None


def install_engine(*, layout: Layout) -> None:
    """The Pulumi CLI and its Python language host, built from their Go modules unless the machine has a CLI.

    Raises:
        MissingError: there is neither a CLI nor Go, or the build failed.
    """
    if real_engine() is not None:
        return
    modules = [layout.root / "offline" / name for name in ("engine", "language")]
    stamp = layout.bin / "stamp"
    wanted = _digest(*(part.read_bytes() for each in modules for part in (each / "go.mod", each / "go.sum")))
    if _read(stamp) == wanted and (layout.bin / "pulumi").exists():
        return
    _require_go()
    say(f"building the Pulumi engine {ENGINE_VERSION} with Go (once: about 4 minutes, seconds with a warm Go cache)")
    _build(module=modules[0], target=layout.bin, flags=f"-s -w {_VERSION_FLAG}")
    say("building the Python language host")
    _build(module=modules[1], target=layout.bin, flags="-s -w")
    _copy_host_executor(engine_module=modules[0], target=layout.bin)
    stamp.write_text(wanted)


def _require_go() -> None:
    if shutil.which("go") is None:
        raise MissingError("Go (1.21 or newer) or the `pulumi` CLI is missing: one of them is needed on the PATH")
    version = _quiet(["go", "env", "GOVERSION"]).stdout.strip()
    found = re.match(r"go(\d+)\.(\d+)", version)
    # From 1.21 on Go fetches the version that go.mod asks for; before, it does not understand go.mod.
    if found and (int(found.group(1)), int(found.group(2))) < OLDEST_GO:
        raise MissingError(f"Go 1.21 or newer is missing: this is {version}")


def _build(*, module: Path, target: Path, flags: str) -> None:
    target.mkdir(parents=True, exist_ok=True)
    environment = {**clean_environment(), "GOBIN": str(target), "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": _toolchain()}
    built = subprocess.run(
        ["go", "install", "-ldflags", flags, "tool"],
        cwd=module,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode != 0:
        raise MissingError(f"{module.name} could not be built with Go: {_last_line(built.stderr)}")


def _toolchain() -> str:
    """What the caller says about Go's own version, else "auto": an older Go fetches the one that go.mod asks for."""
    return os.environ.get("GOTOOLCHAIN", "auto")


def _copy_host_executor(*, engine_module: Path, target: Path) -> None:
    """The script that runs a program lies beside the host; the one of the engine's own version is taken."""
    asked = subprocess.run(
        ["go", "list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"],
        cwd=engine_module,
        env={**clean_environment(), "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": _toolchain()},
        capture_output=True,
        text=True,
        check=False,
    )
    source = Path(asked.stdout.strip()) / "python" / "cmd" / _HOST_EXECUTOR
    if asked.returncode != 0 or not source.is_file():
        raise MissingError(
            f"{_HOST_EXECUTOR} is missing from the Go module cache: run `go clean -modcache` and try again"
        )
    copy = target / _HOST_EXECUTOR
    copy.unlink(missing_ok=True)
    shutil.copyfile(source, copy)
    copy.chmod(0o755)


def write_script(*, path: Path, lines: Sequence[str]) -> None:
    """An executable shell script, written only when it changed (a running one must not be truncated)."""
    text = "\n".join(("#!/bin/sh", *lines, ""))
    if _read(path) == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.{os.getpid()}")
    staged.write_text(text)
    staged.chmod(0o755)
    staged.replace(path)


def _quiet(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=False)


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _read(path: Path) -> str | None:
    try:
        return path.read_text()
    except FileNotFoundError:
        return None


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["no reason given"])[-1]
