"""Checks of pull requests behind a connection: what starts them, what they may do, and where they say how it ended."""

import re
from typing import Any

import pytest

from rulebook.rules.supply_webhooks import is_anchored
from tests.unit.git_flow import behind_connection
from tests.unit.planning import Planned
from tests.unit.roles import roles_of

CONNECTION = "aws:codeconnections/connection:Connection"
PROJECT = "aws:codebuild/project:Project"
WEBHOOK = "aws:codebuild/webhook:Webhook"
GIVEN = "arn:aws:codeconnections:eu-west-1:111122223333:connection/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
PROVIDERS = ("github", "gitlab", "bitbucket")


def check(plan: Planned) -> dict[str, Any]:
    return dict(plan.one(PROJECT, name="storefront-dev-check").inputs)


def starts(plan: Planned, event: str, base: str) -> bool:
    """Whether CodeBuild would start a build: any group, of which every filter matches
    (https://docs.aws.amazon.com/codebuild/latest/APIReference/API_WebhookFilter.html)."""
    return any(
        all(
            event in one["pattern"].split(", ") if one["type"] == "EVENT" else bool(re.search(one["pattern"], base))
            for one in group["filters"]
        )
        for group in plan.one(WEBHOOK).inputs["filterGroups"]
    )


@pytest.mark.parametrize(
    ("provider", "kind", "url", "named"),
    [
        ("github", "GITHUB", "https://github.com/acme/storefront.git", True),
        # CodeBuild takes no name of the status for GitLab.
        ("gitlab", "GITLAB", "https://gitlab.com/acme/storefront.git", False),
        ("bitbucket", "BITBUCKET", "https://bitbucket.org/acme/storefront.git", True),
    ],
)
def test_a_check_fetches_by_the_connection_and_says_its_status_there(
    provider: str, kind: str, url: str, *, named: bool
) -> None:
    plan = behind_connection(provider)
    made = check(plan)
    assert made["source"] == {
        "type": kind,
        "location": url,
        "auth": {"type": "CODECONNECTIONS", "resource": plan.one(CONNECTION).arn},
        "reportBuildStatus": True,
        "buildspec": "buildspec.yml",
        **({"buildStatusConfig": {"context": "storefront-dev-check"}} if named else {}),
    }
    assert made["artifacts"] == {"type": "NO_ARTIFACTS"}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("event", "base", "started"),
    [
        ("PULL_REQUEST_CREATED", "refs/heads/master", True),
        ("PULL_REQUEST_UPDATED", "refs/heads/develop", True),
        ("PULL_REQUEST_UPDATED", "refs/heads/evil-develop", False),
        ("PULL_REQUEST_UPDATED", "refs/heads/develop-2", False),
        ("PULL_REQUEST_CREATED", "refs/heads/release/1.2", False),
        ("PULL_REQUEST_MERGED", "refs/heads/develop", False),
        ("PULL_REQUEST_CLOSED", "refs/heads/develop", False),
        ("PUSH", "refs/heads/develop", False),
    ],
)
def test_a_new_head_of_a_pull_request_into_a_lasting_branch_is_built(
    provider: str, event: str, base: str, *, started: bool
) -> None:
    assert starts(behind_connection(provider), event, base) is started


def test_only_github_tells_of_a_pull_request_that_is_opened_again() -> None:
    """https://docs.aws.amazon.com/codebuild/latest/APIReference/API_WebhookFilter.html"""
    told = {one for one in PROVIDERS if starts(behind_connection(one), "PULL_REQUEST_REOPENED", "refs/heads/develop")}
    assert told == {"github"}


def test_without_a_flow_the_branches_that_start_the_pipeline_are_checked() -> None:
    plan = behind_connection("github", flow=None, branch="main", branches=["main", "release/*", "v1.x"])
    for base, started in {
        "refs/heads/main": True,
        "refs/heads/release/1.2/rc": True,
        "refs/heads/releases": False,
        "refs/heads/v1.x": True,
        "refs/heads/v1zx": False,
        "refs/heads/develop": False,
    }.items():
        assert starts(plan, "PULL_REQUEST_CREATED", base) is started, base
    patterns = [one["pattern"] for group in plan.one(WEBHOOK).inputs["filterGroups"] for one in group["filters"][1:]]
    assert [pattern for pattern in patterns if not is_anchored(pattern)] == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_code_of_a_stranger_waits_until_somebody_says_so(provider: str) -> None:
    webhook = behind_connection(provider).one(WEBHOOK).inputs
    assert webhook["pullRequestBuildPolicy"] == {"requiresCommentApproval": "FORK_PULL_REQUESTS"}


def test_unreviewed_code_has_its_connection_its_log_and_its_reports_and_no_artifact() -> None:
    plan = behind_connection("github", connection=GIVEN)
    role = roles_of(plan)["storefront-dev-check"]
    connection = {action for action in role.actions if "onnections:" in action}
    assert connection == {
        f"{service}:{action}"
        for service in ("codeconnections", "codestar-connections")
        for action in ("GetConnection", "GetConnectionToken", "UseConnection")
    }
    for action in connection:
        assert role.resources_of(action) == {GIVEN, GIVEN.replace("codeconnections", "codestar-connections")}
    assert {action.split(":")[0] for action in role.actions - connection} == {"codebuild", "logs"}


def test_a_check_waits_for_the_connection_and_for_the_right_to_use_it() -> None:
    plan = behind_connection("github")
    project, webhook = plan.one(PROJECT, name="storefront-dev-check"), plan.one(WEBHOOK)
    policy = plan.one("aws:iam/rolePolicy:RolePolicy", role="storefront-dev-check")
    assert {plan.one(CONNECTION).urn, policy.urn} <= plan.before(project)
    assert project.urn in plan.before(webhook)


def test_a_connection_that_exists_is_used_as_it_is() -> None:
    plan = behind_connection("gitlab", connection=GIVEN)
    assert plan.of(CONNECTION) == []
    assert check(plan)["source"]["auth"]["resource"] == GIVEN
    assert "connection" not in plan.outputs["applications"]["storefront"]


def test_without_checks_a_connection_is_only_a_connection() -> None:
    plan = behind_connection("github", checks=None)
    assert plan.of(WEBHOOK) == []
    assert "storefront-dev-check" not in plan.physical_names(PROJECT)
    assert plan.outputs["applications"]["storefront"]["connectionArn"] == plan.one(CONNECTION).arn
