"""Other programs that must not be left half way: Ctrl-C waits for their end."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def patience() -> Iterator[None]:
    """Whatever this process would be interrupted by waits until what is inside is over.

    A program that is started inside hears Ctrl-C itself, as everything at the terminal does, and may end sooner by it.

    Raises:
        KeyboardInterrupt: somebody pressed Ctrl-C meanwhile.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []

    def hear(number: int, _frame: FrameType | None) -> None:
        heard.append(number)

    # What ends the process at once, or is ignored, stays so.
    before = {one: signal.signal(one, hear) for one in _HEARD if callable(signal.getsignal(one))}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    if heard:
        raise KeyboardInterrupt
