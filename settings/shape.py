"""The way from a place in pydantic's errors to the same place in the stack file.

pydantic puts the chosen variant of a union into an error's location (`source.codecommit.branch`); a person knows only
`source.branch`. This module reads the models' annotations to tell one from the other, and knows which keys exist where.
"""

import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import Tag
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

from settings.base import Model
from settings.problems import Path


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One model that may stand in a place.

    Args:
        model: the model.
        choices: the keys whose value chooses it, with that value (`strategy`: `blue-green`).
        tag: its name where the presence of keys chooses it.
    """

    model: type[Model]
    choices: tuple[tuple[str, str], ...]
    tag: str = ""

    @property
    def fields(self) -> Mapping[str, FieldInfo]:
        """What it knows, by key in the file's spelling."""
        return {field.alias or name: field for name, field in self.model.model_fields.items()}

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys it knows, in the file's spelling."""
        return tuple(self.fields)

    def chosen_by(self, tag: object) -> bool:
        """Whether pydantic's tag stands for it."""
        return tag == self.tag or any(tag == value for _, value in self.choices)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place in the stack file.

    Args:
        path: in the file's spelling.
        variants: the models that may stand there after pydantic's choice; empty where no object stands.
        all_variants: the same before pydantic's choice.
    """

    path: Path
    variants: tuple[Variant, ...]
    all_variants: tuple[Variant, ...]

    def known_keys(self) -> tuple[str, ...]:
        """The keys that may stand there."""
        return tuple(dict.fromkeys(key for variant in self.variants for key in variant.keys))

    def common_keys(self) -> frozenset[str]:
        """The keys that mean the same in every variant."""
        fields = [one.fields for one in self.variants]
        return frozenset(
            key
            for key, field in fields[0].items()
            if all(key in one and one[key].annotation == field.annotation for one in fields)
        )

    def way_from(self, key: str) -> str:
        """For a key that is called otherwise or decided elsewhere: what to say of it; otherwise an empty text."""
        plain = re.sub(r"[^a-z]", "", key.lower())
        return next((one.model.WAYS[plain] for one in self.variants if plain in one.model.WAYS), "")

    def only_where(self, key: str) -> str:
        """For a key of another variant: the choice that has it, in words; otherwise an empty text."""
        others = [variant for variant in self.all_variants if variant not in self.variants and key in variant.keys]
        taken = {choice for variant in self.variants for choice in variant.choices}
        words, values = [], dict[str, list[str]]()
        for variant in others:
            differing = [choice for choice in variant.choices if choice not in taken]
            match differing:
                case []:
                    words.append(f"for {variant.tag}")
                case [(name, value)]:
                    values.setdefault(name, []).append(value)
                case _ if alone := [choice for choice in differing if self._all_have(key, choice)]:
                    values.setdefault(alone[0][0], []).append(alone[0][1])
                case _:
                    words.append(f"where {' and '.join(f'{name} is {value}' for name, value in differing)}")
        single = (f"where {name} is {_one_of(list(dict.fromkeys(given)))}" for name, given in values.items())
        return " or ".join(dict.fromkeys((*single, *words)))

    def _all_have(self, key: str, choice: tuple[str, str]) -> bool:
        """Whether a choice alone is enough for a key to exist."""
        return all(key in variant.keys for variant in self.all_variants if choice in variant.choices)


def _one_of(values: list[str]) -> str:
    *others, last = values
    return f"{', '.join(others)} or {last}" if others else last


def variants_of(annotation: Any, tag: str = "") -> tuple[Variant, ...]:
    """The models an annotation allows."""
    if isinstance(annotation, TypeAliasType):
        return variants_of(annotation.__value__, tag)
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *marks = get_args(annotation)
        return variants_of(inner, next((mark.tag for mark in marks if isinstance(mark, Tag)), tag))
    if origin in (Union, types.UnionType):
        return tuple(variant for one in get_args(annotation) for variant in variants_of(one, tag))
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return (Variant(model=annotation, choices=_choices(annotation), tag=tag),)
    return ()


def _choices(model: type[Model]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (field.alias or name, str(get_args(field.annotation)[0]))
        for name, field in model.model_fields.items()
        if get_origin(field.annotation) is Literal
    )


def plain(annotation: Any) -> Any:
    """The type itself, without the marks and the names that it is given by."""
    while True:
        if isinstance(annotation, TypeAliasType):
            annotation = annotation.__value__
        elif get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        else:
            return annotation


def place_of(root: type[Model], location: Sequence[str | int]) -> Place:
    """Where a location of pydantic's errors is in the file.

    Args:
        root: the model that was validated.
        location: `loc` of the error.
    """
    path: list[str | int] = []
    annotation: Any = root
    allowed = everything = variants_of(root)
    fresh = False
    for part in location:
        origin = get_origin(plain(annotation)) if annotation is not None else None
        if part == "[key]":
            break
        if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
            path.append(part)
            annotation = get_args(plain(annotation))[1]
        elif origin is tuple:
            path.append(part)
            annotation = get_args(plain(annotation))[0]
        elif fresh and (chosen := tuple(one for one in allowed if one.chosen_by(part))):
            allowed = chosen
            fresh = len(allowed) > 1
            continue
        else:
            path.append(part)
            field = _field(allowed, part)
            annotation = field.annotation if field else None
        allowed = everything = variants_of(annotation) if annotation is not None else ()
        fresh = len(everything) > 1
    return Place(path=tuple(path), variants=allowed, all_variants=everything)


def _field(variants: Sequence[Variant], key: str | int) -> FieldInfo | None:
    """The field of a key in the first variant that knows it."""
    return next((one.fields[key] for one in variants if isinstance(key, str) and key in one.fields), None)


def needed_of(place: Place, key: str) -> str:
    """What a key that is missing is for, and its values where they can be listed and that doesn't name them."""
    field = _field(place.variants, key)
    if field is None:
        return ""
    purpose, kind = field.description or "", plain(field.annotation)
    values = list(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else []
    named = all(value in purpose for value in values)
    return purpose if named else f"one of {', '.join(values)}: {purpose}"
