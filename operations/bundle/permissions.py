"""Whom the agent gives what it has copied, and with which mode.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-permissions.html
https://github.com/aws/aws-codedeploy-agent/tree/master/lib/instance_agent/plugins/codedeploy/application_specification
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from operations.bundle.copies import Copies, place
from operations.bundle.specification import Specification
from settings.problems import Path

_OPTIONAL: Final = ("pattern", "except", "owner", "group", "mode", "acls", "context", "type")
_KINDS: Final = ("file", "directory")
_ALL: Final = "**"
_MODE: Final = re.compile(r"[0-7]{1,4}")
_DEFAULT: Final = re.compile(r"(d|default):((u|user|g|group|m|mask|o|other):)?[^:]*:([0-7]|[rwx-]*)")
_ACCESS: Final = re.compile(r"((u|user|g|group):[^:]+|(m|mask):?|(?!(m|mask|o|other):)[^:]+):([0-7]|[rwx-]*)")


def check_permissions(specification: Specification, value: Any, copies: Copies | None) -> None:
    """Note what is wrong with permissions.

    Args:
        specification: where it is noted.
        value: what stands under `permissions`.
        copies: what they are given to; None where `files` is wrong itself.
    """
    given: dict[str, Path] = {}
    for path, entry in specification.entries(value, ("permissions",), of="mappings with an object"):
        one = specification.mapping(entry, path, needed=("object",), optional=_OPTIONAL)
        one = {key: said for key, said in one.items() if said is not None or key == "object"}
        target = specification.text(one, "object", path)
        kinds = _kinds(specification, one, path)
        for key in ("pattern", "owner", "group"):
            specification.text(one, key, path)
        _texts(specification, one, "except", path)
        _mode(specification, one, path)
        _access(specification, one, path, kinds)
        if "context" in one:
            specification.mapping(one["context"], (*path, "context"), needed=("type",), optional=("user", "range"))
        if not target or copies is None:
            continue
        if not any(_meet(target, destination) for destination in copies.folders):
            specification.wrong(
                (*path, "object"), target, "a file or folder that `files` copies; others the agent leaves alone"
            )
        for reached in _reached(specification, one, path, place(target), kinds, copies):
            if (twin := given.setdefault(reached, path)) != path:
                message = f"reaches {reached}, as permissions[{twin[-1]}] does; the agent refuses that"
                specification.note(path, message)
                break


def _kinds(specification: Specification, one: Mapping[str, Any], path: Path) -> frozenset[str]:
    """To what the permissions are given."""
    if "type" not in one:
        return frozenset(_KINDS)
    found = set()
    for at, kind in specification.entries(one["type"], (*path, "type"), of="file or directory"):
        if kind in _KINDS:
            found.add(kind)
        else:
            specification.wrong(at, kind, "file or directory")
    return frozenset(found)


def _texts(specification: Specification, one: Mapping[str, Any], key: str, path: Path) -> list[tuple[Path, str]]:
    found = []
    for at, text in specification.entries(one.get(key, []), (*path, key), of="text"):
        if isinstance(text, str) and text.strip():
            found.append((at, text))
        else:
            specification.wrong(at, text, "text that isn't empty")
    return found


def _mode(specification: Specification, one: Mapping[str, Any], path: Path) -> None:
    if "mode" not in one:
        return
    mode, at = one["mode"], (*path, "mode")
    allowed = 'one to four digits of 0 to 7, such as 755, or quoted as "0755"'
    # YAML reads 0644 as a number to the base of eight: the agent sees 420, and gives that mode.
    written = specification.document.written(at)
    if written.startswith("0") and len(written) > 1:
        specification.note(at, f"given {written}, which YAML reads as {mode}; allowed: {allowed}")
    elif isinstance(mode, bool) or not _MODE.fullmatch(str(mode)):
        specification.wrong(at, mode, allowed)


def _access(specification: Specification, one: Mapping[str, Any], path: Path, kinds: frozenset[str]) -> None:
    for at, entry in _texts(specification, one, "acls", path):
        if _DEFAULT.fullmatch(entry):
            if "file" in kinds:
                specification.note(at, "a default is for folders only; say type: [directory]")
        elif not _ACCESS.fullmatch(entry):
            specification.wrong(at, entry, "an entry with a name, such as u:bob:rw, or m::rw; `mode` says the others")


def _reached(
    specification: Specification,
    one: Mapping[str, Any],
    path: Path,
    target: str,
    kinds: frozenset[str],
    copies: Copies,
) -> list[str]:
    """The files and folders that get these permissions."""
    pattern, spared = one.get("pattern", _ALL), one.get("except")
    if target in copies.files:
        for key, narrows in (("pattern", pattern != _ALL), ("except", bool(spared))):
            if narrows and "file" in kinds:
                specification.note((*path, key), f"narrows a folder down; {target} is a file")
        return [target] if "file" in kinds else []
    inner = len(f"{target}/")
    names = {reached: reached[inner:] for reached in copies.below(target, kinds=kinds)}
    left_out = [one for one in spared if isinstance(one, str)] if isinstance(spared, list) else []
    return [
        reached
        for reached, name in names.items()
        if (pattern == _ALL or _lies_in(name, pattern)) and not any(_lies_in(name, one) for one in left_out)
    ]


def _lies_in(name: str, pattern: Any) -> bool:
    """Whether a name below the object lies directly in it, and is meant."""
    expression = re.escape(str(pattern)).replace(r"\*", ".*")
    return "/" not in name and bool(re.fullmatch(expression, name, re.DOTALL))


def _meet(one: str, other: str) -> bool:
    """Whether one path lies in the other, or is it."""
    inner, outer = (f"{path.rstrip('/')}/" for path in (one, other))
    return inner.startswith(outer) or outer.startswith(inner)
