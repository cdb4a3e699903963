"""What `pulumi refresh --preview-only --json` has found: drift, and what the program lets others move.

This file's text is also part of the buildspec of the project that looks by the clock (`components/drift`). There it is
run by itself, with the standard library of any Python from 3.10: `python3 differences.py summary < found.json` prints
what has drifted in a line, `python3 differences.py stack-file < state.json` a stack file that knows how the state
encrypts.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

UNCHANGED = {"refresh", "same", "read"}
"""Operations of a refresh that found nothing."""

_PART = re.compile(r'\.?([^.\[\]"]+)|\[(\d+|\*)\]|\["([^"]*)"\]')

LONGEST_SUMMARY = 1_000
"""In characters: a notice names what has drifted, and `operations drift` has all of it."""

Place = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One place of a resource that isn't as the state has it.

    Args:
        place: the property, with what is inside: `tags.team`.
        was: what the state has; None for nothing.
        now: what AWS has; None for nothing.
    """

    place: str
    was: Any
    now: Any


@dataclass(frozen=True, kw_only=True)
class Drifted:
    """A resource that isn't as the state has it.

    Args:
        urn: which.
        type: its type as people know it: `sns.Topic`.
        gone: whether AWS doesn't have it any more.
        changes: what else differs.
        known: places that the program lets others move: its `ignore_changes`, which the state has.
    """

    urn: str
    type: str
    gone: bool
    changes: Sequence[Change]
    known: Sequence[str] = ()

    @property
    def name(self) -> str:
        """What the program calls it."""
        return self.urn.rsplit("::", 1)[-1]

    @property
    def drift(self) -> bool:
        """Whether anybody has to look."""
        return self.gone or bool(self.changes)


def drifted(document: Mapping[str, Any]) -> list[Drifted]:
    """The resources that differ, in the order of the state; those with known movements alone, too."""
    return [found for step in document.get("steps") or [] if step["op"] not in UNCHANGED and (found := _of(step))]


def summary(document: Mapping[str, Any]) -> str:
    """What has drifted, in a line without values; empty where nothing has."""
    found = [one for one in drifted(document) if one.drift]
    if not found:
        return ""
    which = [f"{one.name} ({', '.join(two.place for two in one.changes) or 'gone'})" for one in found]
    line = f"{len(found)} resource{'s' if len(found) > 1 else ''}: {', '.join(which)}"
    return line if len(line) <= LONGEST_SUMMARY else f"{line[: LONGEST_SUMMARY - 1]}…"


def stack_file(document: Mapping[str, Any]) -> str:
    """A stack file without a configuration, that encrypts as an exported state says of itself.

    Raises:
        ValueError: the state's secrets are kept in a way that this doesn't know.
    """
    kept = document["deployment"].get("secrets_providers") or {}
    state = kept.get("state") or {}
    match kept.get("type"):
        case "cloud":
            return f"secretsprovider: {json.dumps(state['url'])}\nencryptedkey: {json.dumps(state['encryptedkey'])}\n"
        case "passphrase":
            return f"encryptionsalt: {json.dumps(state['salt'])}\n"
        case None:
            return ""
        case other:
            raise ValueError(f"secrets are kept by {other}; allowed: cloud (a key of KMS), passphrase")


def short_type(token: str) -> str:
    """A type as people know it: `sns.Topic` for `aws:sns/topic:Topic`."""
    service, _, kind = token.removeprefix("aws:").partition("/")
    return f"{service}.{kind.rpartition(':')[2]}" if kind else service


def place_of(path: str) -> Place:
    """A property path of the engine as its parts."""
    return tuple(int(index) if index.isdigit() else word or quoted or index for word, index, quoted in _parts(path))


def ignored(place: Place, ignore_changes: Iterable[str]) -> bool:
    """Whether a place is one that the program lets others move, or lies inside one.

    https://www.pulumi.com/docs/iac/concepts/options/ignorechanges/
    """
    return any(_covers(place_of(one), place) for one in ignore_changes)


def _parts(path: str) -> Iterator[tuple[str, str, str]]:
    for found in _PART.finditer(path):
        word, index, quoted = found.groups()
        yield word or "", index or "", quoted or ""


def _covers(pattern: Place, place: Place) -> bool:
    return len(pattern) <= len(place) and all(part in ("*", there) for part, there in zip(pattern, place, strict=False))


def _of(step: Mapping[str, Any]) -> Drifted | None:
    old, new = step.get("oldState") or {}, step.get("newState") or {}
    named = short_type(str(old.get("type", "")))
    if step["op"] == "delete":
        return Drifted(urn=step["urn"], type=named, gone=True, changes=())
    was, now = old.get("inputs") or {}, new.get("inputs") or {}
    changes, known = [], []
    for path in sorted(step.get("detailedDiff") or _top(was, now)):
        if ignored(place_of(path), old.get("ignoreChanges") or ()):
            known.append(path)
        else:
            changes.append(Change(place=path, was=_at(was, place_of(path)), now=_at(now, place_of(path))))
    found = Drifted(urn=step["urn"], type=named, gone=False, changes=changes, known=known)
    # Only what AWS computes has changed, such as the time of the last change: nobody asked for a value.
    return found if found.drift or known else None


def _top(was: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    """Where the engine says no more than that there is a difference: the properties that differ."""
    return {key for key in {*was, *now} if was.get(key) != now.get(key) and not key.startswith("__")}


def _at(value: Any, place: Place) -> Any:
    for part in place:
        if isinstance(value, Mapping):
            value = value.get(str(part))
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


if __name__ == "__main__":
    wanted = {"summary": summary, "stack-file": stack_file}[sys.argv[1]]
    print(wanted(json.load(sys.stdin)), end="")
