"""`check_approvers` against a pipeline in memory: who may let a release on, in every order of events."""

import itertools
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from check_approvers.decide import PATIENCE
from check_approvers.handler import visit
from release_manifest import Manifest, Person
from tests.unit.functions.fake_pipeline import APPROVAL, PROMOTED, RULE, SUBJECT, FakePipeline, call, commit, session
from tests.unit.functions.pipeline_action import message, variables

CHECK = "CheckApprovers"


def checks(*gates: str, **others: list[str]) -> dict[str, Any]:
    """What the checks of the stage look at: this one, and others by their names."""
    return {name: {"stage": APPROVAL, "gates": list(those)} for name, those in {CHECK: gates, **others}.items()}


FIXED: dict[str, Any] = {**SUBJECT, "check": CHECK, "checks": checks("qa-head"), "rule": "authors", "people": {}}
QA = session("quinn@example.com")
JANE = session("jane@example.com")


@pytest.fixture
def aws() -> FakePipeline:
    """A release by Jane waits; what runs was Old Hand's."""
    aws = FakePipeline()
    aws.record("old", author="Old Hand <old@example.com>")
    aws.record("new", "old", author="Jane Doe <jane@example.com>", committer="Merger <merger@example.com>")
    aws.deployed(commit("old"))
    return aws


@pytest.fixture
def execution(aws: FakePipeline) -> str:
    return aws.start(commit("new"))


def check(aws: FakePipeline, execution: str, *, token: str | None = None, **fixed: Any) -> dict[str, Any]:
    return call(aws, visit, execution, {**FIXED, **fixed}, token=token)


def test_somebody_else_lets_the_release_on(aws: FakePipeline, execution: str) -> None:
    aws.approve(execution, by=QA)
    assert variables(check(aws, execution)) == {"approvers": "quinn@example.com"}


@pytest.mark.parametrize(
    ("by", "who"),
    [
        (JANE, "Jane Doe <jane@example.com>"),
        (session("merger"), "Merger <merger@example.com>"),
        (session("Jane.Doe"), "Jane Doe <jane@example.com>"),
    ],
)
def test_whoever_wrote_or_committed_cannot_approve_and_is_named(
    aws: FakePipeline, execution: str, by: str, who: str
) -> None:
    aws.approve(execution, by=by)
    told = message(check(aws, execution))
    assert f"who had a hand in this release as {who}" in told
    assert "Retry all actions of the stage" in told


def test_who_wrote_what_runs_already_may_approve(aws: FakePipeline, execution: str) -> None:
    aws.approve(execution, by=session("old@example.com"))
    assert variables(check(aws, execution))


def test_whoever_started_it_cannot_approve(aws: FakePipeline) -> None:
    execution = aws.start(commit("new"), by=QA, trigger="StartPipelineExecution")
    aws.approve(execution, by=session("quinn@example.com", role="Other"))
    assert f"approved by quinn@example.com, who started this execution as {QA}" in message(check(aws, execution))


def test_who_starts_is_all_that_is_asked_where_nobody_knows_the_authors(aws: FakePipeline) -> None:
    github = {"provider": "GitHub", "repository": "", "address": "https://github.com/acme/web", "variable": ""}
    execution = aws.start(commit("new"), by=QA, trigger="StartPipelineExecution")
    aws.approve(execution, by=JANE)
    assert variables(check(aws, execution, **github, rule="starter"))
    told = message(check(aws, execution, **github))
    assert "not all who had a hand in this release are known: a source of GitHub tells nobody's name" in told
    aws.approve(execution, by=QA)
    assert "who started this execution" in message(check(aws, execution, **github, rule="starter"))


def test_the_map_of_people_finds_other_names_and_tells_namesakes_apart(aws: FakePipeline, execution: str) -> None:
    aws.approve(execution, by=session("jdoe"))
    assert variables(check(aws, execution))
    assert "jdoe, who had a hand" in message(check(aws, execution, people={"jane@example.com": ["jdoe"]}))
    aws.approve(execution, by=session("jane@other.example"))
    assert "jane@other.example, who had a hand" in message(check(aws, execution))
    assert variables(check(aws, execution, people={"jane@example.com": ["J"], "jane@other.example": ["K"]}))


@pytest.mark.parametrize("by", ["", session("botocore-session-1700000000"), "arn:aws:iam::111122223333:root"])
def test_an_approver_whom_nobody_can_name_does_not_count(aws: FakePipeline, execution: str, by: str) -> None:
    aws.approve(execution, by=by)
    if not by:
        aws.who.clear()
    answer = check(aws, execution)
    if not by:
        aws.now += timedelta(seconds=PATIENCE)
        answer = check(aws, execution, token=answer["continuationToken"])
    assert "nobody can tell which person that is" in message(answer)


def test_a_starter_whom_nobody_can_name_fails_the_check(aws: FakePipeline) -> None:
    execution = aws.start(commit("new"), by="", trigger="StartPipelineExecution")
    aws.approve(execution, by=QA)
    assert "this execution was started by somebody whom AWS doesn't name" in message(check(aws, execution))


@pytest.mark.parametrize("order", list(itertools.permutations(["qa-head", "board", "owner"])))
def test_several_approvals_need_several_people_in_whatever_order_they_are_given(
    aws: FakePipeline, execution: str, order: tuple[str, ...]
) -> None:
    gates = ["qa-head", "board", "owner"]
    people = {"qa-head": QA, "board": session("bo"), "owner": session("Quinn")}
    for gate in order:
        aws.approve(execution, gate, by=people[gate])
    told = message(check(aws, execution, checks=checks(*gates)))
    assert "qa-head and owner were both approved by Quinn, and two people have to" in told
    assert "board" not in told
    aws.approve(execution, "owner", by=session("otto"))
    assert variables(check(aws, execution, checks=checks(*gates))) == {"approvers": "quinn@example.com, bo, otto"}


@pytest.mark.parametrize("oldest_first", [False, True])
def test_a_stage_that_is_retried_is_judged_by_its_last_approvals_in_whatever_order_they_are_listed(
    aws: FakePipeline, execution: str, oldest_first: bool
) -> None:
    aws.oldest_first = oldest_first
    aws.approve(execution, by=JANE)
    assert message(check(aws, execution))
    aws.approve(execution, by=QA)
    assert variables(check(aws, execution))
    aws.approve(execution, by=JANE)
    assert message(check(aws, execution))


def test_retrying_the_failed_check_alone_changes_nothing_until_the_people_are_told_apart(
    aws: FakePipeline, execution: str
) -> None:
    aws.approve(execution, by=session("jane@other.example"))
    assert message(check(aws, execution)) == message(check(aws, execution))
    assert variables(check(aws, execution, people={"jane@example.com": ["J"], "jane@other.example": ["K"]}))


def test_a_job_that_is_delivered_twice_is_judged_the_same_way_twice(aws: FakePipeline, execution: str) -> None:
    aws.approve(execution, by=QA)
    first = check(aws, execution)
    aws.refuse("PutJobSuccessResult", "InvalidJobStateException")
    check(aws, execution)
    assert variables(first) == {"approvers": "quinn@example.com"}


def test_an_approval_of_another_execution_counts_for_nothing(aws: FakePipeline, execution: str) -> None:
    other = aws.start(commit("old"))
    aws.approve(other, by=QA)
    first = check(aws, execution)
    assert "doesn't tell yet" in first["executionDetails"]["summary"]
    aws.now += timedelta(seconds=PATIENCE)
    assert "qa-head has no answer in this execution" in message(check(aws, execution, token=first["continuationToken"]))


def test_an_approval_that_is_not_listed_yet_is_waited_for(aws: FakePipeline, execution: str) -> None:
    aws.ask(execution)
    first = check(aws, execution)
    assert "continuationToken" in first
    aws.answer("qa-head", QA)
    assert variables(check(aws, execution, token=first["continuationToken"])) == {"approvers": "quinn@example.com"}


def test_a_gate_that_was_added_while_the_execution_ran_fails_it_closed(aws: FakePipeline, execution: str) -> None:
    aws.approve(execution, by=QA)
    first = check(aws, execution, checks=checks("qa-head", "board"))
    aws.now += timedelta(seconds=PATIENCE)
    answer = check(aws, execution, checks=checks("qa-head", "board"), token=first["continuationToken"])
    assert "board has no answer in this execution. If the pipeline was changed meanwhile" in message(answer)


def test_a_gate_that_was_taken_away_meanwhile_counts_all_the_same(aws: FakePipeline, execution: str) -> None:
    aws.approve(execution, "old-gate", by=JANE)
    aws.approve(execution, by=QA)
    assert "old-gate was approved by jane@example.com" in message(check(aws, execution))


def test_an_approval_that_a_later_check_looks_at_is_none_of_this_one(aws: FakePipeline, execution: str) -> None:
    both = checks("qa-head", **{"CheckApprovers-2": ["second-region"]})
    aws.approve(execution, by=QA)
    assert variables(check(aws, execution, checks=both)) == {"approvers": "quinn@example.com"}
    aws.approve(execution, "second-region", by=JANE)
    assert variables(check(aws, execution, checks=both)) == {"approvers": "quinn@example.com"}
    told = message(check(aws, execution, checks=both, check="CheckApprovers-2"))
    assert "second-region was approved by jane@example.com, who had a hand" in told
    assert "qa-head" not in told


@pytest.mark.parametrize("status", ["Failed", "Abandoned"])
def test_a_gate_that_was_not_approved_lets_nothing_through(aws: FakePipeline, execution: str, status: str) -> None:
    aws.ask(execution)
    aws.answer("qa-head", QA, status)
    assert f"qa-head was not approved, it is {status}" in message(check(aws, execution))
    assert f"qa-head was not approved, it is {status}" in message(check(aws, execution, rule="none"))


def test_the_person_is_read_from_the_list_where_the_state_has_moved_on(aws: FakePipeline, execution: str) -> None:
    aws.run(execution, APPROVAL, "qa-head", "Succeeded", by=QA)
    assert variables(check(aws, execution)) == {"approvers": "quinn@example.com"}


@pytest.mark.parametrize("operation", ["ListActionExecutions", "GetPipelineState", "BatchGetCommits"])
def test_throttling_costs_a_visit_and_lets_nobody_through(aws: FakePipeline, execution: str, operation: str) -> None:
    aws.approve(execution, by=JANE)
    aws.refuse(operation, "ThrottlingException")
    first = check(aws, execution)
    assert "AWS asks for patience" in first["executionDetails"]["summary"]
    assert message(check(aws, execution, token=first["continuationToken"]))


@pytest.mark.parametrize("operation", ["ListPipelineExecutions", "BatchGetCommits"])
def test_what_cannot_be_read_lets_nobody_through(aws: FakePipeline, execution: str, operation: str) -> None:
    aws.approve(execution, by=QA)
    aws.refuse(operation, "AccessDeniedException")
    assert "AccessDeniedException" in message(check(aws, execution))


def test_who_started_what_is_brought_back_cannot_approve_that(aws: FakePipeline) -> None:
    first = aws.start(commit("new"), by=QA, trigger="StartPipelineExecution", status="Succeeded")
    aws.run(first, "Deploy", "ShiftTraffic", "Succeeded", category="Invoke")
    aws.deployed(commit("old"))
    back = aws.start("", rollback_of=first, trigger="ManualRollback", by=session("ray"))
    for by, told in ((QA, "the execution that is brought back"), (session("ray"), "this execution")):
        aws.approve(back, by=by)
        assert f"who started {told}" in message(check(aws, back))
    aws.approve(back, by=session("una"))
    assert variables(check(aws, back))


# What was promoted.


def promoted(aws: FakePipeline, **more: Any) -> str:
    digest = "ab" * 32
    values: dict[str, Any] = {
        "authors": (Person(name="Jane Doe", email="jane@example.com"),),
        "authors_known": True,
        "started_by": RULE,
    }
    aws.put(Manifest(application="storefront", digest=digest, commit=commit("new"), **{**values, **more}))
    execution = aws.start("version")
    aws.run(execution, "Admit", "AdmitRelease", "Succeeded", category="Invoke", outputVariables={"DIGEST": digest})
    return execution


@pytest.mark.parametrize(
    ("by", "more", "told"),
    [
        (JANE, {}, "who had a hand in this release as Jane Doe"),
        (QA, {"started_by": QA}, "who started the execution that built and tested it"),
        (QA, {"started_by": "arn:aws:iam::111122223333:root"}, "started by arn:aws:iam::111122223333:root, and nobody"),
        (QA, {"started_by": "StartPipelineExecution"}, "started by somebody whom AWS doesn't name"),
        (
            QA,
            {"started_by": ""},
            "the execution that built and tested it was started by somebody whom AWS doesn't name",
        ),
        (QA, {"authors_known": False}, "not all who had a hand in this release are known"),
    ],
)
def test_what_the_manifest_says_of_authors_and_of_who_started_it_counts(
    by: str, more: dict[str, Any], told: str
) -> None:
    aws = FakePipeline()
    execution = promoted(aws, **more)
    aws.approve(execution, by=by)
    assert told in message(check(aws, execution, **PROMOTED))


def test_a_promoted_release_is_let_on_by_somebody_else() -> None:
    aws = FakePipeline()
    execution = promoted(aws)
    aws.approve(execution, by=QA)
    assert variables(check(aws, execution, **PROMOTED)) == {"approvers": "quinn@example.com"}


# The record.


def recorded(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    (line,) = [one.message for one in caplog.records if one.message.startswith("{")]
    found: dict[str, Any] = json.loads(line)
    return found


@pytest.mark.parametrize(("by", "result"), [(QA, "let on"), (JANE, "refused")])
def test_who_approved_what_and_why_it_was_refused_is_recorded_in_one_line(
    aws: FakePipeline, execution: str, caplog: pytest.LogCaptureFixture, by: str, result: str
) -> None:
    caplog.set_level(logging.INFO)
    aws.approve(execution, by=by)
    check(aws, execution)
    found = recorded(caplog)
    assert found["record"] == "approval"
    assert found["result"] == result
    assert bool(found["objections"]) is (result == "refused")
    assert found["approvals"] == [{"gate": "qa-head", "status": "Succeeded", "by": by, "comment": ""}]
    assert found["revision"] == commit("new")
    assert found["execution"] == execution


def test_without_the_rule_whoever_approves_is_recorded_and_nothing_else_is_asked(
    aws: FakePipeline, execution: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    aws.approve(execution, by=JANE)
    assert variables(check(aws, execution, rule="none")) == {"approvers": "jane@example.com"}
    assert recorded(caplog)["approvals"][0]["by"] == JANE
    assert aws.actions == {
        "codepipeline:GetPipelineState",
        "codepipeline:ListActionExecutions",
        "codepipeline:PutJobSuccessResult",
    }


WRONG: list[tuple[Callable[[dict[str, Any]], Any], str]] = [
    *((lambda fixed, key=key: fixed.pop(key), f"missing or unknown: ['{key}']") for key in FIXED),
    (lambda fixed: fixed.update(rule="off"), "`rule` must be one of authors, starter, none"),
    (lambda fixed: fixed.update(checks=checks()), "`gates` must name the approvals"),
    (lambda fixed: fixed.update(checks=["qa-head"]), "`checks` must have `stage` and `gates` for each check"),
    (lambda fixed: fixed.update(checks={CHECK: {"gates": ["qa-head"]}}), "`checks` must have `stage` and `gates`"),
    (lambda fixed: fixed.update(check="Another"), "`checks` doesn't say what Another looks at"),
    (lambda fixed: fixed.update(people={"jane@example.com": "jane"}), "`people` must have a list"),
    (lambda fixed: fixed.update(bucket=1), "Parameters ['bucket'] must be texts"),
]


@pytest.mark.parametrize(("wrong", "told"), WRONG)
def test_a_parameter_that_makes_no_sense_lets_nobody_through(
    aws: FakePipeline, execution: str, wrong: Callable[[dict[str, Any]], Any], told: str
) -> None:
    aws.approve(execution, by=QA)
    fixed = dict(FIXED)
    wrong(fixed)
    assert told in message(call(aws, visit, execution, fixed))
