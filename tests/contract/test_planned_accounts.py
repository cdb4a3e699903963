"""The three stacks really made, in accounts that moto plays, and the facts a user would miss if they weren't so."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.contract.account import Account, accounts
from tests.contract.event_rules import starts
from tests.unit.planning import STACKS, STOREFRONT

BLUE_GREEN = ("staging", "prod")
STAGES = {
    "dev": ["Source", "Build", "Test", "Deploy"],
    "staging": [
        "Source",
        "Hotfix",
        "Build",
        "Test",
        "TestUnlessHotfix",
        "Deploy",
        "Retire",
        "Promote",
    ],
    "prod": ["Source", "Admit", "Test", "Approval", "Deploy", "Retire"],
}

PROMOTES = "storefront-staging-promote-release"

Made = dict[str, Account]


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    """dev and staging in one account, prod in another."""
    with accounts(*STACKS) as stacks:
        yield stacks


def name(stack: str) -> str:
    return f"{STOREFRONT}-{stack}"


def buckets(account: Account) -> list[str]:
    """The names of a stack's buckets; dev and staging share an account."""
    found = [one["Name"] for one in account.client("s3").list_buckets()["Buckets"]]
    return [bucket for bucket in found if bucket.startswith(f"delivery-{account.stack}-")]


def key_of(account: Account) -> dict[str, Any]:
    answer: dict[str, Any] = account.client("kms").describe_key(KeyId=f"alias/delivery-{account.stack}")
    return dict(answer["KeyMetadata"])


def given(made: Made) -> dict[str, Any]:
    """What is fixed for the function with which staging promotes."""
    function = made["staging"].client("lambda").get_function(FunctionName=PROMOTES)
    fixed: dict[str, Any] = json.loads(function["Configuration"]["Environment"]["Variables"]["PARAMETERS"])
    return fixed


def pipeline(account: Account) -> dict[str, Any]:
    answer: dict[str, Any] = account.client("codepipeline").get_pipeline(name=name(account.stack))
    return dict(answer["pipeline"])


@pytest.mark.parametrize("stack", STACKS)
def test_every_bucket_is_versioned_private_encrypted_and_tls_only(made: Made, stack: str) -> None:
    account = made[stack]
    s3, key = account.client("s3"), key_of(account)["Arn"]
    assert len(buckets(account)) == (5 if stack == "prod" else 3)
    for bucket in buckets(account):
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
        assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
        (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        if "-access-logs-" in bucket:
            # Elastic Load Balancing writes under no key of KMS.
            assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
        else:
            assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
            assert rule["BucketKeyEnabled"] is True
        (life,) = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        assert life["Status"] == "Enabled"
        statements = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
        denied = [one.get("Condition") for one in statements if one["Effect"] == "Deny"]
        assert denied[0] == {"Bool": {"aws:SecureTransport": "false"}}
        assert len(denied) == (4 if "-releases-" in bucket else 3 if "-ledger-" in bucket else 1)
        assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] == account.region


@contextmanager
def queue_instead_of_the_pipeline(prod: Account, rule: str, bucket: str) -> Iterator[str]:
    """A queue that gets what the rule lets through, where moto knows no pipeline.

    moto also reads a `Deny` without its condition, so the bucket's policy is away meanwhile; and it sends every event
    to a rule that keeps a clock.
    """
    events, sqs, s3 = prod.client("events"), prod.client("sqs"), prod.client("s3")
    queue = sqs.create_queue(QueueName="instead-of-the-pipeline")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    clocks = [one["Name"] for one in events.list_rules()["Rules"] if "EventPattern" not in one]
    targets = {one: events.list_targets_by_rule(Rule=one)["Targets"] for one in (rule, *clocks)}
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    for name, known in targets.items():
        events.remove_targets(Rule=name, Ids=[target["Id"] for target in known])
    events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": arn}])
    s3.delete_bucket_policy(Bucket=bucket)
    try:
        yield queue
    finally:
        s3.put_bucket_policy(Bucket=bucket, Policy=policy)
        events.remove_targets(Rule=rule, Ids=["queue"])
        for name, known in targets.items():
            events.put_targets(Rule=name, Targets=known)


def test_a_promoted_object_reaches_the_rule_with_its_version(made: Made) -> None:
    prod = made["prod"]
    promote = given(made)
    bucket, key = promote["bucket"], f"{promote['application']}/release.zip"
    with queue_instead_of_the_pipeline(prod, "storefront-prod-promotion", bucket) as queue:
        manifest = f"{promote['application']}/manifests/{'ab' * 32}.json"
        prod.client("s3").put_object(Bucket=bucket, Key=manifest, Body=b"{}")
        stored = prod.client("s3").put_object(Bucket=bucket, Key=key, Body=b"tested")
        (message,) = prod.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    (start,) = starts(prod.plan, json.loads(message["Body"]))
    assert start["name"] == "storefront-prod"
    assert [one["revisionValue"] for one in start["sourceRevisions"]] == [stored["VersionId"]]
    assert stored["ServerSideEncryption"] == "aws:kms"


@pytest.mark.parametrize("stack", STACKS)
def test_the_key_rotates_and_encrypts_topics_and_logs(made: Made, stack: str) -> None:
    account = made[stack]
    key = key_of(account)
    assert account.client("kms").get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"] is True
    topics = [one["TopicArn"] for one in account.client("sns").list_topics()["Topics"] if stack in one["TopicArn"]]
    assert len(topics) == (2 if stack == "prod" else 1)
    for topic in topics:
        attributes = account.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
        assert attributes["KmsMasterKeyId"] == key["Arn"]
        (told,) = account.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        assert told["Protocol"] == "email"
    groups = [one for one in account.client("logs").describe_log_groups()["logGroups"] if stack in one["logGroupName"]]
    assert groups
    assert {(one["kmsKeyId"], one.get("retentionInDays", 0) > 0) for one in groups} == {(key["Arn"], True)}


@pytest.mark.parametrize("stack", STACKS)
def test_the_pipeline_has_its_stages_in_order(made: Made, stack: str) -> None:
    found = pipeline(made[stack])
    assert [stage["name"] for stage in found["stages"]] == STAGES[stack]
    assert found["executionMode"] == "QUEUED"
    assert found["pipelineType"] == "V2"


@pytest.mark.parametrize("stack", STACKS)
def test_the_pipeline_works_with_roles_buckets_and_keys_that_are_there(made: Made, stack: str) -> None:
    account = made[stack]
    found = pipeline(account)
    role = account.client("iam").get_role(RoleName=found["roleArn"].split("/")[-1])["Role"]
    assert role["Arn"] == found["roleArn"]
    assert found["artifactStore"]["location"] in buckets(account)
    assert found["artifactStore"]["encryptionKey"]["id"] == key_of(account)["Arn"]


@pytest.mark.parametrize("stack", BLUE_GREEN)
def test_the_pipeline_invokes_functions_that_are_there(made: Made, stack: str) -> None:
    account = made[stack]
    actions = [action for stage in pipeline(account)["stages"] for action in stage["actions"]]
    invoked = [action for action in actions if action["actionTypeId"]["provider"] == "Lambda"]
    assert len(invoked) == (5 if stack == "staging" else 6)
    for action in invoked:
        function = account.client("lambda").get_function(FunctionName=action["configuration"]["FunctionName"])
        role = function["Configuration"]["Role"]
        assert account.client("iam").get_role(RoleName=role.split("/")[-1])["Role"]["Arn"] == role


def test_staging_promotes_into_the_bucket_that_prod_reads(made: Made) -> None:
    (source,) = pipeline(made["prod"])["stages"][0]["actions"]
    promote = given(made)
    assert promote["bucket"] == source["configuration"]["S3Bucket"]
    assert f"{promote['application']}/release.zip" == source["configuration"]["S3ObjectKey"]
    assert promote["bucket"] in buckets(made["prod"])
    assert promote["account"] == made["prod"].number
    (action,) = pipeline(made["staging"])["stages"][-1]["actions"]
    assert (action["name"], action["configuration"]["FunctionName"]) == (promote["action"], PROMOTES)


def test_the_repository_of_dev_and_staging_is_there_once(made: Made) -> None:
    for stack in ("dev", "staging"):
        (source,) = pipeline(made[stack])["stages"][0]["actions"]
        repository = source["configuration"]["RepositoryName"]
        assert made[stack].client("codecommit").get_repository(repositoryName=repository)


@pytest.mark.parametrize("stack", STACKS)
def test_the_rule_is_on_and_its_target_has_the_pipeline_and_a_role(made: Made, stack: str) -> None:
    account = made[stack]
    events = account.client("events")
    target = None
    for rule in events.list_rules(NamePrefix=name(stack))["Rules"]:
        assert rule["State"] == "ENABLED"
        (one,) = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        if ":codepipeline:" in one["Arn"]:
            assert target is None
            target = one
    assert target is not None
    assert target["Arn"] == account.client("codepipeline").get_pipeline(name=name(stack))["metadata"]["pipelineArn"]
    role = account.client("iam").get_role(RoleName=target["RoleArn"].split("/")[-1])["Role"]
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": "events.amazonaws.com"}


def test_the_rules_of_git_flow_may_invoke_the_functions_they_hand_events_to(made: Made) -> None:
    events, functions = made["dev"].client("events"), made["dev"].client("lambda")
    invoked = set()
    for rule in events.list_rules(NamePrefix=name("dev"))["Rules"]:
        (target,) = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        if ":lambda:" not in target["Arn"]:
            continue
        invoked.add(target["Arn"].split(":")[-1])
        allowed = json.loads(functions.get_policy(FunctionName=target["Arn"])["Policy"])["Statement"]
        sources = {one["Condition"]["ArnLike"]["AWS:SourceArn"] for one in allowed}
        assert rule["Arn"] in sources, rule["Name"]
    assert invoked == {f"storefront-dev-{one}" for one in ("check-pull-request", "merge-back", "tag-release")}


@pytest.mark.parametrize("stack", STACKS)
def test_codedeploy_watches_alarms_and_uses_a_target_group_that_are_there(made: Made, stack: str) -> None:
    account = made[stack]
    group = account.client("codedeploy").get_deployment_group(
        applicationName=name(stack), deploymentGroupName=name(stack)
    )["deploymentGroupInfo"]
    # moto keeps nothing of a group's alarms.
    watched = set(
        account.plan.one("aws:codedeploy/deploymentGroup:DeploymentGroup").inputs["alarmConfiguration"]["alarms"]
    )
    alarms = account.client("cloudwatch").describe_alarms(AlarmNames=sorted(watched))["MetricAlarms"]
    assert {one["AlarmName"] for one in alarms} == watched
    (served,) = group["loadBalancerInfo"]["targetGroupInfoList"]
    (targets,) = account.client("elbv2").describe_target_groups(Names=[served["name"]])["TargetGroups"]
    suffix = targets["TargetGroupArn"].split(":")[-1]
    measured = [{one["Name"]: one["Value"] for one in alarm["Dimensions"]} for alarm in alarms]
    assert {one["TargetGroup"] for one in measured if "TargetGroup" in one} == {suffix}
    assert account.client("iam").get_role(RoleName=group["serviceRoleArn"].split("/")[-1])


@pytest.mark.parametrize("stack", STACKS)
def test_only_the_serving_fleet_has_machines_and_traffic(made: Made, stack: str) -> None:
    account = made[stack]
    found = account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    fleets = {one["AutoScalingGroupName"]: one for one in found if one["AutoScalingGroupName"].startswith(name(stack))}
    serving = fleets.pop(f"{name(stack)}-blue" if stack in BLUE_GREEN else name(stack))
    assert serving["DesiredCapacity"] > 0
    assert len(serving["Instances"]) == serving["DesiredCapacity"]
    assert len(serving["TargetGroupARNs"]) == 1
    assert len(fleets) == (1 if stack in BLUE_GREEN else 0)
    for idle in fleets.values():
        assert (idle["MinSize"], idle["DesiredCapacity"], idle["MaxSize"]) == (0, 0, 0)
        assert idle["TargetGroupARNs"] == []
        assert idle["LaunchTemplate"]["LaunchTemplateId"] == serving["LaunchTemplate"]["LaunchTemplateId"]


@pytest.mark.parametrize("stack", STACKS)
def test_instances_are_private_and_reached_by_the_load_balancer_alone(made: Made, stack: str) -> None:
    account = made[stack]
    ec2 = account.client("ec2")
    (group,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [f"{name(stack)}-instances"]}])[
        "SecurityGroups"
    ]
    (front,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [f"{name(stack)}-front"]}])[
        "SecurityGroups"
    ]
    (rule,) = group["IpPermissions"]
    assert (rule["FromPort"], rule["ToPort"], rule["IpRanges"]) == (8080, 8080, [])
    assert [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] == [front["GroupId"]]
    (balancer,) = account.client("elbv2").describe_load_balancers(Names=[name(stack)])["LoadBalancers"]
    public = {zone["SubnetId"] for zone in balancer["AvailabilityZones"]}
    fleets = account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    mine = [one for one in fleets if one["AutoScalingGroupName"].startswith(name(stack))]
    assert all(public.isdisjoint(one["VPCZoneIdentifier"].split(",")) for one in mine)
