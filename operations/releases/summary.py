"""Releases in a line each, and what they come to: plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import ClassVar

from release_ledger import Outcome, Release
from release_ledger.measures import Metric, measures

SHORT = 8
"""Digits of a commit as people say it."""

LONGEST_REASON = 100


def line_of(release: Release) -> tuple[str, str, str]:
    """A release as a row: the end of its id, what it was, and what else is worth a glance."""
    what = str(release.kind) if release.outcome is Outcome.SUCCEEDED else f"{release.kind} {release.outcome}"
    source, made_by = release.source, release.infrastructure
    version = source.tag or source.commit[:SHORT] or "unknown"
    on = (made_by.tag or made_by.commit[:SHORT]) + ("+changes" if made_by.dirty else "")
    told = [f"{version} on {on}"]
    if release.approvals:
        told.append("approved by " + ", ".join(one.by.rsplit("/", 1)[-1] or one.name for one in release.approvals))
    reason = " ".join(release.reason.split())
    if reason:
        told.append(reason if len(reason) <= LONGEST_REASON else f"{reason[:LONGEST_REASON]}…")
    return release.release.removeprefix(f"{release.application}-"), what, "; ".join(told)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What the releases of a time come to.

    Args:
        deployments: how many changes were deployed.
        failures: how many of them failed.
        lead_seconds, restore_seconds: medians, None where there is nothing to take one of.
    """

    deployments: int
    failures: int
    lead_seconds: float | None
    restore_seconds: float | None

    HEAD: ClassVar[tuple[str, ...]] = ("application", "deployments", "failed", "lead time", "time to restore")

    @property
    def row(self) -> tuple[str, ...]:
        """The same for a table."""
        share = f"{self.failures} ({self.failures * 100 // self.deployments}%)" if self.deployments else "-"
        return str(self.deployments), share, _said(self.lead_seconds), _said(self.restore_seconds)

    @property
    def told(self) -> dict[str, float | int | None]:
        """The same for a machine."""
        return {
            "deployments": self.deployments,
            "changeFailures": self.failures,
            "leadTimeSeconds": self.lead_seconds,
            "restoreSeconds": self.restore_seconds,
        }


def summary_of(releases: Sequence[Release], *, since: datetime) -> Summary:
    """What the releases of an application come to.

    Args:
        releases: all of them: what was broken before may be mended since.
        since: what is known since then counts.
    """
    found = [one for one in measures(releases) if one.at >= since]
    values = {metric: [one.value for one in found if one.metric is metric] for metric in Metric}
    return Summary(
        deployments=len(values[Metric.DEPLOYMENTS]),
        failures=len(values[Metric.FAILURES]),
        lead_seconds=median(values[Metric.LEAD_TIME]) if values[Metric.LEAD_TIME] else None,
        restore_seconds=median(values[Metric.RESTORE]) if values[Metric.RESTORE] else None,
    )


def _said(seconds: float | None) -> str:
    """A time as people say it, in its two largest units."""
    if seconds is None:
        return "-"
    left = int(seconds)
    parts = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"
