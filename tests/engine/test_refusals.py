"""What is refused before anything is made: by the policy packs, by the settings, by the check of the road."""

from __future__ import annotations

from typing import Any

from tests.engine.harness import Document, EngineFactory, Outcome
from tests.sources import CONNECTED, POLLED, PROVIDERS, source

PIPELINE = "aws:codepipeline/pipeline:Pipeline"
GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
NO_APPROVAL = ("flow-prod-manual-approval", PIPELINE)
NOT_BLUE_GREEN = ("flow-prod-blue-green", GROUP)
WAY_AROUND = ("flow-single-path-to-prod", "aws:codedeploy/deploymentGroup:DeploymentGroup")

FOREIGN = """
import json
import pulumi
from pulumi_aws import codedeploy, codepipeline, iam, kms, s3

mended = pulumi.Config().get_bool("mended")
key = kms.Key("key", enable_key_rotation=True)
bucket = s3.Bucket("crates")
role = iam.Role("robot", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": []}))
shop = codedeploy.Application("shop", compute_platform="Server")
codedeploy.DeploymentGroup(
    "machines",
    app_name=shop.name,
    deployment_group_name="machines",
    service_role_arn=role.arn,
    autoscaling_groups=["machines"],
    auto_rollback_configuration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
    deployment_style={
        "deployment_type": "BLUE_GREEN" if mended else "IN_PLACE",
        "deployment_option": "WITH_TRAFFIC_CONTROL",
    },
)

def action(category, provider, configuration, **more):
    return {"name": provider, "category": category, "owner": "AWS", "provider": provider, "version": "1",
            "configuration": configuration, **more}

stages = [
    ("Fetch", action("Source", "CodeCommit", {"RepositoryName": "shop", "BranchName": "main"},
                     output_artifacts=["code"])),
    ("Check", action("Test", "CodeBuild", {"ProjectName": "check"}, input_artifacts=["code"])),
    *([("Ask", action("Approval", "Manual", {}))] if mended else []),
    ("Ship", action("Deploy", "CodeDeploy", {"ApplicationName": "shop", "DeploymentGroupName": "machines"},
                    input_artifacts=["code"])),
]
codepipeline.Pipeline(
    "conveyor",
    pipeline_type="V2",
    role_arn=role.arn,
    artifact_stores=[{"type": "S3", "location": bucket.bucket, "encryption_key": {"type": "KMS", "id": key.arn}}],
    stages=[{"name": name, "actions": [one]} for name, one in stages],
)
"""


def storefront(document: Document) -> Document:
    """The application in a stack file."""
    application: Document = document["config"]["delivery:applications"]["storefront"]
    return application


def test_production_without_its_safeguards_is_refused_by_the_rules_that_ask_for_them(engine: EngineFactory) -> None:
    def unsafe(document: Document) -> None:
        storefront(document)["approvals"] = []
        storefront(document)["deploy"]["strategy"] = "in-place"

    preview = engine(stack="prod", edit=unsafe, packs=True).preview()

    assert preview.rc != 0
    # Without the approval nobody guards the road to the group either: the same fault, seen from what is deployed.
    assert set(preview.mandatory) == {NO_APPROVAL, NOT_BLUE_GREEN, WAY_AROUND}
    for (policy, _), resource in (
        (NO_APPROVAL, "storefront-pipeline"),
        (NOT_BLUE_GREEN, "storefront-deployment-group"),
    ):
        assert {each.urn.rsplit("::", 1)[-1] for each in preview.violations if each.policy == policy} == {resource}
        assert policy in preview.text
        assert resource in preview.text
    assert preview.resources == []


def test_the_same_faults_are_found_in_a_foreign_stack_and_mending_them_is_enough(engine: EngineFactory) -> None:
    foreign = engine(source=FOREIGN, stack="prod", packs=True)

    faulty = foreign.preview()
    foreign.configure(lambda document: document["config"].update({"toy:mended": "true"}))
    mended = foreign.preview()

    # A program this short breaks many other rules as well; the two are what it is about.
    asked = {NO_APPROVAL, NOT_BLUE_GREEN}
    assert faulty.rc != 0
    assert asked <= set(faulty.mandatory)
    assert "conveyor" in faulty.text
    assert "machines" in faulty.text
    assert not asked & set(mended.mandatory), mended.text


def many_mistakes(document: Document) -> None:
    """Every mistake of the issue's list that a stack file can hold, and no two at one place."""
    config = document["config"]
    config["delivery:environment"]["tier"] = "productive"
    config["delivery:network"]["availabilityZones"][2] = "us-east-1c"
    config["delivery:notifications"]["emails"] = "releases@example.com"
    application = storefront(document)
    application["aprovals"] = []
    application["source"]["from"] = "dev"
    application["approvals"][0]["emails"] = []
    application["deploy"]["fleet"] = {"size": {"min": 5, "desired": 3, "max": 2}, "port": "8080"}
    owned = {"source": {"provider": "codecommit", "repository": "till", "owned": True, "branch": "master"}}
    other: dict[str, Any] = {**owned, "deploy": application["deploy"], "approvals": application["approvals"]}
    deploy = {"platform": "server", "strategy": "blue-green"}
    approvals = [{"name": "qa-head", "emails": ["qa-head@example.com"]}]
    other.update(deploy=deploy, approvals=approvals)
    for name in ("till", "till-once-more", "Till_3", "till-with-a-name-that-never-ends"):
        config["delivery:applications"][name] = {**other, "source": dict(owned["source"])}


MISTAKES = (
    "environment.tier",
    "network.availabilityZones[2]",
    "notifications.emails",
    "applications.storefront.aprovals",
    "applications.storefront.source.from",
    "applications.storefront.approvals[0].emails",
    "applications.storefront.deploy.fleet.size.min",
    "applications.storefront.deploy.fleet.port",
    "applications.till-once-more.source.owned",
    "applications.Till_3",
    "applications.till-with-a-name-that-never-ends",
)


def test_every_mistake_of_a_stack_file_is_named_at_once_and_nothing_is_planned(engine: EngineFactory) -> None:
    preview = engine(stack="prod", edit=many_mistakes).preview()

    lines = {line.strip() for line in preview.text.splitlines()}
    assert [place for place in MISTAKES if not any(line.startswith(f"{place}: ") for line in lines)] == []
    assert_refused(preview)


UNKNOWN_TO_AWS = [(provider, "polling") for provider in PROVIDERS if provider not in POLLED]


def test_every_change_detection_that_aws_lacks_is_refused_at_once_with_its_reason(engine: EngineFactory) -> None:
    def detect(document: Document) -> None:
        applications = document["config"]["delivery:applications"]
        deploy = applications.pop("storefront")["deploy"]
        for provider, way in UNKNOWN_TO_AWS:
            applications[provider] = {"source": source(provider, way), "deploy": deploy}
        applications["clockless"] = {"source": source("s3", changeDetection="schedule"), "deploy": deploy}
        applications["prefixes"] = {"source": source("codecommit", "polling", branches=["release/*"]), "deploy": deploy}

    preview = engine(stack="dev", edit=detect).preview()

    lines = {line.strip() for line in preview.text.splitlines()}
    where = 'applications.{}.source.changeDetection: given "polling"; allowed: events, schedule, manual; {}'
    connection = "CodePipeline doesn't poll a connection: the provider tells it of each push"
    reasons = dict.fromkeys(CONNECTED, connection) | {
        "ecr": "CodePipeline's action for ECR has no polling: EventBridge tells of each push"
    }
    assert {where.format(provider, reasons[provider]) for provider, _ in UNKNOWN_TO_AWS} <= lines
    assert any(line.startswith("applications.clockless.source.changeDetection: ") for line in lines)
    assert any(line.startswith("applications.prefixes.source.changeDetection: ") for line in lines)
    assert_refused(preview)


def test_a_road_that_aws_would_refuse_is_refused_with_its_action_and_nothing_is_planned(engine: EngineFactory) -> None:
    def ask_for_what_is_not_there(document: Document) -> None:
        storefront(document)["approvals"][0]["message"] = "Built as #{Build.APP_VERSION}"

    preview = engine(stack="prod", edit=ask_for_what_is_not_there).preview()

    assert "pipeline 'storefront-prod', stage 'Approval', action 'qa-head'" in preview.text
    assert "Build" in preview.text
    assert_refused(preview)


def assert_refused(outcome: Outcome) -> None:
    """The program ended with a message, before its first resource."""
    assert outcome.rc != 0
    assert "Traceback" not in outcome.text
    assert {urn.split("::")[-2] for urn in outcome.operations} <= {"pulumi:pulumi:Stack"}
    assert outcome.resources == []
