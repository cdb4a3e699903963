"""`drift`: what a stack file may say of the look by the clock."""

from typing import Any

import pytest

from settings import parse
from tests.unit.drift import DRIFT, with_drift
from tests.unit.settings.stack_file import config_of, neighbours_of, said


def config(**changes: Any) -> dict[str, Any]:
    stack = config_of("prod")
    with_drift(stack)
    stack["delivery:drift"].update(changes)
    return stack


def test_it_is_read_with_utc_where_no_time_zone_is_said() -> None:
    given = config(schedule={"expression": "rate(1 day)"})
    drift = parse(given, stack="prod", siblings=neighbours_of("prod")).drift
    assert drift is not None
    assert (drift.schedule.expression, drift.schedule.time_zone) == ("rate(1 day)", "UTC")
    assert drift.image == DRIFT["image"]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"schedule": {"expression": "daily"}}, "drift.schedule.expression"),
        ({"state": "https://api.pulumi.com"}, "drift.state"),
        ({"state": "s3://Delivery"}, "drift.state"),
        ({"image": "pulumi/pulumi:latest"}, "drift.image"),
        ({"image": DRIFT["image"].partition("@")[0]}, "drift.image"),
        ({"keyArn": "alias/pulumi-state"}, "drift.keyArn"),
        ({"keyArn": DRIFT["keyArn"].format(account="999988887777")}, "drift.keyArn"),
        ({"every": "day"}, "drift.every"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(changes: dict[str, Any], place: str) -> None:
    (line,) = said(config(**changes), stack="prod")
    assert line.startswith(f"{place}: ")


def test_everything_but_the_time_zone_has_to_be_said() -> None:
    stack = config_of("prod")
    stack["delivery:drift"] = {"schedule": {}}
    places = [line.split(": ")[0] for line in said(stack, stack="prod")]
    assert places == ["drift.image", "drift.keyArn", "drift.schedule.expression", "drift.state"]
