"""What a command says: results to standard output, everything else to standard error."""

import json
import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TextIO

WIDTH = 80
"""Columns that a table fits where the terminal doesn't tell its own."""

NARROWEST, INDENT = 20, 4
"""Columns: what the last column of a table needs beside the others, and where it begins below them."""

SMALLEST = 8
"""Columns that every other column of a table keeps, however narrow the terminal is."""

_FILLER = "\N{WORD JOINER}"
"""Stands beside a letter that takes two columns while lines are broken, so that its line is counted right."""


class UnwritableError(Exception):
    """What was found out can't be told, as on a disk that is full; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """Where a command speaks.

    Args:
        as_json: results are for a machine: one document, and no prose between.
        output: where results go; None is standard output.
        errors: where progress, questions and trouble go; None is standard error.
        answers: where a person answers; None is standard input, if somebody sits there.
    """

    as_json: bool = False
    output: TextIO | None = None
    errors: TextIO | None = None
    answers: TextIO | None = None

    def say(self, text: str) -> None:
        """A line of the result, for a person."""
        if not self.as_json:
            self._result(text)

    def hand_over(self, document: object) -> None:
        """The whole result, for a machine."""
        if self.as_json:
            self._result(json.dumps(document, indent=2, sort_keys=True))

    def tell(self, text: str) -> None:
        """A line about how far it is.

        A terminal that is gone, a pipe that nobody reads or a full disk is no reason to leave half done what it tells.
        """
        if stream := self.errors or sys.stderr:
            with suppress(OSError):
                print(text, file=stream, flush=True)

    def trouble(self, text: str) -> None:
        """A line about what went wrong."""
        self.tell(text)

    @property
    def can_ask(self) -> bool:
        """Whether a person is there to answer; nobody is where results are for a machine."""
        # A process that was started with its standard input closed has none.
        return not self.as_json and (self.answers is not None or (sys.stdin is not None and sys.stdin.isatty()))

    def ask(self, question: str) -> str:
        """What the person answers, without spaces around it.

        Raises:
            KeyboardInterrupt: there is no more answer, as after Ctrl-D, or nobody sees the question.
        """
        try:
            print(question, end=" ", file=self.errors or sys.stderr, flush=True)
            answer = (self.answers or sys.stdin).readline()
        except OSError as error:
            raise KeyboardInterrupt from error
        if not answer:
            raise KeyboardInterrupt
        return answer.strip()

    def agrees(self, question: str) -> bool:
        """Whether the person says yes; everything but `y` and `yes` is no."""
        return self.ask(f"{question} [y/N]").lower() in {"y", "yes"}

    def flush(self) -> None:
        """Send what was said so far; otherwise Python does, at its end, when nobody can answer for it any more.

        Raises:
            UnwritableError: it has no place to go to.
        """
        if sys.stdout is not None:
            with _heard():
                sys.stdout.flush()

    def _result(self, text: str) -> None:
        with _heard():
            print(text, file=self.output or sys.stdout)

    def fact(self, name: str, *lines: str, beside: int) -> None:
        """What is true of something, in lines beside its name. Only a word that is longer than the terminal isn't
        broken: an address is there to be copied.

        Args:
            name: of the fact.
            lines: what is true.
            beside: columns that the names of all facts take.
        """
        room = max(_width() - beside, NARROWEST)
        for line in lines:
            for part in _wrapped(line, room, break_words=False) or [""]:
                self.say(f"{name:<{beside}}{part}".rstrip())
                name = ""

    def prose(self, text: str) -> None:
        """A sentence of the result, on as many lines as it needs; no word of it is broken."""
        self.fact("", text, beside=0)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table that fits the terminal; the last column is wrapped where it doesn't."""
        for line in table(head, rows, width=_width()):
            self.say(line)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, width: int = WIDTH) -> list[str]:
    """The lines of a table. Where its last column has no room beside the others, it has lines of its own below them.

    None is longer than `width`: where the others alone are, the widest of them is broken, too.
    """
    cells = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(columns(row[column]) for row in cells) for column in range(len(head) - 1)]
    start = sum(widths) + 2 * len(widths)
    if width - start >= min(NARROWEST, max(columns(row[-1]) for row in cells)):
        return [line for row in cells for line in _side_by_side(row, (*widths, width - start))]
    while sum(widths) + 2 * (len(widths) - 1) > width and max(widths) > SMALLEST:
        widths[widths.index(max(widths))] -= 1
    lines: list[str] = []
    for row in cells:
        lines.extend(_side_by_side(row[:-1], widths))
        lines.extend(f"{' ' * INDENT}{rest}" for rest in _wrapped(row[-1], max(width - INDENT, NARROWEST)))
    return lines


def _width() -> int:
    return shutil.get_terminal_size((WIDTH, 24)).columns


def columns(text: str) -> int:
    """How many columns a text takes: letters of East Asia and pictures two, marks on other letters none."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _side_by_side(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    broken = [_wrapped(cell, size) for cell, size in zip(row, widths, strict=True)]
    for number in range(max(1, *(len(lines) for lines in broken))):
        parts = [lines[number] if number < len(lines) else "" for lines in broken]
        padded = (part + " " * (size - columns(part)) for part, size in zip(parts, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _wrapped(text: str, width: int, *, break_words: bool = True) -> list[str]:
    if columns(text) <= width and "\n" not in text:
        return [text]
    spread = "".join(f"{letter}{_FILLER}" if _columns(letter) > 1 else letter for letter in text)
    # A letter and its filler may come apart: one column less has room for that.
    room = width - (spread != text)
    lines = textwrap.wrap(spread, room, break_long_words=break_words, break_on_hyphens=break_words)
    return [line.replace(_FILLER, "") for line in lines]


@contextmanager
def _heard() -> Iterator[None]:
    """Whoever reads the results may stop, as in `… | head`: then the rest goes nowhere, and the command to its end.

    Raises:
        UnwritableError: the results have no place to go to.
    """
    try:
        yield
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise UnwritableError(f"the result can't be written: {error.strerror}") from error
