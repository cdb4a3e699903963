"""The neighbouring stack files of the same project: what a promotion has to agree on is written in both.

Only plain YAML is read, and only of the stacks that are named, so a broken file of another stack is no one's problem.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from settings.base import Site


@dataclass(frozen=True)
class Unreadable:
    """A stack file that can't be read, and why."""

    reason: str


Siblings = Mapping[str, Mapping[str, Any] | Unreadable]
"""By stack name, the `config` of its file. A stack without a file isn't in it."""


def at(value: Any, *keys: str) -> Any:
    """What stands at a place of plain values, or None where there is nothing, or no mapping on the way."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def named(value: Any) -> set[str]:
    """Every text in a stack's values that may be the name of a stack.

    Not only `from` and `to`: while one of the keys around them is misspelled, the other stack is still the right one.
    """
    if isinstance(value, Mapping):
        return set().union(*(named(one) for one in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(named(one) for one in value))
    return {value} if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,100}", value) else set()


def read(directory: Path, names: set[str]) -> dict[str, Mapping[str, Any] | Unreadable]:
    """Read `Pulumi.<name>.yaml` of each name that has one.

    Args:
        directory: the project's directory.
        names: stacks, without a path.
    """
    found: dict[str, Mapping[str, Any] | Unreadable] = {}
    for name in sorted(names):
        file = directory / f"Pulumi.{name}.yaml"
        if not file.is_file():
            continue
        try:
            document = yaml.safe_load(file.read_text(encoding="utf-8"))
        except yaml.MarkedYAMLError as error:
            # Only the line: the parser's own message quotes the file, and there may be a secret on that line.
            line = f" at line {error.problem_mark.line + 1}" if error.problem_mark else ""
            found[name] = Unreadable(f"it isn't YAML{line}")
        except (OSError, ValueError, yaml.YAMLError) as error:
            # A ValueError is bytes that are no text, or a date that no calendar has.
            found[name] = Unreadable(f"it can't be read ({type(error).__name__})")
        else:
            config = at(document, "config")
            found[name] = config if isinstance(config, Mapping) else Unreadable("it has no mapping `config`")
    return found


def site_of(name: str, config: Mapping[str, Any]) -> Site | None:
    """Where a neighbouring stack is, or None where its file doesn't say it rightly."""
    account, region = at(config, "delivery:environment", "account"), config.get("aws:region")
    if isinstance(account, str) and re.fullmatch(r"\d{12}", account) and isinstance(region, str):
        return Site(environment=name, account=account, region=region)
    return None
