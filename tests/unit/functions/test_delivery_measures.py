"""The four measures of a delivery: a year with known answers, and each definition by itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from random import Random

import pytest

from release_ledger import Kind, Outcome, Release, Source
from release_ledger.measures import Measure, Metric, added, measures
from tests.unit.functions.delivery_year import STORIES, Year, a_year
from tests.unit.functions.release_records import release


@cache
def year() -> Year:
    return a_year()


def values(found: Sequence[Measure], metric: Metric) -> list[float]:
    return [one.value for one in found if one.metric is metric]


def totals(found: Sequence[Measure]) -> dict[Metric, float]:
    return {metric: sum(values(found, metric)) for metric in Metric if values(found, metric)}


def test_the_year_has_every_story_many_times() -> None:
    told = Counter(year().told)
    assert set(told) == {story.__name__ for story, _ in STORIES}
    assert min(told.values()) >= 5
    assert len(year().releases) > 500


def test_a_year_comes_to_what_its_story_says() -> None:
    found = measures(year().releases)
    assert values(found, Metric.DEPLOYMENTS) == [1] * year().deployments
    assert values(found, Metric.FAILURES) == [1] * year().failures
    assert values(found, Metric.LEAD_TIME) == year().lead_times
    assert values(found, Metric.RESTORE) == year().restores


def test_the_order_in_which_records_are_read_changes_nothing() -> None:
    shuffled = list(year().releases)
    Random(1).shuffle(shuffled)  # noqa: S311
    assert measures(shuffled) == measures(year().releases)


def test_one_after_the_other_they_come_to_the_same() -> None:
    known: list[Release] = []
    found: list[Measure] = []
    for one in year().releases:
        found += added(one, known[-50:])
        known.append(one)
    assert Counter(found) == Counter(measures(year().releases))


def test_a_record_that_is_there_already_adds_nothing_of_others() -> None:
    first, second = release(0), release(30)
    assert added(second, [first, second]) == added(second, [first])


def test_what_is_known_late_is_measured_by_when_it_happened() -> None:
    fine, broken, back = (
        release(0),
        release(60, outcome=Outcome.FAILED),
        release(75, kind=Kind.ROLLBACK, rollback_of="e0"),
    )
    # The rollback is known before what it repairs: it takes back what ran, as far as anybody can tell.
    late = added(broken, [fine, back])
    assert values(late, Metric.RESTORE) == [15 * 60]
    assert values(late, Metric.DEPLOYMENTS) == [1]


COMMITTED = Source(commit="4f2c", committed="2026-11-25T20:08:16Z")
CASES: dict[str, tuple[list[Release], dict[Metric, float]]] = {
    "what was stopped is neither a deployment nor a failure": ([release(outcome=Outcome.STOPPED)], {}),
    "a change is a deployment, with the time since its commit": (
        [release(source=COMMITTED)],
        {Metric.DEPLOYMENTS: 1, Metric.LEAD_TIME: 3600},
    ),
    "a commit whose time nobody knows has no lead time": ([release()], {Metric.DEPLOYMENTS: 1}),
    "a clock that was wrong makes no negative time": (
        [release(source=replace(COMMITTED, committed="2027-01-01T00:00:00Z"))],
        {Metric.DEPLOYMENTS: 1, Metric.LEAD_TIME: 0},
    ),
    "the same again is no deployment": ([release(), release(10, kind=Kind.REDEPLOYMENT)], {Metric.DEPLOYMENTS: 1}),
    "the same again restores what had failed": (
        [release(), release(10, outcome=Outcome.FAILED), release(25, kind=Kind.REDEPLOYMENT)],
        {Metric.DEPLOYMENTS: 2, Metric.FAILURES: 1, Metric.RESTORE: 15 * 60},
    ),
    "a rollback of nothing that is known blames nobody": ([release(kind=Kind.ROLLBACK)], {}),
    "two rollbacks blame one change": (
        [release(), release(10, kind=Kind.ROLLBACK), release(20, kind=Kind.ROLLBACK)],
        {Metric.DEPLOYMENTS: 1, Metric.FAILURES: 1, Metric.RESTORE: 10 * 60},
    ),
    "a rollback that fails leaves it broken until something succeeds": (
        [release(), release(10, kind=Kind.ROLLBACK, outcome=Outcome.FAILED), release(30)],
        {Metric.DEPLOYMENTS: 2, Metric.FAILURES: 1, Metric.RESTORE: 30 * 60},
    ),
    "a hotfix that was stopped leaves everything as it was": (
        [release(), release(10, kind=Kind.HOTFIX, outcome=Outcome.STOPPED)],
        {Metric.DEPLOYMENTS: 1},
    ),
    "a first hotfix has nothing to mend": ([release(kind=Kind.HOTFIX)], {Metric.DEPLOYMENTS: 1}),
}


@pytest.mark.parametrize("case", CASES)
def test_the_definitions_hold_by_themselves(case: str) -> None:
    releases, expected = CASES[case]
    assert totals(measures(releases)) == expected
