"""A year of one application's releases, made by a seed, with what they come to.

The answers are added up while the story is made, from what the story says: nothing here looks at a release to find out
what it counts as.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from release_ledger import Kind, Outcome, Release, Source, release_id
from release_ledger.record import written
from tests.unit.functions.release_records import release

BEGIN = datetime(2026, 1, 1, 6, tzinfo=UTC)


@dataclass
class Year:
    """The releases, and what they come to: counts, and seconds in the order in which they are known."""

    random: Random
    now: datetime = BEGIN
    releases: list[Release] = field(default_factory=list)
    deployments: int = 0
    failures: int = 0
    lead_times: list[float] = field(default_factory=list)
    restores: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def wait(self, low: int, high: int) -> None:
        """So many minutes pass."""
        self.now += timedelta(minutes=self.random.randint(low, high), seconds=self.random.randint(0, 59))

    def deploy(self, kind: Kind, outcome: Outcome, *, again: Release | None = None) -> Release:
        """A deployment of some minutes ends now."""
        begun = self.now
        self.wait(4, 40)
        committed = begun - timedelta(minutes=self.random.randint(30, 20_000))
        made = replace(
            release(0),
            release=release_id("storefront", self.now),
            kind=kind,
            outcome=outcome,
            begun=written(begun),
            finished=written(self.now),
            execution=again.execution if again else f"e{len(self.releases)}",
            source=again.source if again else Source(commit=f"{len(self.releases):040x}", committed=written(committed)),
        )
        self.releases.append(made)
        return made

    def seconds(self, since: datetime) -> float:
        """How long ago that was."""
        return (self.now - since).total_seconds()

    def delivered(self, kind: Kind = Kind.DEPLOYMENT) -> Release:
        """A change goes out well."""
        made = self.deploy(kind, Outcome.SUCCEEDED)
        self.deployments += 1
        self.lead_times.append(self.seconds(datetime.fromisoformat(made.source.committed)))
        return made


def fine(year: Year) -> None:
    year.delivered()


def by_hand(year: Year) -> None:
    year.delivered(Kind.BY_HAND)


def stopped(year: Year) -> None:
    year.deploy(Kind.DEPLOYMENT, Outcome.STOPPED)


def same_again(year: Year) -> None:
    year.deploy(Kind.REDEPLOYMENT, Outcome.SUCCEEDED)


def taken_back_by_codedeploy(year: Year) -> None:
    begun = year.now
    year.deploy(Kind.DEPLOYMENT, Outcome.ROLLED_BACK)
    year.deployments += 1
    year.failures += 1
    year.restores.append(year.seconds(begun))


def failed_and_rolled_back(year: Year) -> None:
    year.deploy(Kind.DEPLOYMENT, Outcome.FAILED)
    year.deployments += 1
    year.failures += 1
    broken = year.now
    year.deploy(Kind.ROLLBACK, Outcome.SUCCEEDED)
    year.restores.append(year.seconds(broken))


def failed_and_retried(year: Year) -> None:
    first = year.deploy(Kind.DEPLOYMENT, Outcome.FAILED)
    year.deployments += 1
    year.failures += 1
    broken = year.now
    year.wait(5, 60)
    second = year.deploy(Kind.DEPLOYMENT, Outcome.FAILED, again=first)
    year.wait(5, 60)
    year.deploy(Kind.DEPLOYMENT, Outcome.SUCCEEDED, again=second)
    year.lead_times.append(year.seconds(datetime.fromisoformat(first.source.committed)))
    year.restores.append(year.seconds(broken))


def two_fail_before_one_is_right(year: Year) -> None:
    year.deploy(Kind.DEPLOYMENT, Outcome.FAILED)
    broken = year.now
    year.wait(10, 300)
    year.deploy(Kind.DEPLOYMENT, Outcome.FAILED)
    year.deployments += 2
    year.failures += 2
    year.wait(10, 300)
    year.delivered()
    year.restores.append(year.seconds(broken))


def found_out_later_and_rolled_back(year: Year) -> None:
    year.delivered()
    broken = year.now
    year.wait(20, 2_000)
    year.deploy(Kind.ROLLBACK, Outcome.SUCCEEDED)
    year.failures += 1
    year.restores.append(year.seconds(broken))


def found_out_later_and_mended(year: Year) -> None:
    year.delivered()
    broken = year.now
    year.wait(20, 2_000)
    year.delivered(Kind.HOTFIX)
    year.failures += 1
    year.restores.append(year.seconds(broken))


def mended_at_the_second_try(year: Year) -> None:
    year.delivered()
    broken = year.now
    year.wait(20, 500)
    year.deploy(Kind.HOTFIX, Outcome.FAILED)
    year.deployments += 1
    # The change, and what should have mended it.
    year.failures += 2
    year.wait(20, 500)
    year.delivered(Kind.HOTFIX)
    year.restores.append(year.seconds(broken))


STORIES: Sequence[tuple[Callable[[Year], None], int]] = (
    (fine, 60),
    (by_hand, 3),
    (stopped, 4),
    (same_again, 5),
    (taken_back_by_codedeploy, 5),
    (failed_and_rolled_back, 6),
    (failed_and_retried, 4),
    (two_fail_before_one_is_right, 3),
    (found_out_later_and_rolled_back, 4),
    (found_out_later_and_mended, 4),
    (mended_at_the_second_try, 2),
)
"""What may happen, and how often of a hundred."""


def a_year(seed: int = 2026, *, days: int = 365) -> Year:
    """The same each time."""
    year = Year(random=Random(seed))  # noqa: S311
    # Without a change that runs, nothing could be found out about it.
    fine(year)
    stories, weights = zip(*STORIES, strict=True)
    while year.now < BEGIN + timedelta(days=days):
        year.wait(120, 1_400)
        (story,) = year.random.choices(stories, weights)
        year.told.append(story.__name__)
        story(year)
    return year
