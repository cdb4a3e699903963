"""Where the actions of a free stage run: once for each place of its wave, with that place in their texts and names."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from components.actions import Position
from components.place import Place
from components.stages import Artifact
from settings.actions import FreeAction, PlacedAction
from settings.actions.fields import filled
from settings.base import Model
from settings.stages import FreeStage

ActionT = TypeVar("ActionT", bound=FreeAction)


@dataclass(frozen=True, kw_only=True)
class Spot:
    """One place of a stage.

    Args:
        name: of a wave's place, the end of the names there; empty where there is no wave.
        pipeline: where the pipeline runs.
        place: where the actions run.
        role_arn: what does them.
        artifact_roles: who else reads artifacts there.
        after: how many orders come before those of this place.
        outputs: artifacts of the stage's own.
        namespaces: of the stage's own.
    """

    name: str
    pipeline: Place
    place: Place
    role_arn: str | None = None
    artifact_roles: tuple[str, ...] = ()
    after: int = 0
    outputs: frozenset[str] = frozenset()
    namespaces: frozenset[str] = frozenset()

    def called(self, name: str) -> str:
        """A name with that of the place."""
        return f"{name}-{self.name}" if self.name else name

    def artifact(self, name: str) -> Artifact:
        """An artifact, of this place if the stage makes it."""
        return Artifact(self.called(name) if name in self.outputs else name)

    def told(self, action: ActionT) -> ActionT:
        """An action with the place in its texts."""
        place = self._place_of(action)
        copied: ActionT = _each_text(action, lambda text: self._text(text, place))
        return copied

    def position(self, action: FreeAction) -> Position:
        """Where an action stands."""
        namespace = getattr(action, "namespace", None)
        position = Position(
            name=self.called(action.name),
            pipeline=self.pipeline,
            place=self.pipeline,
            run_order=self.after + action.order,
            namespace=self.called(namespace) if namespace else None,
        )
        if not isinstance(action, PlacedAction):
            return position
        return replace(
            position,
            place=self._place_of(action),
            role_arn=self.role_arn or action.role_arn,
            artifact_roles=self.artifact_roles or action.artifact_roles,
        )

    def _place_of(self, action: FreeAction) -> Place:
        if not isinstance(action, PlacedAction):
            return self.place
        return _at(self.place, region=action.region, role_arn=action.role_arn)

    def _text(self, text: str, place: Place) -> str:
        for namespace in self.namespaces:
            text = re.sub(rf"#\{{{re.escape(namespace)}\.", f"#{{{self.called(namespace)}.", text)
        return filled(text, region=place.region, account=place.account)


def spots(stage: FreeStage, pipeline: Place) -> Iterator[Spot]:
    """The places of a stage in the order of the file; without a wave the one where the pipeline is."""
    here = Spot(
        name="",
        pipeline=pipeline,
        place=pipeline,
        outputs=frozenset(output for action in stage.actions for output in _outputs(action)),
        namespaces=frozenset(filter(None, (getattr(action, "namespace", None) for action in stage.actions))),
    )
    if not stage.wave:
        yield here
        return
    steps = max(action.order for action in stage.actions) if stage.wave.in_order else 0
    places = [replace(here, name=region, place=replace(pipeline, region=region)) for region in stage.wave.regions]
    places += [
        replace(
            here,
            name=account.name,
            place=_at(pipeline, region=account.region, role_arn=account.role_arn),
            role_arn=account.role_arn,
            artifact_roles=account.artifact_roles,
        )
        for account in stage.wave.accounts
    ]
    for number, spot in enumerate(places):
        yield replace(spot, after=number * steps)


def _outputs(action: FreeAction) -> tuple[str, ...]:
    one = getattr(action, "output", None)
    return (*getattr(action, "outputs", ()), *([one] if one else []))


def _at(place: Place, *, region: str | None, role_arn: str | None) -> Place:
    """A place in another region, and in the account of a role."""
    account = role_arn.split(":")[4] if role_arn else place.account
    return replace(place, region=region or place.region, account=account)


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case StrEnum():
            return value
        case str():
            return change(value)
        case tuple():
            return tuple(_each_text(one, change) for one in value)
        case Mapping():
            return {key: _each_text(one, change) for key, one in value.items()}
        case Model():
            fields = {name: _each_text(getattr(value, name), change) for name in type(value).model_fields}
            return value.model_copy(update=fields)
        case _:
            return value
