"""`check_pull_request` against a repository in memory."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from check_pull_request.decide import Parameters
from check_pull_request.handler import handle, visit
from pipeline_job.failures import RefusedError
from repository_events.event import parse_event
from tests.unit.functions.fake_forge import PROJECT, REPOSITORY, FakeForge, commit
from tests.unit.functions.repository_event import build_event, check_variables, pull_request_event

FIXED = {"repository": REPOSITORY, "project": PROJECT}
FINAL = ["SUCCEEDED", "FAILED", "FAULT", "STOPPED", "TIMED_OUT"]


@pytest.fixture
def forge() -> FakeForge:
    forge = FakeForge()
    forge.add_pull_request("feature/x", "develop")
    return forge


def deliver(forge: FakeForge, event: Any) -> str:
    return visit(parse_event(event), parameters=Parameters.parse(json.dumps(FIXED)), clients=forge.clients)


def comment(forge: FakeForge) -> str:
    (posted,) = forge.comments.values()
    return str(posted["content"])


def test_a_new_pull_request_is_built_at_its_head_with_all_the_verdict_needs(forge: FakeForge) -> None:
    deliver(forge, pull_request_event("Created"))
    (asked,) = forge.asked("StartBuild")
    assert asked["projectName"] == PROJECT
    assert asked["sourceVersion"] == commit("source")
    variables = asked["environmentVariablesOverride"]
    assert {one["name"]: one["value"] for one in variables} == check_variables()
    assert {one["type"] for one in variables} == {"PLAINTEXT"}
    assert forge.actions == {"codebuild:StartBuild"}


def test_a_push_takes_the_approval_back_before_the_new_head_is_built(forge: FakeForge) -> None:
    forge.push("1", "r2")
    forge.approvals["1"] = "APPROVE"
    deliver(forge, pull_request_event("SourceBranchUpdated", revisionId="r2"))
    assert forge.approvals == {"1": "REVOKE"}
    assert [action.split(":")[1] for action, _ in forge.calls][:2] == ["UpdatePullRequestApprovalState", "StartBuild"]


def test_an_event_that_comes_twice_starts_one_build_and_another_revision_another(forge: FakeForge) -> None:
    deliver(forge, pull_request_event("Created"))
    deliver(forge, pull_request_event("Created"))
    assert len(forge.builds) == 1
    forge.push("1", "r2")
    deliver(forge, pull_request_event("SourceBranchUpdated", revisionId="r2"))
    assert len(forge.builds) == 2


@pytest.mark.parametrize(("status", "state"), [("SUCCEEDED", "APPROVE"), ("FAILED", "REVOKE")])
def test_a_push_delivered_again_after_its_verdict_leaves_the_verdict_as_it_was(
    forge: FakeForge, status: str, state: str
) -> None:
    deliver(forge, pull_request_event("SourceBranchUpdated"))
    forge.end_build(f"{PROJECT}:00000001", status)
    deliver(forge, build_event(status))
    deliver(forge, pull_request_event("SourceBranchUpdated"))
    assert forge.approvals == {"1": state}


def test_a_push_that_comes_late_changes_no_approval_of_the_present_revision(forge: FakeForge) -> None:
    forge.push("1", "r3")
    forge.approvals["1"] = "APPROVE"
    deliver(forge, pull_request_event("SourceBranchUpdated", revisionId="r2"))
    assert forge.approvals == {"1": "APPROVE"}


def test_a_push_to_a_pull_request_that_is_closed_by_now_is_not_built(forge: FakeForge) -> None:
    forge.pull_requests["1"]["pullRequestStatus"] = "CLOSED"
    assert "is closed" in deliver(forge, pull_request_event("SourceBranchUpdated"))
    assert forge.builds == {}


@pytest.mark.parametrize(
    "event",
    [
        pull_request_event("StatusChanged"),
        pull_request_event("MergeStatusUpdated"),
        pull_request_event("ApprovalStateChanged"),
        pull_request_event("Created", repositoryNames=["another"]),
    ],
)
def test_other_events_of_pull_requests_start_nothing(forge: FakeForge, event: Any) -> None:
    assert "asks for no build" in deliver(forge, event)
    assert forge.calls == []


def test_an_event_of_another_kind_is_let_be(forge: FakeForge) -> None:
    event = {**pull_request_event("Created"), "detail-type": "CodeCommit Comment on Pull Request"}
    assert "nothing to do" in deliver(forge, event)
    assert forge.calls == []


@pytest.mark.parametrize("status", FINAL)
def test_each_end_of_a_build_is_said_by_approval_and_comment(forge: FakeForge, status: str) -> None:
    deliver(forge, build_event(status))
    assert forge.approvals == {"1": "APPROVE" if status == "SUCCEEDED" else "REVOKE"}
    (posted,) = forge.comments.values()
    assert posted["beforeCommitId"] == commit("destination")
    assert posted["afterCommitId"] == commit("source")
    assert "Build 55" in posted["content"]
    assert f"({_deep_link()})" in posted["content"]


def _deep_link() -> str:
    event = build_event("FAILED")
    return str(event["detail"]["additional-information"]["logs"]["deep-link"])


def test_a_failure_tells_the_phases_that_failed_and_why(forge: FakeForge) -> None:
    why = "COMMAND_EXECUTION_ERROR: Error while executing command: make test. Reason: exit status 2"
    phases = [
        {"phase-context": [": "], "phase-type": "PRE_BUILD", "phase-status": "SUCCEEDED"},
        {"phase-context": [why], "phase-type": "BUILD", "phase-status": "FAILED"},
        {"phase-context": [": "], "phase-type": "POST_BUILD", "phase-status": "FAILED"},
    ]
    deliver(forge, build_event("FAILED", phases=phases))
    assert f"* BUILD FAILED: {why}" in comment(forge)
    assert "* POST_BUILD FAILED: no message" in comment(forge)
    assert "PRE_BUILD" not in comment(forge)


def test_a_comment_is_cut_to_what_codecommit_takes_and_keeps_the_link(forge: FakeForge) -> None:
    phases = [{"phase-context": ["x" * 20_000], "phase-type": "BUILD", "phase-status": "FAILED"}]
    deliver(forge, build_event("FAILED", phases=phases))
    assert len(comment(forge)) == 10_240
    assert _deep_link() in comment(forge)


@pytest.mark.parametrize(
    "logs", [{}, {"deep-link": "https://console.aws.amazon.com/cloudwatch/home#logEvent:group=null;stream=null"}]
)
def test_a_build_that_never_had_a_log_is_linked_to_its_page(forge: FakeForge, logs: dict[str, str]) -> None:
    deliver(forge, build_event("STOPPED", more={"logs": logs}))
    page = f"codesuite/codebuild/111122223333/projects/{PROJECT}/build/{PROJECT}%3A00000001/?region=eu-west-1"
    assert f"(https://eu-west-1.console.aws.amazon.com/{page})" in comment(forge)


def test_a_verdict_that_comes_twice_is_one_comment(forge: FakeForge) -> None:
    deliver(forge, build_event("FAILED"))
    deliver(forge, build_event("FAILED"))
    assert len(forge.comments) == 1
    deliver(forge, build_event("SUCCEEDED", build="00000002"))
    assert len(forge.comments) == 2
    assert forge.approvals == {"1": "APPROVE"}


def test_a_verdict_on_a_revision_that_is_gone_is_not_said(forge: FakeForge) -> None:
    forge.push("1", "r2")
    assert "another revision than r1" in deliver(forge, build_event("SUCCEEDED"))
    assert forge.approvals == {}
    assert forge.comments == {}


def test_a_verdict_on_a_pull_request_that_is_closed_is_not_said(forge: FakeForge) -> None:
    forge.merge("1", mergeCommitId=commit("merge"))
    assert "is closed" in deliver(forge, build_event("SUCCEEDED"))
    assert forge.approvals == {}
    assert forge.comments == {}


def test_a_build_that_carries_a_pull_request_of_another_repository_judges_nothing(forge: FakeForge) -> None:
    forge.pull_requests["1"]["pullRequestTargets"][0]["repositoryName"] = "another"
    with pytest.raises(RefusedError, match="does not belong to the repository storefront"):
        deliver(forge, build_event("SUCCEEDED"))
    assert forge.approvals == {}


@pytest.mark.parametrize("code", ["RevisionNotCurrentException", "PullRequestAlreadyClosedException"])
def test_a_push_between_the_look_and_the_verdict_wins(forge: FakeForge, code: str) -> None:
    forge.refuse("UpdatePullRequestApprovalState", code)
    assert code in deliver(forge, build_event("SUCCEEDED"))
    assert forge.comments == {}


@pytest.mark.parametrize(
    "event",
    [
        build_event("IN_PROGRESS"),
        build_event("SUCCEEDED", project="another"),
        build_event("SUCCEEDED", variables={}),
        build_event("SUCCEEDED", variables={"PULL_REQUEST_ID": "1"}),
    ],
)
def test_a_build_that_checks_no_pull_request_says_nothing(forge: FakeForge, event: Any) -> None:
    assert "checks no pull request" in deliver(forge, event)
    assert forge.calls == []


@pytest.mark.parametrize("operation", ["UpdatePullRequestApprovalState", "StartBuild"])
def test_what_a_retry_can_help_is_raised_and_the_retry_ends_the_work(forge: FakeForge, operation: str) -> None:
    forge.refuse(operation, "ThrottlingException")
    with pytest.raises(ClientError):
        deliver(forge, pull_request_event("SourceBranchUpdated"))
    deliver(forge, pull_request_event("SourceBranchUpdated"))
    assert len(forge.builds) == 1


def test_the_approval_stands_even_where_the_comment_fails(forge: FakeForge) -> None:
    forge.refuse("PostCommentForPullRequest", "EncryptionKeyDisabledException")
    with pytest.raises(ClientError):
        deliver(forge, build_event("SUCCEEDED"))
    assert forge.approvals == {"1": "APPROVE"}


def test_the_entry_reads_its_parameters_from_the_environment(
    forge: FakeForge, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("check_pull_request.handler.runtime_clients", lambda: forge.clients)
    monkeypatch.setenv("PARAMETERS", json.dumps(FIXED))
    with caplog.at_level("INFO"):
        handle(pull_request_event("Created"), None)
    assert [record.getMessage() for record in caplog.records] == [
        f"check_pull_request: build {PROJECT}:00000001 checks revision r1 of pull request 1"
    ]


def test_an_event_that_lacks_something_is_an_error_for_it_has_no_topic(
    forge: FakeForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("check_pull_request.handler.runtime_clients", lambda: forge.clients)
    monkeypatch.setenv("PARAMETERS", json.dumps(FIXED))
    event = pull_request_event("Created")
    del event["detail"]["sourceCommit"]
    with pytest.raises(RefusedError, match="`sourceCommit`"):
        handle(event, None)
