"""What starts a pipeline: the branches it is for and no other, with the commit or the version that was meant."""

import json
import re
from typing import Any

import pytest

from tests.unit.planning import STACKS, Config, planned
from tests.unit.planning_mocks import Resource
from tests.unit.roads import action_of, pipeline_of

RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"


def matches(pattern: Any, event: Any) -> bool:
    """Whether EventBridge would match: every key of the pattern, any of its values, exactly or by prefix
    (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html)."""
    if isinstance(pattern, dict):
        return all(key in event and matches(one, event[key]) for key, one in pattern.items())
    values = event if isinstance(event, list) else [event]
    return any(
        value.startswith(wanted["prefix"]) if isinstance(wanted, dict) else value == wanted
        for wanted in pattern
        for value in values
    )


def commit(
    branch: str, *, kind: str = "branch", event: str = "referenceUpdated", repository: str = "storefront"
) -> Any:
    """A CodeCommit event as AWS sends it
    (https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html)."""
    return {
        "source": "aws.codecommit",
        "detail-type": "CodeCommit Repository State Change",
        "resources": [f"arn:aws:codecommit:eu-west-1:111122223333:{repository}"],
        "detail": {
            "event": event,
            "repositoryName": repository,
            "referenceType": kind,
            "referenceName": branch,
            "referenceFullName": f"refs/heads/{branch}",
            "commitId": "3e5983EXAMPLE",
        },
    }


def new_object(bucket: str, key: str) -> Any:
    """An S3 event as AWS sends it (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html)."""
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "bucket": {"name": bucket},
            "object": {"key": key, "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e"},
        },
    }


def start_rule(stack: str) -> Resource:
    """The one rule of a stack that starts its pipeline; the others invoke functions."""
    rules = {
        one.inputs["rule"] for one in planned(stack).of(TARGET) if one.inputs["arn"] == pipeline_of(planned(stack)).arn
    }
    (name,) = rules
    return planned(stack).one(RULE, name=name)


def start_target(stack: str) -> Resource:
    """Its target."""
    return planned(stack).one(TARGET, rule=start_rule(stack).inputs["name"])


def started_with(target: Resource, event: Any) -> Any:
    """The body of `StartPipelineExecution` that EventBridge makes of an event."""
    transformer = target.inputs["inputTransformer"]
    text = transformer["inputTemplate"]
    for name, path in transformer["inputPaths"].items():
        value = event
        for part in path.removeprefix("$.").split("."):
            value = value[part]
        text = text.replace(f"<{name}>", value)
    assert not re.search(r"<\w+>", text), f"nothing fills {text}"
    return json.loads(text)


@pytest.mark.parametrize(
    ("stack", "branch", "starts"),
    [
        ("dev", "develop", True),
        ("dev", "development", False),
        ("dev", "feature/develop", False),
        ("dev", "release/1.0", False),
        ("dev", "master", False),
        ("staging", "release/1.0", True),
        ("staging", "hotfix/1.0.1", True),
        ("staging", "develop", False),
        ("staging", "master", False),
        ("staging", "release", False),
        ("staging", "feature/release/1", False),
    ],
)
def test_a_commit_starts_the_pipeline_of_its_branch(stack: str, branch: str, starts: bool) -> None:
    pattern = start_rule(stack).json("eventPattern")
    assert matches(pattern, commit(branch)) is starts


@pytest.mark.parametrize(("stack", "branch"), [("dev", "develop"), ("staging", "release/1.0")])
def test_only_commits_on_branches_of_the_repository_start_a_pipeline(stack: str, branch: str) -> None:
    pattern = start_rule(stack).json("eventPattern")
    assert matches(pattern, commit(branch, event="referenceCreated"))
    assert not matches(pattern, commit(branch, event="referenceDeleted"))
    assert not matches(pattern, commit(branch, kind="tag"))
    assert not matches(pattern, commit(branch, repository="warehouse"))


def test_prod_starts_when_its_release_is_promoted_and_for_no_other_object() -> None:
    pattern = start_rule("prod").json("eventPattern")
    source = action_of(planned("prod"), "Source").configuration
    bucket, key = source["S3Bucket"], source["S3ObjectKey"]
    assert matches(pattern, new_object(bucket, key))
    assert not matches(pattern, new_object(bucket, f"other/{key}"))
    assert not matches(pattern, new_object(f"{bucket}-2", key))
    given = planned("staging").one("aws:lambda/function:Function", name="storefront-staging-promote-release")
    promoted = json.loads(given.inputs["environment"]["variables"]["PARAMETERS"])
    assert matches(pattern, new_object(promoted["bucket"], f"{promoted['application']}/release.zip"))
    assert not matches(pattern, new_object(promoted["bucket"], f"{promoted['application']}/manifests/{'ab' * 32}.json"))


@pytest.mark.parametrize(("stack", "branch"), [("dev", "develop"), ("staging", "hotfix/1.0.1")])
def test_a_commit_is_built_itself_and_its_branch_is_known(stack: str, branch: str) -> None:
    assert started_with(start_target(stack), commit(branch)) == {
        "sourceRevisions": [{"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": "3e5983EXAMPLE"}],
        "variables": [{"name": "GIT_BRANCH", "value": branch}],
    }


def test_a_promotion_is_delivered_by_its_version() -> None:
    prod = planned("prod")
    version = "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e"
    source = action_of(prod, "Source").configuration
    assert started_with(start_target("prod"), new_object(source["S3Bucket"], source["S3ObjectKey"])) == {
        "sourceRevisions": [{"actionName": "Source", "revisionType": "S3_OBJECT_VERSION_ID", "revisionValue": version}],
        "variables": [{"name": "RELEASE", "value": version}],
    }


@pytest.mark.parametrize("stack", STACKS)
def test_what_a_start_hands_over_the_pipeline_knows(stack: str) -> None:
    plan = planned(stack)
    template = json.loads(start_target(stack).inputs["inputTransformer"]["inputTemplate"])
    (override,) = template["sourceRevisions"]
    assert action_of(plan, override["actionName"]).stage == "Source"
    declared = {variable["name"] for variable in pipeline_of(plan).inputs["variables"]}
    assert {variable["name"] for variable in template["variables"]} == declared


@pytest.mark.parametrize("stack", STACKS)
def test_a_start_goes_to_the_pipeline_of_its_stack_by_a_role_that_may(stack: str) -> None:
    plan = planned(stack)
    target = start_target(stack)
    assert target.inputs["arn"] == pipeline_of(plan).arn
    assert target.inputs["roleArn"] == plan.one("aws:iam/role:Role", name=f"storefront-{stack}-start").arn
    assert start_rule(stack).inputs["state"] == "ENABLED"


def test_without_change_detection_only_people_start_the_pipeline() -> None:
    def by_hand(config: Config) -> None:
        config["delivery:applications"]["storefront"]["source"]["changeDetection"] = "manual"

    dev = planned("dev", by_hand)
    assert [one.name for one in dev.of(TARGET) if one.inputs["arn"] == pipeline_of(dev).arn] == []
    assert action_of(dev, "Source").configuration["PollForSourceChanges"] == "false"
    assert dev.of("aws:iam/role:Role", name="storefront-dev-start") == []
