"""The entry of every `make` target: installs what is needed, then runs the verb inside the virtual environment.

python -m offline install            virtual environment, engine, language host
python -m offline up --stack prod    see `offline.commands`; the engine is built only for verbs that ask it
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from offline.install import clean_environment, install_engine, install_venv
from offline.layout import Layout
from offline.voice import MissingError, say

VERBS = ("up", "preview", "report", "refresh", "destroy", "diagram")
WITHOUT_ENGINE = ("venv", "diagram")


def main() -> int:
    """Returns the exit code: 0, the engine's own, or 2 when something is missing."""
    parser = argparse.ArgumentParser(prog="python -m offline", description="The program without AWS.")
    parser.add_argument("verb", choices=("install", "venv", *VERBS))
    parser.add_argument("--stack", default="dev", help="the stack (default: dev)")
    parser.add_argument("--file", type=Path, help="diagram only: a stack file anywhere, instead of a stack")
    arguments = parser.parse_args()
    file = arguments.file.resolve() if arguments.file else None
    layout = Layout.of_this_clone()
    try:
        install_venv(layout=layout)
        if arguments.verb not in WITHOUT_ENGINE:
            install_engine(layout=layout)
        if arguments.verb in ("install", "venv"):
            return 0
        if sys.prefix != str(layout.venv):
            command = [str(layout.python), "-m", "offline", arguments.verb, "--stack", arguments.stack]
            command += ["--file", str(file)] if file else []
            os.chdir(layout.root)
            os.execve(command[0], command, clean_environment())  # noqa: S606 - the same command, on our Python
        # Needs the virtual environment.
        from offline.commands import run

        more = {"file": file} if file and arguments.verb == "diagram" else {}
        stack = file.name.removeprefix("Pulumi.").removesuffix(".yaml") if more and file else arguments.stack
        return run(verb=arguments.verb, layout=layout, stack=stack, **more)
    except MissingError as missing:
        say(f"cannot go on: {missing}")
        return 2
    except KeyboardInterrupt:
        say("interrupted; the next run cleans up after this one")
        return 130


sys.exit(main())
