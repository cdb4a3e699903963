"""The program's own staging with a hotfix lane, judged by the delivery pack."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from rulebook.kit.rule import Level
from rulebook.packs import DELIVERY
from tests.policies.harness import Engine, Given
from tests.unit.lanes import lane
from tests.unit.planning import Planned, planned

PIPELINE = "aws:codepipeline/pipeline:Pipeline"
FUNCTION = "aws:lambda/function:Function"
Change = Callable[[dict[str, Any]], None]


@cache
def laned() -> Planned:
    """Staging whose hotfixes skip the end-to-end suite and the bake."""
    return planned("staging", lane("e2e", "bake"))


def found(plan: Planned, *, level: Level, change: Change | None = None) -> list[str]:
    """The rules that have something to say of a plan, at a level; `change` alters its pipeline."""
    given = []
    for resource in plan.resources:
        if not resource.type.startswith("aws:"):
            continue
        # What is in an archive is no property that a rule reads.
        properties = deepcopy({key: value for key, value in resource.inputs.items() if key != "code"})
        if change and resource.type == PIPELINE:
            change(properties)
        given.append(
            Given(
                type=resource.type,
                name=resource.name,
                properties=properties,
                protect=resource.protect,
                ignore_changes=resource.ignore_changes,
            )
        )
    answers = Engine(rules=DELIVERY.rules, stack="staging").ask(*given)
    return sorted({answer.rule for answer in answers if answer.level is level and not answer.undecided})


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
