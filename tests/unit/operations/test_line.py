"""The command line of `operations`, whatever the command."""

import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass

import pytest

from operations.command import Command, Deferred, Example, Exit, UnusableError
from operations.commands import COMMANDS
from operations.line import run
from operations.terminal import Terminal, table
from tests.unit.planning import ROOT


@dataclass(frozen=True)
class Told:
    """A command that ends as it was told."""

    error: BaseException | None = None
    name: str = "told"
    purpose: str = "end as told"
    about: str = "Ends as it was told."
    examples: tuple[Example, ...] = (Example(line="told", purpose="nothing"),)

    def arguments(self, parser: ArgumentParser) -> None: ...

    def run(self, given: Namespace, terminal: Terminal) -> Exit:
        if self.error:
            raise self.error
        terminal.hand_over(vars(given))
        return Exit.DONE


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (None, 0, ""),
        (UnusableError("the stack prod isn't there"), 2, "told: the stack prod isn't there\n"),
        (KeyboardInterrupt(), 130, "told: interrupted\n"),
    ],
)
def test_a_command_ends_in_its_exit_code_and_one_line(
    error: BaseException | None, code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run((Told(error),), ["told"]) == code
    assert capsys.readouterr().err == says


@pytest.mark.parametrize("words", [[], ["unknown"], ["told", "--unknown"]])
def test_wrong_words_are_unusable(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run((Told(),), words) == 2
    assert "usage: python -m operations" in capsys.readouterr().err


def test_a_package_that_this_python_lacks_is_said_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    lacking = Deferred(name="told", purpose="end as told", at="operations.no_such_package:Told")
    assert run((lacking,), ["told"]) == 2
    assert capsys.readouterr().err.startswith("told: this Python has no operations.no_such_package; after `make venv`")


def test_whoever_stops_reading_ends_the_command_quietly() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run(
        [sys.executable, "-m", "operations", "--help"],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"},
        stdout=writes,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writes)
    assert (done.returncode, done.stderr) == (0, "")


def test_help_is_no_failure_and_names_every_command_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(COMMANDS, ["--help"]) == 0
    text = capsys.readouterr().out
    assert all(command.name in text and command.purpose in text for command in COMMANDS)
    assert all(str(int(code)) in text for code in Exit)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.name)
def test_every_command_has_examples_and_fits_a_terminal(
    command: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run(COMMANDS, [command.name, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"$ python -m operations {command.name}" in text
    assert max(len(line) for line in text.splitlines()) <= 80


def test_a_table_fits_the_terminal_by_wrapping_its_last_column() -> None:
    lines = table(["release", "what"], [["v1.2.0", "a long story " * 12], ["v1", ""]], width=60)
    assert max(len(line) for line in lines) <= 60
    assert lines[0] == "release  what"
    assert lines[-1] == "v1"
    assert all(line.startswith(" " * 9) for line in lines[2:-1])


def test_a_last_column_without_room_beside_the_others_stands_below_them() -> None:
    lines = table(["place", "value"], [["x" * 70, "a long story " * 12], ["short", "told"]], width=80)
    assert max(len(line) for line in lines) <= 80
    assert lines[:2] == ["place", "    value"]
    assert lines[2] == "x" * 70
    assert lines[-2:] == ["short", "    told"]
