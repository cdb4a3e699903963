"""Gives the stages of a road the conditions that the stack file asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from components.calendar import Calendar
from components.conditions import Condition, OnFailure, Result, Rule
from components.stages import Category, Stage

PROMOTION = "Promote"
"""Hands an artifact on; what it is deployed to has a calendar of its own."""


@dataclass(frozen=True, kw_only=True)
class StageConditions:
    """What one stage is asked on top of what it asks by itself."""

    before_entry: Condition | None = None
    on_success: Condition | None = None
    on_failure: OnFailure | None = None


@dataclass(frozen=True, kw_only=True)
class RoadConditions:
    """What a stack file asks of a road.

    Args:
        asked: by the name of a stage.
        calendar: freezes and windows; None where the clock has no say.
    """

    asked: Mapping[str, StageConditions] = field(default_factory=dict)
    calendar: Calendar | None = None

    def given_to(self, stages: Sequence[Stage]) -> tuple[tuple[Stage, ...], list[str]]:
        """The stages with their conditions, and one sentence for each condition that no stage can have."""
        return with_conditions(stages, asked=self.asked, calendar=self.calendar)


def deploys(stage: Stage) -> bool:
    """Whether a stage brings something new to where it runs; that is what a freeze holds up."""
    return stage.name != PROMOTION and any(
        action.category is Category.DEPLOY
        # Blue/green, functions deploy: the one that is handed an artifact and changes what runs.
        or (action.category is Category.INVOKE and action.target is not None and bool(action.inputs))
        for action in stage.actions
    )


def with_conditions(
    stages: Sequence[Stage], *, asked: Mapping[str, StageConditions], calendar: Calendar | None = None
) -> tuple[tuple[Stage, ...], list[str]]:
    """The stages with their conditions, and one sentence for each condition that no stage can have.

    Args:
        stages: of the whole road, in order.
        asked: by the name of a stage.
        calendar: freezes and windows; None where there are none.
    """
    known = [stage.name for stage in stages]
    problems = [
        f"conditions.{name}: the pipeline has no stage of this name; it has {', '.join(known)}"
        for name in asked
        if name not in known
    ]
    conditioned = []
    for stage in stages:
        own = asked.get(stage.name, StageConditions())
        entry = _entry(stage, own.before_entry, calendar)
        if entry and stage.before_entry:
            problems.append(
                f"conditions.{stage.name}.beforeEntry: the stage has a condition of its own, by which executions skip "
                "it, and AWS takes one; ask at another stage"
            )
            entry = stage.before_entry
        conditioned.append(
            replace(
                stage,
                before_entry=entry or stage.before_entry,
                on_success=own.on_success or stage.on_success,
                on_failure=own.on_failure or stage.on_failure,
            )
        )
    problems += [
        f"conditions.{stage.name}.beforeEntry: otherwise is skip, but a freeze or window fails the stage; AWS takes "
        "one condition; write otherwise: fail"
        for stage in conditioned
        if stage.before_entry and stage.before_entry.result is Result.SKIP and _held_up(stage, calendar)
    ]
    return tuple(conditioned), problems


def _held_up(stage: Stage, calendar: Calendar | None) -> bool:
    return calendar is not None and calendar.asks_at(stage.name, deploys=deploys(stage))


def _entry(stage: Stage, asked: Condition | None, calendar: Calendar | None) -> Condition | None:
    """What was asked for, after what the calendar asks."""
    rules: tuple[Rule, ...] = asked.rules if asked else ()
    if calendar and _held_up(stage, calendar):
        rules = (calendar.rule(stage.name, deploys=deploys(stage)), *rules)
    return Condition(result=asked.result if asked else Result.FAIL, rules=rules) if rules else None


NOTHING_ASKED = RoadConditions()
"""A road as it is by itself."""
