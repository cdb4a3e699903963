"""Real events of AWS against the planned rules: which pipeline each one starts, and with what.

The events are those of https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html.
"""

import re

import pytest

from tests.contract.aws_model import Request, problems
from tests.contract.event_rules import VARIABLE, Event, starts
from tests.unit.planning import STACKS, Planned, planned
from tests.unit.planning_mocks import Resource

COMMIT = "3e5983e4a1f0c0b2d7f1b2f4b8a9c6d5e4f30211"
VERSION = "3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo"
RELEASES = "delivery-prod-releases-444455556666-eu-west-1"


def reference(
    name: str, *, event: str = "referenceUpdated", kind: str = "branch", repository: str = "storefront"
) -> Event:
    """What CodeCommit says of a branch or a tag."""
    arn = f"arn:aws:codecommit:eu-west-1:111122223333:{repository}"
    detail = {
        "event": event,
        "repositoryName": repository,
        "repositoryId": "12345678-1234-5678-abcd-12345678abcd",
        "referenceType": kind,
        "referenceName": name,
        "referenceFullName": f"refs/{'heads' if kind == 'branch' else 'tags'}/{name}",
        "commitId": COMMIT,
        "oldCommitId": "5d036259fca4b28f1d0c24a2bf3d58f1e2dbe96b",
        "callerUserArn": "arn:aws:sts::111122223333:assumed-role/developer/ada",
    }
    return _event("CodeCommit Repository State Change", "aws.codecommit", "111122223333", [arn], detail)


def upload(*, bucket: str = RELEASES, key: str = "storefront/release.zip", kind: str = "Object Created") -> Event:
    """What S3 says of an object."""
    detail = {
        "version": "0",
        "bucket": {"name": bucket},
        "object": {"key": key, "size": 51234, "etag": "b1946ac92492d2347c6235b4d2611184", "version-id": VERSION},
        "request-id": "N4N7GDK58NMKJ12R",
        "requester": "111122223333",
        "source-ip-address": "203.0.113.10",
        "reason": "PutObject",
    }
    return _event(kind, "aws.s3", "444455556666", [f"arn:aws:s3:::{bucket}"], detail)


def _event(kind: str, source: str, account: str, resources: list[str], detail: Event) -> Event:
    return {
        "version": "0",
        "id": "01234567-0123-0123-0123-012345678901",
        "detail-type": kind,
        "source": source,
        "account": account,
        "time": "2026-11-23T10:23:51Z",
        "region": "eu-west-1",
        "resources": resources,
        "detail": detail,
    }


def _of_pipelines(plan: Planned) -> list[Resource]:
    """The targets that start a pipeline; a function gets an event as it is."""
    return [one for one in plan.of("aws:cloudwatch/eventTarget:EventTarget") if ":codepipeline:" in one.inputs["arn"]]


def started_by(event: Event) -> set[str]:
    """The stacks whose pipeline an event starts."""
    return {stack for stack in STACKS if starts(planned(stack), event)}


@pytest.mark.parametrize(
    ("event", "stacks"),
    [
        pytest.param(reference("develop"), {"dev"}, id="develop"),
        pytest.param(reference("develop", event="referenceCreated"), {"dev"}, id="the first push of develop"),
        pytest.param(reference("release/1.2"), {"staging"}, id="release"),
        pytest.param(reference("release/1.2", event="referenceCreated"), {"staging"}, id="a new release"),
        pytest.param(reference("hotfix/x"), {"staging"}, id="hotfix"),
        pytest.param(reference("feature/y"), set(), id="feature"),
        pytest.param(reference("master"), set(), id="master"),
        pytest.param(reference("releases"), set(), id="a branch that only begins like a release"),
        pytest.param(reference("old/release/1.2"), set(), id="a branch that only contains a release"),
        pytest.param(reference("develop-2"), set(), id="a branch that only begins like develop"),
        pytest.param(reference("develop", kind="tag"), set(), id="a tag called develop"),
        pytest.param(reference("release/1.2", kind="tag", event="referenceCreated"), set(), id="a tag like a release"),
        pytest.param(reference("release/1.2", event="referenceDeleted"), set(), id="a deleted release"),
        pytest.param(reference("develop", repository="storefront-docs"), set(), id="another repository"),
        pytest.param(upload(), {"prod"}, id="promotion"),
        pytest.param(upload(key="storefront/release.zip.sha256"), set(), id="another key"),
        pytest.param(upload(key="other/release.zip"), set(), id="another application"),
        pytest.param(upload(bucket="delivery-prod-artifacts-444455556666-eu-west-1"), set(), id="another bucket"),
        pytest.param(upload(kind="Object Deleted"), set(), id="a deleted object"),
    ],
)
def test_an_event_starts_the_pipelines_it_should_and_no_other(event: Event, stacks: set[str]) -> None:
    assert started_by(event) == stacks


@pytest.mark.parametrize(
    ("stack", "event", "revision", "kind", "variable"),
    [
        ("dev", reference("develop"), COMMIT, "COMMIT_ID", ("GIT_BRANCH", "develop")),
        ("staging", reference("release/1.2"), COMMIT, "COMMIT_ID", ("GIT_BRANCH", "release/1.2")),
        ("staging", reference("hotfix/x"), COMMIT, "COMMIT_ID", ("GIT_BRANCH", "hotfix/x")),
        ("prod", upload(), VERSION, "S3_OBJECT_VERSION_ID", ("RELEASE", VERSION)),
    ],
)
def test_a_started_pipeline_gets_the_very_revision_of_its_event(
    stack: str, event: Event, revision: str, kind: str, variable: tuple[str, str]
) -> None:
    (start,) = starts(planned(stack), event)
    pipeline = planned(stack).one("aws:codepipeline/pipeline:Pipeline", name=start["name"]).inputs
    source = pipeline["stages"][0]["actions"][0]["name"]
    assert start["sourceRevisions"] == [{"actionName": source, "revisionType": kind, "revisionValue": revision}]
    assert start["variables"] == [{"name": variable[0], "value": variable[1]}]
    assert variable[0] in {one["name"] for one in pipeline["variables"]}


@pytest.mark.parametrize(
    ("stack", "event"), [("dev", reference("develop")), ("staging", reference("release/1.2")), ("prod", upload())]
)
def test_codepipeline_takes_what_eventbridge_sends(stack: str, event: Event) -> None:
    (start,) = starts(planned(stack), event)
    request = Request(service="codepipeline", operation="StartPipelineExecution", parameters=start, resource=stack)
    assert problems(request) == []


@pytest.mark.parametrize("stack", STACKS)
def test_the_rule_may_start_its_pipeline_and_nothing_else(stack: str) -> None:
    plan = planned(stack)
    for target in _of_pipelines(plan):
        role = target.inputs["roleArn"].split("/")[-1]
        (policy,) = plan.of("aws:iam/rolePolicy:RolePolicy", role=role)
        (statement,) = policy.json("policy")["Statement"]
        assert statement["Action"] == ["codepipeline:StartPipelineExecution"]
        assert statement["Resource"] == [target.inputs["arn"]]


@pytest.mark.parametrize("stack", STACKS)
def test_a_source_does_not_poll_beside_its_rule(stack: str) -> None:
    pipeline = planned(stack).one("aws:codepipeline/pipeline:Pipeline")
    (source,) = pipeline.inputs["stages"][0]["actions"]
    assert source["configuration"]["PollForSourceChanges"] == "false"


@pytest.mark.parametrize("stack", STACKS)
def test_the_rules_text_is_short_enough_and_its_variables_are_all_known(stack: str) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html: 2048 characters of a pattern."""
    plan = planned(stack)
    patterns = [rule.inputs.get("eventPattern", "") for rule in plan.of("aws:cloudwatch/eventRule:EventRule")]
    assert all(len(pattern) <= 2_048 for pattern in patterns)
    for target in _of_pipelines(plan):
        transformer = target.inputs["inputTransformer"]
        assert set(re.findall(VARIABLE, transformer["inputTemplate"])) == set(transformer["inputPaths"])
