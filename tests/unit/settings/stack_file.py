"""The three stack files of the tests, and a way to change one place of them."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from settings import Settings, SettingsError, parse
from settings.siblings import Siblings

DIRECTORY = Path(__file__).parent / "stack_files"
STOREFRONT = ("delivery:applications", "storefront")
OMITTED = object()
"""As a value: the key is taken away."""


def config_of(stack: str) -> dict[str, Any]:
    """What stands under `config` in a good stack file; a copy, to be changed at will."""
    return copy.deepcopy(_parsed(stack))


@cache
def _parsed(stack: str) -> dict[str, Any]:
    config = yaml.safe_load((DIRECTORY / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    assert isinstance(config, dict)
    return config


def changed(config: dict[str, Any], *changes: tuple[tuple[str | int, ...], Any]) -> dict[str, Any]:
    """A copy of `config` with a value put at each place; mappings on the way are made."""
    config = copy.deepcopy(config)
    for path, value in changes:
        holder: Any = config
        for part in path[:-1]:
            holder = holder.setdefault(part, {}) if isinstance(holder, dict) else holder[part]
        if value is OMITTED:
            del holder[path[-1]]
        else:
            holder[path[-1]] = value
    return config


def neighbours_of(stack: str) -> dict[str, dict[str, Any]]:
    """The good files of the other stacks."""
    return {name: config_of(name) for name in ("dev", "staging", "prod") if name != stack}


def good(stack: str, *changes: tuple[tuple[str | int, ...], Any]) -> Settings:
    """The settings of a good file with harmless changes."""
    return parse(changed(config_of(stack), *changes), stack=stack, siblings=neighbours_of(stack))


def said(config: dict[str, Any], *, stack: str, siblings: Siblings | None = None) -> list[str]:
    """The lines about the problems of a file, without the header; no line where it is good."""
    try:
        parse(config, stack=stack, siblings=neighbours_of(stack) if siblings is None else siblings)
    except SettingsError as error:
        return [line.removeprefix("  ") for line in str(error).splitlines()[1:]]
    return []
