"""Every problem of a stack file at once.

pydantic doesn't run an object's own rules while one of its values is bad, nor look into a union whose variant it can't
choose. So a file is validated, what is wrong is noted and taken away (or put right where it is clear what was meant),
and the rest is validated again, until nothing new is found. Every round notes at least one new place and there are
finitely many, so it ends.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from settings.base import Context
from settings.models import Settings
from settings.problems import Path, Problem, given, key_hint, nearest
from settings.shape import Place, needed_of, place_of

_TYPES = {
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "finite_number": "a number",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "mapping_type": "a mapping",
    "model_attributes_type": "a mapping",
    "model_type": "a mapping",
    "string_type": "text",
    "tuple_type": "a list",
}
_ORDER = ("extra_forbidden", "union_tag_invalid", "union_tag_not_found")


@dataclass(frozen=True, kw_only=True)
class Undecided:
    """An object of which nobody knows what it was meant to be.

    Args:
        key: the key that would say it; while the rest is validated, one of its choices stands there.
        common: the keys that mean the same whichever was meant: of the others nothing can be said.
    """

    key: str
    common: frozenset[str]


class Peeling:
    """The values of one stack file while its problems are found.

    Attributes:
        tree: the values; in the end only good ones are left.
        problems: by place, the first one noted there.
        settings: the resolved settings, once there is no problem.
    """

    def __init__(self, values: Mapping[str, Any], context: Context) -> None:
        """Find the problems of `values`, a mapping with the keys of `Settings`."""
        self.tree: dict[str, Any] = _copied(values)
        self.problems: dict[Path, Problem] = {}
        self.settings: Settings | None = None
        self._written_as: dict[Path, str] = {}
        self._gone: set[Path] = set()
        self._undecided: dict[Path, Undecided] = {}
        while self._round(context):
            pass
        for path, one in self._undecided.items():
            self._drop((*path, one.key))
        if self.settings is None and not self.problems:
            raise AssertionError("the settings are refused, but no problem was found in them")

    def _round(self, context: Context) -> bool:
        """Validate once. Returns whether there is something new, so that another round is worth it."""
        try:
            self.settings = Settings.model_validate(self.tree, context=context)
        except ValidationError as refusal:
            known = len(self.problems) + len(self._gone)
            errors = refusal.errors(include_url=False)
            for error in sorted(errors, key=lambda one: _ORDER.index(one["type"]) if one["type"] in _ORDER else 9):
                self._take(error)
            for path in self._gone:
                self._drop(path)
            return len(self.problems) + len(self._gone) > known
        return False

    def _take(self, error: ErrorDetails) -> None:
        kind, location = error["type"], error["loc"]
        if kind == "extra_forbidden":
            self._unknown_key(place_of(Settings, location[:-1]), str(location[-1]))
        elif kind == "missing":
            self._missing(place_of(Settings, location[:-1]), str(location[-1]))
        elif kind in ("union_tag_invalid", "union_tag_not_found"):
            place, key = place_of(Settings, location), error["ctx"]["discriminator"].strip("'")
            if kind == "union_tag_invalid":
                self._unknown_choice(place, key, re.findall(r"'([^']*)'", error["ctx"]["expected_tags"]))
            else:
                self._missing(place, key)
        else:
            self._bad_value(place_of(Settings, location).path, error)

    def _unknown_key(self, place: Place, key: str) -> None:
        holder = self._value(place.path)
        hint, meant = key_hint(key, place.known_keys(), holder)
        if where := place.only_where(key):
            hint, meant = f"it exists only {where}", None
        elif way := place.way_from(key):
            hint, meant = way, None
        self._note((*place.path, key), f"unknown key; {hint}")
        value = holder.pop(key)
        if meant and (*place.path, meant) not in self.problems:
            holder[meant] = value
            self._written_as[(*place.path, meant)] = key

    def _missing(self, place: Place, key: str) -> None:
        path = (*place.path, key)
        holder = self._value(place.path)
        if path in self.problems or path in self._gone or path in self._written_as:
            return
        if (undecided := self._undecided.get(place.path)) and key not in undecided.common:
            return
        if isinstance(holder, dict):
            unknown = [one for one in holder if one not in place.known_keys()]
            if slip := nearest(key, unknown):
                self._unknown_key(place, slip)
                return
        choices = [value for one in place.variants for name, value in one.choices if name == key]
        needed = f"one of {', '.join(dict.fromkeys(choices))}" if choices else needed_of(place, key)
        self._note(path, f"missing; needed: {needed}")

    def _unknown_choice(self, place: Place, key: str, choices: list[str]) -> None:
        path = (*place.path, key)
        holder = self._value(place.path)
        if not isinstance(holder, dict) or key not in holder:
            return
        value = holder.pop(key)
        self._note(path, _with_guess(value, choices, path))
        if meant := nearest(value, choices):
            holder[key] = meant
        elif choices:
            self._check_what_is_common(place, key, choices[0])

    def _check_what_is_common(self, place: Place, key: str, choice: str) -> None:
        """Goes on with one of the choices, for that alone which means the same whichever was meant."""
        holder, common = self._value(place.path), place.common_keys()
        self._undecided[place.path] = Undecided(key=key, common=common)
        for name in place.known_keys():
            if name in holder and name not in common:
                holder.pop(name)
        holder[key] = choice

    def _bad_value(self, path: Path, error: ErrorDetails) -> None:
        context = error.get("ctx", {})
        if context.get("key") and self._holds((*path, context["key"])):
            path = (*path, context["key"])
        if not self._holds(path) or any(gone[:-1] == path for gone in self._gone):
            # Filled in, so the fault of where it came from; or too small only because its bad parts were taken away.
            return
        value = self._value(path)
        if any((*path[:-1], partner) in self.problems for partner in context.get("partners", ())):
            # Only wrong without another value, which is there and was noted.
            self._gone.add(path)
            return
        if error["type"] == "refused" and error["loc"][-1:] == ("[key]",):
            self._note(path, f"the name isn't allowed; allowed: {context['allowed']}")
        elif error["type"] in ("enum", "literal_error"):
            choices = re.findall(r"'([^']*)'", context["expected"])
            self._note(path, _with_guess(value, choices, self._written(path)))
        else:
            allowed = context.get("allowed") or _TYPES.get(error["type"], error["msg"])
            self._note(path, given(value, allowed + _about_quotes(error["type"], value), self._written(path)))
        # A list without one of its items would give the others new positions: the whole list goes, after this round.
        self._gone.add(path[:-1] if isinstance(path[-1], int) else path)

    def _note(self, path: Path, message: str) -> None:
        self.problems.setdefault(path, Problem(path=self._written(path), message=message))

    def _written(self, path: Path) -> Path:
        return tuple(self._written_as.get(path[: at + 1], part) for at, part in enumerate(path))

    def _holds(self, path: Path) -> bool:
        """Whether the place is in the file."""
        value: Any = self.tree
        for part in path:
            in_list = isinstance(value, list) and isinstance(part, int) and part < len(value)
            if not in_list and not (isinstance(value, dict) and part in value):
                return False
            value = value[part]
        return True

    def _value(self, path: Path) -> Any:
        value: Any = self.tree
        for part in path:
            value = value[part] if not isinstance(value, dict) or part in value else {}
        return value

    def _drop(self, path: Path) -> None:
        holder = self._value(path[:-1])
        if isinstance(holder, dict):
            holder.pop(path[-1], None)


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _copied(one) for key, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list | tuple) else value


def _with_guess(value: object, choices: Sequence[str], path: Path) -> str:
    guess = nearest(value, choices)
    return given(value, ", ".join(choices), path) + (f"; did you mean {guess}?" if guess else "")


def _about_quotes(kind: str, value: object) -> str:
    if kind == "string_type" and isinstance(value, bool | int | float):
        return ": quote it"
    return ", without quotes" if kind.startswith(("int", "float", "bool")) and isinstance(value, str) else ""
