"""Production with everything around its road, on the real engine under both policy packs.

Approvals beside and after each other, audiences of every channel, every target of publishing, a freeze, and a load
balancer that others own and two groups of workers share one stack: created, left alone, destroyed.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter

import pytest

from tests.engine.harness import Document, EngineFactory, Outcome
from tests.engine.lifecycle import Lifecycle, live, named, reviewed_images
from tests.unit.audiences import with_audiences
from tests.unit.every_fleet import LISTENER, SHARED, WORKERS
from tests.unit.publishing.planned import NAMES, everything

PIPELINE = "aws:codepipeline/pipeline:Pipeline"
PROJECT = "aws:codebuild/project:Project"
GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
FUNCTION = "aws:lambda/function:Function"
POLICY = "aws:iam/policy:Policy"

GATES: list[Document] = [
    {"name": "qa-head", "emails": ["qa-head@example.com"], "reviewUrl": "https://staging.example.com"},
    {"name": "board", "emails": ["board@example.com"], "timeoutMinutes": 600},
    {"name": "owner", "emails": ["owner@example.com"], "order": 2},
]
PRIVILEGED = "supply-no-privileged-build"
IMAGE = "storefront-prod-publish-image"
PUBLISHED_TO = {
    "aws:codeartifact/domain:Domain": 1,
    "aws:codeartifact/domainPermissions:DomainPermissions": 1,
    "aws:codeartifact/repository:Repository": 6,
    "aws:ecr/repository:Repository": 1,
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": 1,
}
TOLD_BY = {
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": 1,
    "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": 1,
    "aws:scheduler/schedule:Schedule": 1,
    "aws:secretsmanager/secret:Secret": 2,
    "aws:sqs/queue:Queue": 1,
}
WATCHED_BY = {
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": 1,
    "aws:cloudwatch/dashboard:Dashboard": 2,
    "aws:synthetics/canary:Canary": 1,
}


def in_full(document: Document) -> None:
    """Two approvals beside each other and one after them, a person with other names, and all of the rest."""
    config = document["config"]
    config["delivery:applications"]["storefront"]["approvals"] = GATES
    fleet = config["delivery:applications"]["storefront"]["deploy"]["fleet"]
    del fleet["certificateArn"]
    listener = LISTENER.format(region="eu-west-1", account="444455556666")
    fleet |= {**SHARED, "balancer": {**SHARED["balancer"], "listenerArn": listener}}
    config["delivery:applications"]["storefront"]["deploy"]["workers"] = {"reports": WORKERS["reports"], "mails": {}}
    config["delivery:people"] = {"jane@example.com": ["jdoe"]}
    # As YAML reads a day that isn't quoted.
    freeze = {"from": datetime.date(2026, 12, 20), "until": datetime.date(2027, 1, 4), "reason": "Christmas"}
    config["delivery:freezes"] = [freeze]
    with_audiences(config)
    everything(config)


@pytest.fixture(scope="module")
def unreviewed(module_engine: EngineFactory) -> Outcome:
    """The preview before a reviewer has said which project builds images."""
    return module_engine(stack="prod", edit=in_full, packs=True).preview()


@pytest.fixture(scope="module")
def prod(module_engine: EngineFactory, tmp_path_factory: pytest.TempPathFactory) -> Lifecycle:
    """Its life when a reviewer has."""
    configuration = reviewed_images(IMAGE, folder=tmp_path_factory.mktemp("configuration"))
    return live(module_engine(stack="prod", edit=in_full, packs=True), *configuration)


def test_without_a_word_of_a_reviewer_only_the_privileged_project_is_refused(unreviewed: Outcome) -> None:
    assert unreviewed.rc != 0
    assert unreviewed.mandatory == [(PRIVILEGED, PROJECT)]
    (found,) = [one for one in unreviewed.violations if one.policy == PRIVILEGED]
    assert "publish-image" in found.urn


def test_the_rest_passes_both_policy_packs(prod: Lifecycle) -> None:
    assert prod.preview.rc == 0, prod.preview.text
    assert prod.preview.mandatory == prod.created.mandatory == []


def test_up_creates_what_the_preview_promised(prod: Lifecycle) -> None:
    assert prod.created.rc == 0, prod.created.text
    assert prod.created.changed == prod.preview.changed == {"create": len(prod.created.resources)}


def test_a_second_up_and_a_refresh_find_nothing_to_do(prod: Lifecycle) -> None:
    assert (prod.again.rc, prod.again.changed, prod.again.touched) == (0, {}, []), prod.again.text
    assert (prod.refreshed.rc, prod.refreshed.changed) == (0, {}), prod.refreshed.text


def test_destroy_leaves_nothing(prod: Lifecycle) -> None:
    assert prod.destroyed.rc == 0, prod.destroyed.text
    assert prod.destroyed.resources == []


@pytest.mark.parametrize("made", [TOLD_BY, PUBLISHED_TO, WATCHED_BY], ids=["audiences", "targets", "watchers"])
def test_every_channel_every_store_and_every_watcher_is_made(prod: Lifecycle, made: dict[str, int]) -> None:
    kinds = Counter(each["type"] for each in prod.created.resources)
    assert {kind: kinds[kind] for kind in made} == made


def test_the_application_has_a_rule_of_the_listener_and_no_load_balancer(prod: Lifecycle) -> None:
    rule = named(prod.created.state, name="storefront-fleet-rule", type_token="aws:lb/listenerRule:ListenerRule")
    assert rule["inputs"]["priority"] == 120
    assert not [each for each in prod.created.resources if each["type"] == "aws:lb/loadBalancer:LoadBalancer"]


def test_every_target_has_a_project_of_its_own(prod: Lifecycle) -> None:
    projects = {each["inputs"]["name"] for each in prod.created.resources if each["type"] == PROJECT}
    assert {f"storefront-prod-publish-{name}" for name in NAMES} <= projects


def test_approvals_are_made_side_by_side_and_in_order(prod: Lifecycle) -> None:
    pipeline = named(prod.created.state, name="storefront-pipeline", type_token=PIPELINE)["inputs"]
    (stage,) = (one for one in pipeline["stages"] if one["name"] == "Approval")
    assert [(one["name"], one["runOrder"]) for one in stage["actions"]] == [
        ("GatherEvidence", 1),
        ("qa-head", 2),
        ("board", 2),
        ("owner", 3),
        ("CheckApprovers", 4),
    ]


@pytest.mark.parametrize("gate", [each["name"] for each in GATES])
def test_each_approval_has_a_policy_that_answers_it_alone(prod: Lifecycle, gate: str) -> None:
    policy = named(prod.created.state, name=f"storefront-approval-{gate}-approver", type_token=POLICY)["inputs"]
    assert json.loads(policy["policy"])["Statement"][0]["Resource"] == [
        f"arn:aws:codepipeline:eu-west-1:444455556666:storefront-prod/Approval/{gate}"
    ]


def test_a_day_that_isnt_quoted_is_the_day_that_was_meant(prod: Lifecycle) -> None:
    function = named(prod.created.state, name="storefront-check-calendar", type_token=FUNCTION)["inputs"]
    (freeze,) = json.loads(function["environment"]["variables"]["PARAMETERS"])["freezes"]
    assert (freeze["begins"], freeze["ends"]) == ("2026-12-20T00:00:00+00:00", "2027-01-05T00:00:00+00:00")


def test_the_packs_have_nothing_to_remark_on_what_is_published_to_and_what_watches(prod: Lifecycle) -> None:
    about = ("publish", "packages", "images", "published", "canaries", "dashboards", "-alarms-")
    found = [one for one in prod.created.violations if any(word in one.urn.rsplit("::", 1)[-1] for word in about)]
    assert [(one.policy, one.urn) for one in found] == []


def test_the_state_names_secrets_and_has_neither_a_value_nor_a_token(prod: Lifecycle) -> None:
    state = json.dumps(prod.again.state)
    assert "ci/nexus:password" in state
    for kept in ('authorizationToken":', "secretString", "secretVersion"):
        assert kept not in state


def test_the_outputs_say_which_secrets_and_why_it_is_continuous_delivery(prod: Lifecycle) -> None:
    outputs = prod.again.resources[0]["outputs"]
    assert outputs["audiences"]["board"] == {"webhookSecret": "delivery-prod/webhook/board"}
    assert outputs["applications"]["storefront"]["continuous"] == {
        "is": "delivery",
        "because": "qa-head, board and owner approve before Deploy",
    }


def test_each_group_of_workers_is_a_group_of_the_application_that_the_pipeline_deploys_to_when_it_has_verified(
    prod: Lifecycle,
) -> None:
    names = {"storefront-prod", "storefront-prod-reports", "storefront-prod-mails"}
    groups = [one["inputs"] for one in prod.created.resources if one["type"] == GROUP]
    assert {one["deploymentGroupName"] for one in groups} == names
    assert {one["appName"] for one in groups} == {"storefront-prod"}
    stages = named(prod.created.state, name="storefront-pipeline", type_token=PIPELINE)["inputs"]["stages"]
    (deploy,) = [one for one in stages if one["name"] == "Deploy"]
    order = [(one["runOrder"], one["name"]) for one in deploy["actions"]]
    assert sorted(order) == [(1, "ShiftTraffic"), (2, "VerifyRelease"), (3, "Workers-mails"), (3, "Workers-reports")]
