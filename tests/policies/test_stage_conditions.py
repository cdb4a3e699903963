"""The program's own stacks with conditions, judged by the delivery pack: what a stage may leave out guards nothing."""

from typing import Any

import pytest

from rulebook.kit.rule import Level
from tests.policies.planned import found
from tests.unit.every_condition import every_condition
from tests.unit.planning import Change, Config, planned


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
    assert rule in found(planned("prod", entering(stage, otherwise="skip")), level=Level.MANDATORY)
    assert rule not in found(planned("prod", entering(stage, otherwise="fail")), level=Level.MANDATORY)


def test_a_deployment_that_is_retried_instead_of_rolled_back_is_remarked() -> None:
    def change(config: Config) -> None:
        retried = {"onFailure": {"result": "retry"}}
        config["delivery:applications"]["storefront"]["conditions"] = {"Deploy": retried}

    assert "flow-stage-rollback" not in found(planned("prod"), level=Level.ADVISORY)
    assert "flow-stage-rollback" in found(planned("prod", change), level=Level.ADVISORY)


def test_every_kind_of_condition_breaks_no_mandatory_rule() -> None:
    assert found(planned("staging", every_condition), level=Level.MANDATORY) == []
