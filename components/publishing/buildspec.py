"""From a target to the buildspec that publishes to it: pure text, made of the parts in `steps/`."""

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from components.publishing.targets import Target

STEPS = Path(__file__).with_name("steps")


def buildspec(target: Target) -> str:
    """The buildspec of a target
    (https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html).

    It holds no secret: credentials are variables of the project, or a token that its commands ask for.
    """
    return "\n".join(_lines(target)) + "\n"


def script(target: Target) -> str:
    """All that its build phase runs, as one command, so that an error anywhere ends it."""
    return "\n".join(_text(step) for step in target.steps)


def _lines(target: Target) -> Iterator[str]:
    yield "version: 0.2"
    yield "env:"
    yield "  shell: bash"
    yield from _mapping("variables", target.settings, indent=2)
    yield from _list("exported-variables", target.exports, indent=2)
    yield "phases:"
    if target.runtimes or target.install:
        yield "  install:"
        yield from _mapping("runtime-versions", target.runtimes, indent=4)
        yield from _list("commands", target.install, indent=4)
    yield "  build:"
    yield "    commands:"
    yield "      - |"
    yield textwrap.indent(script(target), " " * 8).rstrip()


def _mapping(key: str, values: Mapping[str, str], *, indent: int) -> Iterator[str]:
    if values:
        yield f"{' ' * indent}{key}:"
        # JSON's texts are YAML's, whatever they hold.
        yield from (f"{' ' * (indent + 2)}{name}: {json.dumps(value)}" for name, value in values.items())


def _list(key: str, values: Iterable[str], *, indent: int) -> Iterator[str]:
    items = [f"{' ' * (indent + 2)}- {json.dumps(value)}" for value in values]
    if items:
        yield f"{' ' * indent}{key}:"
        yield from items


@cache
def _text(step: str) -> str:
    return (STEPS / f"{step}.sh").read_text(encoding="utf-8")
