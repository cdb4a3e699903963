"""Gives the stages of a road the conditions that the stack file asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from components.calendar import Calendar
from components.conditions import Condition, OnFailure, Result, Rule
from components.stages import Stage


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
        """The stages with their conditions, and one sentence for each condition that no stage can have.

        Args:
            stages: of the whole road, in order.
        """
        known = [stage.name for stage in stages]
        problems = [
            f"conditions.{name}: the pipeline has no stage of this name; it has {', '.join(known)}"
            for name in self.asked
            if name not in known
        ]
        conditioned = []
        for stage in stages:
            own = self.asked.get(stage.name, StageConditions())
            entry = self._entry(stage, own.before_entry)
            if entry and stage.before_entry:
                problems.append(
                    f"conditions.{stage.name}.beforeEntry: the stage has a condition of its own, by which executions "
                    "skip it, and AWS takes one; ask at another stage"
                )
            conditioned.append(
                replace(
                    stage,
                    before_entry=stage.before_entry or entry,
                    on_success=own.on_success or stage.on_success,
                    on_failure=own.on_failure or stage.on_failure,
                )
            )
        problems += [
            f"conditions.{stage.name}.beforeEntry: otherwise is skip, but a freeze or window fails the stage; AWS "
            "takes one condition; write otherwise: fail"
            for stage in conditioned
            if stage.before_entry and stage.before_entry.result is Result.SKIP and self._is_held_up(stage)
        ]
        return tuple(conditioned), problems

    def _is_held_up(self, stage: Stage) -> bool:
        return self.calendar is not None and self.calendar.asks_at(stage)

    def _entry(self, stage: Stage, asked: Condition | None) -> Condition | None:
        """What was asked for, after what the calendar asks."""
        rules: tuple[Rule, ...] = asked.rules if asked else ()
        if self.calendar and self.calendar.asks_at(stage):
            rules = (self.calendar.rule(stage), *rules)
        return Condition(result=asked.result if asked else Result.FAIL, rules=rules) if rules else None


NOTHING_ASKED = RoadConditions()
"""A road as it is by itself."""
