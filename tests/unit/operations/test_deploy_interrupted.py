"""Ctrl-C during `operations deploy`: it stops the deployment or the watching, and leaves nothing half done."""

import io
import signal
import threading
from typing import Any

import pytest

from operations.deployment.drive import Step
from operations.deployment.interrupt import AtTheTerminal, OnInterrupt, ending_is_interrupt
from operations.deployment.steps import RETIRE, SHIFT
from operations.terminal import Terminal
from tests.unit.functions.fake_aws import BLUE, GREEN
from tests.unit.operations.hand_world import HandWorld
from tests.unit.operations.interruption import LIFE, interrupt, runs, words_of


def test_stopped_before_there_is_a_deployment_the_idle_fleet_is_emptied_again(approved: HandWorld) -> None:
    interrupt(approved, lambda: bool(approved.fleets[GREEN].desired))
    assert approved.deploy(*LIFE, "--on-interrupt", "stop") == 1
    assert approved.deployed == []
    assert (approved.fleets[GREEN].desired, approved.fleets[BLUE].desired) == (0, 3)
    assert approved.door
    assert [one["outcome"] for one in approved.ledger] == ["stopped"]


def test_stopped_while_it_deploys_it_is_watched_until_what_ran_before_is_back(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    interrupt(approved, lambda: runs(approved))
    assert approved.deploy(*LIFE, "--on-interrupt", "stop") == 1
    assert "is told to stop" in capsys.readouterr().err
    assert approved.bound == [BLUE]
    assert approved.fleets[GREEN].desired == 0
    assert [one["outcome"] for one in approved.ledger] == ["stopped"]


def test_the_door_is_opened_whatever_is_pressed_while_aws_asks_for_patience(approved: HandWorld) -> None:
    approved.refuse("EnableStageTransition", "ThrottlingException", times=2)
    # Nothing waits while the door is closed and everything is over, but the opening of the door.
    interrupt(approved, lambda: bool(approved.asked("EnableStageTransition")))
    approved.deploy(*LIFE)
    assert approved.door


def test_a_stop_that_is_throttled_is_said_and_changes_nothing(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    approved.refuse("StopDeployment", "ThrottlingException")
    interrupt(approved, lambda: runs(approved))
    approved.deploy(*LIFE, "--on-interrupt", "stop")
    assert "could not be told to stop" in capsys.readouterr().err
    assert approved.bound == [GREEN], "it went on to its end"


def test_left_alone_it_goes_on_in_aws_and_can_be_watched_again(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    interrupt(approved, lambda: runs(approved))
    assert approved.deploy(*LIFE) == 130
    said = capsys.readouterr()
    assert "not watched to the end" in said.out
    assert approved.door
    assert approved.ledger == []
    assert approved.deploy(*words_of(said.err)) == 0
    assert len(approved.deployed) == 1
    assert approved.fleets[GREEN].attached
    assert approved.fleets[BLUE].desired == 0
    (record,) = approved.ledger
    assert record["execution"] in said.err
    assert (record["source"]["tag"], len(record["approvals"])) == ("v1.4.0", 1)
    assert record["artifact"]["sha256"]


def test_watched_again_the_reason_for_breaking_glass_is_not_lost(
    world: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world.promote(b"one", tag="v1.4.0")
    interrupt(world, lambda: runs(world))
    assert world.deploy(*LIFE, "--break-glass", "shop's down, and nobody is up") == 130
    assert world.deploy(*words_of(capsys.readouterr().err)) == 0
    assert [one["reason"] for one in world.ledger] == ["shop's down, and nobody is up"]
    assert len(world.asked("Publish")) == 1, "it is announced once"


def test_what_began_is_not_taken_for_another_revision(approved: HandWorld, capsys: pytest.CaptureFixture[str]) -> None:
    interrupt(approved, lambda: runs(approved))
    assert approved.deploy(*LIFE) == 130
    execution = words_of(capsys.readouterr().err)[-1]
    approved.promote(b"two", tag="v1.5.0")
    assert approved.deploy("--revision", "v1.5.0", "--resume", execution) == 2
    assert "and not tag v1.5.0" in capsys.readouterr().err
    assert approved.ledger == []


def test_without_its_revision_it_is_watched_too_and_written_down_as_far_as_it_is_known(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    interrupt(approved, lambda: runs(approved))
    assert approved.deploy(*LIFE) == 130
    assert approved.deploy("--resume", words_of(capsys.readouterr().err)[-1]) == 0
    assert [(one["outcome"], one["approvals"]) for one in approved.ledger] == [("succeeded", [])]


def test_neither_a_revision_nor_what_to_go_on_with_is_refused(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    assert approved.deploy() == 2
    assert "say with --revision what to deploy" in capsys.readouterr().err


def test_watched_again_one_that_an_alarm_refuses_says_that_nothing_was_brought_back(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    interrupt(approved, lambda: runs(approved))
    assert approved.deploy(*LIFE) == 130
    execution = capsys.readouterr().err.rsplit("--resume ", 1)[1].strip()
    approved.end_well()
    approved.alarms["storefront-5xx"] = ("ALARM", "errors")
    assert approved.deploy("--resume", execution) == 1
    assert "Nothing was brought back; python -m operations rollback --to RELEASE" in capsys.readouterr().err
    assert approved.bound == [GREEN]
    assert [one["outcome"] for one in approved.ledger] == ["failed"]


def test_nothing_can_be_watched_again_that_codedeploy_does_not_know(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    assert approved.deploy("--resume", "0d3c") == 2
    assert "CodeDeploy knows no deployment of 0d3c" in capsys.readouterr().err


def test_left_alone_while_the_old_fleet_bakes_it_is_written_down_once_and_both_run(
    approved: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    interrupt(approved, lambda: bool(approved.ledger))
    assert approved.deploy(*LIFE) == 1
    assert approved.fleets[BLUE].desired == 3
    assert approved.deploy("--resume", capsys.readouterr().err.rsplit("--resume ", 1)[1].strip()) == 0
    assert approved.fleets[BLUE].desired == 0
    assert [(one["outcome"], len(one["approvals"])) for one in approved.ledger] == [("succeeded", 1)]


def at_the_terminal(answers: str, **more: Any) -> AtTheTerminal:
    return AtTheTerminal(terminal=Terminal(answers=io.StringIO(answers), errors=io.StringIO()), **more)


@pytest.mark.parametrize(
    ("answers", "step", "stops"),
    [
        ("s\n", SHIFT, True),
        ("l\n", SHIFT, None),
        ("c\n", SHIFT, False),
        ("what?\n", SHIFT, False),
        ("", SHIFT, None),
        ("s\n", RETIRE, False),
        ("l\n", RETIRE, None),
    ],
)
def test_whoever_sits_there_is_asked_and_no_answer_stops_by_mistake(
    answers: str, step: Step, stops: bool | None
) -> None:
    assert at_the_terminal(answers).stops(step, deployment="d-1") is stops


def test_where_nobody_can_be_asked_it_is_left_alone_unless_told_otherwise() -> None:
    machine = Terminal(as_json=True)
    assert AtTheTerminal(terminal=machine).stops(SHIFT, deployment="") is None
    stopping = AtTheTerminal(terminal=machine, otherwise=OnInterrupt.STOP)
    assert stopping.stops(SHIFT, deployment="") is True
    assert stopping.stops(RETIRE, deployment="") is None


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_a_process_that_is_told_to_end_or_has_lost_its_terminal_is_heard_as_ctrl_c(ending: signal.Signals) -> None:
    before = signal.getsignal(ending)
    with ending_is_interrupt():
        assert signal.getsignal(ending) is not before
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(ending)
    assert signal.getsignal(ending) is before


def test_outside_of_the_main_thread_there_is_no_signal_to_hear() -> None:
    ended: list[bool] = []

    def work() -> None:
        with ending_is_interrupt():
            ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ended == [True]
