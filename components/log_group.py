"""Log groups made before their first writer, so that none is born without encryption or an end."""

import pulumi
from pulumi_aws import cloudwatch

from components.iam import Statement
from components.place import Place


def log_group(
    name: str,
    *,
    log_group_name: pulumi.Input[str],
    retention_days: int,
    key_arn: pulumi.Input[str],
    parent: pulumi.Resource,
    protect: bool = False,
) -> cloudwatch.LogGroup:
    """A log group encrypted with the stack's key; `retention_days` must be a number that CloudWatch Logs knows."""
    return cloudwatch.LogGroup(
        name,
        name=log_group_name,
        retention_in_days=retention_days,
        kms_key_id=key_arn,
        opts=pulumi.ResourceOptions(parent=parent, protect=protect or None),
    )


def write_logs(place: Place, log_group_name: str) -> Statement:
    """Writing to one log group that exists already."""
    arn = place.arn("logs", f"log-group:{log_group_name}")
    return Statement(actions=("logs:CreateLogStream", "logs:PutLogEvents"), resources=(arn, f"{arn}:*"))
