"""The program's own stacks with conditions, judged by the delivery pack: what a stage may leave out guards nothing."""

from copy import deepcopy
from typing import Any

import pytest

from rulebook.kit.rule import Level
from rulebook.packs import DELIVERY
from tests.policies.harness import Engine, Given
from tests.unit.every_condition import every_condition
from tests.unit.planning import Change, Config, Planned, planned


def found(plan: Planned, level: Level) -> list[str]:
    """The rules that have something to say of a plan, at a level."""
    given = [
        Given(
            type=one.type,
            name=one.name,
            # What is in an archive is no property that a rule reads.
            properties=deepcopy({key: value for key, value in one.inputs.items() if key != "code"}),
            protect=one.protect,
            ignore_changes=one.ignore_changes,
        )
        for one in plan.resources
        if one.type.startswith("aws:")
    ]
    answers = Engine(rules=DELIVERY.rules, stack=plan.stack).ask(*given)
    return sorted({answer.rule for answer in answers if answer.level is level and not answer.undecided})


def entering(stage: str, *, otherwise: str) -> Change:
    def change(config: Config) -> None:
        rule: dict[str, Any] = {"rule": "function", "name": "maybe"}
        asked = {"beforeEntry": {"otherwise": otherwise, "rules": [rule]}}
        config["delivery:applications"]["storefront"]["conditions"] = {stage: asked}

    return change


@pytest.mark.parametrize(
    ("stage", "rule"), [("Approval", "flow-prod-manual-approval"), ("Test", "flow-tests-before-deploy")]
)
def test_what_a_condition_can_skip_counts_as_none_and_what_it_can_fail_counts(stage: str, rule: str) -> None:
    assert rule in found(planned("prod", entering(stage, otherwise="skip")), Level.MANDATORY)
    assert rule not in found(planned("prod", entering(stage, otherwise="fail")), Level.MANDATORY)


def test_a_deployment_that_is_retried_instead_of_rolled_back_is_remarked() -> None:
    def change(config: Config) -> None:
        retried = {"onFailure": {"result": "retry"}}
        config["delivery:applications"]["storefront"]["conditions"] = {"Deploy": retried}

    assert "flow-stage-rollback" not in found(planned("prod"), Level.ADVISORY)
    assert "flow-stage-rollback" in found(planned("prod", change), Level.ADVISORY)


def test_every_kind_of_condition_breaks_no_mandatory_rule() -> None:
    assert found(planned("staging", every_condition), Level.MANDATORY) == []
