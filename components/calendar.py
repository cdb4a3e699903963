"""When a stage isn't entered: change freezes, and windows that fail instead of waiting.

The calendar is a variable of a function, not part of the pipeline: a freeze begins and ends by the clock, and writing a
new one down leaves the pipeline's structure, and with it its roll-back targets, as they are.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pulumi

from components.conditions import Rule
from components.function import PipelineFunction
from components.place import Place
from components.rule_providers import function_agrees
from components.stages import Stage

PACKAGE = "check_calendar"


@dataclass(frozen=True, kw_only=True)
class Freeze:
    """One change freeze.

    Args:
        begins, ends: in UTC; at `begins` it holds, at `ends` it doesn't.
        reason: why, on one line.
        hotfixes: whether hotfix branches may pass.
    """

    begins: datetime
    ends: datetime
    reason: str
    hotfixes: bool = False

    @property
    def told(self) -> dict[str, object]:
        """The freeze as the function reads it."""
        return {
            "begins": self.begins.isoformat(),
            "ends": self.ends.isoformat(),
            "reason": self.reason,
            "hotfixes": self.hotfixes,
        }


@dataclass(frozen=True, kw_only=True)
class Window:
    """One window of one stage.

    Args:
        days: `MON` to `SUN`.
        opens, closes: full hours of one day, 0 to 24.
        time_zone: of the IANA database.
        waits: whether AWS's own rule waits for it; the function then looks ahead to its opening.
    """

    days: Sequence[str]
    opens: int
    closes: int
    time_zone: str
    waits: bool

    @property
    def told(self) -> dict[str, object]:
        """The window as the function reads it."""
        return {
            "days": list(self.days),
            "opens": self.opens,
            "closes": self.closes,
            "timeZone": self.time_zone,
            "waits": self.waits,
        }


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The calendar of one pipeline, as data.

    Args:
        application: the application that is delivered.
        place: where.
        freezes: of the whole stack; they hold for every stage that deploys.
        windows: by stage.
        branch: a reference to the variable with the branch of an execution, where there is a hotfix lane.
        hotfix_branches: of the lane: names, or prefixes as `hotfix/*`.
    """

    application: str
    place: Place
    freezes: Sequence[Freeze] = ()
    windows: Mapping[str, Sequence[Window]] = field(default_factory=dict)
    branch: str | None = None
    hotfix_branches: Sequence[str] = ()

    def asks_at(self, stage: Stage) -> bool:
        """Whether a stage has to ask the function: a freeze could stop it, or a window that fails."""
        return self._freezes(stage) or any(not one.waits for one in self.windows.get(stage.name, ()))

    def _freezes(self, stage: Stage) -> bool:
        return stage.deploys and bool(self.freezes)

    def function(self, key_arn: pulumi.Input[str] = "") -> PipelineFunction:
        """The function that answers.

        Args:
            key_arn: the key of the stack. The function needs no right to it: it reads the clock and nothing else.
        """
        del key_arn
        return PipelineFunction(package=PACKAGE, application=self.application, place=self.place, statements=())

    @property
    def parameters(self) -> Mapping[str, object]:
        """What the function works on."""
        return {
            "freezes": [one.told for one in self.freezes],
            "windows": {stage: [one.told for one in windows] for stage, windows in self.windows.items()},
            "hotfixBranches": list(self.hotfix_branches),
        }

    def rule(self, stage: Stage) -> Rule:
        """The rule that lets an execution into a stage, or doesn't."""
        told = {"stage": stage.name, "deploys": "yes" if stage.deploys else "no"}
        if self.branch:
            told["branch"] = self.branch
        return function_agrees(
            name="Calendar",
            function=self.function().function,
            parameters=json.dumps(told),
            place=self.place,
            description="unless changes are frozen" if self._freezes(stage) else "in its window only",
        )
