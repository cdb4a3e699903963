"""What is started by the clock: schedules of EventBridge Scheduler, encrypted with the stack's key."""

from collections.abc import Sequence

import pulumi
from pulumi_aws import scheduler

from components.iam import ServiceRole, Statement

SCHEDULER = "scheduler.amazonaws.com"
"""The service that takes the role of a schedule."""


def may_schedule(starting: Statement, key_arn: pulumi.Input[str]) -> list[Statement]:
    """What the role of a schedule may do.

    Args:
        starting: what it does to its target.
        key_arn: the key of the schedule, which Scheduler uses in the name of this role
            (https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html).
    """
    return [starting, Statement(actions=("kms:Decrypt",), resources=(key_arn,))]


def schedule(
    name: str,
    *,
    called: str,
    description: str,
    expression: str,
    time_zone: str,
    target: pulumi.Input[str],
    role: ServiceRole,
    key_arn: pulumi.Input[str],
    parent: pulumi.Resource,
    says: str | None = None,
    after: Sequence[pulumi.Resource] = (),
) -> scheduler.Schedule:
    """A schedule that starts one target.

    Args:
        name: of the resource.
        called: its name in AWS.
        description: what it is for.
        expression: when, as Scheduler takes it.
        time_zone: of the expression.
        target: the ARN of what it starts.
        role: by which it does; see `may_schedule`.
        key_arn: encrypts it.
        parent: whose it is.
        says: what the target is told; None is nothing.
        after: what has to be there first.
    """
    return scheduler.Schedule(
        name,
        name=called,
        description=description,
        schedule_expression=expression,
        schedule_expression_timezone=time_zone,
        flexible_time_window={"mode": "OFF"},
        kms_key_arn=key_arn,
        state="ENABLED",
        target={
            "arn": target,
            "role_arn": role.arn,
            "input": says,
            # A start that comes more than an hour late is not the one that was meant.
            "retry_policy": {"maximum_event_age_in_seconds": 3600, "maximum_retry_attempts": 10},
        },
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[*after]),
    )
