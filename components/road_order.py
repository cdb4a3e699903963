"""What comes before what on a road: who makes an artifact or sets a variable, and when."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from components.stages import Action, Artifact, Road, Stage

NEVER: Final = (-1, -1)
REFERENCE: Final = re.compile(r"#\{([^{}.]+)\.([^{}]+)\}")
"""A variable as configuration names it: `#{namespace.NAME}`."""


def at(road: Road, stage: Stage | None = None, action: Action | None = None, artifact: Artifact | None = None) -> str:
    """The place of a problem, as every message begins."""
    parts = [("pipeline", road), ("stage", stage), ("action", action), ("artifact", artifact)]
    return ", ".join(f"{word} {part.name!r}" for word, part in parts if part is not None)


def repeated(names: Iterable[str]) -> list[str]:
    """The names that are there more than once."""
    return [name for name, times in Counter(names).items() if times > 1]


When = tuple[int, int]
"""The index of the stage and the run order in it: what is smaller has ended when the larger starts."""


def makers_of(road: Road, names_of: Callable[[Action], Iterable[str]]) -> dict[str, list[tuple[When, str]]]:
    """By name: when each of the actions that give it runs, and where that action is."""
    makers: dict[str, list[tuple[When, str]]] = {}
    for index, stage in enumerate(road.stages):
        for action in stage.actions:
            for name in names_of(action):
                place = f"stage {stage.name!r} action {action.name!r}"
                makers.setdefault(name, []).append(((index, action.run_order), place))
    return makers


def outputs(action: Action) -> Iterable[str]:
    """The artifacts that an action makes."""
    return [artifact.name for artifact in action.outputs]


def namespaces(action: Action) -> Iterable[str]:
    """The namespace in which an action sets variables, if it has one."""
    return [] if action.namespace is None else [action.namespace]
