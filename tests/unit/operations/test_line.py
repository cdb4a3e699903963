"""The command line of `operations`, whatever the command."""

import json
import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path

import pytest

from operations.command import Command, Deferred, Example, Exit, UnusableError
from operations.commands import COMMANDS
from operations.line import run
from operations.terminal import Terminal, columns, table
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


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        (["told", "--json"], UnusableError("the stack prod isn't there"), "the stack prod isn't there"),
        (["told", "--json"], KeyboardInterrupt(), "interrupted"),
        (["told", "--json", "--unknown"], None, "unrecognized arguments: --unknown"),
    ],
)
def test_a_machine_gets_a_document_however_it_ends(
    words: list[str], error: BaseException | None, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run((Told(error),), words) in (Exit.UNUSABLE, Exit.INTERRUPTED)
    assert json.loads(capsys.readouterr().out) == {"error": says}


def test_a_machine_gets_a_document_of_a_fault_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyError):
        run((Told(KeyError("pipeline")),), ["told", "--json"])
    assert json.loads(capsys.readouterr().out) == {"error": "KeyError: 'pipeline'"}


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


TALKS = """
import sys
from types import SimpleNamespace
from operations.line import run

def say(given, terminal):
    for number in range(20_000):
        terminal.say(f"line {number} ✓")
        terminal.tell(f"step {number}")
    open(sys.argv[1], "x")
    return 1

command = SimpleNamespace(name="talk", purpose="", about="", examples=(), arguments=lambda parser: None, run=say)
sys.exit(run((command,), ["talk"]))
"""
"""A command that says more than any buffer takes, ends its work by a file, and refuses."""


def test_whoever_stops_reading_changes_neither_the_work_nor_the_exit_code(tmp_path: Path) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run(
        [sys.executable, "-c", TALKS, str(tmp_path / "done")], cwd=ROOT, stdout=writes, stderr=writes, check=False
    )
    os.close(writes)
    assert done.returncode == 1
    assert (tmp_path / "done").exists()


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_disk_that_is_full_is_said_in_a_line_and_is_no_success(tmp_path: Path, unbuffered: str) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "operations", "validate-bundle", str(tmp_path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == Exit.UNUSABLE
    assert done.stderr == "validate-bundle: the result can't be written: No space left on device\n"


def test_a_terminal_of_another_encoding_gets_what_it_can_show(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TALKS, str(tmp_path / "done")],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert done.stdout.startswith(b"line 0 \\u2713\n")


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
    assert "exit codes: 0 done, 1 refused, 2 unusable, 130" in text
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


def test_a_short_last_column_stands_beside_the_others_where_it_fits() -> None:
    assert table(["place", "days"], [["x" * 70, "7"]], width=80) == [f"{'place':<70}  days", f"{'x' * 70}  7"]


def test_a_name_longer_than_the_terminal_is_broken_rather_than_the_table() -> None:
    lines = table(["resource", "kind", "value"], [["x" * 100, "sns.Topic", "told"]], width=80)
    assert max(len(line) for line in lines) <= 80
    assert "".join(line.split("  ")[0] for line in lines if "x" in line) == "x" * 100


@pytest.mark.parametrize("width", [40, 80])
def test_letters_that_take_two_columns_are_counted_as_two(width: int) -> None:
    rows = [["prod", "部署は失敗しました。" * 12], ["部署", "cafe\u0301 🚀"], ["plain", "told"]]
    lines = table(["stack", "reason"], rows, width=width)
    assert max(columns(line) for line in lines) <= width
    ends = zip(lines[-2:], ("cafe", "told"), strict=True)
    assert [columns(line[: line.index(word)]) for line, word in ends] == [7, 7]
    assert "".join(line.strip() for line in lines if "失" in line or "し" in line).count("失敗") >= 10
