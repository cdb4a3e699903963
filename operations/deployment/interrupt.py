"""What Ctrl-C means while something is deployed."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import FrameType

from operations.deployment.drive import Step
from operations.terminal import Terminal

ENDINGS = (signal.SIGTERM, signal.SIGHUP)
"""Signals that end a process where nobody listens: of `kill`, and of a terminal that is gone."""


class OnInterrupt(StrEnum):
    """What is done at Ctrl-C, or when the process is told to end."""

    ASK = "ask"
    LEAVE = "leave"
    STOP = "stop"


@dataclass(frozen=True, kw_only=True)
class AtTheTerminal:
    """Tells whoever sits there, and asks them.

    Args:
        terminal: where.
        otherwise: what is done where nobody can be asked; `ask` is `leave` then, for stopping is the greater change.
    """

    terminal: Terminal
    otherwise: OnInterrupt = OnInterrupt.ASK

    def tell(self, text: str) -> None:
        """Say how far it is."""
        self.terminal.tell(text)

    def stops(self, step: Step, *, deployment: str) -> bool | None:
        """Whether to stop the deployment; None is to stop watching."""
        if self.otherwise is not OnInterrupt.ASK or not self.terminal.can_ask:
            return True if self.otherwise is OnInterrupt.STOP and step.moves else None
        what = f"Deployment {deployment}" if deployment else step.does.partition(":")[0]
        stop = "  s  stop it, and wait until what ran before is back\n" if step.moves else ""
        self.tell(f"\n{what} goes on in AWS.\n{stop}  l  leave it alone and stop watching\n  c  watch on")
        try:
            answer = self.terminal.ask("Which?").lower()
        except KeyboardInterrupt:
            return None
        if answer in {"s", "stop"} and step.moves:
            return True
        return None if answer in {"l", "leave"} else False


@contextmanager
def ending_is_interrupt() -> Iterator[None]:
    """Whoever ends the process, or whose line is cut, is heard as Ctrl-C is, so that the door is opened again."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def hear(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {one: signal.signal(one, hear) for one in ENDINGS}
    try:
        yield
    finally:
        for one, heard in before.items():
            signal.signal(one, heard)
