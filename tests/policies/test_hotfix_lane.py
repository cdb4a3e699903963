"""The program's own staging with a hotfix lane, judged by the delivery pack."""

from functools import cache
from typing import Any

import pytest

from rulebook.kit.rule import Level
from tests.policies.planned import Change, found
from tests.unit.lanes import lane
from tests.unit.planning import Planned, planned

FUNCTION = "aws:lambda/function:Function"


@cache
def laned() -> Planned:
    """Staging whose hotfixes skip the end-to-end suite and the bake."""
    return planned("staging", lane("e2e", "bake"))


def test_a_lane_breaks_no_rule_that_a_stack_without_one_keeps() -> None:
    assert found(laned(), level=Level.MANDATORY) == []
    assert found(laned(), level=Level.ADVISORY) == found(planned("staging"), level=Level.ADVISORY)


def condition(pipeline: dict[str, Any]) -> Any:
    """The condition by which hotfixes skip the end-to-end suite."""
    (skipping,) = (stage for stage in pipeline["stages"] if stage["name"] == "TestUnlessHotfix")
    return skipping["beforeEntry"]


def without_the_lasting_suite(pipeline: dict[str, Any]) -> None:
    """Only the suite that hotfixes skip is left."""
    pipeline["stages"] = [stage for stage in pipeline["stages"] if stage["name"] != "Test"]


def skipping_every_suite(pipeline: dict[str, Any]) -> None:
    """Hotfixes skip all suites."""
    (lasting,) = (stage for stage in pipeline["stages"] if stage["name"] == "Test")
    lasting["beforeEntry"] = condition(pipeline)


@pytest.mark.parametrize("change", [without_the_lasting_suite, skipping_every_suite])
def test_only_a_suite_that_hotfixes_cant_skip_counts_as_the_test(change: Change) -> None:
    assert found(laned(), level=Level.MANDATORY, change=change) == ["flow-tests-before-deploy"]
