"""The lifecycle hooks of a server's specification, and the scripts that they name.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
"""

from collections.abc import Mapping
from typing import Any, Final

from operations.bundle.contents import Bundle, File, leaves, normal
from operations.bundle.finding import Finding, Weight
from operations.bundle.specification import SLASHES, Specification
from settings.problems import Path, nearest

EVENTS: Final = (
    "BeforeBlockTraffic",
    "AfterBlockTraffic",
    "ApplicationStop",
    "BeforeInstall",
    "AfterInstall",
    "ApplicationStart",
    "ValidateService",
    "BeforeAllowTraffic",
    "AfterAllowTraffic",
)
"""Those that run scripts, in the order in which they come when an instance changes in place behind a load balancer."""

RESERVED: Final = ("BlockTraffic", "DownloadBundle", "Install", "AllowTraffic")
"""The agent's own."""

LONGEST: Final = 3600
"""In seconds: of one script, and of all scripts of one event together."""


def hooks(specification: Specification, value: Any, bundle: Bundle, *, windows: bool) -> None:
    """Note what is wrong with the events and their scripts."""
    if not isinstance(value, Mapping):
        specification.wrong(("hooks",), value, f"a mapping of lifecycle events: {', '.join(EVENTS)}")
        return
    for event, scripts in value.items():
        path: Path = ("hooks", str(event))
        if event in RESERVED:
            specification.note(
                path, f"is the agent's own event and runs no scripts; those that do: {', '.join(EVENTS)}"
            )
        elif event not in EVENTS:
            meant = nearest(event, EVENTS)
            specification.note(path, f"no lifecycle event; {f'did you mean {meant}?' if meant else ', '.join(EVENTS)}")
        else:
            _event(specification, path, scripts, bundle, windows=windows)


def _event(specification: Specification, path: Path, scripts: Any, bundle: Bundle, *, windows: bool) -> None:
    together = 0
    for place, entry in specification.entries(scripts, path, of="mappings with a location"):
        one = specification.mapping(entry, place, needed=("location",), optional=("timeout", "runas"))
        together += _seconds(specification, one, place)
        if windows and "runas" in one:
            specification.note((*place, "runas"), "ignored on Windows", weight=Weight.WARNING)
        if location := specification.text(one, "location", place):
            _script(specification, (*place, "location"), location, bundle, windows=windows)
    if together > LONGEST:
        specification.note(path, f"its scripts may take {together} seconds together; allowed: {LONGEST}")


def _seconds(specification: Specification, one: Mapping[str, Any], place: Path) -> int:
    """How long the script may take; one that doesn't say is not counted, for AWS gives it all the time there is."""
    seconds = one.get("timeout")
    if seconds is None:
        specification.note(
            place, f"no timeout: a script that hangs holds the deployment for {LONGEST} seconds", weight=Weight.WARNING
        )
        return 0
    if isinstance(seconds, str) and seconds.isdecimal():
        seconds = int(seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 1 <= seconds <= LONGEST:
        specification.wrong((*place, "timeout"), one["timeout"], f"1 to {LONGEST} seconds")
        return 0
    return seconds


def _script(specification: Specification, path: Path, location: str, bundle: Bundle, *, windows: bool) -> None:
    name = normal(location)
    file = bundle.files.get(name)
    if "\\" in location and not windows:
        specification.wrong(path, location, SLASHES)
    elif leaves(location) or (file is None and location.startswith("/")):
        specification.wrong(path, location, "a script of the bundle, by its path from the bundle's root")
    elif file is None:
        allowed = "a script of the bundle; it has only a folder of this name" if bundle.has(location) else ""
        specification.wrong(path, location, allowed or "a script of the bundle; it has none of this name")
    elif file.link is None and not windows:
        specification.findings += _faults_of(name, file)


def _faults_of(name: str, file: File) -> list[Finding]:
    """What keeps Linux from running a script as it was meant."""
    first = file.content.split(b"\n", 1)[0]
    found = []
    if file.executable is False:
        message = f"has no run bit, and the agent has to give it one: git update-index --chmod=+x {name}"
        found.append(Finding(file=name, line=1, message=message, weight=Weight.WARNING))
    if not file.content.startswith((b"#!", b"\x7fELF")):
        message = "does not begin with #! and an interpreter: whatever sh is on the machine runs it"
        found.append(Finding(file=name, line=1, message=message, weight=Weight.WARNING))
    if first.startswith(b"#!") and first.endswith(b"\r"):
        message = "has line ends of Windows: Linux looks for an interpreter whose name ends in a carriage return"
        found.append(Finding(file=name, line=1, message=message))
    return found
