"""The configuration as a table, made from the models: `python -m settings.reference` prints it for the README."""

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from settings.base import ByTier, Derived, FromParts
from settings.models import Settings
from settings.shape import Variant, plain, variants_of
from settings.tiers import DEFAULTS

COLUMNS = ("Key", "Type", "Default", "What it is for")
_NAMES: Mapping[type, str] = {str: "text", int: "whole number", float: "number", bool: "true or false"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One key of the stack file.

    Args:
        key: its path; `<name>` stands for a name that the user chooses, `[]` for each item of a list.
        kind: its type.
        default: what holds when it is omitted, by tier (development / staging / production) where that differs.
        purpose: what it is for, with units and limits.
    """

    key: str
    kind: str
    default: str
    purpose: str


def rows() -> tuple[Row, ...]:
    """Every key of a stack file, in the order of the models."""
    return tuple(_rows_of(variants_of(Settings), ""))


def table() -> str:
    """The rows as Markdown."""
    lines = [COLUMNS, tuple("---" for _ in COLUMNS)]
    lines += [(f"`{row.key}`", row.kind, row.default, row.purpose) for row in rows()]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines) + "\n"


def _rows_of(variants: tuple[Variant, ...], under: str, only: str = "") -> Iterator[Row]:
    """The rows of what may stand in one place; `only` says when, where the place itself doesn't."""
    seen: set[tuple[str, str]] = set()
    entered: set[tuple[str, int]] = set()
    for variant in variants:
        for name, field in variant.model.model_fields.items():
            alias = field.alias or name
            key = f"{under}.{alias}" if under else {"region": "aws:region"}.get(alias, f"delivery:{alias}")
            holders = [one for one in variants if name in one.model.model_fields]
            kind = _kind(field.annotation, [one.model.model_fields[name] for one in holders])
            inner, suffix = _inside(field.annotation)
            if (key, kind) not in seen:
                seen.add((key, kind))
                when = f" Only {_where(holders, variants)}." if len(holders) < len(variants) else only
                yield Row(key=key, kind=kind, default=_default(field), purpose=f"{field.description}{when}")
            if (key, id(inner)) not in entered:
                entered.add((key, id(inner)))
                alike = [one for one in holders if _inside(one.model.model_fields[name].annotation)[0] is inner]
                within = f" Only {_where(alike, variants)}." if len(alike) < len(holders) else ""
                yield from _rows_of(variants_of(inner), key + suffix, within)


def _where(holders: Sequence[Variant], variants: Sequence[Variant]) -> str:
    """What these variants have in common and no other has; the outermost choice that says so."""
    others = [one for one in variants if one not in holders]
    for level, (key, _) in enumerate(holders[0].choices):
        values = dict.fromkeys(one.choices[level][1] for one in holders if len(one.choices) > level)
        if not any(len(one.choices) > level and one.choices[level] in {(key, v) for v in values} for one in others):
            return f"with `{key}: {'` or `'.join(values)}`"
    if all(one.choices for one in variants):
        return f"with {', or '.join(_paths(holders, variants))}"
    return f"for {holders[0].tag}"


def _paths(holders: Sequence[Variant], variants: Sequence[Variant]) -> Iterator[str]:
    """The same where no choice says it alone: each value of the outermost, with what else it takes."""
    for choice in dict.fromkeys(one.choices[0] for one in holders):
        inside, all_of_it = ([one for one in group if one.choices[0] == choice] for group in (holders, variants))
        said = f"`{choice[0]}: {choice[1]}`"
        if len(inside) < len(all_of_it):
            ours, theirs = ([replace(one, choices=one.choices[1:]) for one in group] for group in (inside, all_of_it))
            said = f"{said} and {_where(ours, theirs).removeprefix('with ')}"
        yield said


def _inside(annotation: Any) -> tuple[Any, str]:
    annotation = _plain(annotation)
    origin = get_origin(annotation)
    if origin is tuple:
        return get_args(annotation)[0], "[]"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return get_args(annotation)[1], ".<name>"
    return annotation, ""


def _plain(annotation: Any) -> Any:
    """Without its marks, and what it is where it is given."""
    annotation = plain(annotation)
    if get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation):
        return _plain(next(one for one in get_args(annotation) if one is not type(None)))
    return annotation


def _kind(annotation: Any, fields: list[FieldInfo]) -> str:
    annotation = _plain(annotation)
    if get_origin(annotation) is Literal:
        values = dict.fromkeys(get_args(one.annotation)[0] for one in fields)
        return " or ".join(f"`{value}`" for value in values)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return " or ".join(f"`{one.value}`" for one in annotation)
    inner, suffix = _inside(annotation)
    if suffix == "[]":
        return f"list of {_kind(inner, [])}"
    return "mapping" if suffix or variants_of(annotation) else _NAMES[annotation]


def _default(field: FieldInfo) -> str:
    for mark in field.metadata:
        if isinstance(mark, FromParts):
            return "of its parts"
        if isinstance(mark, Derived):
            return mark.default
        if isinstance(mark, ByTier):
            given = [getattr(defaults, mark.attribute) for defaults in DEFAULTS.values()]
            values = ["must be said" if value is None else _value(value) for value in given]
            return values[0] if len(set(values)) == 1 else " / ".join(values)
    if field.is_required():
        return "must be said"
    return _value(field.get_default(call_default_factory=True, validated_data={}))


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, BaseModel):
        value = value.model_dump(by_alias=True)
    if isinstance(value, Mapping):
        return "`{" + ", ".join(f"{key}: {one}" for key, one in value.items()) + "}`"
    if isinstance(value, tuple):
        return f"`[{', '.join(map(str, value))}]`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if value != "" else "empty"


if __name__ == "__main__":
    print(table(), end="")
