"""Services of ECS that follow their load: between which ends, by what is measured, and by the clock."""

from typing import Any

import pytest

from tests.unit.every_service import BY_ECS, SCALING, services
from tests.unit.every_service import every_service as plan
from tests.unit.planning import Config
from tests.unit.settings.stack_file import config_of, said

TARGET, POLICY = "aws:appautoscaling/target:Target", "aws:appautoscaling/policy:Policy"
ACTION, SERVICE = "aws:appautoscaling/scheduledAction:ScheduledAction", "aws:ecs/service:Service"


def tracked(name: str) -> dict[str, Any]:
    """The configuration of one policy."""
    return dict(plan().one(POLICY, name=name).inputs["targetTrackingScalingPolicyConfiguration"])


def test_a_service_moves_between_the_ends_of_the_stack_file_and_pulumi_leaves_its_count() -> None:
    target = plan().one(TARGET, resourceId="service/tower-dev/tower-dev")
    assert (target.inputs["minCapacity"], target.inputs["maxCapacity"]) == (2, 12)
    assert target.inputs["scalableDimension"] == "ecs:service:DesiredCount"
    for name in ("tower-dev", "ticker-dev"):
        assert "desiredCount" in plan().one(SERVICE, name=name).ignore_changes


def test_the_clock_moves_the_smaller_end_which_pulumi_then_leaves_and_only_then() -> None:
    actions = {
        one.inputs["name"]: (one.inputs["schedule"], one.inputs["timezone"], one.inputs["scalableTargetAction"])
        for one in plan().of(ACTION)
    }
    assert actions == {
        "tower-dev-evening": ("cron(0 19 ? * MON-FRI *)", "Europe/Berlin", {"minCapacity": 2}),
        "tower-dev-morning": ("cron(0 7 ? * MON-FRI *)", "Europe/Berlin", {"minCapacity": 6}),
    }
    ignored = {one.inputs["resourceId"]: list(one.ignore_changes) for one in plan().of(TARGET)}
    assert ignored == {"service/tower-dev/tower-dev": ["minCapacity"], "service/ticker-dev/ticker-dev": []}


def test_cpu_and_memory_are_ecs_own_measures() -> None:
    for label, metric, percent in (("cpu", "CPU", 60), ("memory", "Memory", 70)):
        tracking = tracked(f"tower-dev-by-{label}")
        assert tracking["targetValue"] == percent
        assert tracking["predefinedMetricSpecification"] == {
            "predefinedMetricType": f"ECSServiceAverage{metric}Utilization"
        }
    assert {one.inputs["name"] for one in plan().of(POLICY) if one.name.startswith("ticker")} == {"ticker-dev-by-cpu"}


def test_requests_are_those_of_both_target_groups_whichever_serves() -> None:
    tracking = tracked("tower-dev-by-requests")
    assert tracking["targetValue"] == 1000
    metrics = tracking["customizedMetricSpecification"]["metrics"]
    (both,) = (one for one in metrics if one["returnData"])
    seen = {one["id"]: one["metricStat"]["metric"]["dimensions"] for one in metrics if not one["returnData"]}
    assert both["expression"] == " + ".join(f"FILL({metric}, 0)" for metric in seen)
    suffixes = {plan().named(f"tower-front-{colour}").outputs["arnSuffix"] for colour in ("blue", "green")}
    assert {dimensions[0]["value"] for dimensions in seen.values()} == suffixes


def test_without_scaling_nothing_moves_a_service() -> None:
    scaled = {one.inputs["resourceId"] for one in plan().of(TARGET)}
    assert scaled == {"service/tower-dev/tower-dev", "service/ticker-dev/ticker-dev"}


PLACE = "applications.tower.deploy.service"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "ends in the wrong order": ({"max": 2}, f"{PLACE}.scaling.max: given 2; allowed: more than min, which is 2"),
    "no measure": (
        {"cpuPercent": None, "memoryPercent": None, "requestsPerMinute": None, "schedules": {}},
        f"{PLACE}.scaling: given a mapping of min, max, schedules; allowed: cpuPercent, memoryPercent or ",
    ),
    "the clock alone, which never makes it smaller": (
        {"cpuPercent": None, "memoryPercent": None, "requestsPerMinute": None},
        (
            f"{PLACE}.scaling: given a mapping of min, max, schedules; allowed: cpuPercent, memoryPercent or "
            "requestsPerMinute, or several of them; a service that schedules"
        ),
    ),
    "a percent that is always reached": (
        {"cpuPercent": 5},
        f"{PLACE}.scaling.cpuPercent: given 5; allowed: 10 to 90 percent",
    ),
    "more at night than ever": (
        {"schedules": {"night": {"expression": "rate(1 day)", "min": 13}}},
        f"{PLACE}.scaling.schedules: given",
    ),
    "a cron of five fields": (
        {"schedules": {"night": {"expression": "0 7 * * MON-FRI", "min": 3}}},
        f'{PLACE}.scaling.schedules.night.expression: given "0 7 * * MON-FRI"; allowed: cron(minute hour',
    ),
    "a zone that there is not": (
        {"schedules": {"night": {"expression": "rate(1 day)", "timeZone": "Berlin", "min": 3}}},
        f'{PLACE}.scaling.schedules.night.timeZone: given "Berlin"; allowed: a time zone',
    ),
    "fewer tasks at the start": (
        {"min": 3},
        f"{PLACE}.scaling: given a mapping of min, max, cpuPercent, memoryPercent, requestsP…; allowed: min <= count",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_not_scale_is_refused(case: str) -> None:
    changes, message = REFUSED[case]
    config: Config = config_of("dev")
    services(config)
    scaling = {key: value for key, value in {**SCALING, **changes}.items() if value is not None}
    service = {**BY_ECS["service"], "scaling": scaling}
    config["delivery:applications"]["tower"]["deploy"] = {**BY_ECS, "service": service}
    lines = said(config, stack="dev")
    assert any(line.startswith(message) for line in lines), lines
