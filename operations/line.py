"""The command line: from words to a command, and from its end to an exit code."""

import argparse
import io
import sys
from collections.abc import Sequence
from typing import NoReturn

from operations.command import Command, Exit, UnusableError
from operations.terminal import Terminal, UnwritableError

PROGRAM = "python -m operations"
_EPILOG = """exit codes:
  0  done
  1  refused: what was looked at isn't good, or isn't allowed
  2  unusable: wrong arguments, or something the command needs isn't there
  130  interrupted by Ctrl-C, or because credentials or connection have ended

With --json standard output has one document, however it ends: {"error": "…"}
where the command couldn't begin, or was interrupted before it had a result.
"""

_CODES = "exit codes: 0 done, 1 refused, 2 unusable, 130 interrupted by Ctrl-C"


class _Parser(argparse.ArgumentParser):
    """Says what it doesn't understand as commands say it, and leaves it to the caller to end."""

    def error(self, message: str) -> NoReturn:
        if sys.stderr is not None:
            self.print_usage(sys.stderr)
        raise UnusableError(message)


def run(commands: Sequence[Command], words: Sequence[str]) -> int:
    """Run the command that the words name.

    Returns:
        The exit code of the process; see `Exit`.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal of another encoding gets what it can show.
        sys.stdout.reconfigure(errors="backslashreplace")
    asked = _asked(words)
    terminal = Terminal(as_json="--json" in words)
    code: int = Exit.DONE
    try:
        code = _ended(commands, words, terminal, asked=asked)
        terminal.flush()
    except UnwritableError as error:
        terminal.trouble(f"{asked}: {error}")
        return Exit.UNUSABLE
    return code


def _ended(commands: Sequence[Command], words: Sequence[str], terminal: Terminal, *, asked: str) -> int:
    """How the command ended; what hindered it is told, to people and to machines."""
    try:
        given = _parser(commands, asked=asked).parse_args(words)
        command: Command = given.command
        return command.run(given, terminal)
    except SystemExit:
        # argparse ends the process for --help.
        return Exit.DONE
    except UnusableError as error:
        terminal.trouble(f"{asked or PROGRAM}: {error}")
        terminal.hand_over({"error": str(error)})
        return Exit.UNUSABLE
    except KeyboardInterrupt:
        terminal.trouble(f"{asked or PROGRAM}: interrupted")
        terminal.hand_over({"error": "interrupted"})
        return Exit.INTERRUPTED
    except UnwritableError:
        raise
    except Exception as error:
        # A fault of the command: a person gets the traceback to report it, and a machine a document all the same.
        terminal.hand_over({"error": f"{type(error).__name__}: {error}"})
        raise


def _asked(words: Sequence[str]) -> str:
    """The command that the words begin with, empty where there is none."""
    return next((word for word in words if not word.startswith("-")), "")


def _parser(commands: Sequence[Command], *, asked: str) -> _Parser:
    """Reads the words; of the commands it knows names and purposes, and of the one that is asked for the rest."""
    parser = _Parser(
        prog=PROGRAM,
        description="Commands for the person on duty.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    words = parser.add_subparsers(title="commands", metavar="<command>", required=True)
    for command in commands:
        if command.name != asked:
            words.add_parser(command.name, help=command.purpose, add_help=False)
            continue
        examples = "\n".join(f"  {one.purpose}\n    $ {PROGRAM} {one.line}" for one in command.examples)
        one = words.add_parser(
            command.name,
            help=command.purpose,
            description=command.about,
            epilog=f"examples:\n{examples}\n\n{_CODES}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        one.add_argument("--json", action="store_true", help="print one JSON document, for machines")
        one.set_defaults(command=command)
        command.arguments(one)
    return parser
