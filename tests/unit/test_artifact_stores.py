"""Where artifacts lie: one key, private buckets, kept long enough, and a door for what is promoted."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from settings.tiers import DEFAULTS, Tier
from tests.unit.every_function import every_function
from tests.unit.every_machine import every_machine
from tests.unit.planning import STACKS, Planned, planned
from tests.unit.roads import action_of, pipeline_of
from tests.unit.roles import roles_of

TIERS = {"dev": Tier.DEVELOPMENT, "staging": Tier.STAGING, "prod": Tier.PRODUCTION}
ACCOUNTS = {"dev": "111122223333", "staging": "111122223333", "prod": "444455556666"}
BUCKETS = [(stack, "artifacts-bucket") for stack in STACKS] + [("prod", "releases")]
GIVER = "arn:aws:iam::111122223333:role/storefront-staging-promote-release"


def parameters_of(stack: str, function: str) -> dict[str, Any]:
    """What is fixed for a function of the storefront."""
    made = planned(stack).one("aws:lambda/function:Function", name=f"storefront-{stack}-{function}")
    fixed: dict[str, Any] = json.loads(made.inputs["environment"]["variables"]["PARAMETERS"])
    return fixed


RECORD = {"/aws/events/delivery-prod-approvals", "/aws/lambda/storefront-prod-check-approvers"}
"""Who approved what, kept longer than other logs."""


def key_statements(plan: Planned) -> list[Any]:
    statements: list[Any] = plan.named("artifacts-key").json("policy")["Statement"]
    return statements


@pytest.mark.parametrize("stack", STACKS)
def test_the_key_turns_every_year_and_a_deleted_one_can_be_saved(stack: str) -> None:
    plan = planned(stack)
    key = plan.one("aws:kms/key:Key")
    assert key.inputs["enableKeyRotation"] is True
    assert key.inputs["deletionWindowInDays"] == DEFAULTS[TIERS[stack]].kms_deletion_window_days
    assert key.protect is (stack == "prod")
    alias = plan.one("aws:kms/alias:Alias")
    assert (alias.inputs["name"], alias.inputs["targetKeyId"]) == (f"alias/delivery-{stack}", key.outputs["keyId"])


@pytest.mark.parametrize("stack", STACKS)
def test_the_key_serves_the_account_its_logs_and_its_topics_and_nobody_else(stack: str) -> None:
    root, logs, topics, events, *others = key_statements(planned(stack))
    account = ACCOUNTS[stack]
    assert root["Principal"] == {"AWS": f"arn:aws:iam::{account}:root"}
    assert logs["Principal"] == {"Service": "logs.eu-west-1.amazonaws.com"}
    assert logs["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:eu-west-1:{account}:log-group:*"}
    }
    assert {"kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"} <= set(logs["Action"])
    assert topics["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert topics["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert topics["Condition"] == {"StringEquals": {"kms:ViaService": "sns.eu-west-1.amazonaws.com"}}
    # EventBridge drops a message that a condition of the key refuses, and says so to nobody.
    assert events["Principal"] == {"Service": "events.amazonaws.com"}
    assert events["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert "Condition" not in events
    assert len(others) == (1 if stack == "prod" else 0)


def test_prods_key_encrypts_for_what_promotes_to_it_through_s3_and_for_the_release_bucket_only() -> None:
    giver = key_statements(planned("prod"))[-1]
    assert giver["Principal"] == {"AWS": ["arn:aws:iam::111122223333:root"]}
    assert giver["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert giver["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": [GIVER]},
        "StringEquals": {
            "kms:ViaService": "s3.eu-west-1.amazonaws.com",
            "kms:EncryptionContext:aws:s3:arn": planned("prod").named("releases").arn,
        },
    }


@pytest.mark.parametrize(("stack", "name"), BUCKETS)
def test_a_bucket_is_closed_to_the_public_and_to_plain_http(stack: str, name: str) -> None:
    plan = planned(stack)
    bucket = plan.named(name)
    closed = plan.named(f"{name}-public-access").inputs
    switches = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert [closed[switch] for switch in switches] == [True] * 4
    policy = plan.named(f"{name}-policy")
    assert policy.json("policy")["Statement"][0] == {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:*"],
        "Resource": [bucket.arn, f"{bucket.arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    assert {
        one.inputs["bucket"] for one in plan.resources if one.name.startswith(f"{name}-") and "bucket" in one.inputs
    } == {bucket.inputs["bucket"]}


@pytest.mark.parametrize(("stack", "name"), BUCKETS)
def test_a_bucket_keeps_versions_under_the_stacks_key(stack: str, name: str) -> None:
    plan = planned(stack)
    assert plan.named(f"{name}-versioning").inputs["versioningConfiguration"] == {"status": "Enabled"}
    (rule,) = plan.named(f"{name}-encryption").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {
        "sseAlgorithm": "aws:kms",
        "kmsMasterKeyId": plan.named("artifacts-key").arn,
    }
    assert plan.named(f"{name}-ownership").inputs["rule"] == {"objectOwnership": "BucketOwnerEnforced"}


@pytest.mark.parametrize(("stack", "name"), BUCKETS)
def test_artifacts_are_kept_as_long_as_a_roll_back_may_want_them(stack: str, name: str) -> None:
    plan = planned(stack)
    horizon = DEFAULTS[TIERS[stack]].artifact_retention_days
    (rule,) = plan.named(f"{name}-lifecycle").inputs["rules"]
    assert rule["status"] == "Enabled"
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": horizon}
    # The release that production runs is never too old to be deployed again.
    assert rule.get("expiration") == ({"days": horizon} if name == "artifacts-bucket" else None)
    bucket = plan.named(name)
    assert bucket.protect is (stack == "prod")
    assert bucket.inputs["forceDestroy"] is (stack != "prod")


def test_the_role_that_prods_bucket_opens_to_is_the_one_that_promotes() -> None:
    staging = planned("staging")
    assert staging.one("aws:iam/role:Role", name="storefront-staging-promote-release").arn == GIVER
    assert planned("prod").outputs["release_bucket"] == planned("prod").named("releases").inputs["bucket"]
    opened = planned("prod").named("releases-policy").json("policy")["Statement"]
    assert {one["Condition"]["ArnEquals"]["aws:PrincipalArn"] for one in opened if one["Effect"] == "Allow"} == {GIVER}


def test_a_promoted_release_is_heard_of() -> None:
    bucket = planned("prod").named("releases").inputs["bucket"]
    notification = planned("prod").one("aws:s3/bucketNotification:BucketNotification", bucket=bucket)
    assert notification.inputs["eventbridge"] is True


@pytest.mark.parametrize("stack", ["dev", "staging"])
def test_a_stack_that_receives_no_release_has_no_door_for_one(stack: str) -> None:
    plan = planned(stack)
    assert {one.name for one in plan.of("aws:s3/bucket:Bucket")} == {"artifacts-bucket", "access-logs", "ledger-bucket"}
    assert "release_bucket" not in plan.outputs
    assert len(plan.named("artifacts-bucket-policy").json("policy")["Statement"]) == 1


def test_what_staging_promotes_is_where_prod_looks_for_it() -> None:
    given, taken = parameters_of("staging", "promote-release"), parameters_of("prod", "admit-release")
    source = action_of(planned("prod"), "Source").configuration
    assert given["bucket"] == taken["bucket"] == source["S3Bucket"]
    assert f"{given['application']}/release.zip" == source["S3ObjectKey"]
    assert (given["region"], given["account"]) == ("eu-west-1", ACCOUNTS["prod"])
    assert given["pipelineArn"] == taken["pipeline"] == pipeline_of(planned("staging")).arn
    assert action_of(planned("staging"), given["action"]).stage == "Promote"


def test_what_reads_a_large_artifact_has_the_time_and_the_room_for_it() -> None:
    for stack, function, disk in (("staging", "promote-release", 5632), ("prod", "admit-release", 512)):
        made = planned(stack).one("aws:lambda/function:Function", name=f"storefront-{stack}-{function}").inputs
        assert (made["timeout"], made["memorySize"], made["ephemeralStorage"]) == (900, 1769, {"size": disk})


@pytest.mark.parametrize("stack", STACKS)
def test_topics_are_encrypted_and_take_no_plain_http(stack: str) -> None:
    plan = planned(stack)
    for topic in plan.of("aws:sns/topic:Topic"):
        assert topic.inputs["kmsMasterKeyId"] == plan.named("artifacts-key").arn
        deny, *allowed = plan.one("aws:sns/topicPolicy:TopicPolicy", arn=topic.arn).json("policy")["Statement"]
        assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
        for statement in allowed:
            assert statement["Action"] == ["sns:Publish"]
            assert statement["Resource"] == [topic.arn]
            if statement["Principal"] == {"Service": "events.amazonaws.com"}:
                rules = f"arn:aws:events:eu-west-1:{ACCOUNTS[stack]}:rule/*"
                assert statement["Condition"] == {"ArnLike": {"aws:SourceArn": [rules]}}
            elif "Service" in statement["Principal"]:
                assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNTS[stack]}}


@pytest.mark.parametrize("stack", STACKS)
def test_every_log_is_encrypted_and_ends(stack: str) -> None:
    plan = planned(stack)
    groups = plan.of("aws:cloudwatch/logGroup:LogGroup")
    assert {one.inputs["kmsKeyId"] for one in groups} == {plan.named("artifacts-key").arn}
    defaults = DEFAULTS[TIERS[stack]]
    record = {one.inputs["name"] for one in groups if one.inputs["retentionInDays"] == defaults.audit_retention_days}
    assert record == (RECORD if stack == "prod" else set())
    others = {one.inputs["retentionInDays"] for one in groups if one.inputs["name"] not in record}
    assert others == {defaults.log_retention_days}


@pytest.mark.parametrize("stack", STACKS)
def test_whoever_touches_artifacts_may_use_their_key(stack: str) -> None:
    plan = planned(stack)
    key = plan.named("artifacts-key").arn
    objects = f"{plan.named('artifacts-bucket').arn}/*"
    for name, role in roles_of(plan).items():
        if objects in role.resources_of("s3:GetObject"):
            assert key in role.resources_of("kms:Decrypt"), name
        if objects in role.resources_of("s3:PutObject"):
            assert key in role.resources_of("kms:GenerateDataKey*"), name
    writers = {name for name, role in roles_of(plan).items() if objects in role.resources_of("s3:PutObject")}
    # A suite runs the code it tests, and that code must not be able to change what is deployed. A check runs code that
    # nobody has looked at, and sees no artifact at all.
    projects = plan.of("aws:codebuild/project:Project", artifacts={"type": "CODEPIPELINE"})
    builds = {one.inputs["name"] for one in projects}
    producers = builds & {f"storefront-{stack}-build"}
    assert writers == {f"storefront-{stack}-pipeline", *producers}
    readers = {name for name, role in roles_of(plan).items() if objects in role.resources_of("s3:GetObject")}
    # The ledger has the digest of what was deployed.
    assert readers == {*writers, *builds, f"storefront-{stack}-instance", f"delivery-{stack}-record-release"}


@pytest.mark.parametrize("stack", STACKS)
def test_alarms_and_rules_may_publish_to_the_topic_of_the_stack(stack: str) -> None:
    policy = planned(stack).named("notifications-topic-policy").json("policy")
    services = [one["Principal"]["Service"] for one in policy["Statement"] if "Service" in one["Principal"]]
    assert services == [
        ["cloudwatch.amazonaws.com"],
        "events.amazonaws.com",
    ]


@pytest.mark.parametrize("stack", TIERS)
def test_only_the_load_balancer_writes_access_logs_and_they_end_with_the_other_logs(stack: str) -> None:
    plan = planned(stack)
    bucket = plan.named("access-logs")
    balancer = plan.one("aws:lb/loadBalancer:LoadBalancer").inputs
    assert balancer["accessLogs"] == {"enabled": True, "bucket": bucket.inputs["bucket"]}
    account = plan.one("pulumi:providers:aws").json("allowedAccountIds")[0]
    _, *doors = plan.named("access-logs-policy").json("policy")["Statement"]
    assert doors == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Action": ["s3:PutObject"],
            "Resource": [f"{bucket.arn}/AWSLogs/{account}/*"],
        }
    ]
    (rule,) = plan.named("access-logs-lifecycle").inputs["rules"]
    assert rule["expiration"] == {"days": DEFAULTS[TIERS[stack]].log_retention_days}
    (encryption,) = plan.named("access-logs-encryption").inputs["rules"]
    assert encryption["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}


@pytest.mark.parametrize("plan", [every_function, every_machine])
def test_a_stack_without_a_fleet_has_no_load_balancer_and_nothing_that_writes_its_log(
    plan: Callable[[], Planned],
) -> None:
    made = plan().resources
    assert not [one.name for one in made if one.type.startswith(("aws:lb/", "aws:autoscaling/"))]
    assert not [one.name for one in made if one.name.startswith("access-logs")]
