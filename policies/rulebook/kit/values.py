"""Properties as a rule reads them: plain values with a path, absent, known or not known yet.

The runtime hands over proxies that are neither `dict` nor `list` and that raise on unknown values. `plain` copies them
once into ordinary values; a `Node` then reads them by path. Reading a value that isn't known raises `UndecidableError`,
so a rule is written as if everything were known, and `some`, `every` and `each` keep the three-valued logic.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pulumi_policy import proxy

T = TypeVar("T")


class Unknown:
    """A value that the preview can't know; using it as a truth value is a mistake in the rule."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value has no truth value")


UNKNOWN: Final = Unknown()
UNKNOWN_ON_THE_WIRE: Final[str] = proxy.UNKNOWN_STRING_VALUE


class UnreadableError(Exception):
    """A property can't be read; `path` says which."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class UndecidableError(UnreadableError):
    """The value at `path` isn't known during this preview."""


class MalformedError(UnreadableError):
    """The value at `path` has a shape that AWS wouldn't take; `expected` says which it should be."""

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(path)
        self.expected = expected


def plain(value: Any) -> Any:
    """A copy of what the runtime hands over as `dict`, `list` and scalars, unknown leaves replaced by `UNKNOWN`."""
    if isinstance(value, str):
        return UNKNOWN if proxy._is_unknown(value) else value
    if isinstance(value, Mapping):
        target: Any = value["__target"] if type(value).__name__.endswith("Proxy") else value
        return {str(key): plain(item) for key, item in target.items()}
    if isinstance(value, Sequence):
        # Both proxies answer to this key, which their type hints don't know.
        proxied: Any = value
        return [plain(item) for item in (proxied["__target"] if type(value).__name__.endswith("Proxy") else value)]
    return value


@dataclass(frozen=True)
class Node:
    """A value and where it is, for example `stages[2].actions[0].category`.

    Every reading method raises `UndecidableError` for a value not known yet, and `MalformedError` for one of another
    type. Absent and null are the same; a child of an absent value is absent, a child of an unknown one unknown.
    """

    value: Any
    path: str = ""

    def __getitem__(self, key: str | int) -> "Node":
        if self.value is UNKNOWN:
            return self
        if isinstance(key, int):
            inside = isinstance(self.value, list) and -len(self.value) <= key < len(self.value)
            return Node(self.value[key] if inside else None, f"{self.path}[{key}]")
        here = f"{self.path}.{key}" if self.path else key
        if self.value is None:
            return Node(None, here)
        if not isinstance(self.value, dict):
            raise MalformedError(self.path, "an object")
        return Node(self.value.get(key), here)

    @property
    def present(self) -> bool:
        """Whether anything is given; what isn't known yet is given."""
        return self.value is not None

    @property
    def known(self) -> bool:
        """Whether this value itself can be read now; its children may still be unknown."""
        return self.value is not UNKNOWN

    def text(self, default: str = "") -> str:
        """The text here; numbers and flags in the spelling of JSON, for the wire mixes them."""
        value = self._read(default)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        if isinstance(value, int | float):
            return str(value)
        if not isinstance(value, str):
            raise MalformedError(self.path, "a text")
        return value

    def flag(self, *, default: bool) -> bool:
        """The flag here; some inputs carry it as the text `true` or `false`."""
        value = self._read(default)
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        if not isinstance(value, bool):
            raise MalformedError(self.path, "true or false")
        return value

    def number(self, default: float) -> float:
        """The number here; some inputs carry it as text."""
        value = self._read(default)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise MalformedError(self.path, "a number")
        try:
            return float(value)
        except ValueError:
            raise MalformedError(self.path, "a number") from None

    def items(self) -> list["Node"]:
        """The elements of a list; a single object counts as a list of one, as older providers have it."""
        value = self._read([])
        if isinstance(value, dict):
            return [self]
        if not isinstance(value, list):
            raise MalformedError(self.path, "a list")
        return [Node(item, f"{self.path}[{index}]") for index, item in enumerate(value)]

    def entries(self) -> dict[str, "Node"]:
        """The members of an object."""
        value = self._read({})
        if not isinstance(value, dict):
            raise MalformedError(self.path, "an object")
        return {key: self[key] for key in value}

    def texts(self) -> list[str]:
        """The elements of a list of texts; one text alone counts as a list of one, as IAM has it."""
        if isinstance(self.value, str):
            return [self.value]
        return [item.text() for item in self.items()]

    def _read(self, default: Any) -> Any:
        if self.value is UNKNOWN:
            raise UndecidableError(self.path)
        return default if self.value is None else self.value


def some(things: Iterable[T], holds: Callable[[T], bool]) -> bool:
    """Whether it holds for one: yes if it does for any, else undecidable if it is for any, else no."""
    unreadable: UnreadableError | None = None
    for thing in things:
        try:
            if holds(thing):
                return True
        except UnreadableError as error:
            unreadable = unreadable or error
    if unreadable is not None:
        raise unreadable
    return False


def every(things: Iterable[T], holds: Callable[[T], bool]) -> bool:
    """Whether it holds for all: no if it doesn't for any, else undecidable if it is for any, else yes."""
    return not some(things, lambda thing: not holds(thing))


def all_of(*questions: Callable[[], bool]) -> bool:
    """Whether all are so, where one no decides although another isn't known."""
    return every(questions, lambda question: question())


def any_of(*questions: Callable[[], bool]) -> bool:
    """Whether one is so, where one yes decides although another isn't known."""
    return some(questions, lambda question: question())


def at_least(number: int, things: Iterable[T], holds: Callable[[T], bool]) -> bool:
    """Whether it holds for that many: yes if enough are known, no if even the unknown ones wouldn't do."""
    known, unreadable = 0, []
    for thing in things:
        try:
            known += holds(thing)
        except UnreadableError as error:
            unreadable.append(error)
    if known < number <= known + len(unreadable):
        raise unreadable[0]
    return known >= number
