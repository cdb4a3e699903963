"""`record_release`: each deployment that has ended is in the ledger as what it was, and once."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from moto import mock_aws

from record_release.handler import NotYetError
from release_ledger import Approval, FunctionArtifact, Infrastructure, Kind, Outcome, StoredArtifact
from tests.unit.functions.fake_ledger import (
    ARTIFACTS,
    BUNDLE,
    DIGEST,
    LINE,
    MANIFEST,
    OTHER,
    FakeLedger,
    deployment_ended,
    ended,
    hourly,
    only,
)
from tests.unit.functions.fake_pipeline import ACCOUNT, commit


@pytest.fixture
def aws() -> Iterator[FakeLedger]:
    with mock_aws():
        yield FakeLedger()


def what(aws: FakeLedger) -> Sequence[tuple[Kind, Outcome]]:
    return [(one.kind, one.outcome) for one in aws.recorded]


def test_a_deployment_is_recorded_with_all_that_is_known_of_it(aws: FakeLedger) -> None:
    execution = aws.begin()
    aws.deploy(execution, deployment="d-7")
    told = aws.see(ended(execution))
    found = only(aws)
    assert told == f"Deploy of {execution} is recorded as {found.release}: deployment, succeeded"
    assert (found.application, found.stack, found.pipeline) == ("storefront", "prod", "storefront-prod")
    assert (found.kind, found.outcome) == (Kind.DEPLOYMENT, Outcome.SUCCEEDED)
    assert (found.begun, found.finished) == ("2026-11-23T12:00:05Z", "2026-11-23T12:02:06Z")
    assert found.release == "storefront-20261123T120206Z"
    assert isinstance(found.artifact, StoredArtifact)
    assert (found.artifact.bucket, found.artifact.key, found.artifact.sha256) == (ARTIFACTS, BUNDLE, DIGEST)
    assert found.artifact.version
    assert found.source.commit == MANIFEST.commit
    assert (found.source.branch, found.source.tag) == ("release/2.3", "v2.3.0")
    assert found.source.committed == "2026-11-20T08:00:00Z"
    assert found.infrastructure == Infrastructure(commit="4f2c" * 10, tag="v1.4.0", stack="prod", number=7)
    assert found.configuration == "cd" * 32
    assert found.approvals == (
        Approval(
            name="qa-head",
            by=f"arn:aws:sts::{ACCOUNT}:assumed-role/qa/jane",
            at="2026-11-23T12:00:04Z",
            summary="Seen on staging",
        ),
    )
    assert found.deployments == ("d-7",)
    assert found.execution == execution
    assert found.by.endswith("rule/storefront-prod-branches")


def test_an_event_that_comes_again_records_nothing_new(aws: FakeLedger) -> None:
    execution = aws.begin()
    aws.deploy(execution)
    for _ in range(3):
        aws.see(ended(execution))
    aws.see(hourly())
    assert len(aws.recorded) == 1
    assert len(aws.asked("PutObject")) == 1


def test_two_visits_at_the_same_moment_record_it_once(aws: FakeLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    execution = aws.begin()
    aws.deploy(execution)
    # Neither sees what the other is about to write.
    monkeypatch.setattr("record_release.handler.record_keys", lambda *_, **__: [])
    assert " is recorded as " in aws.see(ended(execution))
    assert " was recorded as " in aws.see(ended(execution))
    assert len(aws.recorded) == 1


def history(aws: FakeLedger) -> list[dict[str, Any]]:
    """A release, one that failed and was retried, and one that was rolled back by CodePipeline; their events."""
    first = aws.begin()
    aws.deploy(first, deployment="d-1")
    second = aws.begin(digest=OTHER)
    aws.act(second, "ShiftTraffic", "Failed", reason="2 of 3 instances failed", deployment="d-2")
    aws.act(second, "ShiftTraffic", "Succeeded", deployment="d-3")
    aws.act(second, "VerifyRelease", "Failed", reason="storefront-prod-5xx is in ALARM")
    aws.end(second, "Failed")
    back = aws.begin(rollback_of=first, trigger="AutomatedRollback", by=second)
    aws.deploy(back, deployment="d-4")
    return [ended(first), ended(second, "FAILED"), ended(second, "FAILED"), ended(back)]


def test_a_retry_and_the_way_back_are_recorded_as_what_they_are(aws: FakeLedger) -> None:
    for event in history(aws):
        aws.see(event)
    assert what(aws) == [
        (Kind.DEPLOYMENT, Outcome.SUCCEEDED),
        (Kind.DEPLOYMENT, Outcome.FAILED),
        (Kind.DEPLOYMENT, Outcome.FAILED),
        (Kind.ROLLBACK, Outcome.SUCCEEDED),
    ]
    first, broken, again, back = aws.recorded
    assert (broken.execution, again.execution) == (again.execution, broken.execution)
    assert (broken.reason, again.reason) == ("2 of 3 instances failed", "storefront-prod-5xx is in ALARM")
    assert (broken.deployments, again.deployments) == (("d-2",), ("d-3",))
    assert back.rollback_of == first.execution
    assert back.source == first.source
    assert back.artifact == first.artifact
    assert back.approvals == ()
    assert back.reason == "CodePipeline rolled the stage back, for it had failed"


@pytest.mark.parametrize("order", list(permutations(range(4)))[::9])
def test_in_whatever_order_events_come_the_ledger_has_the_same(aws: FakeLedger, order: tuple[int, ...]) -> None:
    events = history(aws)
    for index in order:
        aws.see(events[index])
    found = [replace(one, kind=Kind.DEPLOYMENT) for one in aws.recorded]
    assert [(one.outcome, one.deployments) for one in found] == [
        (Outcome.SUCCEEDED, ("d-1",)),
        (Outcome.FAILED, ("d-2",)),
        (Outcome.FAILED, ("d-3",)),
        (Outcome.SUCCEEDED, ("d-4",)),
    ]


def test_what_no_event_has_told_is_recorded_within_the_hour(aws: FakeLedger) -> None:
    history(aws)
    aws.see(hourly())
    assert len(aws.recorded) == 4
    assert aws.see(hourly()) == "everything is recorded"


def test_what_ended_long_ago_is_not_looked_at_again_and_again(aws: FakeLedger) -> None:
    aws.deploy(aws.begin())
    aws.calls.clear()
    later = aws.now + timedelta(days=3)
    assert aws.see(hourly(), clock=lambda: later) == "everything is recorded"
    assert aws.asked("ListActionExecutions") == []


def test_an_event_that_is_ahead_of_what_codepipeline_shows_is_tried_again(aws: FakeLedger) -> None:
    execution = aws.begin()
    aws.act(execution, "ShiftTraffic", "InProgress")
    with pytest.raises(NotYetError, match="does not show yet how Deploy"):
        aws.see(ended(execution))
    with pytest.raises(NotYetError, match="does not list"):
        aws.see(ended("unknown"))
    assert aws.recorded == []


def test_between_two_actions_of_the_stage_nothing_has_ended(aws: FakeLedger) -> None:
    execution = aws.begin()
    aws.act(execution, "ShiftTraffic", "Succeeded")
    assert aws.see(hourly()) == "everything is recorded"
    aws.act(execution, "VerifyRelease", "Succeeded")
    aws.run(execution, "Retire", "RetireFleet", "InProgress", category="Invoke")
    aws.see(hourly())
    assert only(aws).outcome is Outcome.SUCCEEDED


def test_success_is_recorded_before_the_next_stage_has_begun(aws: FakeLedger) -> None:
    execution = aws.begin()
    aws.act(execution, "ShiftTraffic", "Succeeded")
    aws.act(execution, "VerifyRelease", "Succeeded")
    aws.see(ended(execution))
    assert only(aws).outcome is Outcome.SUCCEEDED


@pytest.mark.parametrize("status", ["Superseded", "Failed", "Stopped", "Cancelled"])
def test_what_never_came_to_the_stage_is_no_deployment(aws: FakeLedger, status: str) -> None:
    execution = aws.begin(approved=False)
    aws.run(execution, "Approval", "qa-head", "Failed", category="Approval")
    aws.end(execution, status)
    aws.see(hourly())
    # A condition of the stage itself has refused it.
    aws.see(ended(execution, "FAILED"))
    assert aws.recorded == []


def test_one_that_was_stopped_is_recorded_with_the_reason(aws: FakeLedger) -> None:
    execution = aws.begin()
    aws.act(execution, "ShiftTraffic", "Abandoned")
    aws.end(execution, "Stopped")
    aws.stops[execution] = "Wrong version"
    aws.see(ended(execution, "STOPPED"))
    assert (only(aws).outcome, only(aws).reason) == (Outcome.STOPPED, "Wrong version")


def test_one_that_was_stopped_between_two_actions_has_not_succeeded(aws: FakeLedger) -> None:
    execution = aws.begin()
    aws.act(execution, "ShiftTraffic", "Succeeded")
    aws.end(execution, "Stopped")
    aws.see(ended(execution, "STOPPED"))
    assert only(aws).outcome is Outcome.STOPPED


def test_one_that_was_stopped_after_its_deployment_has_succeeded(aws: FakeLedger) -> None:
    execution = aws.begin()
    aws.deploy(execution)
    aws.end(execution, "Stopped")
    aws.see(hourly())
    assert only(aws).outcome is Outcome.SUCCEEDED


def failing(aws: FakeLedger, **info: Any) -> str:
    execution = aws.begin()
    aws.act(execution, "ShiftTraffic", "Failed", deployment="d-2")
    aws.end(execution, "Failed")
    rolls_back = {"autoRollbackConfiguration": {"enabled": True}}
    aws.deployments["d-2"] = {"status": "Failed", "completeTime": aws.now, **rolls_back, **info}
    return execution


@pytest.mark.parametrize(
    ("back", "outcome"), [("Succeeded", Outcome.ROLLED_BACK), ("Failed", Outcome.FAILED), ("Stopped", Outcome.FAILED)]
)
def test_what_codedeploy_has_taken_back_is_recorded_as_that(aws: FakeLedger, back: str, outcome: Outcome) -> None:
    execution = failing(aws, rollbackInfo={"rollbackDeploymentId": "d-3"})
    aws.deployments["d-3"] = {"status": "InProgress"}
    assert "waits for CodeDeploy" in aws.see(ended(execution, "FAILED"))
    assert aws.recorded == []
    aws.deployments["d-3"]["status"] = back
    aws.see(deployment_ended())
    assert only(aws).outcome is outcome


def test_a_rollback_of_codedeploy_that_does_not_come_is_not_waited_for_forever(aws: FakeLedger) -> None:
    execution = failing(aws)
    assert "waits for CodeDeploy" in aws.see(ended(execution, "FAILED"))
    aws.now += timedelta(minutes=3)
    aws.see(hourly())
    assert only(aws).outcome is Outcome.FAILED


@pytest.mark.parametrize("info", [{"status": "Succeeded"}, {"autoRollbackConfiguration": {"enabled": False}}])
def test_a_failure_that_nobody_takes_back_is_recorded_at_once(aws: FakeLedger, info: dict[str, Any]) -> None:
    aws.see(ended(failing(aws, **info), "FAILED"))
    assert only(aws).outcome is Outcome.FAILED


def test_the_same_bytes_again_are_a_redeployment_and_a_hotfix_is_one_by_its_branch(aws: FakeLedger) -> None:
    aws.promote(replace(MANIFEST, digest=OTHER, branch="hotfix/2.3.1"))
    for digest in (DIGEST, DIGEST, OTHER, OTHER):
        execution = aws.begin(digest=digest)
        aws.deploy(execution)
        aws.see(ended(execution))
    assert [kind for kind, _ in what(aws)] == [Kind.DEPLOYMENT, Kind.REDEPLOYMENT, Kind.HOTFIX, Kind.REDEPLOYMENT]


def test_what_was_built_here_is_told_by_its_repository_and_its_bytes(aws: FakeLedger) -> None:
    line = {**LINE, "releases": "", "repository": "storefront", "variable": "GIT_BRANCH"}
    made = aws.record("a", message="A\n\nCo-authored-by: Bea <bea@example.com>", time=1_763_000_000)
    execution = aws.start(made, branch="hotfix/1")
    aws.deploy(execution)
    aws.see(ended(execution), line=line)
    found = only(aws)
    assert found.source.commit == commit("a")
    assert found.source.committed == "2025-11-13T02:13:20Z"
    assert found.source.authors == ("Ann Author <ann@example.com>", "Bea <bea@example.com>")
    assert found.kind is Kind.HOTFIX
    assert isinstance(found.artifact, StoredArtifact)
    assert found.artifact.sha256 == hashlib.sha256(b"the bundle").hexdigest()


def test_a_connection_tells_the_author_of_the_newest_commit(aws: FakeLedger) -> None:
    told = {
        "AuthorDisplayName": "Ann",
        "AuthorEmail": "ann@example.com",
        "AuthorDate": "2026-11-20T09:00:00+01:00",
        "BranchName": "main",
    }
    execution = aws.start("c0ffee")
    aws.run(execution, "Source", "Source", "Succeeded", outputVariables=told)
    aws.deploy(execution)
    aws.see(ended(execution), line={**LINE, "releases": ""})
    source = only(aws).source
    assert (source.authors, source.branch, source.committed) == (
        ("Ann <ann@example.com>",),
        "main",
        "2026-11-20T08:00:00Z",
    )


def test_a_function_is_recorded_by_its_version(aws: FakeLedger) -> None:
    execution = aws.begin()
    aws.act(execution, "ShiftTraffic", "Succeeded")
    aws.runs[-1]["output"] = {"outputVariables": {"function": "storefront-prod", "version": "7"}}
    aws.act(execution, "VerifyRelease", "Succeeded")
    aws.see(ended(execution))
    assert only(aws).artifact == FunctionArtifact(function="storefront-prod", version="7")


@pytest.mark.parametrize("value", [None, "not JSON", "[]", '{"commit": "4f2c"}'])
def test_without_a_version_of_the_infrastructure_a_release_is_recorded_all_the_same(
    aws: FakeLedger, value: str | None
) -> None:
    aws.running = value
    execution = aws.begin()
    aws.deploy(execution)
    aws.see(ended(execution))
    assert only(aws).infrastructure == Infrastructure(commit="unknown", stack="prod")
    assert only(aws).configuration == ""
