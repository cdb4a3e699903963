"""A folder in which the machine's scripts run for real; only the machine's own commands are stand-ins.

Each stand-in writes its name and arguments to one log, in the order of the calls, and does as little as the script
needs to go on.
"""

import configparser
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from components.jenkins.boot import MACHINE

FOLDERS = ("/etc/", "/opt/", "/run/", "/var/")
"""Where the scripts work; below the sandbox in a test."""

STAND_INS = {
    "curl": r"""
for word in "$@"; do last="$previous"; previous="$word"; [ "$last" != --output ] || target="$word"; done
[ "$target" = /dev/null ] && exit "$UNHEALTHY"
printf '%s' "$previous" > "$target"
""",
    "dnf": "",
    "groupadd": "",
    "java": "",
    "journalctl": "echo 'the last words of Jenkins'",
    "mount": "",
    "poweroff": "",
    "sleep": "",
    "systemctl": "",
    "useradd": "",
}


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a script: how it ended, what it said, and the machine's commands in their order."""

    code: int
    output: str
    calls: list[str]

    def place_of(self, beginning: str) -> int:
        """When the first command that begins so ran."""
        found = [index for index, call in enumerate(self.calls) if call.startswith(beginning)]
        assert found, f"nothing begins with {beginning!r} in {self.calls}"
        return found[0]


@dataclass(frozen=True, kw_only=True)
class Sandbox:
    """A machine in a folder.

    Args:
        root: an empty folder.
        commands: stand-ins besides the usual ones, by name; bash.
    """

    root: Path
    commands: Mapping[str, str] = field(default_factory=dict)

    def here(self, text: str) -> str:
        """A script or path of the machine, as it is in the sandbox."""
        for folder in FOLDERS:
            text = re.sub(rf"(?<![\w.]){re.escape(folder)}", f"{self.root}{folder}", text)
        return text.replace("/dev/console", str(self.root / "console"))

    def run(self, script: str, *, fails: str | None = None, **environment: str) -> Run:
        """Runs a script of the machine.

        Args:
            script: its text.
            fails: a stand-in that answers with an error.
            environment: its variables besides `PATH`.
        """
        bash = shutil.which("bash")
        assert bash
        commands = self._commands(fails)
        done = subprocess.run(
            [bash, "-c", self.here(script)],
            env={
                "PATH": f"{commands}:{os.defpath}",
                "CALLS": str(self.log),
                "ROOT": str(self.root),
                "TMPDIR": str(self.root),
                "UNHEALTHY": "0",
                **{key: self.here(value) for key, value in environment.items()},
            },
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        calls = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return Run(code=done.returncode, output=done.stdout + done.stderr, calls=calls)

    @property
    def log(self) -> Path:
        """Where stand-ins write their calls."""
        return self.root / "calls"

    def at(self, path: str) -> Path:
        """A path of the machine in the sandbox."""
        return Path(f"{self.root}{path}")

    def _commands(self, fails: str | None) -> Path:
        folder = self.root / "bin"
        folder.mkdir(exist_ok=True)
        # The machine's install gives files to Jenkins' user, who isn't here.
        real = shutil.which("install")
        owners = (
            'for word; do case "$word" in jenkins|-o|-g) ;; *) set -- "$@" "$word";; esac; shift; done\n'
            f'exec {real} "$@"'
        )
        stand_ins = {**STAND_INS, "install": owners, **self.commands}
        for name, does in stand_ins.items():
            command = folder / name
            logs = "" if name == "install" else f'echo {name} "$@" >> "$CALLS"\n'
            command.write_text(f"#!/bin/bash\n{logs}{'exit 1' if name == fails else does}\n")
            command.chmod(0o755)
        return folder


def checksum(url: str) -> str:
    """Of what the stand-in of curl downloads from an address: the address itself."""
    return hashlib.sha256(url.encode()).hexdigest()


def unit(name: str, section: str) -> dict[str, str]:
    """One section of a unit of systemd."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((MACHINE / name).read_text(encoding="utf-8"))
    return dict(parser[section])
