"""The Pulumi CLI, as commands call it: a seam, so that tests need no state and no account."""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.command import UnusableError
from operations.patience import patience

PROJECT = Path(__file__).resolve().parents[1]
"""Where `Pulumi.yaml` and the stack files are."""

PACKS = "--policy-pack policies/delivery --policy-pack policies/hardening"
"""What a person adds to `preview` and `up`, so that both policy packs look at them."""

LOGIN = "`pulumi login` with the place of the state first, as README.md has it under To a real account"

SECONDS = 180
"""How long it may take to read a state; `up` may take as long as it takes."""

READING = 1800
"""Seconds: how long it may take to read every resource of a stack from AWS."""

PATIENCE = 30
"""Seconds in which `pulumi` ends when it is told to."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """Calls `pulumi` as the person would in their shell, with their login and their passphrase.

    Args:
        project: the folder that it is called in.
        environment: of the call; None is that of whoever calls.
    """

    project: Path = PROJECT
    environment: Mapping[str, str] | None = None

    def outputs(self, stack: str) -> dict[str, Any]:
        """What the stack tells of itself, as of its last `up`; secrets stay hidden.

        Raises:
            UnusableError: there is no `pulumi`, no such stack, or it tells nothing.
        """
        outputs = self.document("stack", "output", "--json", "--stack", stack)
        if not isinstance(outputs, dict) or not outputs:
            raise UnusableError(f"stack {stack} has no outputs; run `pulumi up --stack {stack}` first")
        return outputs

    def document(self, *words: str) -> Any:
        """The JSON that `pulumi` prints; an empty object where it prints nothing.

        Raises:
            UnusableError: it can't be called, takes too long or fails, or that is none.
        """
        said = self.ask(*words)
        try:
            return json.loads(said or "{}")
        except ValueError as error:
            raise UnusableError(f"what pulumi {' '.join(words[:2])} says is no JSON: {error}") from error

    def ask(self, *words: str, seconds: int = SECONDS) -> str:
        """What `pulumi` prints.

        Args:
            words: what follows `pulumi`.
            seconds: how long it may take.

        Raises:
            UnusableError: it can't be called, takes too long or fails; the message has the last line that it said.
        """
        with patience():
            process = self._begun("--color", "never", *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            try:
                output, errors = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired as error:
                _end(process)
                raise UnusableError(f"pulumi {words[0]} took longer than {seconds} seconds") from error
        if process.returncode != 0:
            said = [line.strip() for line in errors.splitlines() if line.strip()] or ["it doesn't say why"]
            if "PULUMI_ACCESS_TOKEN must be set" in said[-1]:
                raise UnusableError(f"pulumi isn't logged in; {LOGIN}")
            raise UnusableError(f"pulumi {' '.join(words[:2])} failed: {said[-1]}")
        return str(output)

    def show(self, *words: str) -> bool:
        """Let `pulumi` speak to whoever sits there; whether it succeeded.

        Ctrl-C is for `pulumi`, which then ends what it is at, and this waits for it: an `up` that is killed leaves the
        state behind what there is.

        Raises:
            UnusableError: it can't be called.
            KeyboardInterrupt: somebody pressed Ctrl-C; it has ended.
        """
        # Through a pipe of our own: where nobody reads any more, an `up` that writes to it itself would be killed.
        colour = "always" if sys.stderr is not None and sys.stderr.isatty() else "never"
        words = ("--color", colour, *words)
        with patience(), self._begun(*words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            for line in process.stdout or ():
                _passed_on(line)
            return process.wait() == 0

    def _begun(self, *words: str, stdout: int, stderr: int) -> subprocess.Popen[str]:
        try:
            return subprocess.Popen(
                ["pulumi", "--non-interactive", *words],
                cwd=self.project,
                env=None if self.environment is None else {**self.environment},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                encoding="utf-8",
                errors="replace",
            )
        except FileNotFoundError as error:
            raise UnusableError(
                "there is no pulumi on the PATH; https://www.pulumi.com/docs/install/ has it"
            ) from error


def _passed_on(line: str) -> None:
    """Write it to standard error, for what a command hands over is all that goes to standard output; whether anybody
    reads it or not."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(line, end="", file=sys.stderr, flush=True)


def _end(process: subprocess.Popen[str]) -> None:
    """End it as Ctrl-C would, so that it leaves no lock; by force where it doesn't hear."""
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
