"""What goes wrong on purpose, so that tests see what the engine leaves behind when an `up` fails half way."""

import json
import os
import signal
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

VARIABLE: Final = "DELIVERY_OFFLINE_FAULTS"
"""The environment variable with the path of a file: logical names of resources, each with its `Fault`."""


class Fault(StrEnum):
    """How the making, changing or deleting of a resource fails."""

    REFUSED = "refused"
    """AWS says no, and nothing has changed there."""
    CUT = "cut"
    """The engine is gone in the middle, as with a machine that is switched off: what AWS did nobody wrote down."""


def fail_if_asked(name: str) -> None:
    """Fail as the file says, if it names this resource.

    Raises:
        PermissionError: for `Fault.REFUSED`.
    """
    file = Path(os.environ.get(VARIABLE, os.devnull))
    if not file.is_file():
        return
    match json.loads(file.read_text(encoding="utf-8")).get(name):
        case Fault.REFUSED:
            raise PermissionError(f"AccessDenied: the offline stand-in was told to refuse {name}")
        case Fault.CUT:
            # The engine is this plugin's parent.
            power_off(pid=os.getppid())


def power_off(*, pid: int) -> None:
    """Kill a process and then what it has started, the caller last: none of them has time to say good-bye."""
    children = [int(each.name) for each in Path("/proc").glob("[0-9]*") if _parent(each) == pid]
    for each in (pid, *sorted(children, key=os.getpid().__eq__)):
        # Who is gone already, perhaps because the others are, is as good.
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def _parent(process: Path) -> int:
    """Which process has started one; 0 where it is gone."""
    try:
        return int((process / "stat").read_text().rsplit(")", 1)[-1].split()[1])
    except OSError:
        return 0
