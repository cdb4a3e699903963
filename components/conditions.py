"""What a stage asks before it is entered and after it has run, as data.

AWS evaluates a condition's rules by itself; what happens when one isn't met is the condition's `Result`
(https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works-conditions.html).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pulumi

from components.iam import Statement
from components.later import Later


class Result(StrEnum):
    """What AWS does where a condition says so."""

    FAIL = "FAIL"
    SKIP = "SKIP"
    ROLLBACK = "ROLLBACK"
    RETRY = "RETRY"


class Retry(StrEnum):
    """What of a failed stage is tried again."""

    FAILED_ACTIONS = "FAILED_ACTIONS"
    ALL_ACTIONS = "ALL_ACTIONS"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One question of a condition
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference.html).

    Args:
        name: 1 to 100 of `A-Z a-z 0-9 . @ - _`, unique in its condition.
        provider: AWS's name of the rule, for example `CloudWatchAlarm`.
        configuration: the provider's keys; values are text.
        description: what the rule does to an execution, in the words of pictures: `skipped for hotfix/*`.
        commands: of a `Commands` rule only.
        inputs: names of the artifacts that it reads.
        timeout_minutes: after how many minutes AWS stops asking; None is AWS's own time.
        permissions: what the pipeline's role must be allowed for this rule, and nothing else.
    """

    name: str
    provider: str
    configuration: Mapping[str, pulumi.Input[str] | Later] = field(default_factory=dict)
    description: str
    commands: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    timeout_minutes: int | None = None
    permissions: tuple[Statement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Rules that must all be met, and what happens where one isn't."""

    result: Result
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class OnFailure:
    """What a failed stage does.

    Args:
        result: ROLLBACK runs the stage again with the artifacts of the last execution that succeeded
            (https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback-auto.html), RETRY tries it again.
        retry: with RETRY, what is tried again.
        condition: what decides instead of the bare result.
    """

    result: Result | None = None
    retry: Retry | None = None
    condition: Condition | None = None


ROLL_BACK = OnFailure(result=Result.ROLLBACK)
"""The stage goes back to the artifacts of the last execution that succeeded."""


def variable_check(*, name: str, variable: str, expression: str, description: str) -> Rule:
    """Met where a variable has the right value.

    Args:
        name: of the rule.
        variable: a reference such as `#{variables.GIT_BRANCH}`.
        expression: a regular expression of Java that the whole value matches.
        description: the same in words, for pictures.
    """
    return variable_compares(
        name=name, variable=variable, operator="MATCHES", value=expression, description=description
    )


def variable_compares(*, name: str, variable: str, operator: str, value: str, description: str = "") -> Rule:
    """Met where a variable compares so with a value
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-VariableCheck.html).

    Args:
        name: of the rule.
        variable: a reference such as `#{variables.GIT_BRANCH}`.
        operator: `EQ`, `NE`, `CONTAINS` or `MATCHES`.
        value: what it is compared with.
        description: the same in words, for pictures; without, variable and value.
    """
    signs = {"EQ": "is", "NE": "is not", "CONTAINS": "contains", "MATCHES": "matches"}
    return Rule(
        name=name,
        provider="VariableCheck",
        configuration={"Variable": variable, "Value": value, "Operator": operator},
        description=description or f"if {variable} {signs.get(operator, operator)} {value}",
    )


def skip_unless(rule: Rule) -> Condition:
    """Skips the stage where the rule isn't met."""
    return Condition(result=Result.SKIP, rules=(rule,))
