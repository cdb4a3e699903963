"""From a target to the buildspec that publishes to it: pure text, made of the parts in `steps/`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from components.publishing.targets import Target
from runtimes import yaml_text

STEPS = Path(__file__).with_name("steps")


def buildspec(target: Target) -> str:
    """The buildspec of a target
    (https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html).

    It holds no secret: credentials are variables of the project, or a token that its commands ask for.
    """
    environment = {"shell": "bash", "variables": dict(target.settings), "exported-variables": list(target.exports)}
    install = {"runtime-versions": dict(target.runtimes), "commands": list(target.install)}
    phases = {"install": _said(install), "build": {"commands": [script(target)]}}
    return yaml_text({"version": 0.2, "env": _said(environment), "phases": _said(phases)})


def script(target: Target) -> str:
    """All that its build phase runs, as one command, so that an error anywhere ends it."""
    return "\n".join(_text(step) for step in target.steps)


def _said(section: Mapping[str, Any]) -> dict[str, Any]:
    """A section without the keys that have nothing to say: CodeBuild takes no empty ones."""
    return {key: value for key, value in section.items() if value}


@cache
def _text(step: str) -> str:
    return (STEPS / f"{step}.sh").read_text(encoding="utf-8")
