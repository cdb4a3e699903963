"""One Pulumi program, one stack, one place for its state: every call of the engine goes through here."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from offline.install import clean_environment, real_engine
from offline.layout import Layout
from offline.plugins import host_python
from offline.provider import faults
from offline.voice import MissingError

PASSPHRASE = "offline"  # noqa: S105 - protects nothing: offline state holds no secret of anybody
_SECRETS_SETTINGS = re.compile(r"^(secretsprovider|encryptedkey|encryptionsalt):.*\n?", flags=re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """What one call of the engine came to."""

    rc: int
    text: str
    """Standard output and standard error as a person would have seen them; empty when they were shown at once."""
    events: Sequence[Mapping[str, Any]] = ()
    """The engine's events, in order: one mapping with one of `resourcePreEvent`, `policyEvent`, `summaryEvent`, …"""


@dataclass(frozen=True)
class Session:
    """A stack of a program on the offline engine.

    Attributes:
        layout: where engine and plugins are.
        program: the folder with `Pulumi.yaml`.
        stack: for example "dev".
        stack_file: the configuration; it is copied, never written.
        work: folder for state and staged files; two sessions with different folders know nothing of each other.
        packs: folders of policy packs, already as executables (`plugins.pack_executable`).
        checkpoints: whether the state is written after each step, as with AWS, and not once at the end.
    """

    layout: Layout
    program: Path
    stack: str
    stack_file: Path
    work: Path
    packs: Sequence[Path] = ()
    checkpoints: bool = False

    @property
    def _staged(self) -> Path:
        return self.work / "stacks" / self.stack

    @property
    def config_file(self) -> Path:
        """The staged stack file; a `Pulumi.yaml` without a program is beside it."""
        return self._staged / f"Pulumi.{self.stack}.yaml"

    @property
    def project(self) -> str:
        """The project's name, from the program's `Pulumi.yaml`."""
        found = re.search(r"^name:\s*[\"']?([\w.-]+)", (self.program / "Pulumi.yaml").read_text(), flags=re.MULTILINE)
        if found is None:
            raise MissingError(f"{self.program / 'Pulumi.yaml'} names no project")
        return found.group(1)

    @property
    def state_file(self) -> Path:
        """The stack's state as the file backend keeps it."""
        return self.work / "state" / ".pulumi" / "stacks" / self.project / f"{self.stack}.json"

    @property
    def faults_file(self) -> Path:
        """What the stand-in fails at, where a test has written it; see `offline.provider.faults`."""
        return self.work / "faults.json"

    def child_environment(self) -> dict[str, str]:
        """What the engine and everything it starts see: our Python first on the path, our state, no AWS."""
        engine = real_engine()
        first = [self.layout.venv / "bin"] + ([self.layout.bin] if engine is None else [])
        state = self.work / "state"
        state.mkdir(parents=True, exist_ok=True)
        inherited = clean_environment()
        return {
            **inherited,
            "PATH": os.pathsep.join([*(str(each) for each in first), inherited.get("PATH", os.defpath)]),
            "PULUMI_HOME": str(self.layout.pulumi_home),
            "PULUMI_BACKEND_URL": f"file://{state}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # The event log is a flag of the engine that only shows with its debug commands.
            "PULUMI_DEBUG_COMMANDS": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
            # The state is written once at the end, not after each step: with some hundred resources, half of the time.
            # A run that is cut short leaves the state as it was, and nothing is lost with it: nothing was made.
            "PULUMI_SKIP_CHECKPOINTS": str(not self.checkpoints).lower(),
            faults.VARIABLE: str(self.faults_file),
            "PULUMI_PYTHON_CMD": str(self.layout.python if engine else host_python(layout=self.layout)),
            # pulumi_aws warns about its own modules while they are imported.
            "PYTHONWARNINGS": "ignore::DeprecationWarning",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def prepare(self) -> None:
        """Stages the stack file and makes the stack where there is none yet."""
        self._staged.mkdir(parents=True, exist_ok=True)
        salt_file = self._staged / "salt"
        if not (self.state_file.exists() and salt_file.exists()):
            salt_file.write_text(self._make_stack())
        tracked = _SECRETS_SETTINGS.sub("", self.stack_file.read_text()).rstrip()
        self.config_file.write_text(f"{tracked}\n{salt_file.read_text()}\n")

    def _make_stack(self) -> str:
        """Makes the stack and returns the line with its salt; a state without its salt is of no use and goes."""
        # `stack init` writes a salt into the stack file it finds. A project of the same name beside an empty stack
        # file keeps it from the tracked one.
        (self._staged / "Pulumi.yaml").write_text(f"name: {self.project}\nruntime: python\n")
        self.config_file.write_text("config: {}\n")
        self.state_file.unlink(missing_ok=True)
        made = self._call("-C", str(self._staged), "stack", "init", self.stack)
        salt = re.search(r"^encryptionsalt:.*$", self.config_file.read_text(), flags=re.MULTILINE)
        if made.rc != 0 or salt is None:
            raise MissingError(f"the stack {self.stack} could not be made: {made.text.strip()}")
        return salt.group(0)

    def preview(self, *arguments: str, echo: bool = False) -> Result:
        """`pulumi preview` under the session's policy packs."""
        return self._engine("preview", *self._pack_arguments(), *arguments, echo=echo)

    def preview_command(self, *arguments: str) -> list[str]:
        """What `preview` runs, for a caller that starts it itself, in `child_environment`."""
        return [str(self._executable), *self._arguments("preview", *self._pack_arguments(), *arguments)]

    def up(self, *arguments: str, echo: bool = False) -> Result:
        """`pulumi up` without a further preview, under the session's policy packs."""
        return self._engine("up", "--yes", "--skip-preview", *self._pack_arguments(), *arguments, echo=echo)

    def refresh(self, *arguments: str, echo: bool = False) -> Result:
        """`pulumi refresh`: takes what the provider answers into the state."""
        return self._engine("refresh", "--yes", "--skip-preview", *arguments, echo=echo)

    def destroy(self, *arguments: str, echo: bool = False) -> Result:
        """`pulumi destroy`: deletes every resource of the stack."""
        return self._engine("destroy", "--yes", "--skip-preview", *arguments, echo=echo)

    def unprotect(self) -> Result:
        """`pulumi state unprotect --all`: lifts the protection of every resource, so that `destroy` may delete it."""
        return self._stack_call("state", "unprotect", "--all", "--yes")

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs as of the last `up`."""
        return _parsed(self._stack_call("stack", "output", "--json", merge=False))

    def import_state(self, state: Mapping[str, Any]) -> Result:
        """Puts a deployment, in the form of `pulumi stack export`, in place of the state."""
        staged = self.work / "import.json"
        staged.write_text(json.dumps(state))
        return self._stack_call("stack", "import", "--force", "--file", str(staged))

    def recover(self) -> bool:
        """After an interrupted run: frees the lock it left and forgets what it had begun. True if there was anything.

        Raises:
            MissingError: the run that holds the lock is still alive.
        """
        locks = list((self.work / "state" / ".pulumi" / "locks").rglob("*.json"))
        locks = [each for each in locks if self.stack in each.parts]
        for lock in locks:
            holder = json.loads(lock.read_text() or "{}")
            if holder.get("hostname") == socket.gethostname() and _alive(pid=int(holder.get("pid", 0))):
                raise MissingError(
                    f"another run (process {holder['pid']}) works on stack {self.stack}: wait for its end"
                )
        if locks:
            self._stack_call("cancel", "--yes")
        pending = self.state_file.exists() and '"pending_operations"' in self.state_file.read_text()
        if pending:
            self._engine("refresh", "--yes", "--skip-preview", "--clear-pending-creates")
        return bool(locks) or pending

    def _pack_arguments(self) -> list[str]:
        return [argument for pack in self.packs for argument in ("--policy-pack", str(pack))]

    def _engine(self, verb: str, *arguments: str, echo: bool = False) -> Result:
        event_log = self._staged / "events.jsonl"
        event_log.unlink(missing_ok=True)
        # Only a person at a terminal can answer.
        terminal = () if echo and sys.stdout.isatty() else ("--non-interactive",)
        options = ("--event-log", str(event_log), *terminal, *arguments)
        done = self._call(*self._arguments(verb, *options), echo=echo)
        lines = event_log.read_text().splitlines() if event_log.exists() else []
        return replace(done, events=[json.loads(line) for line in lines])

    def _arguments(self, verb: str, *arguments: str) -> list[str]:
        chosen = ["-C", str(self.program), verb, "--stack", self.stack, "--config-file", str(self.config_file)]
        return [*chosen, "--suppress-permalink=true", *arguments]

    @property
    def _executable(self) -> Path:
        return real_engine() or self.layout.bin / "pulumi"

    def _stack_call(self, *arguments: str, merge: bool = True) -> Result:
        return self._call("-C", str(self._staged), *arguments, "--stack", self.stack, merge=merge)

    def _call(self, *arguments: str, echo: bool = False, merge: bool = True) -> Result:
        color = "auto" if echo else "never"
        command = [str(self._executable), "--color", color, *arguments]
        if echo:
            return Result(rc=subprocess.run(command, env=self.child_environment(), check=False).returncode, text="")
        done = subprocess.run(
            command,
            env=self.child_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if merge else subprocess.PIPE,
            text=True,
            check=False,
        )
        return Result(rc=done.returncode, text=done.stdout + ("" if merge or done.returncode == 0 else done.stderr))


def _parsed(result: Result) -> dict[str, Any]:
    if result.rc != 0:
        raise RuntimeError(result.text)
    value = json.loads(result.text or "{}")
    return value if isinstance(value, dict) else {}


def _alive(*, pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
