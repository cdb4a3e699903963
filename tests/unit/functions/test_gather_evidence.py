"""`gather_evidence` against a pipeline in memory: what an approver is told, for each kind of source."""

from functools import partial
from typing import Any

import pytest

from gather_evidence.handler import visit
from git_push.remote import PushError
from release_manifest import Manifest, Person, Proof
from tests.unit.functions.fake_pipeline import PROMOTED, RULE, SUBJECT, FakePipeline, call, commit, session
from tests.unit.functions.pipeline_action import message, variables

GITHUB = {
    "BranchName": "main",
    "CommitMessage": "Sell more\n\nFar more.",
    "AuthorDisplayName": "Kim",
    "AuthorEmail": "kim@example.com",
}
REPORT = "https://eu-west-1.console.aws.amazon.com/codesuite/codebuild/444455556666/projects/e2e/build/e2e%3A1"


class Tags:
    """A Git server with tags."""

    def __init__(self, **tags: str) -> None:
        self.known = {name.replace("_", "."): one for name, one in tags.items()}

    def tags(self) -> dict[str, str]:
        return self.known


class Down:
    """A Git server in trouble."""

    def tags(self) -> dict[str, str]:
        raise PushError("down")


@pytest.fixture
def aws() -> FakePipeline:
    """A release of two commits waits, another one runs."""
    aws = FakePipeline()
    aws.record("old", author="Old Hand <old@example.com>")
    aws.record("one", "old", author="Jane Doe <jane@example.com>")
    aws.record("two", "one", author="Kim <kim@example.com>", message="Sell more\n\nFar more.")
    aws.deployed(commit("old"))
    return aws


def waits(aws: FakePipeline, revision: str = commit("two"), **how: Any) -> str:
    execution = aws.start(revision, **how)
    aws.run(execution, "Test", "e2e", "Succeeded", executionResult={"externalExecutionUrl": REPORT})
    return execution


def told(aws: FakePipeline, execution: str, *, remote: Any = None, room: int = 900, **fixed: Any) -> dict[str, str]:
    """The variables of one job."""
    look = partial(visit, remote=lambda _: remote or Tags())
    return variables(call(aws, look, execution, {**SUBJECT, "room": room, **fixed}))


def test_an_approver_reads_commit_tag_authors_change_tests_and_who_started_it(aws: FakePipeline) -> None:
    execution = waits(aws, by=session("jane@example.com"), trigger="StartPipelineExecution", branch="release/1.2")
    found = told(aws, execution, remote=Tags(v1_2_0=commit("two"), v1_1_0=commit("old")))
    console = "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/storefront"
    assert found["text"] == (
        f"Commit: {commit('two')}, tag v1.2.0, of release/1.2\n"
        "Sell more\n"
        "Authors: Kim, Jane Doe\n"
        f"Running now: {commit('old')[:12]}\n"
        f"Changes: {console}/compare/{commit('old')}/.../{commit('two')}?region=eu-west-1\n"
        f"Tests passed: e2e {REPORT}\n"
        "Started by: jane@example.com"
    )
    assert {key: found[key] for key in ("commit", "authors", "branch", "tag", "running", "startedBy")} == {
        "commit": commit("two"),
        "authors": "Kim, Jane Doe",
        "branch": "release/1.2",
        "tag": "v1.2.0",
        "running": commit("old"),
        "startedBy": "jane@example.com",
    }
    assert found["link"] == f"{console}/commit/{commit('two')}?region=eu-west-1"
    assert found["tests"] == f"e2e {REPORT}"


def test_no_variable_is_ever_empty_because_a_pipeline_refuses_to_read_one(aws: FakePipeline) -> None:
    aws = FakePipeline()
    execution = aws.start("", branch="")
    found = told(aws, execution, provider="s3", repository="", address="", variable="")
    assert all(found.values()), found
    assert found["authors"] == "not known: a source of s3 tells nobody's name"
    assert found["running"] == "nothing"
    assert found["tests"] == "none"


@pytest.mark.parametrize("room", [900, 600, 400, 250, 120, 60])
def test_the_text_never_takes_more_room_than_there_is_and_begins_with_the_commit(aws: FakePipeline, room: int) -> None:
    execution = waits(aws)
    text = told(aws, execution, room=room)["text"]
    assert len(text) <= room
    assert text.startswith(f"Commit: {commit('two')}"[: room - 1])


def test_where_room_is_short_reports_are_on_the_page_of_the_execution(aws: FakePipeline) -> None:
    execution = waits(aws)
    for number in range(8):
        aws.run(execution, "Test", f"suite-{number}", "Succeeded", executionResult={"externalExecutionUrl": REPORT})
    text = told(aws, execution)["text"]
    assert REPORT not in text
    assert "suite-7; reports: variable tests of GatherEvidence, https://" in text
    assert f"/executions/{execution}/" in text
    assert REPORT in told(aws, execution)["tests"]


def test_many_authors_are_counted_where_room_is_short(aws: FakePipeline) -> None:
    before = "two"
    for number in range(40):
        aws.record(f"more{number}", before, author=f"Author Number {number} <a{number}@example.com>")
        before = f"more{number}"
    found = told(aws, waits(aws, commit(before)), room=600)
    assert "Authors: Author Number 39, " in found["text"]
    assert " and 37 more\n" in found["text"]
    assert len(found["authors"].split(", ")) == 42


def test_a_tag_that_cannot_be_read_holds_up_no_release(aws: FakePipeline) -> None:
    assert told(aws, waits(aws), remote=Down())["tag"] == "no tag"


def test_a_first_release_says_that_nothing_runs(aws: FakePipeline) -> None:
    aws.pipeline.clear()
    found = told(aws, waits(aws))
    assert "Running now: nothing that this pipeline deployed" in found["text"]
    assert found["diff"] == "no page shows it"
    assert found["authors"] == "Kim, Jane Doe, Old Hand"


def test_what_failed_before_it_deployed_does_not_run(aws: FakePipeline) -> None:
    failed = aws.start(commit("one"), status="Failed")
    aws.run(failed, "Test", "e2e", "Failed")
    half = aws.start(commit("one"), status="Failed")
    aws.run(half, "Deploy", "ShiftTraffic", "Failed", category="Invoke")
    assert told(aws, waits(aws))["running"] == commit("old")


def test_what_deployed_and_failed_later_runs(aws: FakePipeline) -> None:
    later = aws.start(commit("one"), status="Failed")
    aws.run(later, "Deploy", "ShiftTraffic", "Succeeded", category="Invoke")
    aws.run(later, "Verify", "VerifyRelease", "Failed", category="Invoke")
    found = told(aws, waits(aws))
    assert found["running"] == commit("one")
    assert found["authors"] == "Kim"


def test_a_deployment_that_was_retried_counts_by_its_last_run(aws: FakePipeline) -> None:
    retried = aws.start(commit("one"), status="Succeeded")
    aws.run(retried, "Deploy", "ShiftTraffic", "Failed", category="Invoke")
    aws.run(retried, "Deploy", "ShiftTraffic", "Succeeded", category="Invoke")
    assert told(aws, waits(aws))["running"] == commit("one")


def test_after_a_rollback_its_target_runs(aws: FakePipeline) -> None:
    (first,) = aws.pipeline
    broken = aws.start(commit("one"), status="Failed")
    aws.run(broken, "Deploy", "ShiftTraffic", "Succeeded", category="Invoke")
    back = aws.start("", status="Succeeded", rollback_of=first, trigger="AutomatedRollback")
    aws.run(back, "Deploy", "ShiftTraffic", "Succeeded", category="Invoke")
    assert told(aws, waits(aws))["running"] == commit("old")


def test_a_stage_that_is_rolled_back_shows_what_it_brings_back(aws: FakePipeline) -> None:
    first = waits(aws, commit("one"), by=session("kim"), trigger="StartPipelineExecution")
    aws.deployed(commit("two"))
    back = aws.start("", rollback_of=first, by=session("jane"), trigger="ManualRollback")
    found = told(aws, back)
    assert found["commit"] == commit("one")
    assert found["startedBy"] == "jane, kim"
    assert found["authors"] == "Jane Doe"


def test_history_is_read_page_by_page(aws: FakePipeline) -> None:
    for _ in range(5):
        aws.start(commit("one"), status="Superseded")
        failed = aws.start(commit("one"), status="Failed")
        aws.run(failed, "Test", "e2e", "Failed")
    aws.page = 2
    assert told(aws, waits(aws))["running"] == commit("old")


@pytest.mark.parametrize(
    ("address", "diff", "link"),
    [
        ("https://github.com/acme/web", "/compare/{old}...{new}", "/commit/{new}"),
        ("https://gitlab.com/acme/web/shop", "/-/compare/{old}...{new}", "/-/commit/{new}"),
        ("https://bitbucket.org/acme/web", "/branches/compare/{new}..{old}", "/commits/{new}"),
    ],
)
def test_a_repository_behind_a_connection_is_linked_and_its_other_authors_are_said_to_be_unknown(
    aws: FakePipeline, address: str, diff: str, link: str
) -> None:
    execution = waits(aws)
    aws.run(execution, "Source", "Source", "Succeeded", outputVariables=GITHUB)
    found = told(aws, execution, provider="GitHub", repository="", address=address, variable="")
    names = {"old": commit("old"), "new": commit("two")}
    assert found["diff"] == address + diff.format(**names)
    assert found["link"] == address + link.format(**names)
    assert found["branch"] == "main"
    assert "\nSell more\n" in found["text"]
    alone = "a source of GitHub tells the author of the newest commit alone"
    assert f"Authors: Kim; not all are known: {alone}" in found["text"]


# What was promoted.


def manifest(name: str, *, previous: str = "", **more: Any) -> Manifest:
    values: dict[str, Any] = {
        "application": "storefront",
        "digest": digest(name),
        "commit": commit(name),
        "branch": f"release/{name}",
        "tag": f"v-{name}",
        "repository": "https://github.com/acme/web",
        "authors": (Person(name=f"Author of {name}", email=f"{name}@example.com"),),
        "authors_known": True,
        "previous": digest(previous) if previous else "",
        "tests": (Proof(name="unit", status="Succeeded", report="https://example.com/unit"),),
        "started_by": RULE,
        **more,
    }
    return Manifest(**values)


def digest(name: str) -> str:
    return name.encode().hex().ljust(64, "0")


def promoted(aws: FakePipeline, name: str, *, deployed: bool = False) -> str:
    execution = aws.start(f"version-{name}", status="Succeeded" if deployed else "InProgress")
    aws.run(
        execution, "Admit", "AdmitRelease", "Succeeded", category="Invoke", outputVariables={"DIGEST": digest(name)}
    )
    if deployed:
        aws.run(execution, "Deploy", "ShiftTraffic", "Succeeded", category="Invoke")
    return execution


def told_of_promotion(aws: FakePipeline, execution: str) -> dict[str, str]:
    return variables(call(aws, visit, execution, {**PROMOTED, "room": 900}))


@pytest.fixture
def shelf() -> FakePipeline:
    """Releases a to e, one promoted after the other; b runs."""
    aws = FakePipeline()
    for name, previous in (("a", ""), ("b", "a"), ("c", "b"), ("d", "c"), ("e", "d")):
        aws.put(manifest(name, previous=previous))
    promoted(aws, "b", deployed=True)
    return aws


def test_what_was_promoted_is_told_from_its_manifest(shelf: FakePipeline) -> None:
    execution = promoted(shelf, "c")
    shelf.run(execution, "Test", "e2e", "Succeeded", executionResult={"externalExecutionUrl": REPORT})
    found = told_of_promotion(shelf, execution)
    assert found["text"] == (
        f"Commit: {commit('c')}, tag v-c, of release/c\n"
        "Authors: Author of c\n"
        f"Running now: {commit('b')[:12]}\n"
        f"Changes: https://github.com/acme/web/compare/{commit('b')}...{commit('c')}\n"
        f"Tests passed: unit https://example.com/unit\ne2e {REPORT}\n"
        "Started by: an event"
    )


def test_releases_that_were_promoted_and_never_deployed_bring_their_authors_along(shelf: FakePipeline) -> None:
    assert told_of_promotion(shelf, promoted(shelf, "e"))["authors"] == "Author of e, Author of d, Author of c"


def test_an_older_release_than_what_runs_has_its_own_authors(shelf: FakePipeline) -> None:
    promoted(shelf, "e", deployed=True)
    assert told_of_promotion(shelf, promoted(shelf, "c"))["authors"] == "Author of c"


def test_the_release_that_runs_already_has_its_own_authors(shelf: FakePipeline) -> None:
    assert told_of_promotion(shelf, promoted(shelf, "b"))["authors"] == "Author of b"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (manifest("d", previous="c", authors_known=False), "doesn't know all of its authors"),
        (manifest("d", previous="lost"), "a release in between can't be read"),
        (manifest("d", previous="e"), "more than 50 releases"),
    ],
)
def test_what_manifests_do_not_know_is_said(shelf: FakePipeline, change: Manifest, why: str) -> None:
    shelf.put(change)
    said = told_of_promotion(shelf, promoted(shelf, "e"))["authors"]
    assert "not all are known: " in said
    assert why in said


def test_bytes_without_an_admission_are_nobodys(shelf: FakePipeline) -> None:
    execution = shelf.start("version-x")
    assert "AdmitRelease told no digest" in told_of_promotion(shelf, execution)["authors"]


def test_a_release_without_a_manifest_fails_the_action(shelf: FakePipeline) -> None:
    answer = call(shelf, visit, promoted(shelf, "unknown"), {**PROMOTED, "room": 900})
    assert "No release of storefront with the digest" in message(answer)


def test_throttling_costs_a_visit_and_nothing_else(aws: FakePipeline) -> None:
    execution = waits(aws)
    aws.refuse("ListActionExecutions", "ThrottlingException", times=1)
    answer = call(aws, partial(visit, remote=lambda _: Tags()), execution, {**SUBJECT, "room": 900})
    assert "continuationToken" in answer
    assert told(aws, execution)["commit"] == commit("two")


def test_a_job_that_is_delivered_twice_finds_the_same(aws: FakePipeline) -> None:
    execution = waits(aws)
    assert told(aws, execution) == told(aws, execution)


@pytest.mark.parametrize("key", ["room", *SUBJECT])
def test_a_parameter_that_is_missing_fails_the_action_by_its_name(aws: FakePipeline, key: str) -> None:
    fixed = {name: value for name, value in {**SUBJECT, "room": 900}.items() if name != key}
    assert f"missing or unknown: ['{key}']" in message(call(aws, visit, waits(aws), fixed))
