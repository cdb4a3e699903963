"""Conditions, freezes and overrides in a stack file: what is understood, and how each mistake is told."""

from datetime import date
from typing import Any

import pytest

from settings.conditions import WindowRule
from tests.unit.settings.stack_file import STOREFRONT, changed, config_of, good, said

DEPLOY = (*STOREFRONT, "conditions", "Deploy")
FREEZE = {"from": "2026-12-20", "until": "2027-01-04", "reason": "Christmas trade"}
WINDOW = {"rule": "window", "closed": "wait"}
ALARM = {"rule": "alarm", "name": "payments-errors"}
VARIABLE = {"rule": "variable", "variable": "#{variables.RELEASE}", "equals": "1"}
COMMANDS = {"rule": "commands", "commands": ["true"]}
RULE = "applications.storefront.conditions.Deploy.beforeEntry.rules[0]"


def refusals(place: tuple[str | int, ...], value: Any) -> list[str]:
    return said(changed(config_of("staging"), (place, value)), stack="staging")


def entering(*rules: Any, **more: Any) -> Any:
    return {"beforeEntry": {"rules": list(rules), **more}}


CONDITIONS: dict[str, tuple[Any, str]] = {
    "nothing": ({}, "applications.storefront.conditions.Deploy: given an empty mapping; allowed: at least one of"),
    "an unknown moment": ({"beforEntry": {"rules": [ALARM]}}, "unknown key; did you mean beforeEntry?"),
    "no rules": (entering(), "beforeEntry.rules: given an empty list; allowed: at least 1 rule"),
    "six rules": (
        entering(*({"rule": "alarm", "name": f"a{number}"} for number in range(6))),
        "beforeEntry.rules: given a list of 6; allowed: at most 5 rules; there are 6",
    ),
    "a rule twice": (entering(ALARM, ALARM), "allowed: rules that differ"),
    "an unknown rule": (
        entering({"rule": "alrm", "name": "a"}),
        f'{RULE}.rule: given "alrm"; allowed: window, alarm, variable, function, commands; did you mean alarm?',
    ),
    "a rule without a word": (entering({"name": "a"}), f"{RULE}.rule: missing; needed: one of window, alarm"),
    "a key of another rule": (entering({**ALARM, "closed": "wait"}), f"{RULE}.closed: unknown key; it exists only"),
    "a window that doesn't say what it does": (entering({"rule": "window"}), f"{RULE}.closed: missing; needed:"),
    "a window that skips": (
        entering({"rule": "window", "closed": "skip"}),
        f'{RULE}.closed: given "skip"; allowed: wait, fail',
    ),
    "days in words": (
        entering({**WINDOW, "days": "weekdays"}),
        f'{RULE}.days: given "weekdays"; allowed: days such as',
    ),
    "a day that isn't one": (entering({**WINDOW, "days": "MON-FRY"}), f"{RULE}.days: given"),
    "hours over midnight": (
        entering({**WINDOW, "hours": "22-4"}),
        f'{RULE}.hours: given "22-4"; allowed: hours of one',
    ),
    "no hour at all": (entering({**WINDOW, "hours": "9-9"}), f"{RULE}.hours: given"),
    "half hours": (entering({**WINDOW, "hours": "9:30-17"}), f"{RULE}.hours: given"),
    "the 25th hour": (entering({**WINDOW, "hours": "9-25"}), f"{RULE}.hours: given"),
    "a time zone of nowhere": (
        entering({**WINDOW, "timeZone": "CET+1"}),
        f'{RULE}.timeZone: given "CET+1"; allowed: a time zone of the IANA database',
    ),
    "too little patience": (
        entering({**WINDOW, "patienceMinutes": 4}),
        f"{RULE}.patienceMinutes: given 4; allowed: 5 to 86400 minutes",
    ),
    "an alarm beside a window that waits": (
        entering(WINDOW, ALARM),
        "beforeEntry.rules: given a list of 2; allowed: no alarm beside a window that waits",
    ),
    "an ARN for an alarm": (
        entering({"rule": "alarm", "name": ""}),
        f'{RULE}.name: given ""; allowed: the name of an alarm of CloudWatch',
    ),
    "an alarm that is watched for ever": (
        entering({**ALARM, "waitMinutes": 1441}),
        f"{RULE}.waitMinutes: given 1441; allowed: 1 to 1440 minutes",
    ),
    "a variable without its namespace": (
        entering({**VARIABLE, "variable": "RELEASE"}),
        f'{RULE}.variable: given "RELEASE"; allowed: a variable as #{{namespace.NAME}}',
    ),
    "a variable that is compared twice": (
        entering({**VARIABLE, "matches": "."}),
        f"{RULE}: given a mapping of rule, variable, equals, matches; allowed: exactly one of equals",
    ),
    "a variable that isn't compared": (
        entering({"rule": "variable", "variable": "#{variables.RELEASE}"}),
        "exactly one of equals, differs, contains and matches; there are 0",
    ),
    "a function by its ARN": (
        entering({"rule": "function", "name": "arn:aws:lambda:eu-west-1:111122223333:function:f"}),
        f"{RULE}.name: given",
    ),
    "no commands": (
        entering({**COMMANDS, "commands": []}),
        f"{RULE}.commands: given an empty list; allowed: at least 1",
    ),
    "too many commands": (entering({**COMMANDS, "commands": ["true"] * 51}), "allowed: at most 50 commands"),
    "a command of several lines": (entering({**COMMANDS, "commands": ["a\nb"]}), f"{RULE}.commands[0]: given"),
    "a long command": (entering({**COMMANDS, "commands": ["x" * 1001]}), f"{RULE}.commands[0]: given"),
    "a window that would skip": (
        entering({**WINDOW, "closed": "fail"}, otherwise="skip"),
        'beforeEntry.otherwise: given "skip"; allowed: fail, or rules of variable and function alone; window',
    ),
    "an entry that rolls back": (entering(ALARM, otherwise="rollback"), 'given "rollback"; allowed: fail, skip'),
    "a success that doesn't say": ({"onSuccess": {"rules": [ALARM]}}, "onSuccess.otherwise: missing; needed:"),
    "a success that skips": (
        {"onSuccess": {"otherwise": "skip", "rules": [ALARM]}},
        'onSuccess.otherwise: given "skip"; allowed: fail, rollback',
    ),
    "a window after the fact": (
        {"onSuccess": {"otherwise": "fail", "rules": [WINDOW]}},
        "onSuccess.rules: given a list of 1; allowed: rules without a window",
    ),
    "a failure with rules": (
        {"onFailure": {"result": "rollback", "rules": [ALARM]}},
        "onFailure.rules: unknown key; known here: actions, result",
    ),
    "a rollback of some actions": (
        {"onFailure": {"result": "rollback", "actions": "failed"}},
        'onFailure.actions: given "failed"; allowed: actions only with result: retry',
    ),
    "a failure that fails": (
        {"onFailure": {"result": "fail"}},
        'onFailure.result: given "fail"; allowed: rollback, retry',
    ),
}


@pytest.mark.parametrize("case", CONDITIONS)
def test_a_malformed_condition_is_refused_with_its_place_and_the_way_out(case: str) -> None:
    value, message = CONDITIONS[case]
    (problem,) = refusals(DEPLOY, value)
    assert message in problem
    assert problem.startswith("applications.storefront.conditions.Deploy")


def test_the_name_of_a_stage_has_the_letters_that_aws_takes() -> None:
    (problem,) = refusals((*STOREFRONT, "conditions"), {"De ploy": entering(ALARM)})
    assert "the name isn't allowed; allowed: the name of a stage" in problem


FREEZES: dict[str, tuple[Any, str]] = {
    "no reason": ([{"from": "2026-12-20", "until": "2027-01-04"}], "freezes[0].reason: missing; needed: Why"),
    "no end": ([{"from": "2026-12-20", "reason": "x"}], "freezes[0].until: missing"),
    "a day that isn't on the calendar": ([{**FREEZE, "until": "2027-02-30"}], 'freezes[0].until: given "2027-02-30"'),
    "a German day": ([{**FREEZE, "from": "20.12.2026"}], 'freezes[0].from: given "20.12.2026"; allowed: a day such as'),
    "an hour that the clock hasn't": ([{**FREEZE, "from": "2026-12-20T24:30"}], "freezes[0].from: given"),
    "an end before its beginning": (
        [{**FREEZE, "until": "2026-12-19"}],
        'freezes[0].until: given "2026-12-19"; allowed: a moment after from, 2026-12-20',
    ),
    "a zone of nowhere": ([{**FREEZE, "timeZone": "Mars/Olympus"}], "freezes[0].timeZone: given"),
    "a mapping": (FREEZE, "freezes: given a mapping of from, until, reason; allowed: a list"),
    "one twice": ([FREEZE, FREEZE], "freezes: given a list of 2; allowed: freezes that differ"),
}


@pytest.mark.parametrize("case", FREEZES)
def test_a_malformed_freeze_is_refused_with_its_place_and_the_way_out(case: str) -> None:
    value, message = FREEZES[case]
    (problem,) = refusals(("delivery:freezes",), value)
    assert message in problem


def test_hotfixes_pass_only_where_somebody_knows_which_they_are() -> None:
    passing = [{**FREEZE, "hotfixes": True}]
    (problem,) = said(changed(config_of("prod"), (("delivery:freezes",), passing)), stack="prod")
    assert problem.startswith("freezes[0].hotfixes: given true; allowed: false where no application of the stack has")


@pytest.mark.parametrize(
    ("freeze", "begins", "ends"),
    [
        (FREEZE, "2026-12-20T00:00:00+00:00", "2027-01-05T00:00:00+00:00"),
        ({**FREEZE, "until": "2026-12-20"}, "2026-12-20T00:00:00+00:00", "2026-12-21T00:00:00+00:00"),
        (
            {**FREEZE, "from": "2026-12-20T18:00", "until": "2027-01-04T09:00", "timeZone": "America/New_York"},
            "2026-12-20T23:00:00+00:00",
            "2027-01-04T14:00:00+00:00",
        ),
        # The clocks go forward in it: its first day has 23 hours.
        (
            {**FREEZE, "from": "2027-03-28", "until": "2027-03-28", "timeZone": "Europe/Berlin"},
            "2027-03-27T23:00:00+00:00",
            "2027-03-28T22:00:00+00:00",
        ),
        (
            {**FREEZE, "from": date(2026, 12, 20), "until": "2027-01-04 00:00:00 +0000 UTC"},
            "2026-12-20T00:00:00+00:00",
            "2027-01-05T00:00:00+00:00",
        ),
    ],
)
def test_a_freeze_holds_from_its_first_day_to_its_last_by_the_clock_of_its_zone(
    freeze: dict[str, Any], begins: str, ends: str
) -> None:
    (found,) = good("prod", (("delivery:freezes",), [freeze])).freezes
    assert [moment.isoformat() for moment in found.span] == [begins, ends]


@pytest.mark.parametrize(
    ("days", "open_on"),
    [
        ("MON-FRI", "MON TUE WED THU FRI"),
        ("SAT,SUN", "SAT SUN"),
        ("SAT-MON", "MON SAT SUN"),
        ("SUN-SAT", "MON TUE WED THU FRI SAT SUN"),
        ("WED", "WED"),
        ("FRI,MON-TUE,MON", "MON TUE FRI"),
    ],
)
def test_days_are_a_set_in_the_order_of_the_week(days: str, open_on: str) -> None:
    settings = good("staging", (DEPLOY, entering({**WINDOW, "days": days})))
    entry = settings.applications["storefront"].conditions["Deploy"].before_entry
    assert entry
    (window,) = entry.rules
    assert isinstance(window, WindowRule)
    assert " ".join(window.weekdays) == open_on


def test_a_role_that_the_guardrail_excepts_is_the_arn_of_one() -> None:
    (problem,) = refusals(("delivery:overrides",), {"rollback": ["arn:aws:iam::111122223333:user/jo"]})
    assert problem.startswith("overrides.rollback[0]: given")
    (problem,) = refusals(("delivery:overrides",), {"rolback": []})
    assert problem == "overrides.rolback: unknown key; did you mean rollback?"


def test_a_watch_is_as_long_as_an_action_can_live() -> None:
    (problem,) = refusals((*STOREFRONT, "deploy", "watchMinutes"), 1381)
    assert problem == "applications.storefront.deploy.watchMinutes: given 1381; allowed: 0 to 1380 minutes"
