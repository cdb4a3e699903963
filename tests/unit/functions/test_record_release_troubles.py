"""`record_release` when something fails, is gone or is wrong: nothing else is lost by it, and it is told."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from pipeline_job.failures import RefusedError
from record_release.decide import Parameters
from record_release.handler import NotYetError
from release_ledger import Outcome, StoredArtifact
from release_ledger.store import record_keys
from repository_events.run import answer_event
from tests.unit.functions.fake_ledger import (
    ARTIFACTS,
    BUNDLE,
    LEDGER,
    LINE,
    OTHER,
    FakeLedger,
    deployment_ended,
    ended,
    hourly,
    only,
)
from tests.unit.functions.fake_pipeline import TOPIC

RIGHT = {"environment": "prod", "ledger": "l", "version": "v", "topic": "t"}


@pytest.fixture
def aws() -> Iterator[FakeLedger]:
    with mock_aws():
        yield FakeLedger()


def test_a_record_that_nobody_can_read_keeps_nothing_from_being_recorded(aws: FakeLedger) -> None:
    for time in ("20261125T120000Z", "20261125T120001Z"):
        aws.clients.s3.put_object(Bucket=LEDGER, Key=f"storefront/{time}-x.json", Body=b"{", IfNoneMatch="*")
    execution = aws.begin()
    aws.deploy(execution)
    aws.see(ended(execution))
    assert [key for key in record_keys(aws.clients.s3, LEDGER, "storefront") if key.endswith(f"-{execution}.json")]


def test_an_artifact_that_is_gone_and_a_manifest_that_is_none_keep_nothing_from_being_recorded(aws: FakeLedger) -> None:
    aws.clients.s3.delete_object(Bucket=ARTIFACTS, Key=BUNDLE)
    execution = aws.begin(digest=OTHER)
    aws.deploy(execution)
    aws.see(ended(execution))
    assert only(aws).artifact == StoredArtifact(bucket=ARTIFACTS, key=BUNDLE, sha256=OTHER)
    assert only(aws).source.commit == "version-of-the-object"


def test_a_call_that_is_throttled_is_raised_and_the_next_visit_records_it(aws: FakeLedger) -> None:
    execution = aws.begin()
    aws.deploy(execution)
    for operation in ("ListActionExecutions", "PutObject", "GetParameter"):
        aws.refuse(operation, "ThrottlingException")
        with pytest.raises(Exception, match="ThrottlingException"):
            aws.see(ended(execution))
        assert aws.recorded == []
    aws.see(ended(execution))
    assert len(aws.recorded) == 1


@pytest.mark.parametrize(("status", "outcome"), [("Succeeded", Outcome.SUCCEEDED), ("Failed", Outcome.FAILED)])
def test_an_action_that_codepipeline_does_not_show_yet_is_waited_for(
    aws: FakeLedger, status: str, outcome: Outcome
) -> None:
    execution = aws.begin()
    aws.act(execution, "ShiftTraffic", "Succeeded", deployment="d-1")
    aws.end(execution, status)
    event = ended(execution, status.upper())
    with pytest.raises(NotYetError):
        aws.see(event)
    assert aws.see(hourly()) == "everything is recorded"
    assert aws.recorded == []
    aws.act(execution, "VerifyRelease", status)
    aws.see(event)
    aws.see(hourly())
    assert only(aws).outcome is outcome


def test_an_action_that_the_pipeline_had_not_yet_is_not_waited_for_for_ever(aws: FakeLedger) -> None:
    execution = aws.begin()
    aws.act(execution, "ShiftTraffic", "Succeeded", deployment="d-1")
    aws.end(execution, "Succeeded")
    assert aws.see(hourly()) == "everything is recorded"
    aws.now += timedelta(hours=1)
    aws.see(hourly())
    assert only(aws).outcome is Outcome.SUCCEEDED


def test_one_execution_that_cannot_be_recorded_keeps_no_other_from_it(aws: FakeLedger) -> None:
    first, second = aws.begin(), aws.begin(digest=OTHER)
    aws.deploy(first)
    aws.deploy(second)
    aws.refuse("ListActionExecutions", "AccessDeniedException")
    with pytest.raises(Exception, match="AccessDenied"):
        aws.see(hourly())
    assert [one.execution for one in aws.recorded] == [second]
    aws.see(hourly())
    assert [one.execution for one in aws.recorded] == [first, second]


def test_what_no_retry_can_help_is_told_to_the_topic(aws: FakeLedger) -> None:
    execution = aws.begin()
    aws.deploy(execution)
    aws.refuse("GetParameter", "AccessDeniedException")

    def act(_: Any) -> str:
        return aws.see(ended(execution))

    answer_event(ended(execution), name="record_release", visit=act, clients=aws.clients, topic=TOPIC)
    (message,) = aws.messages
    assert message["Subject"] == "record_release could not do its work"
    assert execution in message["Message"]


def test_two_that_write_a_record_at_the_same_moment_are_no_trouble_for_people(aws: FakeLedger) -> None:
    execution = aws.begin()
    aws.deploy(execution)
    aws.refuse("PutObject", "ConditionalRequestConflict")

    def act(_: Any) -> str:
        return aws.see(ended(execution))

    # Lambda tries again what is raised.
    with pytest.raises(ClientError, match="ConditionalRequestConflict"):
        answer_event(ended(execution), name="record_release", visit=act, clients=aws.clients, topic=TOPIC)
    assert aws.messages == []


@pytest.mark.parametrize(
    "event",
    [
        ended("e", stage="Test"),
        ended("e", pipeline="another-prod"),
        deployment_ended("another-prod"),
        {**hourly(), "detail-type": "Something Else"},
    ],
)
def test_what_is_none_of_its_business_is_left_alone(aws: FakeLedger, event: dict[str, Any]) -> None:
    assert aws.see(event).startswith("nothing to record of ")
    assert aws.calls == []


def without(event: dict[str, Any], key: str) -> dict[str, Any]:
    """The event without something that it says."""
    return {**event, "detail": {name: value for name, value in event["detail"].items() if name != key}}


@pytest.mark.parametrize("missing", ["execution-id", "state", "pipeline"])
def test_an_event_that_lacks_something_is_refused_by_its_name(aws: FakeLedger, missing: str) -> None:
    with pytest.raises(RefusedError, match=f"The event has no `{missing}`"):
        aws.see(without(ended("e"), missing))


@pytest.mark.parametrize(
    ("pipelines", "told"),
    [
        ("", "pipelines.json is not JSON"),
        ("[]", "pipelines.json must be an object"),
        (json.dumps({"a": {}}), "`a` in pipelines.json must have exactly the keys"),
        (json.dumps({"a": {**LINE, "stage": 1}}), r"`a` in pipelines.json must have texts for \['stage'\]"),
        (json.dumps({"a": {**LINE, "hotfix": ["*"]}}), "`hotfix` must list branches"),
    ],
)
def test_pipelines_that_are_none_are_refused_by_what_is_wrong(pipelines: str, told: str) -> None:
    with pytest.raises(RefusedError, match=told):
        Parameters.parse(json.dumps(RIGHT), pipelines=pipelines)


@pytest.mark.parametrize(
    ("change", "told"), [({"ledger": ""}, "`ledger` must be a text"), ({"more": 1}, r"missing or unknown: \['more'\]")]
)
def test_wrong_parameters_are_refused_by_what_is_wrong(change: dict[str, Any], told: str) -> None:
    pipelines = json.dumps({"a": LINE})
    assert Parameters.parse(json.dumps(RIGHT), pipelines=pipelines).pipelines["a"].application == "storefront"
    with pytest.raises(RefusedError, match=told):
        Parameters.parse(json.dumps({**RIGHT, **change}), pipelines=pipelines)
