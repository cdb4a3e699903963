"""Stacks that look for drift by the clock."""

from typing import Any

from tests.unit.planning import apart

DRIFT: dict[str, Any] = {
    "schedule": {"expression": "cron(0 5 ? * MON-FRI *)", "timeZone": "Europe/Berlin"},
    "state": "s3://delivery-state?region=eu-west-1&awssdk=v2",
    "keyArn": "arn:aws:kms:eu-west-1:{account}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/pulumi@sha256:" + "0a" * 32,
}


@apart
def with_drift(config: dict[str, Any]) -> None:
    """Look every morning of a working day."""
    account = config["delivery:environment"]["account"]
    config["delivery:drift"] = {**DRIFT, "keyArn": DRIFT["keyArn"].format(account=account)}
