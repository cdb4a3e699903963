"""The functions around approvals make exactly the calls that they declare."""

import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

import check_approvers.handler
import gather_evidence.handler
import reject_stale_approvals.handler
from reject_stale_approvals.decide import Parameters
from release_manifest import Manifest
from repository_events.event import parse_event
from tests.unit.functions.fake_forge import TOPIC, commit
from tests.unit.functions.fake_pipeline import (
    APPROVAL,
    PIPELINE,
    PROMOTED,
    RULE,
    SUBJECT,
    FakePipeline,
    call,
    session,
    stage_event,
)

DIGEST = "ab" * 32


class FakeTags:
    """A Git server without a tag; that it may be asked is one permission."""

    def __init__(self, aws: FakePipeline) -> None:
        self.aws = aws

    def tags(self) -> dict[str, str]:
        self.aws.calls.append(("codecommit:GitPull", {}))
        return {}


def releases(aws: FakePipeline) -> Iterator[tuple[str, Mapping[str, str]]]:
    """A commit, and a release that was promoted, each approved: its execution and what a function knows of it."""
    aws.record("new")
    manifest = Manifest(application="storefront", digest=DIGEST, commit=commit("new"), authors_known=True)
    aws.put(replace(manifest, started_by=RULE))
    promoted = aws.start("version")
    told = {"DIGEST": DIGEST}
    aws.run(promoted, "Admit", "AdmitRelease", "Succeeded", category="Invoke", outputVariables=told)
    for execution, subject in ((aws.start(commit("new")), SUBJECT), (promoted, PROMOTED)):
        aws.approve(execution, by=session("quinn"))
        yield execution, subject


def gather(aws: FakePipeline) -> None:
    """Evidence of both kinds, and parameters that are none."""
    visit = partial(gather_evidence.handler.visit, remote=lambda _: FakeTags(aws))
    for execution, subject in releases(aws):
        call(aws, visit, execution, {**subject, "room": 900})
    call(aws, visit, "", {})


def check_approvals(aws: FakePipeline) -> None:
    """Approvers of both kinds, and one who started the release."""
    checks = {"CheckApprovers": {"stage": APPROVAL, "gates": ["qa-head"]}}
    told = {"check": "CheckApprovers", "checks": checks, "rule": "authors", "people": {}}
    for execution, subject in releases(aws):
        call(aws, check_approvers.handler.visit, execution, {**subject, **told})
    call(aws, check_approvers.handler.visit, "", {})


def withdraw(aws: FakePipeline) -> None:
    """An approval that something newer waits behind, and that is answered in the moment of the stop."""
    told = {"pipeline": PIPELINE, "stage": APPROVAL, "variable": "", "branches": True, "tags": [], "topic": TOPIC}
    parameters = Parameters.parse(json.dumps(told))
    old, new = aws.start(commit("old")), aws.start(commit("new"))
    aws.ask(old)
    aws.arrive(new)
    event = parse_event(stage_event(new))
    stops = aws._codepipeline_StopPipelineExecution

    def approve_and_stop(params: dict[str, Any]) -> dict[str, Any]:
        aws.answer("qa-head", session("quinn"))
        return stops(params)

    aws._codepipeline_StopPipelineExecution = approve_and_stop  # type: ignore[method-assign]
    reject_stale_approvals.handler.visit(event, parameters=parameters, clients=aws.clients)


@pytest.mark.parametrize(
    ("name", "play"),
    [("gather_evidence", gather), ("check_approvers", check_approvals), ("reject_stale_approvals", withdraw)],
)
def test_the_declared_actions_of_approvals_are_exactly_the_calls_made(
    name: str, play: Callable[[FakePipeline], None]
) -> None:
    aws = FakePipeline()
    play(aws)
    assert sorted(aws.actions) == list(importlib.import_module(name).API_ACTIONS)
