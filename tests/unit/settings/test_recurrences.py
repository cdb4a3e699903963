"""When the schedules of a fleet are due: what never is, and what is due together."""

from typing import Any

import pytest

from tests.unit.settings.stack_file import STOREFRONT, changed, config_of, said

FLEET = (*STOREFRONT, "deploy", "fleet")
SCHEDULES = "applications.storefront.deploy.fleet.schedules"


def refusals(*crons: str, **of_the_last: Any) -> list[str]:
    """The problems of a fleet with a schedule at each time."""
    schedules: dict[str, dict[str, Any]] = {f"s{at}": {"cron": cron, "min": 2} for at, cron in enumerate(crons)}
    schedules[f"s{len(crons) - 1}"] |= of_the_last
    size = ((*FLEET, "size"), {"min": 2, "desired": 3, "max": 6})
    return said(changed(config_of("prod"), size, ((*FLEET, "schedules"), schedules)), stack="prod")


@pytest.mark.parametrize(
    ("cron", "allowed"),
    [
        ("0 7 * * FRI-MON", "a day of week whose ranges go up: not FRI-MON but FRI-SAT,SUN-MON"),
        ("0 7 * * MON-SUN", "a day of week whose ranges go up: not MON-SUN but MON-SAT,SUN"),
        ("0 22-6 * * *", "an hour whose ranges go up: not 22-6 but 22-23,0-6"),
        ("0 7 * DEC-FEB *", "a month whose ranges go up: not DEC-FEB but DEC,JAN-FEB"),
        ("0 7 30,31 2 *", "a day that one of its months has"),
        ("0 7 31 4,6,9,11 *", "a day that one of its months has"),
    ],
)
def test_a_time_that_auto_scaling_does_not_know_or_that_never_comes_is_refused(cron: str, allowed: str) -> None:
    (line,) = refusals(cron)
    assert line == f'{SCHEDULES}.s0.cron: given "{cron}"; allowed: {allowed}'


@pytest.mark.parametrize("cron", ["0 7 29 2 *", "0 7 31 1-4 *", "0 7 31 2 MON", "0 7 * * 5-7", "0 7 * * FRI-SAT,SUN"])
def test_a_time_that_comes_only_in_some_years_or_months_is_taken(cron: str) -> None:
    assert refusals(cron) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0 7 * * *", "0 7 * * *"),
        ("0 7 * * MON-FRI", "0 7 * * MON"),
        ("*/15 8-18 * * *", "45 12 * * *"),
        ("0 7 * * 0", "0 7 * * SAT,7"),
        ("0 7 1 * *", "0 7 * * MON"),
        ("0 7 1 * *", "0 7 1,15 3 *"),
    ],
)
def test_two_schedules_that_are_due_together_are_refused_as_auto_scaling_does(one: str, other: str) -> None:
    (line,) = refusals(one, other)
    assert line.startswith(f"{SCHEDULES}: ")
    assert line.endswith("never due in the same minute, of which Auto Scaling takes one; s0 and s1 can be")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0 7 * * *", "1 7 * * *"),
        ("0 7 * * *", "0 19 * * *"),
        ("0 7 * * MON-FRI", "0 7 * * SAT,SUN"),
        ("0 7 1-14 * *", "0 7 15-31 * *"),
        ("0 7 1 JAN *", "0 7 * FEB MON"),
    ],
)
def test_schedules_that_are_due_one_after_the_other_are_taken(one: str, other: str) -> None:
    assert refusals(one, other) == []


def test_the_same_hour_in_two_time_zones_is_taken() -> None:
    assert refusals("0 7 * * *", "0 7 * * *", timeZone="Europe/Berlin") == []
