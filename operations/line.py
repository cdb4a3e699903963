"""The command line: from words to a command, and from its end to an exit code."""

import argparse
from collections.abc import Sequence

from operations.command import Command, Exit, UnusableError
from operations.terminal import Terminal

PROGRAM = "python -m operations"
_EPILOG = """exit codes:
  0  done
  1  refused: what was looked at isn't good, or isn't allowed
  2  unusable: wrong arguments, or something the command needs isn't there
  130  interrupted by Ctrl-C
"""


def run(commands: Sequence[Command], words: Sequence[str]) -> int:
    """Run the command that the words name.

    Returns:
        The exit code of the process; see `Exit`.
    """
    terminal = Terminal()
    code: int = Exit.DONE
    try:
        code = _ended(commands, words, terminal)
        terminal.flush()
    except BrokenPipeError:
        # Who reads the output has seen enough, as in `… | head`.
        terminal.close()
    return code


def _ended(commands: Sequence[Command], words: Sequence[str], terminal: Terminal) -> int:
    """How the command ended; what hindered it is told."""
    asked = _asked(words)
    try:
        given = _parser(commands, asked=asked).parse_args(words)
        command: Command = given.command
        return command.run(given, Terminal(as_json=given.json))
    except SystemExit as end:
        # argparse ends the process for --help and for words that it doesn't understand.
        return Exit.DONE if end.code in (0, None) else Exit.UNUSABLE
    except UnusableError as error:
        terminal.trouble(f"{asked}: {error}")
        return Exit.UNUSABLE
    except KeyboardInterrupt:
        terminal.trouble(f"{asked}: interrupted")
        return Exit.INTERRUPTED


def _asked(words: Sequence[str]) -> str:
    """The command that the words begin with, empty where there is none."""
    return next((word for word in words if not word.startswith("-")), "")


def _parser(commands: Sequence[Command], *, asked: str) -> argparse.ArgumentParser:
    """Reads the words; of the commands it knows names and purposes, and of the one that is asked for the rest."""
    parser = argparse.ArgumentParser(
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
            epilog=f"examples:\n{examples}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        one.add_argument("--json", action="store_true", help="print one JSON document, for machines")
        one.set_defaults(command=command)
        command.arguments(one)
    return parser
