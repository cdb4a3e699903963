"""The specification of a server: what the agent copies, to whom it gives it, and what it runs.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure.html
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from operations.bundle.contents import Bundle, leaves
from operations.bundle.copies import Copies, folders, placed
from operations.bundle.finding import Weight
from operations.bundle.hooks import hooks
from operations.bundle.permissions import check_permissions
from operations.bundle.specification import SLASHES, Specification
from settings.problems import Path

WINDOWS: Final = "windows"
KEYS: Final = ("files", "file_exists_behavior", "permissions", "hooks")
_ABSOLUTE: Final = {"linux": r"/.*", WINDOWS: r"([A-Za-z]:)?[\\/].*"}


def check_server(specification: Specification, values: Mapping[str, Any], bundle: Bundle) -> None:
    """Note what the agent would stumble over."""
    # A section with nothing in it is for the agent as if it weren't there.
    values = {key: value for key, value in values.items() if value is not None or key not in KEYS}
    if isinstance(values.get("version"), str):
        specification.note(("version",), "is text, and the agent takes the number only: version: 0.0")
    system = specification.choice(values, "os", (), among=("linux", WINDOWS)) or "linux"
    copies = _files(specification, values, bundle, system)
    specification.choice(values, "file_exists_behavior", (), among=("DISALLOW", "OVERWRITE", "RETAIN"))
    if values.get("permissions") and system == WINDOWS:
        specification.note(("permissions",), "are for Linux; the agent on Windows refuses the whole specification")
    elif "permissions" in values:
        check_permissions(specification, values["permissions"], copies)
    if "hooks" in values:
        hooks(specification, values["hooks"], bundle, windows=system == WINDOWS)
    if not values.get("files") and not values.get("hooks"):
        specification.note((), "neither files nor hooks: a deployment would change nothing", weight=Weight.WARNING)


def _files(specification: Specification, values: Mapping[str, Any], bundle: Bundle, system: str) -> Copies | None:
    """What is copied; None where not all of it is good."""
    before = len(specification.findings)
    copied: dict[str, int] = {}
    made: set[str] = set()
    for path, entry in specification.entries(
        values.get("files", []), ("files",), of="mappings of source and destination"
    ):
        one = specification.mapping(entry, path, needed=("source", "destination"))
        source = specification.text(one, "source", path)
        destination = specification.text(one, "destination", path)
        if source:
            _source(specification, (*path, "source"), source, bundle, system)
        if destination and not re.fullmatch(_ABSOLUTE[system], destination):
            example = r"C:\app" if system == WINDOWS else "/opt/app"
            specification.wrong((*path, "destination"), destination, f"an absolute folder, such as {example}")
        if source and destination:
            files = placed(bundle, source, destination)
            if twice := next((at for at in files if at in copied), None):
                message = f"copies {files[twice]} to {twice}, as files[{copied[twice]}] does"
                specification.note(path, f"{message}; the agent refuses two files for one place")
            copied = {**dict.fromkeys(files, int(path[-1])), **copied}
            made.update(folders(copied, destination))
    return Copies(files=copied, folders=frozenset(made)) if len(specification.findings) == before else None


def _source(specification: Specification, path: Path, source: str, bundle: Bundle, system: str) -> None:
    if "\\" in source and system != WINDOWS:
        specification.wrong(path, source, SLASHES)
    elif leaves(source):
        specification.wrong(path, source, "a file or folder of the bundle; this one lies outside of it")
    elif not bundle.has(source):
        specification.wrong(path, source, "a file or folder of the bundle; it has none of this name")
