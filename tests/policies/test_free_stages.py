"""The program's own production with stages of its own, judged by the delivery pack: no deployment slips past a gate."""

from functools import cache
from typing import Any

import pytest

from rulebook.kit.rule import Level
from tests.policies.planned import found
from tests.unit.every_stage import every_stage
from tests.unit.planning import Config, Planned, planned

SITE = {"provider": "s3", "name": "site", "bucket": "acme-site-{region}"}
SERVICE = {"provider": "ecs", "name": "web", "cluster": "web", "service": "web", "family": "web", "region": "us-east-1"}
BY_COMMANDS = {"provider": "commands", "name": "smoke", "commands": ["kubectl apply -f web.yml"]}
LOOKING = {"provider": "commands", "name": "smoke", "commands": ["./smoke.sh"]}
WAVE = {"wave": {"regions": ["eu-central-1", "us-east-1"], "inOrder": True}}

APPROVAL, TESTS = "flow-prod-manual-approval", "flow-tests-before-deploy"


def production(action: dict[str, Any], **place: Any) -> Planned:
    """Production with a stage that has this action."""

    def change(config: Config) -> None:
        stages = [{"name": "Own", "actions": [action], **place}]
        config["delivery:applications"]["storefront"]["stages"] = stages

    return planned("prod", change)


@cache
def broken_without() -> list[str]:
    """The mandatory rules that production breaks as it is."""
    return found(planned("prod"), level=Level.MANDATORY)


@pytest.mark.parametrize("action", [SITE, SERVICE, BY_COMMANDS], ids=lambda one: one["provider"])
def test_a_stage_that_deploys_before_the_approval_is_refused(action: dict[str, Any]) -> None:
    assert APPROVAL in found(production(action, after="Test"), level=Level.MANDATORY)


def test_a_wave_that_deploys_before_the_tests_breaks_both_rules() -> None:
    broken = found(production(SITE, after="Admit", **WAVE), level=Level.MANDATORY)
    assert {APPROVAL, TESTS} <= set(broken)


@pytest.mark.parametrize(
    ("action", "place"),
    [(SITE, {"after": "Approval", **WAVE}), (SERVICE, {"after": "Retire"}), (LOOKING, {"after": "Test"})],
)
def test_what_deploys_after_the_approval_or_only_looks_breaks_no_mandatory_rule(
    action: dict[str, Any], place: dict[str, Any]
) -> None:
    assert found(production(action, **place), level=Level.MANDATORY) == broken_without() == []


def test_a_stack_of_every_action_and_mode_breaks_no_mandatory_rule_of_development() -> None:
    assert found(every_stage(), level=Level.MANDATORY) == []
