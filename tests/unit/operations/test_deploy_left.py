"""`operations deploy` that nobody watches to its end: what is told, and that nothing of it is lost."""

from typing import Any

import pytest

from operations.deployment.drive import MOST_TROUBLE
from tests.unit.functions.fake_aws import BLUE, GREEN
from tests.unit.operations.hand_world import COMMIT, HandWorld
from tests.unit.operations.interruption import LIFE, interrupt, runs, words_of
from tests.unit.operations.test_deploy_platforms import ROLLOUTS_TOLD, Rollouts, made, output


def test_left_before_there_is_a_deployment_it_is_begun_anew(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    interrupt(approved, lambda: bool(approved.fleets[GREEN].desired))
    assert approved.deploy(*LIFE) == 130
    said = capsys.readouterr().err
    assert "Nothing was deployed yet, though what was started for it stays. Begin anew with:" in said
    assert "--resume" not in said
    assert approved.deploy("--revision", said.rsplit("--revision ", 1)[1].strip()) == 0
    assert [one["outcome"] for one in approved.ledger] == ["succeeded"]


def test_interrupted_while_it_is_written_down_it_can_be_watched_again(
    approved: HandWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def press(_: dict[str, Any]) -> dict[str, Any]:
        raise KeyboardInterrupt

    with monkeypatch.context() as now:
        now.setattr(approved, "_ssm_GetParameter", press)
        assert approved.deploy(*LIFE) == 130
    assert approved.ledger == []
    assert approved.deploy(*words_of(capsys.readouterr().err)) == 0
    assert [one["outcome"] for one in approved.ledger] == ["succeeded"]
    assert approved.fleets[BLUE].desired == 0


@pytest.mark.parametrize("call", ["ListDeployments", "DescribeAlarms", "GetDeploymentGroup"])
def test_credentials_that_end_on_the_way_leave_it_alone(
    approved: HandWorld, call: str, capsys: pytest.CaptureFixture[str]
) -> None:
    goes_on = approved.on_wait
    ended: list[bool] = []

    def end() -> None:
        if runs(approved) and not ended:
            ended.append(True)
            approved.refuse(call, "ExpiredTokenException", message="The security token is expired.")
            approved.refuse("EnableStageTransition", "ExpiredTokenException")
        goes_on()

    approved.on_wait = end
    assert approved.deploy(*LIFE) == 130
    said = capsys.readouterr().err
    assert "The security token is expired." in said
    assert "aws codepipeline enable-stage-transition" in said
    assert (approved.ledger, approved.door) == ([], False), "nobody knows yet how it ends"
    assert approved.deploy(*words_of(said)) == 0
    assert [one["outcome"] for one in approved.ledger] == ["succeeded"]
    assert approved.door, "who goes on opens what was closed for it"


def test_where_aws_can_not_be_asked_for_long_it_is_left_alone(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    goes_on = approved.on_wait

    def cut() -> None:
        if runs(approved) and not approved.errors:
            approved.refuse("ListDeployments", "ServiceUnavailable", times=MOST_TROUBLE + 1, status=503)
        goes_on()

    approved.on_wait = cut
    assert approved.deploy(*LIFE) == 130
    assert approved.ledger == []
    assert approved.deploy(*words_of(capsys.readouterr().err)) == 0
    assert [one["outcome"] for one in approved.ledger] == ["succeeded"]


def test_credentials_that_end_while_the_old_fleet_bakes_leave_that_to_whoever_goes_on(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    goes_on = approved.on_wait

    def end() -> None:
        if approved.ledger and not approved.errors:
            approved.refuse("DescribeAlarms", "ExpiredToken")
        goes_on()

    approved.on_wait = end
    assert approved.deploy(*LIFE) == 1
    assert approved.fleets[BLUE].desired == 3
    assert approved.deploy(*words_of(capsys.readouterr().err)) == 0
    assert approved.fleets[BLUE].desired == 0


def test_a_deployment_of_ecs_that_has_ended_meanwhile_is_written_down_by_the_same_line_without_its_id(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(key, "testing")
    with made(Rollouts, output("ecs", "canary", ROLLOUTS_TOLD)) as world:
        interrupt(world, lambda: bool(world.rollouts))
        assert world.deploy("--revision", COMMIT) == 130
        world.arrived()
        words = words_of(capsys.readouterr().err)
        assert world.deploy(*words) == 2
        assert "the same line without --resume writes it down where it serves" in capsys.readouterr().err
        assert world.deploy(*words[: words.index("--resume")]) == 0
        assert [one["outcome"] for one in world.ledger] == ["succeeded"]
        assert len(world.asked("UpdateService")) == 1
