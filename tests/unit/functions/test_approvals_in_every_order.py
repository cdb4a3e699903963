"""The two functions that watch over approvals, against every order of what may happen, doubled and late events too."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from check_approvers.handler import visit as check
from reject_stale_approvals.decide import Parameters
from reject_stale_approvals.handler import visit as withdraw
from repository_events.event import parse_event
from tests.unit.functions.fake_pipeline import (
    APPROVAL,
    PIPELINE,
    SUBJECT,
    TOPIC,
    FakePipeline,
    call,
    commit,
    session,
    stage_event,
)

STALE = {
    "pipeline": PIPELINE,
    "stage": APPROVAL,
    "variable": "GIT_BRANCH",
    "branches": True,
    "tags": [],
    "topic": TOPIC,
}


def orders(*chains: str) -> Iterator[tuple[str, ...]]:
    """Every order of the steps in which those of each chain, `a < b < c`, keep their own.

    A step may stand in several chains.
    """
    wanted = [chain.split(" < ") for chain in chains]
    steps = list(dict.fromkeys(step for chain in wanted for step in chain))
    for order in itertools.permutations(steps):
        places = {step: place for place, step in enumerate(order)}
        if all(places[one] < places[other] for chain in wanted for one, other in itertools.pairwise(chain)):
            yield order


def deliver(aws: FakePipeline, told: dict[str, Any]) -> None:
    withdraw(parse_event(told), parameters=Parameters.parse(json.dumps(STALE)), clients=aws.clients)


def of_gate(execution: str, state: str) -> dict[str, Any]:
    return stage_event(execution, stage=APPROVAL, state=state, action="qa-head")


@pytest.mark.parametrize("again", ["told of asking", "told of arriving", "told of answering"])
@pytest.mark.parametrize("answer", ["Succeeded", "Failed"])
def test_an_answer_counts_from_when_it_is_given_and_until_then_the_newer_revision_does(answer: str, again: str) -> None:
    for order in orders(
        "ask < answer < told of answering",
        "ask < told of asking",
        "arrive < told of arriving",
        f"{again} < told again",
    ):
        aws = FakePipeline()
        old, new = aws.start(commit("old")), aws.start(commit("new"))
        told = {
            "told of asking": of_gate(old, "STARTED"),
            "told of arriving": stage_event(new),
            "told of answering": of_gate(old, answer.upper()),
        }
        told["told again"] = told[again]
        asked = arrived = answered = False
        for step in order:
            waited = asked and arrived and not answered
            match step:
                case "ask":
                    aws.ask(old)
                    asked = True
                case "arrive":
                    aws.arrive(new)
                    arrived = True
                case "answer":
                    # Nobody can answer what was withdrawn.
                    if not aws.stopped:
                        aws.answer("qa-head", session("quinn"), answer)
                        answered = True
                case _:
                    before = list(aws.stopped)
                    deliver(aws, told[step])
                    assert aws.stopped == ([old] if waited or before else []), order
            assert not (answered and aws.stopped), order
        assert aws.messages == [], order


def test_of_three_that_come_one_after_the_other_only_the_newest_is_left_to_be_asked_about() -> None:
    for order in orders(
        "ask < told of asking", "arrive < arrive later", "arrive < told of arriving", "arrive later < told of the later"
    ):
        aws = FakePipeline()
        old, new, newest = (aws.start(commit(name)) for name in ("old", "new", "newest"))
        steps: Mapping[str, Callable[[], None]] = {
            "ask": lambda aws=aws, old=old: aws.ask(old),  # type: ignore[misc]
            "arrive": lambda aws=aws, new=new: aws.arrive(new),  # type: ignore[misc]
            "arrive later": lambda aws=aws, newest=newest: aws.arrive(newest),  # type: ignore[misc]
            "told of asking": lambda aws=aws, old=old: deliver(aws, of_gate(old, "STARTED")),  # type: ignore[misc]
            "told of arriving": lambda aws=aws, new=new: deliver(aws, stage_event(new)),  # type: ignore[misc]
            "told of the later": lambda aws=aws, newest=newest: deliver(aws, stage_event(newest)),  # type: ignore[misc]
        }
        for step in order:
            steps[step]()
            assert set(aws.stopped) <= {old}, order
        assert aws.stopped == [old], order
        for execution, stopped in ((new, [old, new]), (newest, [old, new])):
            aws.ask(execution)
            for _ in range(2):
                deliver(aws, of_gate(execution, "STARTED"))
            # Late events of what is over tell nothing new.
            deliver(aws, of_gate(old, "ABANDONED"))
            deliver(aws, stage_event(new))
            assert aws.stopped == stopped, order


JANE, RAY = "jane", "ray"
"""Who wrote the release, and who started it."""


@pytest.mark.parametrize(
    ("first", "beside", "second"),
    [
        ("quinn", "bo", "una"),
        (JANE, "bo", "una"),
        ("quinn", "bo", JANE),
        ("quinn", RAY, "una"),
        ("quinn", "Quinn", "una"),
        ("quinn", "bo", "Bo"),
    ],
)
def test_the_last_answers_decide_in_whatever_order_they_come_and_the_check_looks(
    first: str, beside: str, second: str
) -> None:
    fixed = {
        **SUBJECT,
        "check": "CheckApprovers",
        "checks": {"CheckApprovers": {"stage": APPROVAL, "gates": ["qa-head", "board"]}},
        "rule": "authors",
        "people": {},
    }
    for order in orders("qa-head < qa-head again", "board", "look < look again"):
        aws = FakePipeline()
        aws.record("new", author="Jane Doe <jane@example.com>")
        execution = aws.start(commit("new"), by=session(RAY), trigger="StartPipelineExecution")
        for gate in ("qa-head", "board"):
            aws.ask(execution, gate)
        last: dict[str, str] = {}
        token: str | None = None
        for step in (*order, "look at last"):
            match step:
                case "qa-head" | "board":
                    last[step] = first if step == "qa-head" else beside
                    aws.answer(step, session(last[step]))
                case "qa-head again":
                    last["qa-head"] = second
                    aws.approve(execution, by=session(second))
                case _:
                    # Lambda may deliver the same job twice.
                    answers = [call(aws, check, execution, fixed, token=token) for _ in range(2)]
                    people = [one.casefold() for one in last.values()]
                    if len(people) < 2:
                        assert all("continuationToken" in one for one in answers), (order, step)
                        token = answers[0]["continuationToken"]
                        continue
                    refused = bool({JANE, RAY} & {*people}) or people[0] == people[1]
                    assert [("failureDetails" in one, "outputVariables" in one) for one in answers] == [
                        (refused, not refused)
                    ] * 2, (order, step)
