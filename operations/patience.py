"""Another program that must not be killed half way: Ctrl-C waits for its end."""

import subprocess


def ended(process: subprocess.Popen[str], *, seconds: float | None = None) -> tuple[str, str]:
    """What it has written to pipes, output and errors, once it has ended.

    Args:
        process: that was begun.
        seconds: how long it may take; None is as long as it takes.

    Raises:
        KeyboardInterrupt: somebody pressed Ctrl-C; it has ended nevertheless.
        TimeoutExpired: it goes on.
    """
    interrupted = False
    while True:
        try:
            said = process.communicate(timeout=seconds)
            break
        except KeyboardInterrupt:
            interrupted = True
    if interrupted:
        raise KeyboardInterrupt
    return said
