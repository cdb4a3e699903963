"""The release ledger: how far back a release can be brought back."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from settings.base import ByTier, Model
from settings.fields import within
from settings.problems import Problem
from settings.siblings import at
from settings.stack import Stack
from settings.tiers import DEFAULTS, Tier

LONGEST_DAYS = 3_650


class Ledger(Model):
    """What is kept of the releases. Records are kept for ever; what was deployed is kept as long as the tier says."""

    rollback_days: Annotated[int, within(1, LONGEST_DAYS, "days"), ByTier("rollback_days")] = Field(
        description="How many days back a release can be brought back, 1 up to what the tier keeps artifacts for "
        "(`artifact_retention_days`)."
    )


def artifacts_outlive_the_ledger(stack: Stack) -> Iterator[Problem]:
    """A release can only be brought back while its artifact is there."""
    days, tier = at(stack.values, "ledger", "rollbackDays"), at(stack.values, "environment", "tier")
    if not isinstance(days, int) or tier not in list(Tier):
        return
    kept = DEFAULTS[Tier(tier)].artifact_retention_days
    if days > kept:
        allowed = f"1 to {kept}, for artifacts of the tier {tier} are kept for {kept} days"
        yield Problem(path=("ledger", "rollbackDays"), message=f"given {days}; allowed: {allowed}")


LEDGER_RULES = (artifacts_outlive_the_ledger,)
