"""Reads the JSON that a function is told. What is wrong is refused by its name, before anything is looked at."""

import json
from collections.abc import Collection, Mapping

from pipeline_job.branches import is_pattern
from pipeline_job.failures import RefusedError

Values = Mapping[str, object]

VARIABLE = "PARAMETERS"
"""The environment variable of the function that holds what is fixed for it."""


def fixed_values(text: str, *, needed: Collection[str]) -> Values:
    """What the function's own environment says.

    Args:
        text: the variable `PARAMETERS`.
        needed: the keys it must have, and no other.

    Raises:
        RefusedError: not JSON, or a key missing or unknown.
    """
    values = _object(text, VARIABLE)
    if wrong := sorted(set(needed).symmetric_difference(values)):
        raise RefusedError(f"{VARIABLE} must have exactly the keys {sorted(needed)}; missing or unknown: {wrong}.")
    return values


def told_values(text: str, *, fixed: str, needed: Collection[str], optional: Collection[str] = ()) -> Values:
    """What the pipeline says at each visit, together with what the function's environment says.

    Args:
        text: the action's `UserParameters`.
        fixed: the function's variable `PARAMETERS`, empty where `text` says everything.
        needed: the keys that both must have together.
        optional: the keys that they may have besides.

    Raises:
        RefusedError: not JSON, or a key missing, unknown or said twice.
    """
    asked, given = _object(text, "UserParameters"), _object(fixed or "{}", VARIABLE)
    if twice := sorted(set(asked) & set(given)):
        raise RefusedError(f"UserParameters and {VARIABLE} both have the keys {twice}; one of them must not.")
    values = {**given, **asked}
    if wrong := sorted(set(needed).symmetric_difference(set(values) - set(optional))):
        expected = f"UserParameters and {VARIABLE} must together have exactly the keys {sorted(needed)}"
        expected += f" and may have {sorted(optional)}" if optional else ""
        raise RefusedError(f"{expected}; missing or unknown: {wrong}.")
    return values


def text_of(values: Values, key: str) -> str:
    """A text that is not empty."""
    value = values[key]
    if not isinstance(value, str) or not value:
        raise RefusedError(f"Parameter `{key}` must be a text.")
    return value


def texts_of(values: Values, key: str) -> tuple[str, ...]:
    """A list of texts, which may be empty."""
    value = values[key]
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise RefusedError(f"Parameter `{key}` must be a list of names.")
    return tuple(value)


def count_of(values: Values, key: str) -> int:
    """A whole number, 0 or more."""
    value = values[key]
    if type(value) is not int or value < 0:
        raise RefusedError(f"Parameter `{key}` must be a whole number, 0 or more.")
    return value


def flag_of(values: Values, key: str) -> bool:
    """True or false."""
    value = values[key]
    if not isinstance(value, bool):
        raise RefusedError(f"Parameter `{key}` must be true or false.")
    return value


def way_back_of(values: Values) -> bool | None:
    """Whether what is deployed served before, as who deploys by hand says; None where a pipeline deploys, and knows."""
    return flag_of(values, "wayBack") if "wayBack" in values else None


def patterns_of(values: Values, key: str) -> tuple[str, ...]:
    """A list of branch patterns, which may be empty."""
    patterns = texts_of(values, key)
    if wrong := [pattern for pattern in patterns if not is_pattern(pattern)]:
        raise RefusedError(f"Parameter `{key}` must list branches or prefixes that end in /*; not {wrong}.")
    return patterns


def pattern_of(values: Values, key: str) -> str:
    """One branch pattern."""
    pattern = text_of(values, key)
    if not is_pattern(pattern):
        raise RefusedError(f"Parameter `{key}` must be a branch or a prefix that ends in /*; not {pattern}.")
    return pattern


def _object(text: str, name: str) -> dict[str, object]:
    try:
        values = json.loads(text)
    except ValueError as error:
        raise RefusedError(f"{name} is not JSON.") from error
    if not isinstance(values, dict):
        raise RefusedError(f"{name} must be a JSON object.")
    return values
