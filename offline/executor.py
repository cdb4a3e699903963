"""Runs a program as the language host asks, and ends at once when the engine interrupts it.

A program that is ready waits in a call until the engine lets it go. When a policy pack refuses a whole stack, the
engine interrupts the program without an answer to that call. Python would turn the interrupt into an exception and then
wait for the call, while the engine waits for the program: 5 seconds, until it kills it. There is nothing to tidy up, so
the interrupt may end the process.

Nor does it tell the engine what the SDK says for debugging, which no command here shows: the program would wait for the
engine with each line, some thousand times, a fifth of the time of a large stack. And it collects no garbage while it
imports the provider's SDK, which is kept to the end.
"""

from __future__ import annotations

import gc
import runpy
import signal
import sys

from pulumi import log


def unheard(*_: object, **__: object) -> None:
    """Takes what is said for debugging."""


if __name__ == "__main__":
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    setattr(log, "debug", unheard)  # noqa: B010 - the SDK has no setting for it
    # The host's own script for it, and that script's arguments.
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")
