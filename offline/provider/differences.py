"""Where two sets of inputs differ, place by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["add", "delete", "update"]


@dataclass(frozen=True)
class Difference:
    """One place that differs, as a property path ("stages[0].actions[1].configuration.ProjectName")."""

    path: str
    kind: Kind


def differences(*, old: object, new: object, path: str = "") -> Iterator[Difference]:
    """Every place where `new` differs from `old` (plain values). A list that grew or shrank differs at its positions.

    An absent key and an explicit null are the same. A value not known yet differs from every known one.
    """
    if old is None and new is None:
        return
    if old is None or new is None:
        yield Difference(path=path, kind="add" if old is None else "delete")
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from differences(old=old.get(key), new=new.get(key), path=_join(path=path, key=str(key)))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            yield from differences(
                old=old[index] if index < len(old) else None,
                new=new[index] if index < len(new) else None,
                path=f"{path}[{index}]",
            )
    elif old != new:
        yield Difference(path=path, kind="update")


def _join(*, path: str, key: str) -> str:
    if not key.replace("_", "").isalnum():
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key
