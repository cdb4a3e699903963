"""The four measures of a delivery, from the releases alone: what docs/delivery-metrics.md defines, as plain values."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from release_ledger.record import Kind, Outcome, Release, moment

CHANGES = frozenset({Kind.DEPLOYMENT, Kind.HOTFIX, Kind.BY_HAND})
"""Kinds of releases that bring a change; the others bring back, or again, what ran before."""

REMEDIES = frozenset({Kind.ROLLBACK, Kind.HOTFIX})
"""Kinds of releases that say by themselves that something was wrong with what ran."""

BAD = frozenset({Outcome.FAILED, Outcome.ROLLED_BACK})


class Metric(StrEnum):
    """What is measured, by its name in CloudWatch."""

    DEPLOYMENTS = "Deployments"
    LEAD_TIME = "LeadTimeSeconds"
    FAILURES = "ChangeFailures"
    RESTORE = "RestoreSeconds"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One point of a metric.

    Args:
        metric: which.
        value: a count, or seconds.
        at: when: the end of the deployment by which it is known.
    """

    metric: Metric
    value: float
    at: datetime


@dataclass
class _Course:
    """What is known after some releases.

    Args:
        runs: the change that runs, None before the first.
        trouble: since when something is wrong, None while nothing is.
        counted, shipped, failed: changes that were counted as deployments, as delivered, as failures.
    """

    runs: Release | None = None
    trouble: datetime | None = None
    counted: set[str] = field(default_factory=set)
    shipped: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)


def measures(releases: Iterable[Release]) -> list[Measure]:
    """Everything that the releases of one application tell.

    Args:
        releases: in any order; what ended first counts first.
    """
    course = _Course()
    found: list[Measure] = []
    for release in sorted(releases, key=lambda one: (one.ended, one.identity)):
        found += _next(course, release)
    return found


def added(release: Release, others: Sequence[Release]) -> list[Measure]:
    """What one release adds to what the others tell, also where it is known later than one that ended after it."""
    rest = [one for one in others if (one.finished, one.identity) != (release.finished, release.identity)]
    new = Counter(measures([*rest, release])) - Counter(measures(rest))
    return sorted(new.elements(), key=lambda one: (one.at, one.metric))


def _next(course: _Course, release: Release) -> Iterable[Measure]:
    """What the next release tells."""
    if release.outcome is Outcome.STOPPED:
        # A person has decided: neither a deployment nor a failure, and what was wrong before still is.
        return
    yield from _blame(course, release)
    if release.kind in CHANGES:
        yield from _change(course, release)
    if release.outcome is Outcome.FAILED:
        course.trouble = course.trouble or release.ended
    elif release.outcome is Outcome.ROLLED_BACK and course.trouble is None:
        yield _seconds(Metric.RESTORE, since=moment(release.begun, name="begun"), until=release.ended)
    elif release.succeeded:
        if course.trouble:
            yield _seconds(Metric.RESTORE, since=course.trouble, until=release.ended)
            course.trouble = None
        if release.kind in CHANGES:
            course.runs = release


def _blame(course: _Course, release: Release) -> Iterable[Measure]:
    """A remedy, while nothing else is known to be wrong, says that the change which runs has failed."""
    runs = course.runs
    if release.kind not in REMEDIES or course.trouble or runs is None or runs.identity == release.identity:
        return
    # What a rollback brings back was judged when it ran the first time.
    course.runs, course.trouble = None, runs.ended
    if runs.identity not in course.failed:
        course.failed.add(runs.identity)
        yield Measure(metric=Metric.FAILURES, value=1, at=release.ended)


def _change(course: _Course, release: Release) -> Iterable[Measure]:
    """A change counts once, however often its stage was retried."""
    change = release.identity
    if change not in course.counted:
        course.counted.add(change)
        yield Measure(metric=Metric.DEPLOYMENTS, value=1, at=release.ended)
    if release.outcome in BAD and change not in course.failed:
        course.failed.add(change)
        yield Measure(metric=Metric.FAILURES, value=1, at=release.ended)
    if release.succeeded and release.source.committed and change not in course.shipped:
        course.shipped.add(change)
        yield _seconds(
            Metric.LEAD_TIME, since=moment(release.source.committed, name="source.committed"), until=release.ended
        )


def _seconds(metric: Metric, *, since: datetime, until: datetime) -> Measure:
    return Measure(metric=metric, value=max(0.0, (until - since).total_seconds()), at=until)
