"""Names that an organization lists in a rule's parameters."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

NAMES: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}}
REGEX: Mapping[str, Any] = {"type": "string", "format": "regex"}


def is_named(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name matches one of the patterns, `*` for any text."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)
