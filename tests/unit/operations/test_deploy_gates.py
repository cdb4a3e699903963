"""`operations deploy` behind the gates of the pipeline: approval, freeze, window, and who deploys already."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.functions.fake_aws import START
from tests.unit.operations.hand_world import CHECKS, GATES, JANE, RECORD, HandWorld, told

LIFE = ["--revision", "v1.4.0"]


def frozen(**more: Any) -> dict[str, Any]:
    freeze = {
        "begins": START.isoformat(),
        "ends": (START + timedelta(days=3)).isoformat(),
        "reason": "Black Friday",
        "hotfixes": True,
    }
    return {"freezes": [freeze], "windows": {}, "hotfixBranches": ["hotfix/*"], **more}


def test_without_a_record_of_an_approval_nothing_is_begun(world: HandWorld, capsys: pytest.CaptureFixture[str]) -> None:
    world.execution("e-1", world.promote(b"one", tag="v1.4.0"))
    assert world.deploy(*LIFE) == 1
    assert world.changes() == []
    said = capsys.readouterr().err
    assert "refused: no approval by qa-head is on record for tag v1.4.0" in said
    assert "--break-glass" in said


@pytest.mark.parametrize(
    "how",
    [{"result": "refused"}, {"gate": "somebody-else"}, {"result": "refused", "comment": "be let on"}],
    ids=["the check refused it", "another gate", "the words alone"],
)
def test_a_record_that_is_no_approval_of_it_does_not_count(world: HandWorld, how: dict[str, str]) -> None:
    world.execution("e-1", world.promote(b"one", tag="v1.4.0"))
    world.approve("e-1", **how)
    assert world.deploy(*LIFE) == 1


def test_the_approval_of_another_artifact_does_not_count(world: HandWorld) -> None:
    world.execution("e-1", world.promote(b"one", tag="v1.4.0"))
    world.execution("e-2", world.promote(b"two", tag="v1.5.0", commit="b" * 40))
    world.approve("e-2")
    assert world.deploy(*LIFE) == 1
    assert world.deploy("--revision", "v1.5.0") == 0


def test_lines_of_a_log_that_are_none_of_ours_are_passed_over(world: HandWorld) -> None:
    world.execution("e-1", world.promote(b"one", tag="v1.4.0"))
    world.logs[CHECKS] = ["e-1 let on", '{"execution": "e-1", "said": "let on"}', '["e-1", "let on"]']
    assert world.deploy(*LIFE) == 1
    world.approve("e-1")
    assert world.deploy(*LIFE) == 0


@pytest.mark.parametrize("approvals", [None, 7, ["qa-head"], [{"status": "Succeeded"}]])
def test_a_record_of_another_shape_is_no_approval(world: HandWorld, approvals: object) -> None:
    world.execution("e-1", world.promote(b"one", tag="v1.4.0"))
    record = {"record": "approval", "execution": "e-1", "result": "let on", "approvals": approvals}
    world.logs[CHECKS] = [json.dumps(record)]
    assert world.deploy(*LIFE) == 1
    world.told["approvals"] = {**GATES, "checks": ""}
    world.logs[RECORD] = [
        json.dumps({"detail": detail}) for detail in (None, {"execution-id": "e-1", "type": "Approval"})
    ]
    assert world.deploy(*LIFE) == 1


def event(state: str, at: str, execution: str = "e-1") -> str:
    detail = {"execution-id": execution, "action": "qa-head", "state": state, "type": {"category": "Approval"}}
    return json.dumps({"time": at, "detail": detail})


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([event("STARTED", "1"), event("SUCCEEDED", "2")], 0),
        ([event("SUCCEEDED", "2"), event("STARTED", "1")], 0),
        ([event("SUCCEEDED", "2"), event("SUCCEEDED", "2")], 0),
        ([event("STARTED", "1"), event("FAILED", "2")], 1),
        ([event("SUCCEEDED", "1"), event("STARTED", "2")], 1),
        ([event("SUCCEEDED", "1", execution="e-2")], 1),
        ([], 1),
    ],
    ids=["approved", "late event", "twice", "rejected", "asked again", "another execution", "nothing"],
)
def test_where_nobody_checks_approvers_the_record_of_the_events_counts(
    world: HandWorld, events: list[str], code: int
) -> None:
    world.told["approvals"] = {**GATES, "checks": ""}
    world.execution("e-1", world.promote(b"one", tag="v1.4.0"))
    world.logs[RECORD] = events
    assert world.deploy(*LIFE) == code


def test_broken_glass_is_announced_before_anything_begins_and_kept(world: HandWorld) -> None:
    world.promote(b"one", tag="v1.4.0")
    assert world.deploy(*LIFE, "--break-glass", "Shop is down, INC-4711") == 0
    ((subject, message),) = world.mails
    assert subject == "glass broken: storefront is deployed to prod by hand"
    assert JANE in message
    assert "- no approval by qa-head is on record for tag v1.4.0." in message
    assert "Reason: Shop is down, INC-4711" in message
    calls = [action.split(":")[1] for action, _ in world.calls]
    assert calls.index("Publish") < calls.index("DisableStageTransition")
    (record,) = world.ledger
    assert record["reason"] == "Shop is down, INC-4711"
    assert record["approvals"] == []


def test_broken_glass_that_nobody_can_hear_begins_nothing(world: HandWorld) -> None:
    world.promote(b"one", tag="v1.4.0")
    world.refuse("Publish", "AuthorizationError")
    assert world.deploy(*LIFE, "--break-glass", "Shop is down") == 2
    assert world.doors == []
    assert world.deployed == []


@pytest.mark.parametrize("reason", ["", "  "])
def test_glass_is_not_broken_without_a_reason(world: HandWorld, reason: str) -> None:
    world.promote(b"one", tag="v1.4.0")
    assert world.deploy(*LIFE, "--break-glass", reason) == 1


def test_nothing_is_announced_where_nothing_is_passed_by(approved: HandWorld) -> None:
    assert approved.deploy(*LIFE, "--break-glass", "just in case") == 0
    assert approved.mails == []


def test_a_freeze_holds_it_up_until_it_is_over(approved: HandWorld, capsys: pytest.CaptureFixture[str]) -> None:
    approved.told["calendar"] = frozen()
    assert approved.deploy(*LIFE) == 1
    assert "refused: Changes are frozen" in capsys.readouterr().err
    approved.now = START + timedelta(days=3)
    assert approved.deploy(*LIFE) == 0


def test_a_freeze_that_lets_hotfixes_pass_lets_one_by_hand_pass(world: HandWorld) -> None:
    world.told["calendar"] = frozen()
    world.execution("e-1", world.promote(b"fix", tag="v1.4.1", branch="hotfix/1.4.1"))
    world.approve("e-1")
    assert world.deploy("--revision", "v1.4.1") == 0


@pytest.mark.parametrize("waits", [True, False])
def test_a_window_that_is_closed_holds_it_up_whether_the_pipeline_would_wait_or_not(
    approved: HandWorld, waits: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    window = {"days": ["TUE"], "opens": 9, "closes": 16, "timeZone": "UTC", "waits": waits}
    approved.told["calendar"] = frozen(freezes=[], windows={"Deploy": [window]})
    assert approved.deploy(*LIFE) == 1
    assert "it opens 2026-11-24 09:00 UTC" in capsys.readouterr().err
    assert approved.deploy(*LIFE, "--break-glass", "It can't wait") == 0
    assert "The window of stage Deploy is closed" in approved.mails[0][1]


@pytest.mark.parametrize("stage", ["Deploy", "Retire"])
def test_nobody_passes_by_an_execution_that_deploys(
    approved: HandWorld, stage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    approved.stages[stage] = {"latestExecution": {"pipelineExecutionId": "e-9", "status": "InProgress"}}
    assert approved.deploy(*LIFE, "--break-glass", "now") == 1
    assert f"execution e-9 of storefront-prod is in {stage}" in capsys.readouterr().err
    assert approved.changes() == []


def test_nobody_passes_by_a_deployment_that_runs(approved: HandWorld, capsys: pytest.CaptureFixture[str]) -> None:
    approved.add_deployment("InProgress")
    assert approved.deploy(*LIFE, "--break-glass", "now") == 1
    assert "deployment d-000000002 of storefront is running" in capsys.readouterr().err


def test_an_execution_that_slips_in_before_the_door_is_closed_goes_first(approved: HandWorld) -> None:
    close = approved._codepipeline_DisableStageTransition

    def slip_in(params: dict[str, Any]) -> dict[str, Any]:
        approved.stages["Deploy"] = {"latestExecution": {"pipelineExecutionId": "e-9", "status": "InProgress"}}
        return close(params)

    approved._codepipeline_DisableStageTransition = slip_in  # type: ignore[method-assign]
    assert approved.deploy(*LIFE) == 2
    assert approved.door
    assert approved.deployed == []


def test_outside_of_production_a_road_without_approvals_asks_for_none(world: HandWorld) -> None:
    world.told = {key: value for key, value in told().items() if key != "approvals"}
    world.tier = "staging"
    world.execution("e-1", "c" * 40, artifact="storefront-staging/Bundle/one")
    world.put(b"one", bucket="artifacts", key="storefront-staging/Bundle/one")
    assert world.deploy("--revision", "ccccccc") == 0


def test_in_production_a_road_without_approvals_needs_broken_glass(world: HandWorld) -> None:
    del world.told["approvals"]
    world.promote(b"one", tag="v1.4.0")
    assert world.deploy(*LIFE) == 1
    assert world.deploy(*LIFE, "--break-glass", "there is no gate") == 0
