"""What ran when, as the ledger has it: plain values in, plain values out."""

from collections.abc import Iterable, Sequence

from operations.command import UnusableError
from operations.deployment.ledger import is_same
from release_ledger import Kind, Outcome, Release

PREVIOUS = "previous"
"""What a person writes for the last good release before the one that runs."""


def running(newest_first: Sequence[Release]) -> Release | None:
    """The release that runs: the last that succeeded. One that failed or was rolled back left what ran before."""
    return next((one for one in newest_first if one.succeeded), None)


def undisturbed(newest_first: Sequence[Release]) -> bool:
    """Whether the release that runs is all that runs: one that failed after it, and that nobody brought back, may have
    left a part of itself."""
    return newest_first[0].outcome in (Outcome.SUCCEEDED, Outcome.ROLLED_BACK)


def since_forward(newest_first: Sequence[Release]) -> list[Release]:
    """The releases whose migrations the database may have had, the newest first: back to the last one that the pipeline
    brought forward, for that one's list has all before it. One that failed may have come as far as the database, and
    whoever went back from one has left its migrations there. One of several with the same bytes is enough.
    """
    found: list[Release] = []
    for one in newest_first:
        if not any(is_same(one.artifact, other.artifact) for other in found):
            found.append(one)
        if one.succeeded and one.kind in (Kind.DEPLOYMENT, Kind.HOTFIX):
            break
    return found


def last_good(newest_first: Sequence[Release]) -> Release:
    """The last good release before the one that runs. What somebody has gone back from isn't good.

    Where the newest one failed and nobody brought anything back, what it has left runs, and the last good one is before
    it.

    Raises:
        UnusableError: there is none.
    """
    good: list[Release] = []
    for one in reversed(newest_first):
        if not one.succeeded:
            continue
        if one.kind is Kind.ROLLBACK and (at := _index(good, one)) is not None:
            del good[at + 1 :]
        elif not good or not is_same(good[-1].artifact, one.artifact):
            good.append(one)
    if good and not undisturbed(newest_first):
        return good[-1]
    if len(good) < 2:
        raise UnusableError("the ledger has no good release before the one that runs")
    return good[-2]


def chosen(newest_first: Sequence[Release], wanted: str) -> Release:
    """The release that a person means.

    Raises:
        UnusableError: the ledger has none of this id, or that one never ran.
    """
    if wanted == PREVIOUS:
        return last_good(newest_first)
    found = next((one for one in newest_first if one.release == wanted), None)
    if found is None:
        known = ", ".join(_ids(newest_first)) or "none"
        raise UnusableError(f"the ledger has no release {wanted}; the newest good ones: {known}")
    if not found.succeeded:
        raise UnusableError(f"{wanted} is {found.outcome}: it never ran to a good end, so nobody can go back to it")
    return found


def _ids(newest_first: Iterable[Release]) -> list[str]:
    return [one.release for one in newest_first if one.succeeded][:5]


def _index(good: Sequence[Release], back: Release) -> int | None:
    """Where the release lies that a rollback brought back."""
    return next((at for at in range(len(good) - 1, -1, -1) if is_same(good[at].artifact, back.artifact)), None)
