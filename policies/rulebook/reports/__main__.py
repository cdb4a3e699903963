"""Writes the findings of a preview as `findings.sarif`, `findings.xml` (JUnit) and `findings.md`, for one stack.

Beside them is `alerts.sarif`, for GitHub's code scanning: what is broken and not exempted.

    PYTHONPATH=policies python -m rulebook.reports --stack prod --into reports -- \\
        pulumi preview --stack prod --policy-pack policies/delivery --policy-pack policies/hardening

runs the command, shows what it shows, and ends with its exit code. Or it reads events that another run has written, in
a file or, with `-`, on standard input; it then ends with 1 unless the preview is whole and nothing mandatory was found:

    PYTHONPATH=policies python -m rulebook.reports --stack prod --into reports --events events.jsonl
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from rulebook.reports.events import clean, read_events, shortened
from rulebook.reports.findings import Preview, State
from rulebook.reports.junit import junit
from rulebook.reports.markdown import markdown
from rulebook.reports.sarif import alerts, sarif

SARIF, ALERTS, JUNIT, MARKDOWN = "findings.sarif", "alerts.sarif", "findings.xml", "findings.md"
_CANT_GO_ON = 2
_SIGNALS = 128
"""As a shell tells it: 128 and the number of the signal that ended a command."""
_LAST_LINES = 20


def run(command: Sequence[str], *, stack: str) -> tuple[int, Preview]:
    """Run a command of the engine, show its output, and read its events.

    Returns:
        The command's exit code, and what its events and its last words on standard error tell.
    """
    with tempfile.TemporaryDirectory(prefix="policy-report-") as folder:
        # The events hold the stack's configuration: they lie where only this user can read, and go with the folder.
        log = Path(folder) / "events.jsonl"
        # The flag is one of the engine's debug commands.
        environment = {**os.environ, "PULUMI_DEBUG_COMMANDS": "true"}
        last: deque[str] = deque(maxlen=_LAST_LINES)
        try:
            with subprocess.Popen(
                [*command, "--event-log", str(log)],
                env=environment,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
            ) as process:
                for line in process.stderr or ():
                    sys.stderr.write(line)
                    last.append(clean(line))
            code = process.returncode if process.returncode >= 0 else _SIGNALS - process.returncode
        except OSError as error:
            code = _CANT_GO_ON
            last.append(f"{command[0]} can't be started: {error.strerror}")
        lines = log.read_bytes().splitlines() if log.is_file() else []
    return code, explained(read_events(lines, stack=stack), code=code, last_words="\n".join(filter(None, last)))


def explained(preview: Preview, *, code: int, last_words: str) -> Preview:
    """The preview with what the command itself said, where its events alone don't explain how it ended."""
    if not preview.problems and (code == 0 or preview.of(State.MANDATORY)):
        return preview
    why = [shortened(last_words)] if last_words else []
    if not why and not preview.problems:
        why = [f"the command ended with exit code {code}"]
    return replace(preview, problems=(*why, *preview.problems))


def write(preview: Preview, *, into: Path, stack_file: str) -> list[Path]:
    """Write the files and return their paths."""
    files = {
        SARIF: sarif(preview, stack_file=stack_file),
        ALERTS: sarif(alerts(preview), stack_file=stack_file),
        JUNIT: junit(preview),
        MARKDOWN: markdown(preview),
    }
    into.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (into / name).write_text(text, encoding="utf-8")
    return [into / name for name in files]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run or read, and write; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m rulebook.reports", description="the findings of a preview as files"
    )
    parser.add_argument("--stack", required=True, help="the name under which to report")
    parser.add_argument("--into", type=Path, required=True, help="the folder for the files")
    parser.add_argument("--stack-file", help="the stack's configuration, relative to the repository's root")
    parser.add_argument("--events", help="a file of the engine's events, or - for standard input")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="-- and the command to run, `pulumi preview …`")
    given = parser.parse_args(arguments)
    command = given.command[1:] if given.command[:1] == ["--"] else given.command
    if bool(command) == bool(given.events):
        parser.error("give either --events or, after --, a command")
    if any(argument.startswith("--event-log") for argument in command):
        parser.error("leave --event-log out of the command: this adds it")
    stack_file = given.stack_file or f"Pulumi.{PurePosixPath(given.stack).name}.yaml"
    try:
        # What an earlier run has written must not be taken for this one's.
        for name in (SARIF, ALERTS, JUNIT, MARKDOWN):
            (given.into / name).unlink(missing_ok=True)
        if command:
            code, preview = run(command, stack=given.stack)
        elif given.events == "-":
            code, preview = 0, read_events(sys.stdin.buffer, stack=given.stack)
        else:
            with Path(given.events).open("rb") as events:
                code, preview = 0, read_events(events, stack=given.stack)
        written = write(preview, into=given.into, stack_file=stack_file)
    except OSError as error:
        print(f"{error.filename or given.into}: {error.strerror}", file=sys.stderr)
        return _CANT_GO_ON
    except KeyboardInterrupt:
        return _SIGNALS + signal.SIGINT
    print(f"{preview.verdict} ({preview.counts})", file=sys.stderr)
    for path in written:
        print(f"report: {path}")
    return code or (0 if preview.passed else 1)


if __name__ == "__main__":
    sys.exit(main())
