"""Stages that an application adds to its road, and where they stand."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from components.approval import ApprovalGate
from components.places import regions_of
from components.stage_conditions import NOTHING_ASKED, RoadConditions
from components.stage_rules import check
from components.stages import ExecutionMode, Road, Stage


@dataclass(frozen=True, kw_only=True)
class FreeStage:
    """A stage of one's own.

    Args:
        stage: with its actions.
        anchor: the stage that it stands beside, of the road or another free one.
        before: whether it stands before that one; otherwise after it.
        gates: the approvals among its actions.
    """

    stage: Stage
    anchor: str
    before: bool
    gates: Sequence[ApprovalGate] = ()


@dataclass(frozen=True, kw_only=True)
class FreeRoad:
    """What an application changes of the default road.

    Args:
        stages: its own, in the order of the stack file.
        mode: what happens to a change that comes while another is under way.
        variables: of the pipeline, with the values of a start that gives none.
        descriptions: of those variables.
    """

    stages: Sequence[FreeStage] = ()
    mode: ExecutionMode = ExecutionMode.QUEUED
    variables: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)

    def checked(self, road: Road, *, conditions: RoadConditions = NOTHING_ASKED) -> Road:
        """The default road with these changes, and with the conditions of its stages.

        Raises:
            RoadError: a stage stands beside one that isn't there, a condition is of one that isn't there, or AWS would
                refuse the whole.
        """
        placed, lost = with_free_stages(road.name, road.stages, self.stages)
        stages, stray = conditions.given_to(placed)
        changed = replace(
            road,
            stages=stages,
            variables={**road.variables, **self.variables},
            descriptions=self.descriptions,
            mode=self.mode,
            stores=regions_of(one.stage for one in self.stages),
        )
        check(changed, known=[*lost, *stray])
        return changed


def with_free_stages(
    name: str, road: Sequence[Stage], free: Sequence[FreeStage]
) -> tuple[tuple[Stage, ...], tuple[str, ...]]:
    """The stages in their order, and what is wrong with that, one sentence each.

    Several stages beside the same one stand in the order in which they are given. One whose place isn't there stands
    nowhere.

    Args:
        name: the pipeline's name, for the sentences.
        road: the stages that there are without them.
        free: the stages to put among them.
    """
    # Each stage is a node of a forest: the stages of the road are its roots, and each free one hangs on its anchor.
    taken = {stage.name for stage in road}
    problems = [
        f"pipeline {name!r}, stage {one.stage.name!r}: has the name of a stage of the road; choose another"
        for one in free
        if one.stage.name in taken
    ]
    own = [one for one in free if one.stage.name not in taken]
    placed: list[Stage] = []

    def put(stage: Stage) -> None:
        beside = [one for one in own if one.anchor == stage.name]
        for one in beside:
            if one.before:
                put(one.stage)
        placed.append(stage)
        for one in beside:
            if not one.before:
                put(one.stage)

    for stage in road:
        put(stage)
    there = [stage.name for stage in placed]
    lost = [one for one in own if one.stage.name not in there]
    problems.extend(_nowhere(name, one, there, lost) for one in lost)
    return tuple(placed), tuple(problems)


def _nowhere(name: str, one: FreeStage, there: Sequence[str], lost: Sequence[FreeStage]) -> str:
    side = "before" if one.before else "after"
    place = f"pipeline {name!r}, stage {one.stage.name!r}: stands {side} {one.anchor!r}"
    if any(other.stage.name == one.anchor for other in lost):
        return f"{place}, which itself stands nowhere"
    near = difflib.get_close_matches(one.anchor, there, n=1)
    guess = f"; did you mean {near[0]!r}?" if near else ""
    return f"{place}, which the pipeline doesn't have; it has {', '.join(there)}{guess}"
