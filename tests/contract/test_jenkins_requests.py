"""What a stack with Jenkins asks of AWS: taken by the API models, and made in an account that moto plays."""

import json
from collections.abc import Iterator

import pytest

from tests.contract.account import Account, accounts
from tests.contract.aws_model import Request, problems
from tests.contract.test_planned_permissions import all_statements, is_known
from tests.contract.wire import NOT_CREATED, created, requests, subject_of
from tests.unit.jenkins.stacks import BUILT, built_by_jenkins
from tests.unit.roads import action_of

NAME = "delivery-dev-jenkins"


def calls(stack: str) -> list[Request]:
    plan = built_by_jenkins(stack)
    return [request for resource in created(plan) for request in requests(subject_of(plan, resource))]


@pytest.mark.parametrize("stack", BUILT)
def test_aws_takes_every_request_of_a_stack_with_jenkins(stack: str) -> None:
    assert [problem for request in calls(stack) for problem in problems(request)] == []


@pytest.mark.parametrize("stack", BUILT)
def test_every_resource_of_a_stack_with_jenkins_is_checked(stack: str) -> None:
    checked = {request.resource for request in calls(stack)}
    unchecked = {
        one.type for one in built_by_jenkins(stack).resources if one.type.startswith("aws:") and one.name not in checked
    }
    assert unchecked <= NOT_CREATED
    operations = {request.operation for request in calls(stack)}
    assert {"CreateCustomActionType", "CreateFileSystem", "CreateSecret", "StartInstanceRefresh"} <= operations


@pytest.mark.parametrize("stack", BUILT)
def test_every_action_that_a_policy_names_exists(stack: str) -> None:
    named = {action for statement in all_statements(built_by_jenkins(stack)) for action in statement["Action"]}
    assert "elasticfilesystem:ClientMount" in named
    # Mounting is no call of the file system's API, and asked for by IAM alone.
    unknown = {action for action in named if not is_known(action)}
    assert unknown <= {f"elasticfilesystem:Client{what}" for what in ("Mount", "RootAccess", "Write")}


@pytest.mark.parametrize("stack", BUILT)
def test_a_job_is_named_as_codepipeline_lets_a_worker_ask_for_it(stack: str) -> None:
    """The limits of a queryable value are words in the model: 20 of letters, digits, underscore and hyphen."""
    asked = action_of(built_by_jenkins(stack), "Build").declaration
    asking = Request(
        service="codepipeline",
        operation="PollForJobs",
        parameters={
            "actionTypeId": {key: asked[key] for key in ("category", "owner", "provider", "version")},
            "maxBatchSize": 1,
            "queryParam": asked["configuration"],
        },
        resource="the plugin",
    )
    assert problems(asking) == []


@pytest.fixture(scope="module")
def made() -> Iterator[Account]:
    """The dev stack with Jenkins, in an account."""
    with accounts("dev", plans={"dev": built_by_jenkins("dev")}) as stacks:
        yield stacks["dev"]


def test_the_home_is_there_encrypted_with_the_stacks_key_and_mountable_in_two_zones(made: Account) -> None:
    efs = made.client("efs")
    (system,) = efs.describe_file_systems()["FileSystems"]
    key = made.client("kms").describe_key(KeyId="alias/delivery-dev")["KeyMetadata"]["Arn"]
    assert (system["Encrypted"], system["KmsKeyId"], system["ThroughputMode"]) == (True, key, "elastic")
    targets = efs.describe_mount_targets(FileSystemId=system["FileSystemId"])["MountTargets"]
    assert len({one["AvailabilityZoneName"] for one in targets}) == 2
    (way_in,) = efs.describe_access_points(FileSystemId=system["FileSystemId"])["AccessPoints"]
    assert way_in["PosixUser"] == {"Uid": 1500, "Gid": 1500}
    policy = json.loads(efs.describe_file_system_policy(FileSystemId=system["FileSystemId"])["Policy"])
    assert [one["Effect"] for one in policy["Statement"]] == ["Deny", "Deny"]


def test_the_secret_is_there_and_has_no_value_until_a_machine_makes_one(made: Account) -> None:
    secrets = made.client("secretsmanager")
    described = secrets.describe_secret(SecretId=f"{NAME}/admin")
    assert not described.get("VersionIdsToStages")
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.get_secret_value(SecretId=f"{NAME}/admin")


def test_the_load_balancer_is_internal_and_its_rules_are_in_its_group(made: Account) -> None:
    (balancer,) = made.client("elbv2").describe_load_balancers(Names=[NAME])["LoadBalancers"]
    assert balancer["Scheme"] == "internal"
    (front,) = made.client("ec2").describe_security_groups(GroupIds=balancer["SecurityGroups"])["SecurityGroups"]
    (way_in,) = front["IpPermissions"]
    assert (way_in["FromPort"], way_in["ToPort"], way_in["IpRanges"]) == (443, 443, [])
    (source,) = way_in["UserIdGroupPairs"]
    (machine,) = made.client("ec2").describe_security_groups(GroupIds=[source["GroupId"]])["SecurityGroups"]
    assert machine["GroupName"] == f"{NAME}-machine"


def test_the_group_starts_one_machine_of_the_template_and_never_evens_out_zones(made: Account) -> None:
    answer = made.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[NAME])
    (group,) = answer["AutoScalingGroups"]
    assert (group["MinSize"], group["DesiredCapacity"], group["MaxSize"]) == (1, 1, 1)
    assert [one["ProcessName"] for one in group["SuspendedProcesses"]] == ["AZRebalance"]
    assert len(group["Instances"]) == 1
    assert group["LaunchTemplate"]["Version"] == "1"


def test_the_pipeline_builds_by_the_custom_action(made: Account) -> None:
    pipeline = made.client("codepipeline").get_pipeline(name="storefront-dev")["pipeline"]
    (build,) = pipeline["stages"][1]["actions"]
    assert build["actionTypeId"] == {"category": "Build", "owner": "Custom", "provider": NAME, "version": "1"}
    assert build["configuration"] == {"ProjectName": "storefront"}
