"""What a command says: results to standard output, everything else to standard error."""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

WIDTH = 80
"""Columns that a table fits where the terminal doesn't tell its own."""

NARROWEST, INDENT = 20, 4
"""Columns: what the last column of a table needs beside the others, and where it begins below them."""


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
            print(text, file=self.output or sys.stdout)

    def hand_over(self, document: object) -> None:
        """The whole result, for a machine."""
        if self.as_json:
            print(json.dumps(document, indent=2, sort_keys=True), file=self.output or sys.stdout)

    def tell(self, text: str) -> None:
        """A line about how far it is."""
        print(text, file=self.errors or sys.stderr, flush=True)

    def trouble(self, text: str) -> None:
        """A line about what went wrong."""
        print(text, file=self.errors or sys.stderr)

    @property
    def can_ask(self) -> bool:
        """Whether a person is there to answer; nobody is where results are for a machine."""
        # A process that was started with its standard input closed has none.
        return not self.as_json and (self.answers is not None or (sys.stdin is not None and sys.stdin.isatty()))

    def ask(self, question: str) -> str:
        """What the person answers, without spaces around it.

        Raises:
            KeyboardInterrupt: there is no more answer, as after Ctrl-D.
        """
        print(question, end=" ", file=self.errors or sys.stderr, flush=True)
        answer = (self.answers or sys.stdin).readline()
        if not answer:
            raise KeyboardInterrupt
        return answer.strip()

    def agrees(self, question: str) -> bool:
        """Whether the person says yes; everything but `y` and `yes` is no."""
        return self.ask(f"{question} [y/N]").lower() in {"y", "yes"}

    def flush(self) -> None:
        """Send what was said so far; otherwise Python does, at its end, when nobody can answer for it any more.

        Raises:
            BrokenPipeError: nobody reads it.
        """
        if sys.stdout is not None:
            sys.stdout.flush()

    def close(self) -> None:
        """Send what is still to be written nowhere: nobody reads any more."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table that fits the terminal; the last column is wrapped where it doesn't."""
        for line in table(head, rows, width=shutil.get_terminal_size((WIDTH, 24)).columns):
            self.say(line)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, width: int = WIDTH) -> list[str]:
    """The lines of a table. Where its last column has no room beside the others, it has lines of its own below them.

    None is longer than `width` as long as the others alone aren't.
    """
    cells = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head) - 1)]
    start = sum(widths) + 2 * len(widths)
    beside = width - start >= NARROWEST
    indent = start if beside else INDENT
    lines = []
    for row in cells:
        fixed = "".join(f"{cell:<{size}}  " for cell, size in zip(row[:-1], widths, strict=True))
        wrapped = textwrap.wrap(row[-1], max(width - indent, NARROWEST))
        if beside:
            fixed += "".join(wrapped[:1])
            del wrapped[:1]
        lines.append(fixed.rstrip())
        lines.extend(f"{' ' * indent}{rest}" for rest in wrapped)
    return lines
