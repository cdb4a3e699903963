"""What a stage asks before it is entered and after it has run: one class per rule.

To add a rule: write a subclass of `Asked`, add it to the union `AnyRule`, and its case in `plans/conditions.py`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator
from typing_extensions import TypeAliasType

from settings.base import Derived, Model
from settings.detection import TimeZone
from settings.fields import BuildCommand, Listed, at_least, at_most, distinct, matching, refused, within

DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
MOST_RULES = 5
"""Of one condition: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_Condition.html"""

_DAY = f"({'|'.join(DAYS)})"
_HOURS = r"([01]?\d|2[0-3])-([01]?\d|2[0-4])"

Days = Annotated[
    str,
    matching(
        rf"{_DAY}(-{_DAY})?(,{_DAY}(-{_DAY})?)*",
        "days such as MON-FRI or SAT,SUN; from MON, TUE, WED, THU, FRI, SAT, SUN",
    ),
]
Hours = Annotated[str, matching(_HOURS, "full hours such as 9-17: from 9:00 until 17:00; 0-24 is the whole day")]
StageName = Annotated[str, matching(r"[A-Za-z0-9.@\-_]{1,100}", "the name of a stage, 1 to 100 of A-Z a-z 0-9 . @ - _")]
AlarmName = Annotated[str, matching(r"[^\s:][^\r\n]{0,254}", "the name of an alarm of CloudWatch, 1 to 255 characters")]
FunctionName = Annotated[
    str, matching(r"[A-Za-z0-9\-_]{1,64}", "the name of a function of Lambda, 1 to 64 of A-Z a-z 0-9 - _; not its ARN")
]
Variable = Annotated[
    str, matching(r"#\{[^{}.\s]+\.[^{}\s]+\}", "a variable as #{namespace.NAME}, for example #{variables.RELEASE}")
]
Expected = Annotated[str, matching(r"[^\r\n]{1,1000}", "text on one line, 1 to 1000 characters")]
ArtifactName = Annotated[
    str, matching(r"[A-Za-z0-9_\-]{1,100}", "the name of an artifact, 1 to 100 of A-Z a-z 0-9 _ -")
]


class Closed(StrEnum):
    """What a stage does while its window is closed."""

    WAIT = "wait"
    FAIL = "fail"


class Asked(Model):
    """What every rule says."""


class WindowRule(Asked):
    """The stage is entered at certain days and hours only."""

    rule: Literal["window"] = Field(description="What is asked.")
    days: Days = Field(default="MON-SUN", description="Days such as MON-FRI, or SAT,SUN.")
    hours: Hours = Field(default="0-24", description="From which full hour until which: 9-17 is closed at 17:00.")
    time_zone: TimeZone = Field(
        default="UTC", description="The time zone in which days and hours are meant, of the IANA database."
    )
    closed: Annotated[Closed, Field(strict=False)] = Field(
        description="What the stage does while it is closed: wait, or fail at once."
    )
    patience_minutes: Annotated[int, within(5, 86400, "minutes")] = Field(
        default=10080, description="With closed wait: after how many minutes the stage fails, 5 to 86400 (60 days)."
    )

    @model_validator(mode="after")
    def _opens(self) -> "WindowRule":
        opens, closes = self.opening
        if opens >= closes:
            raise refused(
                f"hours of one day, the first before the second; {self.hours} goes over midnight or is empty",
                key="hours",
            )
        return self

    @property
    def opening(self) -> tuple[int, int]:
        """The full hours from which, and until which, it is open."""
        opens, closes = self.hours.split("-")
        return int(opens), int(closes)

    @property
    def weekdays(self) -> tuple[str, ...]:
        """The days on which it is open, in the order of the week; a range may go over Sunday."""
        found = set()
        for part in self.days.split(","):
            first, _, last = part.partition("-")
            start, end = DAYS.index(first), DAYS.index(last or first)
            found |= {DAYS[day % 7] for day in range(start, end + (8 if end < start else 1))}
        return tuple(day for day in DAYS if day in found)


class AlarmRule(Asked):
    """An alarm of CloudWatch doesn't ring."""

    rule: Literal["alarm"] = Field(description="What is asked.")
    name: Annotated[AlarmName | None, Derived("that of the application, <application>-<stack>-unwell")] = Field(
        default=None, description="The alarm, of the stack's account and region."
    )
    wait_minutes: Annotated[int, within(1, 1440, "minutes")] | None = Field(
        default=None, description="For how many minutes AWS watches it, 1 to 1440; without, it looks once."
    )


class VariableRule(Asked):
    """A variable of the pipeline, or of an action before, has a value."""

    rule: Literal["variable"] = Field(description="What is asked.")
    variable: Variable = Field(description="Which, as #{namespace.NAME}.")
    equals: Expected | None = Field(default=None, description="The value that it has.")
    differs: Expected | None = Field(default=None, description="A value that it doesn't have.")
    contains: Expected | None = Field(default=None, description="A part of its value.")
    matches: Expected | None = Field(default=None, description="A regular expression of Java for its whole value.")

    @property
    def comparison(self) -> tuple[str, str]:
        """AWS's operator and the value
        (https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-VariableCheck.html)."""
        (found,) = self._comparisons()
        return found

    def _comparisons(self) -> list[tuple[str, str]]:
        said = (("EQ", self.equals), ("NE", self.differs), ("CONTAINS", self.contains), ("MATCHES", self.matches))
        return [(operator, value) for operator, value in said if value is not None]

    @model_validator(mode="after")
    def _compares_once(self) -> "VariableRule":
        if len(self._comparisons()) != 1:
            raise refused(f"exactly one of equals, differs, contains and matches; there are {len(self._comparisons())}")
        return self


class FunctionRule(Asked):
    """A function of your own answers with success."""

    rule: Literal["function"] = Field(description="What is asked.")
    name: FunctionName = Field(description="The function, of the stack's account and region.")
    parameters: Expected | None = Field(default=None, description="What it is told as UserParameters.")


class CommandsRule(Asked):
    """Commands end with 0."""

    rule: Literal["commands"] = Field(description="What is asked.")
    commands: Annotated[
        Listed[Annotated[BuildCommand, matching(r".{1,1000}", "a command of at most 1000 characters")]],
        at_least(1, "command"),
        at_most(50, "commands"),
    ] = Field(description="At most 50, each on one line and of at most 1000 characters.")
    artifact: Annotated[ArtifactName | None, Derived("the source")] = Field(
        default=None, description="What they find in their folder: an artifact of an earlier action."
    )


AnyRule = TypeAliasType(
    "AnyRule",
    Annotated[WindowRule | AlarmRule | VariableRule | FunctionRule | CommandsRule, Field(discriminator="rule")],
)

Rules = Annotated[Listed[AnyRule], at_least(1, "rule"), at_most(MOST_RULES, "rules"), distinct("rules")]

SKIPPING = (VariableRule, FunctionRule)
"""The rules by which AWS can leave a stage out."""


class AtEntry(StrEnum):
    """What happens to an execution that a stage doesn't let in."""

    FAIL = "fail"
    SKIP = "skip"


class AfterSuccess(StrEnum):
    """What happens to a stage whose actions succeeded and whose rules aren't met."""

    FAIL = "fail"
    ROLLBACK = "rollback"


class BeforeEntry(Model):
    """What is asked before a stage is entered."""

    otherwise: Annotated[AtEntry, Field(strict=False)] = Field(
        default=AtEntry.FAIL, description="What happens where a rule isn't met: the stage fails, or is left out (skip)."
    )
    rules: Rules = Field(description="What has to be met, all of it; at most 5.")

    @model_validator(mode="after")
    def _skips_by_what_can(self) -> "BeforeEntry":
        cannot = [one.rule for one in self.rules if not isinstance(one, SKIPPING)]
        if self.otherwise is AtEntry.SKIP and cannot:
            raise refused(f"fail, or rules of variable and function alone; {cannot[0]} can't skip", key="otherwise")
        return self

    @model_validator(mode="after")
    def _no_stale_alarm(self) -> "BeforeEntry":
        """https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-DeploymentWindow.html"""
        waits = any(isinstance(one, WindowRule) and one.closed is Closed.WAIT for one in self.rules)
        if waits and any(isinstance(one, AlarmRule) for one in self.rules):
            raise refused(
                "no alarm beside a window that waits: AWS asks it before the window opens and not again; "
                "write closed: fail, or ask the alarm elsewhere",
                key="rules",
            )
        return self


class OnSuccess(Model):
    """What is asked when all actions of a stage have succeeded."""

    otherwise: Annotated[AfterSuccess, Field(strict=False)] = Field(
        description="What happens where a rule isn't met: the stage fails, or runs as it last succeeded (rollback)."
    )
    rules: Rules = Field(description="What has to be met, all of it; at most 5.")

    @model_validator(mode="after")
    def _no_window(self) -> "OnSuccess":
        if any(isinstance(one, WindowRule) for one in self.rules):
            raise refused("rules without a window, which is for beforeEntry: what is done is done", key="rules")
        return self


class Failed(StrEnum):
    """What a stage does that failed."""

    ROLLBACK = "rollback"
    RETRY = "retry"


class Again(StrEnum):
    """What of a failed stage is tried again."""

    FAILED = "failed"
    ALL = "all"


class OnFailure(Model):
    """What a stage does when an action has failed."""

    result: Annotated[Failed, Field(strict=False)] = Field(
        description="rollback: the stage runs again as it last succeeded; retry: it is tried once more."
    )
    actions: Annotated[Again, Field(strict=False)] | None = Field(
        default=None, description="With retry: the actions that failed, or all. failed if not said."
    )

    @model_validator(mode="after")
    def _retries_what_failed(self) -> "OnFailure":
        if self.actions and self.result is not Failed.RETRY:
            raise refused("actions only with result: retry", key="actions")
        return self


class StageConditions(Model):
    """The conditions of one stage."""

    before_entry: BeforeEntry | None = Field(default=None, description="What is asked before it is entered.")
    on_success: OnSuccess | None = Field(default=None, description="What is asked when its actions have succeeded.")
    on_failure: OnFailure | None = Field(default=None, description="What it does when one has failed.")

    @model_validator(mode="after")
    def _says_something(self) -> "StageConditions":
        if not (self.before_entry or self.on_success or self.on_failure):
            raise refused("at least one of beforeEntry, onSuccess and onFailure")
        return self


ConditionsByStage = Mapping[StageName, StageConditions]
