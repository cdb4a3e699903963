"""What is wrong with a stack file, said to the person who wrote it: all of it, each with its place and the way out."""

import difflib
import json
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

Path = tuple[str | int, ...]

LONGEST_GIVEN = 60
HIDDEN = "(hidden: it looks like a secret)"

_SECRET_KEY = re.compile(r"passw|passphrase|secret|token|credential|api_?-?key|private_?-?key|access_?-?key", re.I)
_SECRET_VALUE = re.compile(
    r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN|\bgh[pousr]_\w{20,}|\bxox[abprs]-|\bglpat-|\beyJ[\w-]{10,}\.|\bv1:[\w+/=]{8,}:"
    r"|://[^/\s:@]*:[^/\s@]+@|passw(or)?d\s*[=:]",
    re.I,
)
_RANDOM = re.compile(r"(?=\S*[A-Z])(?=\S*[a-z])(?=\S*\d)[A-Za-z0-9+/=_]{24,}")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One mistake.

    Args:
        path: where, as keys and list positions.
        message: what was given and what is allowed.
    """

    path: Path
    message: str

    def __str__(self) -> str:
        return f"{spelled(self.path)}: {self.message}"


class SettingsError(pulumi.RunError):
    """A stack file can't be used.

    A `RunError`, because Pulumi ends a program that raises one with its message alone: no traceback, exit code not 0.
    """

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        """Say all `problems` of `file`, sorted by place, one line each."""
        self.problems = tuple(sorted(problems, key=lambda one: (_sortable(one.path), one.message)))
        count = len(self.problems)
        lines = [f"{file}: {count} problem{'s' if count != 1 else ''}; nothing was planned."]
        super().__init__("\n".join([*lines, *(f"  {problem}" for problem in self.problems)]))


def _sortable(path: Path) -> tuple[tuple[int, int, str], ...]:
    return tuple((0, part, "") if isinstance(part, int) else (1, 0, part) for part in path)


def spelled(path: Path) -> str:
    """A path as a person would write it: `applications.storefront.approvals[0].emails`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif re.fullmatch(r"[\w:\-]{1,60}", part) and not secretive(part):
            text += f".{part}" if text else part
        else:
            text += f"[{shown(part)}]"
    return text


def secretive(value: str) -> bool:
    """Whether a text looks like a password, key or token; better one too many than one printed."""
    return bool(_SECRET_VALUE.search(value) or _RANDOM.search(value))


def shown(value: Any, path: Path = ()) -> str:
    """A given value, short and in one line, without anything that might be secret.

    Args:
        value: what the file says.
        path: where; under a key that is called like a secret nothing is shown.
    """
    if isinstance(value, Mapping):
        keys = [spelled((str(key),)) for key in value]
        return _cut(f"a mapping of {', '.join(keys)}") if keys else "an empty mapping"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    if value is None:
        return "nothing (null)"
    if any(isinstance(part, str) and _SECRET_KEY.search(part) for part in path):
        return HIDDEN
    if isinstance(value, str):
        return HIDDEN if secretive(value) else _cut(json.dumps(value, ensure_ascii=not value.isprintable()))
    return _cut(json.dumps(value)) if isinstance(value, bool | int | float) else _cut(f"a {type(value).__name__}")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_GIVEN else f"{text[: LONGEST_GIVEN - 1]}…"


def given(value: Any, allowed: str, path: Path = ()) -> str:
    """The message about a value that isn't allowed."""
    return f"given {shown(value, path)}; allowed: {allowed}"


def nearest(word: object, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, or None."""
    if not isinstance(word, str):
        return None
    # A namespace that both have says nothing about the word after it.
    prefix = f"{word.split(':')[0]}:" if ":" in word else ""
    plain = {_plain(one.removeprefix(prefix)): one for one in known}
    word = word.removeprefix(prefix) if any(one.startswith(prefix) for one in plain.values()) else word
    begun = [one for short, one in plain.items() if len(word) > 2 and short.startswith(_plain(word))]
    if len(begun) == 1:
        return begun[0]
    close = difflib.get_close_matches(_plain(word), plain, n=1, cutoff=0.7)
    return plain[close[0]] if close else None


def key_hint(key: str, known: Iterable[str], present: Container[str]) -> tuple[str, str | None]:
    """What to say about an unknown key, and the known key that was meant where it isn't there as well.

    Args:
        key: the unknown key.
        known: the keys that may stand in its place.
        present: the keys that stand there.
    """
    known = sorted(known)
    if meant := nearest(key, (one for one in known if one not in present)):
        return f"did you mean {meant}?", meant
    if twin := nearest(key, known):
        return f"did you mean {twin}, which is there as well?", None
    return f"known here: {', '.join(known)}", None


def _plain(word: str) -> str:
    return re.sub(r"[_\-\s]", "", word).lower()
