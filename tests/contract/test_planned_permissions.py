"""What the stacks allow each other, and what they take from AWS: the planned statements agree."""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from tests.contract.aws_model import service_model
from tests.unit.every_source import EVERY_PLAN, plan_named
from tests.unit.planning import STACKS, Planned, planned
from tests.unit.planning_mocks import Resource

Statement = Mapping[str, Any]

# Where an action's prefix isn't the name by which botocore knows the service.
SERVICES = {
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "states": "stepfunctions",
    "tag": "resourcegroupstaggingapi",
}
# https://docs.aws.amazon.com/codebuild/latest/userguide/test-permissions.html: permissions without an API call.
REPORTING = {
    f"codebuild:{action}" for action in ("BatchPutCodeCoverages", "BatchPutTestCases", "CreateReport", "UpdateReport")
}
# https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html: what launch
# templates need besides AWSCodeDeployRole.
FOR_LAUNCH_TEMPLATES = {"ec2:CreateTags", "ec2:RunInstances", "iam:PassRole"}


def statements(resource: Resource, key: str = "policy") -> list[Statement]:
    found = resource.json(key)["Statement"]
    assert isinstance(found, list)
    return found


def role_statements(plan: Planned, role: str) -> list[Statement]:
    """Everything that the role's own policies say."""
    return [one for policy in plan.of("aws:iam/rolePolicy:RolePolicy", role=role) for one in statements(policy)]


def allowing(found: list[Statement], action: str) -> list[Statement]:
    """The statements that allow an action, wildcards considered."""
    return [
        one for one in found if one["Effect"] == "Allow" and any(fnmatchcase(action, known) for known in one["Action"])
    ]


def all_statements(plan: Planned) -> Iterator[Statement]:
    for one in plan.resources:
        # How long images are kept is called a policy too, and is none of IAM.
        if not one.type.startswith("aws:") or one.type.startswith("aws:ecr/"):
            continue
        for key in ("policy", "assumeRolePolicy"):
            if key in one.inputs:
                yield from statements(one, key)


@cache
def managed_policies() -> dict[str, Any]:
    """AWS's own managed policies, as moto carries them."""
    found = json.loads(aws_managed_policies_data)
    assert isinstance(found, dict)
    return found


@cache
def actions_of_aws() -> frozenset[str]:
    """Every action that one of AWS's managed policies spells out, in lower case."""
    found: set[str] = set()
    for policy in managed_policies().values():
        said = policy["Document"]["Statement"]
        for statement in said if isinstance(said, list) else [said]:
            actions = statement.get("Action", [])
            found.update([actions] if isinstance(actions, str) else actions)
    return frozenset(action.lower() for action in found)


def is_known(action: str) -> bool:
    """Whether AWS has the action, or any that the wildcard stands for."""
    service, name = action.split(":")
    operations = service_model(SERVICES.get(service, service)).operation_names
    return (
        action in REPORTING
        or action.lower() in actions_of_aws()
        or any(fnmatchcase(operation, name) for operation in operations)
    )


@pytest.mark.parametrize("name_of_plan", EVERY_PLAN)
def test_every_action_that_a_policy_names_exists(name_of_plan: str) -> None:
    named = {action for statement in all_statements(plan_named(name_of_plan)) for action in statement["Action"]}
    assert len(named) > 40
    assert {action for action in named if not is_known(action)} == set()


def test_an_action_with_a_slip_in_it_would_be_seen() -> None:
    assert not is_known("codedeploy:CreateDeploymentt")
    assert not is_known("kms:GenerateKeyData*")
    assert is_known("kms:GenerateDataKey*")


@pytest.mark.parametrize("stack", STACKS)
def test_attached_policies_are_ones_that_aws_has(stack: str) -> None:
    for attachment in planned(stack).of("aws:iam/rolePolicyAttachment:RolePolicyAttachment"):
        arn = attachment.inputs["policyArn"]
        prefix, _, path = arn.partition("iam::aws:policy")
        assert prefix == "arn:aws:"
        assert managed_policies()[path.split("/")[-1]]["Path"] == path.removesuffix(path.split("/")[-1])


def test_prods_key_encrypts_for_the_role_that_staging_promotes_with_and_through_s3_alone() -> None:
    staging, prod = planned("staging"), planned("prod")
    role_name = "storefront-staging-promote-release"
    bucket = prod.named("releases").inputs["bucket"]
    key = prod.one("aws:kms/key:Key")
    (rule,) = prod.one(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", bucket=bucket
    ).inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == key.arn
    # With a bucket key, the bucket's ARN is the encryption context; without one it would be the object's.
    assert rule["bucketKeyEnabled"] is True

    foreign = [one for one in statements(key) if "aws:PrincipalArn" in str(one.get("Condition"))]
    assert [one["Condition"] for one in foreign] == [
        {
            "ArnEquals": {"aws:PrincipalArn": [staging.one("aws:iam/role:Role", name=role_name).arn]},
            "StringEquals": {
                "kms:ViaService": "s3.eu-west-1.amazonaws.com",
                "kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket}",
            },
        }
    ]
    role = role_statements(staging, role_name)
    for action in ("kms:GenerateDataKey", "kms:Decrypt"):
        assert allowing(foreign, action)
        taken = [
            one for one in allowing(role, action) if any(fnmatchcase(key.arn, resource) for resource in one["Resource"])
        ]
        assert [one["Condition"] for one in taken] == [
            {
                "StringEquals": {
                    "kms:ViaService": "s3.eu-west-1.amazonaws.com",
                    "kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket}",
                }
            }
        ]


# Of free stages `tests/unit/test_action_permissions.py` asks more: all that AWS documents, and nothing else.
@pytest.mark.parametrize("name_of_plan", [name for name in EVERY_PLAN if name != "every stage"])
def test_the_pipeline_may_do_what_each_of_its_actions_does(name_of_plan: str) -> None:
    plan = plan_named(name_of_plan)
    for pipeline in plan.of("aws:codepipeline/pipeline:Pipeline"):
        role = pipeline.inputs["roleArn"]
        allowed = role_statements(plan, role.split("/")[-1])
        for action in (action for stage in pipeline.inputs["stages"] for action in stage["actions"]):
            needed, arn = _needed(action)
            wanted = arn.format(region=f"eu-west-1:{role.split(':')[4]}", **action["configuration"])
            wanted = wanted if wanted.startswith("arn:") else f"arn:aws:{wanted}"
            found = [resource for one in allowing(allowed, needed) for resource in one["Resource"]]
            assert wanted in found, f"{pipeline.name}: {action['name']} needs {needed} on {wanted}"


def _needed(action: Mapping[str, Any]) -> tuple[str, str]:
    """What an action can't do without, and on what."""
    return {
        "CodeCommit": ("codecommit:UploadArchive", "codecommit:{region}:{RepositoryName}"),
        "CodeStarSourceConnection": ("codeconnections:UseConnection", "{ConnectionArn}"),
        "ECR": ("ecr:DescribeImages", "ecr:{region}:repository/{RepositoryName}"),
        "CodeBuild": ("codebuild:StartBuild", "codebuild:{region}:project/{ProjectName}"),
        "CodeDeploy": (
            "codedeploy:CreateDeployment",
            "codedeploy:{region}:deploymentgroup:{ApplicationName}/{DeploymentGroupName}",
        ),
        "Lambda": ("lambda:InvokeFunction", "lambda:{region}:function:{FunctionName}"),
        "Manual": ("sns:Publish", "{NotificationArn}"),
        "S3": (
            ("s3:GetObjectVersion", "s3:::{S3Bucket}/{S3ObjectKey}")
            if action["category"] == "Source"
            else ("s3:PutObject", "s3:::{BucketName}/{ObjectKey}")
        ),
    }[action["provider"]]


@pytest.mark.parametrize("stack", STACKS)
def test_codedeploy_may_do_no_more_than_its_managed_policy_and_what_is_documented_beside_it(stack: str) -> None:
    plan = planned(stack)
    group = plan.one("aws:codedeploy/deploymentGroup:DeploymentGroup").inputs
    taken = {
        action for one in role_statements(plan, group["serviceRoleArn"].split("/")[-1]) for action in one["Action"]
    }
    managed = {
        action for one in managed_policies()["AWSCodeDeployRole"]["Document"]["Statement"] for action in one["Action"]
    }
    # The AMI comes from a parameter, and our topics are encrypted: neither is known to the managed policy.
    ours = {action for action in taken if action.startswith(("kms:", "ssm:GetParameters"))}
    assert taken - managed - FOR_LAUNCH_TEMPLATES - ours == set()
    assert not taken & {"autoscaling:CreateAutoScalingGroup", "autoscaling:DeleteAutoScalingGroup"}


@pytest.mark.parametrize("stack", STACKS)
def test_a_role_is_handed_on_to_the_one_service_that_assumes_it(stack: str) -> None:
    plan = planned(stack)
    for one in plan.of("aws:iam/rolePolicy:RolePolicy"):
        for statement in allowing(statements(one), "iam:PassRole"):
            service = statement["Condition"]["StringEquals"]["iam:PassedToService"]
            for arn in statement["Resource"]:
                (trust,) = statements(plan.one("aws:iam/role:Role", name=arn.split("/")[-1]), "assumeRolePolicy")
                assert trust["Principal"] == {"Service": service}
