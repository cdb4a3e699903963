"""`merge_back` against a repository in memory."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from merge_back.decide import Parameters
from merge_back.handler import handle, visit
from repository_events.event import parse_event
from tests.unit.functions.fake_forge import REPOSITORY, TOPIC, FakeForge, commit
from tests.unit.functions.repository_event import reference_event

FIXED = {"repository": REPOSITORY, "main": "master", "develop": "develop", "topic": TOPIC}
LANDED = reference_event("master", new=commit("main"), old=commit("before"))


@pytest.fixture
def forge() -> FakeForge:
    forge = FakeForge()
    forge.branches = {"master": commit("main"), "develop": commit("develop")}
    return forge


def deliver(forge: FakeForge, event: Any = LANDED) -> str:
    return visit(parse_event(event), parameters=Parameters.parse(json.dumps(FIXED)), clients=forge.clients)


@pytest.mark.parametrize("event", [LANDED, reference_event("master", new=commit("main"))])
def test_what_landed_on_the_main_branch_gets_a_pull_request_to_develop(forge: FakeForge, event: Any) -> None:
    assert deliver(forge, event) == "pull request 1 is opened"
    (asked,) = forge.asked("CreatePullRequest")
    assert asked["title"] == "Merge master back into develop"
    assert asked["targets"] == [
        {"repositoryName": REPOSITORY, "sourceReference": "master", "destinationReference": "develop"}
    ]
    assert commit("main")[:8] in asked["description"]
    assert forge.messages == []


@pytest.mark.parametrize("contained", ["same head", "merge base"])
def test_a_develop_that_has_it_already_is_let_alone(forge: FakeForge, contained: str) -> None:
    if contained == "same head":
        forge.branches["develop"] = commit("main")
    forge.base = commit("main")
    assert "already" in deliver(forge)
    assert forge.pull_requests == {}


def test_an_event_that_comes_twice_opens_one_pull_request(forge: FakeForge) -> None:
    deliver(forge)
    assert deliver(forge) == "pull request 1 is open already"
    assert len(forge.pull_requests) == 1


def test_an_open_pull_request_is_found_among_all_the_others(forge: FakeForge) -> None:
    forge.page = 2
    for number in range(4):
        forge.add_pull_request(f"feature/{number}", "develop")
    forge.add_pull_request("develop", "master")
    mine = forge.add_pull_request("master", "develop")
    assert deliver(forge) == f"pull request {mine} is open already"


def test_a_closed_pull_request_of_an_earlier_commit_does_not_count(forge: FakeForge) -> None:
    forge.add_pull_request("master", "develop", status="CLOSED")
    assert deliver(forge) == "pull request 2 is opened"


@pytest.mark.parametrize("conflicts", [[], ["app/main.py"]])
def test_a_pull_request_that_a_person_closed_is_not_opened_again_for_the_same_commit(
    forge: FakeForge, conflicts: list[str]
) -> None:
    deliver(forge)
    forge.pull_requests["1"]["pullRequestStatus"] = "CLOSED"
    forge.conflicts = conflicts
    deliver(forge)
    assert len(forge.pull_requests) == 1
    forge.branches["master"] = commit("next")
    assert deliver(forge) == "pull request 2 is opened"


def test_the_branch_is_taken_where_it_stands_by_now(forge: FakeForge) -> None:
    forge.branches["master"] = commit("newer")
    deliver(forge)
    (asked,) = forge.asked("GetMergeConflicts")
    assert asked["sourceCommitSpecifier"] == commit("newer")
    assert commit("newer")[:8] in forge.pull_requests["1"]["description"]


def test_conflicts_are_listed_in_the_pull_request_and_one_person_is_called(forge: FakeForge) -> None:
    forge.conflicts, forge.page = ["app/main.py", "pom.xml", "README.md"], 2
    assert deliver(forge) == "pull request 1 is opened"
    for path in forge.conflicts:
        assert f"* {path}" in forge.pull_requests["1"]["description"]
    (message,) = forge.messages
    assert message["Subject"] == "storefront: master does not merge into develop by itself"
    assert "* pom.xml" in message["Message"]
    assert "codesuite/codecommit/repositories/storefront/pull-requests?region=eu-west-1" in message["Message"]
    deliver(forge)
    assert len(forge.messages) == 1


def test_very_many_conflicts_stay_within_what_codecommit_takes(forge: FakeForge) -> None:
    forge.conflicts = [f"{'folder/' * 60}{number}" for number in range(300)]
    deliver(forge)
    assert len(forge.pull_requests["1"]["description"]) == 10_240
    assert "* and 250 more" in forge.messages[0]["Message"]


def test_the_message_on_conflicts_is_not_lost_when_it_fails_first(forge: FakeForge) -> None:
    forge.conflicts = ["app/main.py"]
    forge.refuse("Publish", "InternalError", status=500)
    with pytest.raises(ClientError):
        deliver(forge)
    deliver(forge)
    assert len(forge.messages) == 1
    assert len(forge.pull_requests) == 1


@pytest.mark.parametrize("code", ["TipsDivergenceExceededException", "MaximumItemsToCompareExceededException"])
def test_branches_too_far_apart_to_compare_are_merged_back_by_a_person(forge: FakeForge, code: str) -> None:
    forge.refuse("GetMergeConflicts", code)
    assert deliver(forge) == "pull request 1 is opened"
    assert code in forge.messages[0]["Message"]


def test_another_error_of_the_comparison_is_raised_and_nothing_is_opened(forge: FakeForge) -> None:
    forge.refuse("GetMergeConflicts", "ThrottlingException")
    with pytest.raises(ClientError):
        deliver(forge)
    assert forge.pull_requests == {}


def test_a_missing_develop_branch_is_announced_with_the_way_out(forge: FakeForge) -> None:
    del forge.branches["develop"]
    deliver(forge)
    (message,) = forge.messages
    assert message["Subject"] == "storefront: no branch develop to merge back to"
    assert "Create it from master" in message["Message"]
    assert forge.pull_requests == {}


def test_a_main_branch_that_is_gone_by_now_needs_nobody(forge: FakeForge) -> None:
    del forge.branches["master"]
    assert deliver(forge) == "master is gone by now"
    assert forge.messages == []


@pytest.mark.parametrize(
    "event",
    [
        reference_event("develop", new=commit("x"), old=commit("y")),
        reference_event("master", old=commit("y")),
        reference_event("master", new=commit("x"), kind="tag"),
        reference_event("master", new=commit("x"), repositoryName="another"),
    ],
)
def test_other_events_do_nothing(forge: FakeForge, event: Any) -> None:
    assert deliver(forge, event).startswith("nothing to do")
    assert forge.calls == []


def entered(forge: FakeForge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("merge_back.handler.runtime_clients", lambda: forge.clients)
    monkeypatch.setenv("PARAMETERS", json.dumps(FIXED))
    handle(LANDED, None)


def test_the_entry_reads_its_parameters_from_the_environment(forge: FakeForge, monkeypatch: pytest.MonkeyPatch) -> None:
    entered(forge, monkeypatch)
    assert len(forge.pull_requests) == 1


def test_a_refusal_that_no_retry_can_help_is_announced(forge: FakeForge, monkeypatch: pytest.MonkeyPatch) -> None:
    forge.refuse("CreatePullRequest", "MaximumOpenPullRequestsExceededException", message="too many open")
    entered(forge, monkeypatch)
    (message,) = forge.messages
    assert message["Subject"] == "merge_back could not do its work"
    assert "too many open" in message["Message"]
    assert "referenceName: master" in message["Message"]


def test_throttling_is_raised_so_that_lambda_tries_again(forge: FakeForge, monkeypatch: pytest.MonkeyPatch) -> None:
    forge.refuse("GetBranch", "ThrottlingException")
    with pytest.raises(ClientError, match="ThrottlingException"):
        entered(forge, monkeypatch)
    assert forge.messages == []
