"""What the program makes of a flow and of checks, before the rules that ask for it: judged as the engine would."""

import pytest

from rulebook.kit.rule import Level
from rulebook.rules import supply_reviews, supply_webhooks
from tests.policies.harness import Answer, Engine, Given
from tests.unit.git_flow import behind_connection, with_source
from tests.unit.planning import Planned, planned

JUDGED = ("aws:codebuild/", "aws:codecommit/", "aws:codepipeline/")


def answers(plan: Planned, rule: str) -> list[Answer]:
    """What a rule says of a planned stack."""
    rules = [one for one in (*supply_reviews.RULES, *supply_webhooks.RULES) if one.id == rule]
    given = [
        Given(type=one.type, name=one.name, properties=one.inputs)
        for one in plan.resources
        if one.type.startswith(JUDGED)
    ]
    return Engine(rules=rules, stack=plan.stack, level=Level.MANDATORY).ask(*given)


def test_two_people_agree_on_what_dev_builds_and_on_a_trunk() -> None:
    for plan in (planned("dev"), with_source(flow="trunk"), with_source(developerRoles=["Developer"])):
        assert answers(plan, "supply-repo-approval-rule") == []


def test_a_stack_file_that_asks_one_person_is_seen_and_so_is_one_without_a_flow() -> None:
    one = {"approvals": 1}
    for plan in (
        with_source(developerRoles=["Developer"], reviews={"develop": one}),
        with_source(flow=None, branch="develop"),
    ):
        (finding,) = answers(plan, "supply-repo-approval-rule")
        assert "asks 2 people" in finding.message


@pytest.mark.parametrize("provider", ["github", "gitlab", "bitbucket"])
def test_a_webhook_of_a_check_is_restricted_as_the_rule_asks(provider: str) -> None:
    branches = ["main", "release/*"]
    for plan in (behind_connection(provider), behind_connection(provider, flow=None, branch="main", branches=branches)):
        assert answers(plan, "supply-webhook-restricted") == []
