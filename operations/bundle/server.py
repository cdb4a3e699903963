"""The specification of a server: what the agent copies, to whom it gives it, and what it runs.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from operations.bundle.contents import Bundle, leaves, normal
from operations.bundle.finding import Weight
from operations.bundle.hooks import hooks
from operations.bundle.specification import Specification
from settings.problems import Path

WINDOWS: Final = "windows"
KEYS: Final = ("files", "file_exists_behavior", "permissions", "hooks")
_ABSOLUTE: Final = {"linux": r"/.*", WINDOWS: r"([A-Za-z]:)?[\\/].*"}
_MODE: Final = re.compile(r"[0-7]{1,4}")


def check_server(specification: Specification, values: Mapping[str, Any], bundle: Bundle) -> None:
    """Note what the agent would stumble over."""
    system = specification.choice(values, "os", (), among=("linux", WINDOWS)) or "linux"
    destinations = _files(specification, values, bundle, system)
    specification.choice(values, "file_exists_behavior", (), among=("DISALLOW", "OVERWRITE", "RETAIN"))
    if "permissions" in values:
        _permissions(specification, values, system, destinations)
    if "hooks" in values:
        hooks(specification, values["hooks"], bundle, windows=system == WINDOWS)
    if not values.get("files") and not values.get("hooks"):
        specification.note((), "neither files nor hooks: a deployment would change nothing", weight=Weight.WARNING)


def _files(
    specification: Specification, values: Mapping[str, Any], bundle: Bundle, system: str
) -> tuple[str, ...] | None:
    """The destinations of what is copied; None where not all of them are good."""
    if "files" not in values:
        return ()
    before = len(specification.findings)
    copied: dict[tuple[str, str], Path] = {}
    for path, entry in specification.entries(values["files"], ("files",), of="mappings of source and destination"):
        one = specification.mapping(entry, path, needed=("source", "destination"))
        source = specification.text(one, "source", path)
        destination = specification.text(one, "destination", path)
        if source:
            _source(specification, (*path, "source"), source, bundle)
        if destination and not re.fullmatch(_ABSOLUTE[system], destination):
            example = r"C:\app" if system == WINDOWS else "/opt/app"
            specification.wrong((*path, "destination"), destination, f"an absolute folder, such as {example}")
        if source and destination:
            twin = copied.setdefault((normal(source), destination.rstrip("/\\")), path)
            if twin != path:
                specification.note(path, f"copies the same as files[{twin[-1]}]; the agent refuses a file twice")
    return tuple(destination for _, destination in copied) if len(specification.findings) == before else None


def _source(specification: Specification, path: Path, source: str, bundle: Bundle) -> None:
    if leaves(source):
        specification.wrong(path, source, "a file or folder of the bundle; this one lies outside of it")
    elif not bundle.has(source):
        specification.wrong(path, source, "a file or folder of the bundle; it has none of this name")


def _permissions(
    specification: Specification, values: Mapping[str, Any], system: str, destinations: Sequence[str] | None
) -> None:

    if system == WINDOWS:
        specification.note(("permissions",), "are given on Linux only", weight=Weight.WARNING)
    for path, entry in specification.entries(values["permissions"], ("permissions",), of="mappings with an object"):
        one = specification.mapping(
            entry,
            path,
            needed=("object",),
            optional=("pattern", "except", "owner", "group", "mode", "acls", "context", "type"),
        )
        target = specification.text(one, "object", path)
        if target and destinations is not None and not any(_meet(target, destination) for destination in destinations):
            specification.wrong(
                (*path, "object"), target, "a file or folder that `files` copies; others the agent leaves alone"
            )
        _mode(specification, one, path)
        if "type" in one:
            for place, kind in specification.entries(one["type"], (*path, "type"), of="file or directory"):
                if kind not in ("file", "directory"):
                    specification.wrong(place, kind, "file or directory")
        if "context" in one:
            specification.mapping(one["context"], (*path, "context"), needed=("type",), optional=("user", "range"))


def _meet(one: str, other: str) -> bool:
    """Whether one path lies in the other, or is it."""
    inner, outer = (f"{path.rstrip('/')}/" for path in (one, other))
    return inner.startswith(outer) or outer.startswith(inner)


def _mode(specification: Specification, one: Mapping[str, Any], path: Path) -> None:
    if "mode" not in one:
        return
    mode = one["mode"]
    # YAML reads 0644 as a number to the base of eight: the agent sees 420.
    if isinstance(mode, bool) or not _MODE.fullmatch(str(mode)):
        specification.wrong((*path, "mode"), mode, 'one to four digits of 0 to 7, such as 755, or quoted as "0755"')
