"""A stand-in for systemctl, run as a command: it starts and stops what the unit files in the folder ROOT say.

It knows what the samples' hooks ask for, `cat`, `enable --now`, `disable --now` and `daemon-reload`, and refuses
everything else.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from configparser import ConfigParser
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("ROOT", "/nowhere"))


def put_on_path(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Let commands find this stand-in, and one for dnf; returns the file where dnf writes what it was asked."""
    commands, asked = folder / "commands", folder / "asked"
    commands.mkdir()
    (commands / "systemctl").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" "$@"\n')
    (commands / "dnf").write_text(f'#!/bin/sh\necho "$@" >>"{asked}"\n')
    for command in commands.iterdir():
        command.chmod(0o755)
    monkeypatch.setenv("PATH", str(commands), prepend=os.pathsep)
    return asked


def main(arguments: list[str]) -> int:
    """The exit status of `systemctl` with these arguments."""
    if arguments == ["daemon-reload"]:
        return 0
    *verb, name = arguments
    unit = ROOT / "etc/systemd/system" / name
    if verb == ["cat"]:
        return 0 if unit.exists() else 1
    pid_file = ROOT / "run" / f"{name}.pid"
    if verb == ["disable", "--now"]:
        stop(pid_file)
    elif verb == ["enable", "--now"]:
        start(unit, pid_file)
    else:
        raise SystemExit(f"not asked for before: systemctl {shlex.join(arguments)}")
    return 0


def stop(pid_file: Path) -> None:
    """End a service that was started, unless it has ended by itself."""
    if pid_file.exists():
        with suppress(ProcessLookupError):
            os.kill(int(pid_file.read_text()), signal.SIGTERM)
        pid_file.unlink()


def start(unit: Path, pid_file: Path) -> None:
    """Start a service as its unit says, as this user and with this user's rights; one that runs, runs on."""
    if pid_file.exists():
        return
    parsed = ConfigParser(interpolation=None, delimiters=("=",))
    parsed.read(unit, encoding="utf-8")
    service = parsed["Service"]
    settings = shlex.split(service["Environment"])
    settings += (ROOT / service["EnvironmentFile"].lstrip("-/")).read_text(encoding="utf-8").splitlines()
    environment = {"PATH": os.environ["PATH"], **dict(setting.split("=", 1) for setting in settings)}
    command = [
        re.sub(r"\$\{(\w+)\}", lambda found: environment[found[1]], word) for word in service["ExecStart"].split()
    ]
    pid_file.parent.mkdir(parents=True, exist_ok=True)
    with (ROOT / "log").open("ab") as log:
        started = subprocess.Popen(
            [program(command[0]), *command[1:]],
            cwd=ROOT / service["WorkingDirectory"].lstrip("/"),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    pid_file.write_text(str(started.pid))


def program(path: str) -> str:
    """What stands for a server's program here: one that was deployed, or this machine's, in whatever version."""
    deployed = ROOT / path.lstrip("/")
    found = str(deployed) if deployed.exists() else shutil.which(re.sub(r"-\d+$", "", Path(path).name))
    if not found:
        raise SystemExit(f"nothing on this machine stands for {path}")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
