"""One life of a stack of this repository, from the first preview to the last resource, as `make` runs it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engine.harness import Document, Engine, Outcome

STACKS = ("prod", "staging", "dev")


@dataclass(frozen=True)
class Lifecycle:
    """What each call came to.

    Attributes:
        preview: of the stack that does not exist yet, under both policy packs.
        created: the first `up`, under both policy packs.
        again: the second, of the same program and the same stack file.
        refreshed: after that.
        destroyed: after the protection was lifted.
    """

    preview: Outcome
    created: Outcome
    again: Outcome
    refreshed: Outcome
    destroyed: Outcome


Lifecycles = Mapping[str, Future[Lifecycle]]
"""By stack. They run beside each other and beside the tests that do not ask for them."""


def live(engine: Engine, *configuration: str) -> Lifecycle:
    """Runs a whole life, with what is said to the packs; each step is judged by the tests, so none stops here."""
    preview = engine.preview(*configuration)
    created = engine.up(*configuration)
    again = engine.up(*configuration)
    refreshed = engine.refresh()
    engine.unprotect()
    destroyed = engine.destroy()
    return Lifecycle(preview=preview, created=created, again=again, refreshed=refreshed, destroyed=destroyed)


def reviewed_images(project: str, *, folder: Path) -> list[str]:
    """What says to both packs that a reviewer has looked at a project that builds images; `folder` is for the files."""
    privileged = {"enforcementLevel": "mandatory", "dockerProjects": [project]}
    said: dict[str, Any] = {"delivery": {}, "hardening": {"supply-no-privileged-build": privileged}}
    for pack, configuration in said.items():
        (folder / f"{pack}.json").write_text(json.dumps(configuration))
    return [word for pack in said for word in ("--policy-pack-config", str(folder / f"{pack}.json"))]


def named(state: Mapping[str, Document], *, name: str, type_token: str) -> Document:
    """The one resource of a state with this logical name and type.

    Raises:
        LookupError: there is none, or more than one.
    """
    found = [
        each
        for each in state["deployment"]["resources"]
        if each["urn"].rsplit("::", 1)[-1] == name and each["type"] == type_token
    ]
    if len(found) != 1:
        raise LookupError(f"{len(found)} resources {type_token} are called {name!r}")
    resource: Document = found[0]
    return resource


def kept_by(state: Mapping[str, Document], urn: str) -> set[str]:
    """The URNs of everything that isn't deleted before this resource is: what it depends on, and its owners."""
    resources = {each["urn"]: each for each in state["deployment"]["resources"]}
    found: set[str] = set()
    seeking = [urn]
    while seeking:
        one = resources[seeking.pop()]
        needs = {*one.get("dependencies", ()), *([one["parent"]] if one.get("parent") else [])} - found
        found |= needs
        seeking += needs
    return found


def deleted_too_late(state: Mapping[str, Document], order: Iterable[tuple[str, str]], *, of: str) -> list[str]:
    """Pairs in which nothing makes the first be deleted before the second.

    Args:
        state: of the stack.
        order: pairs of parts of an application: logical name without the application's, a space, and the end of the
            type; the first uses the second.
        of: the application.
    """

    def found(part: str) -> list[str]:
        name, kind = part.split(" ")
        made = [
            each["urn"]
            for each in state["deployment"]["resources"]
            if each["urn"].rsplit("::", 1)[-1] == f"{of}-{name}" and each["type"].endswith(f":{kind}")
        ]
        assert made, f"{of} has no {part}"
        return made

    return [
        f"{first} -> {second}"
        for first, second in order
        for user in found(first)
        for used in found(second)
        if used not in kept_by(state, user)
    ]
