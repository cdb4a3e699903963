"""A pack's configuration file, read before the engine reads it.

The engine refuses wrong types of known parameters, and takes a misspelled rule or parameter in silence: the rule then
runs as if nothing had been configured. This refuses both:

    PYTHONPATH=policies python -m rulebook.configuration delivery config.json
"""

import argparse
import difflib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rulebook.kit.exemptions import Rejected, read
from rulebook.kit.rule import Rule
from rulebook.kit.schema import problems
from rulebook.packs import PACKS, Pack

LEVELS = ("advisory", "mandatory", "disabled", "remediate")
EVERY_RULE, LEVEL = "all", "enforcementLevel"


def configuration_problems(configuration: Any, pack: Pack) -> list[str]:
    """Everything that is wrong with a pack's configuration, each with its place; empty if nothing is."""
    if not isinstance(configuration, dict):
        return ["the configuration must be an object"]
    rules = {rule.id: rule for rule in pack.rules}
    found: list[str] = []
    for name, given in configuration.items():
        if name == EVERY_RULE:
            found.extend(_level_problems(given.get(LEVEL) if isinstance(given, dict) else given, name))
        elif name not in rules:
            found.append(f"{name}: {pack.name} has no such rule{_nearest(name, rules)}")
        elif isinstance(given, dict):
            found.extend(_rule_problems(given, rules[name]))
        else:
            found.extend(_level_problems(given, name))
    return found


def _rule_problems(given: Mapping[str, Any], rule: Rule) -> Iterator[str]:
    schemas = {parameter.name: parameter.schema for parameter in rule.all_parameters}
    for name, value in given.items():
        path = f"{rule.id}.{name}"
        if name == LEVEL:
            yield from _level_problems(value, path)
        elif name not in schemas:
            yield f"{path}: is no parameter of this rule{_nearest(name, schemas)}"
        else:
            found = list(problems(value, schemas[name], path))
            yield from found
            if name == "exemptions" and not found:
                yield from (
                    f"{rule.id}.{one.problem}" for one in read(value, rule=rule.id) if isinstance(one, Rejected)
                )


def _level_problems(value: Any, path: str) -> Iterator[str]:
    if value not in LEVELS:
        yield f"{path}: must be one of {', '.join(LEVELS)}"


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Say what is wrong with configuration files; returns the exit code."""
    packs = {pack.folder: pack for pack in PACKS}
    parser = argparse.ArgumentParser(prog="python -m rulebook.configuration", description="checks pack configuration")
    parser.add_argument("pack", choices=packs)
    parser.add_argument("files", nargs="+", type=Path)
    given = parser.parse_args(arguments)
    wrong = 0
    for path in given.files:
        try:
            found = configuration_problems(json.loads(path.read_text(encoding="utf-8")), packs[given.pack])
        except (OSError, ValueError) as error:
            found = [f"can't be read as JSON ({type(error).__name__})"]
        wrong += len(found)
        for problem in found:
            print(f"{path}: {problem}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
