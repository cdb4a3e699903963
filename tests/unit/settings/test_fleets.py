"""What a stack file may say of fleets: how they scale, what they are made of."""

from typing import Any

import pytest

from tests.unit.settings.stack_file import STOREFRONT, changed, config_of, good, said

FLEET = (*STOREFRONT, "deploy", "fleet")
PLACE = "applications.storefront.deploy.fleet"
SIZE = {"min": 2, "desired": 3, "max": 6}


def refusals(fleet: dict[str, Any], stack: str = "prod") -> list[str]:
    changes = [((*FLEET, key), value) for key, value in fleet.items()]
    return said(changed(config_of(stack), *changes), stack=stack)


def schedule(**changes: Any) -> dict[str, Any]:
    return {"size": SIZE, "schedules": {"office": {"cron": "0 7 * * MON-FRI", "min": 4, **changes}}}


@pytest.mark.parametrize(
    "cron", ["0 7 * * MON-FRI", "*/15 8-18 1,15 JAN-MAR *", "0 0 1 1 0", "59 23 31 12 7", "5/10 * * * *"]
)
def test_a_schedule_is_a_cron_expression_of_unix(cron: str) -> None:
    assert refusals(schedule(cron=cron)) == []


@pytest.mark.parametrize(
    ("cron", "allowed"),
    [
        ("cron(0 7 ? * MON-FRI *)", "five fields"),
        ("0 7 * *", "five fields"),
        ("60 7 * * *", "minute of 0 to 59"),
        ("0 24 * * *", "hour of 0 to 23"),
        ("0 7 0 * *", "day of month of 1 to 31"),
        ("0 7 * 13 *", "month of 1 to 12 or JAN to DEC"),
        ("0 7 * * MONDAY", "day of week of 0 to 7 or SUN to SAT"),
        ("*/0 7 * * *", "minute of 0 to 59"),
        ("0 7 ? * *", "day of month of 1 to 31"),
    ],
)
def test_any_other_expression_is_refused_with_the_field_that_is_wrong(cron: str, allowed: str) -> None:
    (line,) = refusals(schedule(cron=cron))
    assert line.startswith(f"{PLACE}.schedules.office.cron")
    assert allowed in line


@pytest.mark.parametrize(
    ("fleet", "place", "allowed"),
    [
        ({"size": SIZE, "scaling": {}}, "scaling:", "cpuPercent, requestsPerMinute, or both"),
        ({"size": SIZE, "scaling": {"cpuPercent": 95}}, "scaling.cpuPercent", "10 to 90 percent"),
        ({"size": SIZE, "scaling": {"cpuPercent": 50, "warmupSeconds": 4000}}, "scaling.warmupSeconds", "0 to 3600"),
        ({"size": SIZE, "scaling": {"requestsPerMinute": 0}}, "scaling.requestsPerMinute", "1 to 1000000"),
        (
            {"size": {"min": 3, "desired": 3, "max": 3}, "scaling": {"cpuPercent": 50}},
            "scaling",
            "a fleet whose max is more than its min; both are 3",
        ),
        (schedule(min=1), "schedules", "a min of 2 to 6, the fleet's size; outside of it: office"),
        (schedule(min=7), "schedules", "a min of 2 to 6, the fleet's size; outside of it: office"),
        (schedule(timeZone="Berlin"), "schedules.office.timeZone", "a time zone of the IANA database"),
        (
            {"size": SIZE, "schedules": {f"s{number}": {"cron": "0 7 * * *", "min": 2} for number in range(21)}},
            "schedules",
            "at most 20 schedules; there are 21",
        ),
    ],
)
def test_scaling_that_could_not_work_is_refused(fleet: dict[str, Any], place: str, allowed: str) -> None:
    (line,) = refusals(fleet)
    assert line.startswith(f"{PLACE}.{place}")
    assert allowed in line


def test_a_fleet_scales_by_one_measure_or_two_and_warms_up_for_two_minutes() -> None:
    deploy: Any = good("prod", ((*FLEET, "size"), SIZE), ((*FLEET, "scaling"), {"cpuPercent": 60}))
    scaling = deploy.applications["storefront"].deploy.fleet.scaling
    assert (scaling.cpu_percent, scaling.requests_per_minute, scaling.warmup_seconds) == (60, None, 120)
