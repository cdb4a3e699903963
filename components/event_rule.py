"""Rules of EventBridge: which events, or when, something is told or started."""

from collections.abc import Mapping

import pulumi
from pulumi_aws import cloudwatch

from components.triggers import event_pattern

LONGEST_DESCRIPTION = 512
"""Of a rule of EventBridge
(https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html)."""


def described(words: str) -> str:
    """The description of a rule, as much of it as AWS keeps: many patterns make a long one."""
    return words if len(words) <= LONGEST_DESCRIPTION else f"{words[: LONGEST_DESCRIPTION - 1]}…"


def event_rule(
    name: str,
    *,
    called: str,
    description: str,
    parent: pulumi.Resource,
    pattern: Mapping[str, object] | None = None,
    schedule: str | None = None,
) -> cloudwatch.EventRule:
    """A rule that is switched on.

    Args:
        name: of the resource.
        called: of the rule.
        description: of which events, in words; AWS keeps its beginning.
        parent: whose child it is.
        pattern: which events.
        schedule: when, instead: `rate(…)` or `cron(…)`.
    """
    return cloudwatch.EventRule(
        name,
        name=called,
        description=described(description),
        event_pattern=event_pattern(pattern) if pattern is not None else None,
        schedule_expression=schedule,
        state="ENABLED",
        opts=pulumi.ResourceOptions(parent=parent),
    )
