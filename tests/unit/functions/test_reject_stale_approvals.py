"""`reject_stale_approvals` against a pipeline in memory: every order of events, doubled and late ones too."""

import itertools
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import tell_people.handler
from reject_stale_approvals.decide import Parameters, TooEarlyError
from reject_stale_approvals.handler import handle, visit
from repository_events.event import parse_event
from tell_people.decide import Parameters as TellParameters
from tests.unit.functions.fake_delivery import EVERYONE, happening, parameters
from tests.unit.functions.fake_pipeline import (
    APPROVAL,
    NOON,
    PIPELINE,
    TOPIC,
    FakePipeline,
    commit,
    session,
    stage_event,
)

FIXED: dict[str, Any] = {
    "pipeline": PIPELINE,
    "stage": APPROVAL,
    "variable": "GIT_BRANCH",
    "branches": True,
    "tags": ["v*"],
    "topic": TOPIC,
}
QA = session("quinn")


def asked(execution: str) -> dict[str, Any]:
    """The event of an approval that begins to wait."""
    return stage_event(execution, stage=APPROVAL, state="STARTED", action="qa-head")


def deliver(aws: FakePipeline, told: dict[str, Any], **fixed: Any) -> str:
    parameters = Parameters.parse(json.dumps({**FIXED, **fixed}))
    return visit(parse_event(told), parameters=parameters, clients=aws.clients)


def tell_that_it_was_stopped(aws: FakePipeline, execution: str) -> None:
    """What people hear of an execution that was stopped, whoever did it."""
    told = TellParameters.parse(parameters({**EVERYONE, "mail": TOPIC}))
    event = happening("stopped", execution=execution)
    tell_people.handler.visit(event, parameters=told, clients=aws.clients)


@pytest.fixture
def aws() -> FakePipeline:
    return FakePipeline()


@pytest.fixture
def old(aws: FakePipeline) -> str:
    """An execution that waits for its approval."""
    execution = aws.start(commit("old"))
    aws.ask(execution)
    return execution


@pytest.fixture
def new(aws: FakePipeline, old: str) -> str:
    """A newer one behind it."""
    assert aws.holder == old
    execution = aws.start(commit("new"))
    aws.arrive(execution)
    return execution


def test_an_approval_that_something_newer_waits_behind_is_withdrawn_and_people_are_told(
    aws: FakePipeline, old: str, new: str
) -> None:
    assert deliver(aws, stage_event(new)) == f"{old} is stopped, for {new} waits behind it"
    (stop,) = aws.asked("StopPipelineExecution")
    assert stop["pipelineExecutionId"] == old
    assert stop["reason"].startswith(f"Approval withdrawn: {commit('new')} waits behind {commit('old')}")
    assert aws.messages == []
    tell_that_it_was_stopped(aws, old)
    (said,) = aws.messages
    assert said["Subject"] == f"[prod] storefront in prod: {commit('old')[:8]} was stopped"
    for part in ("Approval withdrawn", commit("old"), commit("new"), f"execution {new}", f"executions/{old}"):
        assert part in said["Message"]


def test_no_approval_is_ever_answered_by_it(aws: FakePipeline, new: str) -> None:
    deliver(aws, stage_event(new))
    assert "codepipeline:PutApprovalResult" not in aws.actions


def everything(old: str, new: str) -> list[dict[str, Any]]:
    return [stage_event(new), stage_event(new), asked(old), stage_event(old), stage_event(new, stage="Source")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(5))))
def test_whatever_the_order_of_the_events_the_older_one_is_stopped_once(order: tuple[int, ...]) -> None:
    aws = FakePipeline()
    old, new = aws.start(commit("old")), aws.start(commit("new"))
    aws.ask(old)
    aws.arrive(new)
    events = everything(old, new)
    for number in order:
        deliver(aws, events[number])
    assert aws.stopped == [old]
    assert aws.messages == []


STEPS = ("ask", "arrive", "approve", "told of asking", "told of arriving", "told again")


@pytest.mark.parametrize(
    "order",
    [
        order
        for order in itertools.permutations(STEPS)
        if order.index("ask") < order.index("approve")
        and order.index("ask") < order.index("told of asking")
        and order.index("arrive") < order.index("told of arriving") < order.index("told again")
    ],
)
def test_in_every_interleaving_whoever_approved_before_the_stop_keeps_it(order: tuple[str, ...]) -> None:
    aws = FakePipeline()
    old, new = aws.start(commit("old")), aws.start(commit("new"))
    approved = False

    def approve() -> None:
        nonlocal approved
        if not aws.stopped:
            aws.answer("qa-head", QA)
            approved = True

    steps: dict[str, Callable[[], object]] = {
        "ask": lambda: aws.ask(old),
        "arrive": lambda: aws.arrive(new),
        "approve": approve,
        "told of asking": lambda: deliver(aws, asked(old)),
        "told of arriving": lambda: deliver(aws, stage_event(new)),
        "told again": lambda: deliver(aws, stage_event(new)),
    }
    seen: list[str] = []
    for step in order:
        steps[step]()
        seen.append(step)
        waits_behind = {"ask", "arrive"} <= set(seen) and not approved
        if waits_behind and step.startswith("told"):
            assert aws.stopped == [old]
        assert not (approved and aws.stopped)
    assert len(aws.stopped) <= 1
    assert aws.messages == []


def test_a_person_who_approves_between_the_two_looks_keeps_it(aws: FakePipeline, old: str, new: str) -> None:
    looks = aws._codepipeline_GetPipelineState

    def look_and_approve(params: dict[str, Any]) -> dict[str, Any]:
        found = looks(params)
        if "qa-head" in aws.tokens:
            aws.answer("qa-head", QA)
        return found

    aws._codepipeline_GetPipelineState = look_and_approve  # type: ignore[method-assign]
    assert deliver(aws, stage_event(new)) == f"{old} waits no longer"
    assert aws.stopped == []


def test_an_answer_in_the_very_moment_of_the_stop_is_told_to_people(aws: FakePipeline, new: str) -> None:
    stops = aws._codepipeline_StopPipelineExecution

    def approve_and_stop(params: dict[str, Any]) -> dict[str, Any]:
        aws.answer("qa-head", QA)
        return stops(params)

    aws._codepipeline_StopPipelineExecution = approve_and_stop  # type: ignore[method-assign]
    deliver(aws, stage_event(new))
    (said,) = aws.messages
    assert said["Subject"] == f"{PIPELINE}: an approval was withdrawn while it was answered"
    assert "qa-head" in said["Message"]


def test_after_a_first_yes_people_decide(aws: FakePipeline) -> None:
    old = aws.start(commit("old"))
    aws.approve(old, "first", by=QA)
    aws.ask(old, "second")
    new = aws.start(commit("new"))
    aws.arrive(new)
    assert deliver(aws, stage_event(new)) == "no approval waits without an answer"
    assert aws.stopped == []


def test_several_approvals_without_an_answer_are_withdrawn_together(aws: FakePipeline) -> None:
    old = aws.start(commit("old"))
    aws.ask(old, "first")
    aws.ask(old, "second")
    new = aws.start(commit("new"))
    aws.arrive(new)
    deliver(aws, stage_event(new))
    assert aws.stopped == [old]
    assert {run["actionName"] for run in aws.runs if run["status"] == "Abandoned"} == {"first", "second"}


def test_the_answer_of_an_earlier_execution_is_none_of_this_one(aws: FakePipeline) -> None:
    before = aws.start(commit("before"))
    aws.approve(before, "first", by=QA)
    aws.approve(before, "second", by=session("bo"))
    old = aws.start(commit("old"))
    aws.ask(old, "first")
    new = aws.start(commit("new"))
    aws.arrive(new)
    deliver(aws, stage_event(new))
    assert aws.stopped == [old]


def behind(aws: FakePipeline, revision: str, **how: Any) -> str:
    execution = aws.start(revision, **how)
    aws.arrive(execution)
    return execution


@pytest.mark.parametrize(
    "arrives",
    [
        pytest.param(lambda aws: behind(aws, commit("old")), id="the same revision"),
        pytest.param(lambda aws: behind(aws, commit("new"), branch="hotfix/1"), id="another branch"),
        pytest.param(lambda aws: behind(aws, commit("new"), made_at=NOON - timedelta(days=1)), id="an older revision"),
        pytest.param(lambda aws: behind(aws, commit("new"), status="Failed"), id="one that failed"),
        pytest.param(lambda aws: behind(aws, commit("new"), rollback_of=aws.holder), id="a rollback"),
        pytest.param(lambda aws: behind(aws, ""), id="one without a revision"),
    ],
)
def test_what_is_no_successor_leaves_the_approval_alone(
    aws: FakePipeline, old: str, arrives: Callable[[FakePipeline], str]
) -> None:
    assert deliver(aws, stage_event(arrives(aws))) == f"nothing newer waits behind {old}"
    assert aws.stopped == []


def test_a_rollback_that_waits_for_an_approval_is_left_alone(aws: FakePipeline) -> None:
    first = aws.start(commit("first"), status="Succeeded")
    back = aws.start("", rollback_of=first)
    aws.ask(back)
    assert deliver(aws, stage_event(behind(aws, commit("new")))) == f"nothing newer waits behind {back}"


@pytest.mark.parametrize(("branch", "stopped"), [("v1.3.0", True), ("w1", False)])
def test_a_new_tag_of_the_same_pattern_succeeds_the_one_before(aws: FakePipeline, branch: str, stopped: bool) -> None:
    old = aws.start(commit("old"), branch="v1.2.0")
    aws.ask(old)
    deliver(aws, stage_event(behind(aws, commit("new"), branch=branch)))
    assert bool(aws.stopped) is stopped


@pytest.mark.parametrize(("branch", "stopped"), [("main", True), ("release/2", False)])
def test_behind_a_connection_the_source_action_says_the_branch(aws: FakePipeline, branch: str, stopped: bool) -> None:
    old, new = aws.start(commit("old")), aws.start(commit("new"))
    for execution, named in ((old, "main"), (new, branch)):
        aws.run(execution, "Source", "Source", "Succeeded", outputVariables={"BranchName": named})
    aws.ask(old)
    aws.arrive(new)
    deliver(aws, stage_event(new), variable="")
    assert bool(aws.stopped) is stopped


def test_a_source_without_branches_has_one_line_of_revisions(aws: FakePipeline, old: str) -> None:
    deliver(aws, stage_event(behind(aws, commit("new"), branch="whatever")), branches=False, variable="")
    assert aws.stopped == [old]


def test_of_several_that_wait_the_first_in_line_takes_over_and_is_asked_about_next(
    aws: FakePipeline, old: str, new: str
) -> None:
    newest = behind(aws, commit("newest"))
    deliver(aws, stage_event(newest))
    aws.ask(new)
    deliver(aws, asked(new))
    aws.ask(newest)
    deliver(aws, asked(newest))
    assert aws.stopped == [old, new]


def test_an_event_that_is_ahead_of_the_state_is_tried_again(aws: FakePipeline, old: str, new: str) -> None:
    aws.shown_late = True
    with pytest.raises(TooEarlyError, match=f"does not show yet that {new} waits behind {old}"):
        deliver(aws, stage_event(new))
    aws.shown_late = False
    deliver(aws, stage_event(new))
    assert aws.stopped == [old]


@pytest.mark.parametrize(("stage", "state"), [("Source", "SUCCEEDED"), ("Test", "FAILED"), ("Test", "STARTED")])
def test_an_event_of_an_execution_that_is_still_on_its_way_is_not_tried_again(
    aws: FakePipeline, old: str, stage: str, state: str
) -> None:
    on_its_way = aws.start(commit("new"))
    assert deliver(aws, stage_event(on_its_way, stage=stage, state=state)) == f"nothing newer waits behind {old}"


def test_a_late_event_of_an_execution_that_is_over_changes_nothing(aws: FakePipeline, old: str) -> None:
    over = aws.start(commit("over"), status="Succeeded")
    assert deliver(aws, stage_event(over)) == f"nothing newer waits behind {old}"


def test_nothing_is_done_for_another_pipeline(aws: FakePipeline, new: str) -> None:
    told = stage_event(new)
    told["detail"]["pipeline"] = "warehouse-prod"
    assert deliver(aws, told).startswith("nothing to do")
    assert aws.calls == []


@pytest.mark.parametrize("code", ["DuplicatedStopRequestException", "PipelineExecutionNotStoppableException"])
def test_one_that_somebody_else_has_stopped_is_stopped(aws: FakePipeline, old: str, new: str, code: str) -> None:
    aws.refuse("StopPipelineExecution", code)
    assert deliver(aws, stage_event(new)) == f"{old} is stopped or over already"
    assert aws.messages == []


def test_a_pipeline_that_is_busy_is_tried_again(aws: FakePipeline, old: str, new: str) -> None:
    aws.refuse("StopPipelineExecution", "ConflictException")
    with pytest.raises(TooEarlyError, match="busy"):
        deliver(aws, stage_event(new))
    deliver(aws, stage_event(new))
    assert aws.stopped[-1] == old


@pytest.mark.parametrize(("code", "raised"), [("ThrottlingException", True), ("AccessDeniedException", False)])
def test_throttling_is_tried_again_by_lambda_and_a_refusal_is_told_to_people(
    aws: FakePipeline, new: str, monkeypatch: pytest.MonkeyPatch, code: str, raised: bool
) -> None:
    monkeypatch.setattr("reject_stale_approvals.handler.runtime_clients", lambda: aws.clients)
    monkeypatch.setenv("PARAMETERS", json.dumps(FIXED))
    aws.refuse("GetPipelineState", code)
    if raised:
        with pytest.raises(aws.clients.codepipeline.exceptions.ClientError):
            handle(stage_event(new), None)
        assert aws.messages == []
    else:
        handle(stage_event(new), None)
        assert aws.messages[0]["Subject"] == "reject_stale_approvals could not do its work"
    assert aws.stopped == []


def test_a_pipeline_whose_stage_is_gone_is_told_to_people(
    aws: FakePipeline, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reject_stale_approvals.handler.runtime_clients", lambda: aws.clients)
    monkeypatch.setenv("PARAMETERS", json.dumps({**FIXED, "stage": "Elsewhere"}))
    handle(stage_event(new), None)
    assert "The pipeline has no stage Elsewhere." in aws.messages[0]["Message"]


@pytest.mark.parametrize("key", list(FIXED))
def test_a_parameter_that_is_missing_is_refused_by_its_name(key: str) -> None:
    fixed = {name: value for name, value in FIXED.items() if name != key}
    with pytest.raises(Exception, match=key):
        Parameters.parse(json.dumps(fixed))
