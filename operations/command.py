"""What every command is: its name, its words, its arguments, and what it does."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from importlib import import_module
from typing import Protocol, cast

from operations.terminal import Terminal


class Exit(IntEnum):
    """How a command ends, the same for all of them.

    `REFUSED` is an answer: what was looked at isn't good, or what was asked for isn't allowed. `UNUSABLE` is none: the
    command was called wrongly, or what it needs isn't there. `INTERRUPTED` is Ctrl-C, as shells count it, and an end of
    the credentials or of the connection on the way.
    """

    DONE = 0
    REFUSED = 1
    UNUSABLE = 2
    INTERRUPTED = 130


class UnusableError(Exception):
    """The command can't begin; the message says in one line what is missing and where to get it."""


def agrees(question: str, given: Namespace, terminal: Terminal) -> bool:
    """Whether it shall be done; `--yes` has said so.

    Raises:
        UnusableError: nobody is there to be asked.
    """
    if not given.yes and not terminal.can_ask:
        raise UnusableError("nobody can be asked here; say --yes")
    return bool(given.yes) or terminal.agrees(question)


@dataclass(frozen=True, kw_only=True)
class Example:
    """A line that a person can copy, and what it is good for."""

    line: str
    purpose: str


class Command(Protocol):
    """One word after `operations`.

    Attributes:
        name: that word.
        purpose: what it does, in a line of at most 60 characters.
        about: the same for its own help, in a few sentences.
        examples: for its help, at least one.
    """

    @property
    def name(self) -> str: ...

    @property
    def purpose(self) -> str: ...

    @property
    def about(self) -> str: ...

    @property
    def examples(self) -> tuple[Example, ...]: ...

    def arguments(self, parser: ArgumentParser) -> None:
        """Declare what may follow the word."""
        ...

    def run(self, given: Namespace, terminal: Terminal) -> Exit:
        """Do it.

        Raises:
            UnusableError: it can't begin.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Deferred:
    """A command whose module is imported when it is asked for, so that the list of commands is there at once.

    Args:
        name, purpose: those of the command.
        at: where it is: `module:Class`.
    """

    name: str
    purpose: str
    at: str

    @cached_property
    def command(self) -> Command:
        """The command itself.

        Raises:
            UnusableError: this Python lacks a package that the command needs.
        """
        module, _, kind = self.at.partition(":")
        try:
            return cast("Command", getattr(import_module(module), kind)())
        except ModuleNotFoundError as error:
            raise UnusableError(
                f"this Python has no {error.name}; after `make venv`, .offline/venv/bin/python has"
            ) from error

    @property
    def about(self) -> str:
        """The command's."""
        return self.command.about

    @property
    def examples(self) -> tuple[Example, ...]:
        """The command's."""
        return self.command.examples

    def arguments(self, parser: ArgumentParser) -> None:
        """Let the command declare its arguments."""
        self.command.arguments(parser)

    def run(self, given: Namespace, terminal: Terminal) -> Exit:
        """Let the command do it."""
        return self.command.run(given, terminal)
