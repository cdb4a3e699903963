"""How far back a release can be brought back: never further than its artifact is kept."""

from typing import Any

import pytest

from rulebook.rules import ops_stores
from settings.tiers import DEFAULTS
from tests.unit.settings.stack_file import changed, config_of, good, said

DAYS = ("delivery:ledger", "rollbackDays")


@pytest.mark.parametrize(("stack", "days"), [("dev", 30), ("staging", 90), ("prod", 365)])
def test_the_tier_says_how_far_back_a_release_can_be_brought_where_the_file_does_not(stack: str, days: int) -> None:
    assert good(stack).ledger.rollback_days == days


@pytest.mark.parametrize(("stack", "most"), [("dev", 180), ("staging", 365), ("prod", 1825)])
def test_a_release_whose_artifact_is_gone_by_then_is_refused_with_what_is_kept(stack: str, most: int) -> None:
    assert good(stack, (DAYS, most)).ledger.rollback_days == most
    tier = good(stack).environment.tier
    allowed = f"1 to {most}, for artifacts of the tier {tier} are kept for {most} days"
    assert said(changed(config_of(stack), (DAYS, most + 1)), stack=stack) == [
        f"ledger.rollbackDays: given {most + 1}; allowed: {allowed}"
    ]


@pytest.mark.parametrize("days", [0, -1, 3651, "30", 1.5, True])
def test_days_that_are_none_are_refused(days: Any) -> None:
    (line, *_) = said(changed(config_of("prod"), (DAYS, days)), stack="prod")
    assert line.startswith("ledger.rollbackDays: given ")


def test_the_policies_hold_what_the_tiers_promise() -> None:
    (rule,) = [one for one in ops_stores.RULES if one.id == "ops-artifact-rollback-window"]
    (window,) = [one.default for one in rule.parameters if one.name == "minDays"]
    assert window == {str(tier): defaults.rollback_days for tier, defaults in DEFAULTS.items()}


def test_no_tier_promises_what_it_does_not_keep() -> None:
    for defaults in DEFAULTS.values():
        assert defaults.rollback_days <= defaults.artifact_retention_days
