"""`check_calendar`: who is let into a stage, at which moment."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from check_calendar.handler import visit
from pipeline_job.run import answer_job
from pipeline_job.values import VARIABLE
from tests.unit.functions.fake_aws import FakeAws
from tests.unit.functions.pipeline_action import job_event

CHRISTMAS = {
    "begins": "2026-12-19T23:00:00+00:00",
    "ends": "2027-01-04T23:00:00+00:00",
    "reason": "Christmas trade",
    "hotfixes": False,
}
OFFICE = {
    "days": ["MON", "TUE", "WED", "THU", "FRI"],
    "opens": 9,
    "closes": 17,
    "timeZone": "Europe/Berlin",
    "waits": False,
}
TOLD = {"stage": "Deploy", "deploys": "yes"}


def answer(monkeypatch: pytest.MonkeyPatch, moment: str, *, told: Any = None, **fixed: Any) -> dict[str, Any]:
    """What CodePipeline is answered at a moment, in UTC."""
    aws = FakeAws()
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    calendar = {"freezes": [], "windows": {}, "hotfixBranches": [], **fixed}
    monkeypatch.setenv(VARIABLE, json.dumps(calendar))
    event = job_event(parameters=json.dumps(told or TOLD), artifact=False)
    answer_job(event, visit=visit, clients=aws.clients, clock=lambda: now)
    assert aws.actions <= {"codepipeline:PutJobSuccessResult", "codepipeline:PutJobFailureResult"}
    (said,) = aws.answers
    assert "continuationToken" not in said, "a rule that is called again is documented nowhere"
    return said


def refusal(said: dict[str, Any]) -> str:
    """Why the execution isn't let in; empty where it is."""
    return str(said.get("failureDetails", {}).get("message", ""))


@pytest.mark.parametrize(
    ("moment", "frozen"),
    [
        ("2026-12-19T22:59:59", False),
        ("2026-12-19T23:00:00", True),
        ("2026-12-25T12:00:00", True),
        ("2027-01-04T22:59:59", True),
        ("2027-01-04T23:00:00", False),
        ("2030-12-25T12:00:00", False),
    ],
)
def test_a_freeze_holds_from_its_first_moment_to_its_last(
    monkeypatch: pytest.MonkeyPatch, moment: str, frozen: bool
) -> None:
    assert bool(refusal(answer(monkeypatch, moment, freezes=[CHRISTMAS]))) is frozen


def test_whoever_is_frozen_reads_why_until_when_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(answer(monkeypatch, "2026-12-25T12:00:00", freezes=[CHRISTMAS])) == (
        "Changes are frozen, from 2026-12-19 23:00 UTC until 2027-01-04 23:00 UTC: Christmas trade. "
        "Retry the stage after it; whoever has the policy may override the condition."
    )


def test_each_of_several_freezes_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    sale = {**CHRISTMAS, "begins": "2026-11-27T00:00:00+00:00", "ends": "2026-11-28T00:00:00+00:00", "reason": "Sale"}
    assert "Sale" in refusal(answer(monkeypatch, "2026-11-27T12:00:00", freezes=[CHRISTMAS, sale]))
    assert refusal(answer(monkeypatch, "2026-12-01T12:00:00", freezes=[CHRISTMAS, sale])) == ""


def test_a_stage_that_doesnt_deploy_is_not_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"stage": "Test", "deploys": "no"}
    assert refusal(answer(monkeypatch, "2026-12-25T12:00:00", told=told, freezes=[CHRISTMAS])) == ""


@pytest.mark.parametrize(
    ("branch", "hotfixes", "passes"),
    [
        ("hotfix/1.2", True, True),
        ("hotfix/1.2", False, False),
        ("release/1.2", True, False),
        ("hotfix", True, False),
    ],
)
def test_a_hotfix_passes_where_the_freeze_says_so(
    monkeypatch: pytest.MonkeyPatch, branch: str, hotfixes: bool, passes: bool
) -> None:
    said = answer(
        monkeypatch,
        "2026-12-25T12:00:00",
        told={**TOLD, "branch": branch},
        freezes=[{**CHRISTMAS, "hotfixes": hotfixes}],
        hotfixBranches=["hotfix/*"],
    )
    assert (refusal(said) == "") is passes


def test_a_hotfix_doesnt_pass_a_second_freeze_that_doesnt_let_it(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [{**CHRISTMAS, "hotfixes": True}, {**CHRISTMAS, "reason": "Migration"}]
    told = {**TOLD, "branch": "hotfix/1"}
    said = answer(monkeypatch, "2026-12-25T12:00:00", told=told, freezes=both, hotfixBranches=["hotfix/*"])
    assert "Migration" in refusal(said)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-25T07:59:59", "2026-11-25 08:00 UTC"),
        ("2026-11-25T08:00:00", ""),
        ("2026-11-25T15:59:59", ""),
        ("2026-11-25T16:00:00", "2026-11-26 08:00 UTC"),
        ("2026-11-27T16:00:00", "2026-11-30 08:00 UTC"),
        ("2026-11-28T12:00:00", "2026-11-30 08:00 UTC"),
        # Berlin is two hours ahead in summer: the window goes by its clock.
        ("2026-07-01T07:00:00", ""),
        ("2026-07-01T15:00:00", "2026-07-02 07:00 UTC"),
        # The clocks go back in the night before Monday, 26 October.
        ("2026-10-23T15:00:00", "2026-10-26 08:00 UTC"),
    ],
)
def test_a_window_that_fails_is_open_by_the_clock_of_its_zone(
    monkeypatch: pytest.MonkeyPatch, moment: str, opens: str
) -> None:
    said = refusal(answer(monkeypatch, moment, windows={"Deploy": [OFFICE]}))
    assert said == (f"The window of stage Deploy is closed; it opens {opens}. Retry the stage then." if opens else "")


def test_a_window_until_midnight_and_of_one_day_opens_a_week_later(monkeypatch: pytest.MonkeyPatch) -> None:
    sunday = {**OFFICE, "days": ["SUN"], "opens": 0, "closes": 24, "timeZone": "UTC"}
    windows = {"Deploy": [sunday]}
    assert refusal(answer(monkeypatch, "2026-11-29T23:59:59", windows=windows)) == ""
    assert "opens 2026-12-06 00:00 UTC" in refusal(answer(monkeypatch, "2026-11-30T00:00:00", windows=windows))


def test_a_window_of_another_stage_doesnt_count(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(answer(monkeypatch, "2026-11-28T12:00:00", windows={"Test": [OFFICE]})) == ""


WAITING = {"Deploy": [{**OFFICE, "waits": True}]}


def test_a_window_that_waits_is_aws_business(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(answer(monkeypatch, "2026-11-28T12:00:00", windows=WAITING)) == ""


def test_nobody_waits_for_a_window_that_opens_in_a_freeze(monkeypatch: pytest.MonkeyPatch) -> None:
    # Friday evening, before the freeze that begins on Sunday: the window would open in it, and AWS doesn't ask again.
    said = refusal(answer(monkeypatch, "2026-12-18T16:30:00", freezes=[CHRISTMAS], windows=WAITING))
    assert "frozen when the window of stage Deploy opens, 2026-12-21 08:00 UTC" in said


def test_who_waits_for_a_window_after_the_freeze_may_come(monkeypatch: pytest.MonkeyPatch) -> None:
    # Late on the freeze's last day the window opens after it.
    assert refusal(answer(monkeypatch, "2027-01-04T20:00:00", freezes=[CHRISTMAS], windows=WAITING)) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"freezes": [{**CHRISTMAS, "begins": "soon"}]},
        {"freezes": [{**CHRISTMAS, "begins": "2026-12-20T00:00:00"}]},
        {"freezes": [{"begins": "2026-12-19T23:00:00+00:00"}]},
        {"freezes": "none"},
        {"windows": []},
        {"windows": {"Deploy": [{**OFFICE, "timeZone": "Europe/Atlantis"}]}},
        {"windows": {"Deploy": [{**OFFICE, "timeZone": "../etc"}]}},
        {"windows": {"Deploy": [{**OFFICE, "days": []}]}},
        {"surprise": 1},
    ],
)
def test_a_calendar_that_cant_be_read_lets_nobody_in(monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]) -> None:
    said = answer(monkeypatch, "2026-11-25T12:00:00", **wrong)
    assert said["failureDetails"]["type"] == "ConfigurationError"
