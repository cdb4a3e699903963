"""How the commands speak: short lines on standard error for progress, one line for what is missing."""

from __future__ import annotations

import sys


class MissingError(Exception):
    """Something a command needs is not there. The message is one line with the way out."""


def say(text: str) -> None:
    """One line of progress."""
    print(f"» {text}", file=sys.stderr, flush=True)
