"""A stack as a whole: in its own account, under names that clash with nothing, from nothing but its stack file."""

import copy
import json
from collections import Counter

import pulumi
import pytest

from tests.unit.planning import STACKS, Config, Planned, planned
from tests.unit.roads import action_of, actions_of, pipeline_of, stages_of
from tests.unit.roles import roles_of

PHYSICAL_NAME = {
    "aws:codecommit/repository:Repository": "repositoryName",
    "aws:codedeploy/deploymentGroup:DeploymentGroup": "deploymentGroupName",
    "aws:s3/bucket:Bucket": "bucket",
    "aws:ssm/association:Association": "associationName",
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": "alarmName",
    "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
}
"""Under which input a type has its physical name, where that isn't `name`."""


def physical_names(plan: Planned) -> list[tuple[str, str]]:
    """Type and physical name of whatever has one."""
    named = [(one.type, one.inputs.get(PHYSICAL_NAME.get(one.type, "name"))) for one in plan.resources]
    return [(type_token, name) for type_token, name in named if isinstance(name, str)]


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_touches_one_account_in_one_region_and_says_whose_everything_is(stack: str) -> None:
    provider = planned(stack).one("pulumi:providers:aws").inputs
    account = "444455556666" if stack == "prod" else "111122223333"
    assert provider["region"] == "eu-west-1"
    # Lists and objects travel to a provider as JSON.
    assert json.loads(provider["allowedAccountIds"]) == [account]
    assert json.loads(provider["defaultTags"]) == {
        "tags": {"Project": "delivery", "Environment": stack, "ManagedBy": "pulumi"}
    }


@pytest.mark.parametrize("stack", STACKS)
def test_every_resource_is_made_by_that_provider(stack: str) -> None:
    provider = planned(stack).one("pulumi:providers:aws")
    others = {one.name for one in planned(stack).resources if one.type.startswith("aws:")} - {
        one.name for one in planned(stack).resources if one.provider.startswith(f"{provider.urn}::")
    }
    assert others == set()


@pytest.mark.parametrize("stack", STACKS)
def test_no_two_resources_of_a_stack_have_one_name(stack: str) -> None:
    assert [name for name, times in Counter(physical_names(planned(stack))).items() if times > 1] == []


def test_stacks_of_one_account_share_no_name() -> None:
    assert set(physical_names(planned("dev"))) & set(physical_names(planned("staging"))) == set()


def test_buckets_are_named_for_their_account_and_region_because_their_names_are_global() -> None:
    for stack in STACKS:
        account = "444455556666" if stack == "prod" else "111122223333"
        for bucket in planned(stack).physical_names("aws:s3/bucket:Bucket", "bucket"):
            assert bucket.endswith(f"-{account}-eu-west-1")
            assert len(bucket) <= 63


def test_one_stack_owns_the_repository_and_never_deletes_it() -> None:
    owners = {stack: planned(stack).of("aws:codecommit/repository:Repository") for stack in STACKS}
    assert {stack: len(owned) for stack, owned in owners.items()} == {"dev": 1, "staging": 0, "prod": 0}
    (repository,) = owners["dev"]
    assert repository.protect
    assert planned("dev").outputs["applications"]["storefront"]["cloneUrl"] == repository.outputs["cloneUrlHttp"]
    for stack in ("dev", "staging"):
        pipeline = roles_of(planned(stack))[f"storefront-{stack}-pipeline"]
        assert pipeline.resources_of("codecommit:UploadArchive") == {repository.arn}


@pytest.mark.parametrize("stack", ["dev", "staging"])
def test_two_applications_stand_side_by_side_and_share_only_the_platform(stack: str) -> None:
    def second(config: Config) -> None:
        applications = config["delivery:applications"]
        applications["warehouse"] = copy.deepcopy(applications["storefront"])
        applications["warehouse"]["source"]["repository"] = "warehouse"
        applications["warehouse"].pop("promote", None)

    both, alone = planned(stack, second), planned(stack)
    assert [name for name, times in Counter(physical_names(both)).items() if times > 1] == []
    assert {one.urn for one in alone.resources} < {one.urn for one in both.resources}
    assert set(both.outputs["applications"]) == {"storefront", "warehouse"}
    assert stages_of(both, "storefront") == stages_of(alone, "storefront")
    for shared in ("aws:kms/key:Key", "aws:ec2/vpc:Vpc", "aws:s3/bucket:Bucket"):
        assert len(both.of(shared)) == len(alone.of(shared)) > 0
    warehouse = [role for name, role in roles_of(both).items() if name.startswith("warehouse-")]
    storefront = [role for name, role in roles_of(both).items() if name.startswith("storefront-")]
    # Instances of both fetch artifacts from one store; nothing else of one application knows the other.
    assert len(storefront) == len(warehouse) + (stack == "staging"), "only one of them is promoted"
    for role in warehouse:
        named = {one for statement in role.statements for one in statement["Resource"]}
        assert [one for one in named if "storefront" in one] == [], role.name


def test_approvals_are_asked_for_in_the_order_they_say_each_by_a_topic_of_its_own() -> None:
    def two(config: Config) -> None:
        config["delivery:applications"]["storefront"]["approvals"].append(
            {
                "name": "change-board",
                "emails": ["board@example.com"],
                "timeoutMinutes": 600,
                "message": "Go?",
                "order": 5,
            }
        )

    prod = planned("prod", two)
    gates = [one.declaration for one in actions_of(prod) if one.provider == "Approval/Manual"]
    assert [(one["name"], one["runOrder"], one["timeoutInMinutes"]) for one in gates] == [
        ("qa-head", 2, 2880),
        ("change-board", 3, 600),
    ]
    board = action_of(prod, "change-board").configuration
    assert board == {
        "NotificationArn": prod.one("aws:sns/topic:Topic", name="storefront-prod-change-board").arn,
        "CustomData": "Go?\n#{Evidence.text}",
    }
    answered = {
        one.inputs["name"]: one.json("policy")["Statement"][0]["Resource"]
        for one in prod.of("aws:iam/policy:Policy")
        if one.name.startswith("storefront-approval-")
    }
    arn = pipeline_of(prod).arn
    assert answered == {
        "storefront-prod-qa-head-approver": [f"{arn}/Approval/qa-head"],
        "storefront-prod-change-board-approver": [f"{arn}/Approval/change-board"],
    }
    published_to = roles_of(prod)["storefront-prod-pipeline"].resources_of("sns:Publish")
    assert published_to == {gate["configuration"]["NotificationArn"] for gate in gates}


def test_without_approvals_delivery_is_continuous_deployment() -> None:
    def none(config: Config) -> None:
        config["delivery:applications"]["storefront"]["approvals"] = []

    prod = planned("prod", none)
    assert "Approval" not in [stage for stage, _ in stages_of(prod)]
    assert prod.outputs["applications"]["storefront"]["continuous"]["is"] == "deployment"
    assert "approverPolicies" not in prod.outputs["applications"]["storefront"]
    assert [one.name for one in prod.of("aws:iam/policy:Policy") if one.name.startswith("storefront-approval-")] == []


def test_a_wrong_stack_file_plans_nothing_and_says_every_fault() -> None:
    def wrong(config: Config) -> None:
        config["delivery:applications"]["storefront"]["deploy"]["strategy"] = "canary"
        config["delivery:network"]["cidr"] = "10.0.0.0/33"

    with pytest.raises(pulumi.RunError) as refused:
        planned("dev", wrong)
    assert "applications.storefront.deploy.strategy" in str(refused.value)
    assert "network.cidr" in str(refused.value)
