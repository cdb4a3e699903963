"""Audiences in the stack file: what they are by default, and what is refused, all of it at once."""

from typing import Any

import pytest

from settings.notifications import NoticeKind
from tests.unit.audiences import AUDIENCES, GUID
from tests.unit.settings.stack_file import STOREFRONT, changed, config_of, good, said

NOTIFICATIONS = ("delivery:notifications",)
PLACE = "notifications.audiences.team"


def audience(**given: Any) -> dict[str, Any]:
    return {"audiences": {"team": given}}


def test_an_audience_hears_everything_and_is_never_quiet_by_default() -> None:
    told = good("dev", (NOTIFICATIONS, audience(emails=["a@example.com"]))).notifications.audiences["team"]
    assert told.events == tuple(NoticeKind)
    assert (told.slack, told.teams, told.webhook, told.quiet_hours) == (None, None, None, None)


def test_audiences_of_every_channel_are_taken() -> None:
    told = good("dev", (NOTIFICATIONS, {"audiences": AUDIENCES})).notifications.audiences
    assert told.keys() == AUDIENCES.keys()


MAIL = {"emails": ["a@example.com"]}
SLACK = {"workspace": "T07EA123LEP", "channel": "C07EZ1ABC23"}
TEAMS = {"tenant": GUID, "team": GUID, "channel": "19%3A0a1b%40thread.tacv2"}
QUIET = {"from": "19:00", "to": "07:00"}


@pytest.mark.parametrize(
    ("given", "place", "allowed"),
    [
        ({}, "", "at least one of emails, slack, teams and webhook"),
        ({**MAIL, "events": []}, ".events", "at least 1 event; leave the key out for all of them"),
        ({**MAIL, "events": ["failure"]}, ".events[0]", "approval-needed, failed, succeeded"),
        ({**MAIL, "events": ["failed", "failed"]}, ".events", "events that differ; more than once: failed"),
        ({"webhook": "http://hooks.example.com/x"}, ".webhook", "an address with https://"),
        ({"webhook": "https://user:pw@hooks.example.com"}, ".webhook", "an address with https://"),
        ({"webhook": "https://hooks.example.com/x?token=1"}, ".webhook", "without a user, a password or a query"),
        ({"webhook": "https://localhost/x"}, ".webhook", "a host's name"),
        ({"webhook": "https://169.254.169.254/latest"}, ".webhook", "a host's name"),
        ({"webhook": "https://hooks.example.com/".ljust(251, "x")}, ".webhook", "at most 250 characters"),
        ({"slack": {**SLACK, "channel": "#releases"}}, ".slack.channel", "not its name, no #"),
        ({"slack": {**SLACK, "workspace": "acme"}}, ".slack.workspace", "such as T07EA123LEP"),
        ({"slack": {"channel": "C07EZ1ABC23"}}, ".slack.workspace", "missing; needed: The workspace"),
        ({"teams": {**TEAMS, "team": "releases"}}, ".teams.team", "an id such as"),
        ({"teams": {**TEAMS, "channel": "19:0a1b@thread.tacv2"}}, ".teams.channel", "19%3A…%40thread.tacv2"),
        ({**MAIL, "quietHours": {**QUIET, "from": 1140}}, ".quietHours.from", "in quotation marks"),
        ({**MAIL, "quietHours": {**QUIET, "to": "24:00"}}, ".quietHours.to", '"00:00" to "23:59"'),
        ({**MAIL, "quietHours": {**QUIET, "to": "19:00"}}, ".quietHours.to", "another time than that of `from`"),
        ({**MAIL, "quietHours": {**QUIET, "timeZone": "CEST"}}, ".quietHours.timeZone", "a time zone of the IANA"),
    ],
)
def test_a_mistake_is_said_with_its_place_and_what_is_allowed(given: Any, place: str, allowed: str) -> None:
    (line,) = said(changed(config_of("dev"), (NOTIFICATIONS, audience(**given))), stack="dev")
    assert line.startswith(f"{PLACE}{place}: ")
    assert allowed in line


def test_all_mistakes_of_all_audiences_are_said_together() -> None:
    audiences = {
        "team": {
            "events": ["failure"],
            "webhook": "http://x.example.com",
            "quietHours": {"from": "7pm", "to": "07:00"},
        },
        "Board": {**MAIL},
        "nobody": {},
    }
    lines = said(changed(config_of("dev"), (NOTIFICATIONS, {"audiences": audiences})), stack="dev")
    assert [line.split(": ")[0].removeprefix("notifications.audiences.") for line in lines] == [
        "Board",
        "nobody",
        "team.events[0]",
        "team.quietHours.from",
        "team.webhook",
    ]


@pytest.mark.parametrize("name", ["everyone", "Team", "a--b", "a" * 21, "1team"])
def test_a_name_that_aws_or_the_program_can_not_carry_is_refused(name: str) -> None:
    (line,) = said(changed(config_of("dev"), (NOTIFICATIONS, {"audiences": {name: MAIL}})), stack="dev")
    assert "1 to 20 of a-z 0-9" in line


def test_more_audiences_than_a_function_can_be_told_of_are_refused() -> None:
    many = {f"team-{number}": {"emails": [f"a{number}@example.com"]} for number in range(7)}
    (line,) = said(changed(config_of("dev"), (NOTIFICATIONS, {"audiences": many})), stack="dev")
    assert "at most 6 audiences; there are 7" in line


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        (["failed", "succeeded"], ["succeeded"], True),
        (["failed"], ["succeeded"], False),
    ],
)
def test_nobody_is_told_of_one_thing_by_two_audiences(first: list[str], second: list[str], refused: bool) -> None:
    audiences = {"team": {**MAIL, "events": first}, "board": {**MAIL, "events": second}}
    lines = said(changed(config_of("dev"), (NOTIFICATIONS, {"audiences": audiences})), stack="dev")
    expected = (
        'notifications.audiences.board.emails[0]: given "a@example.com"; allowed: an address that doesn\'t hear of '
        "succeeded by the audience team already"
    )
    assert lines == ([expected] if refused else [])


def test_who_hears_everything_and_who_approves_is_not_told_the_same_again() -> None:
    told = {"emails": ["all@example.com"], "audiences": {"team": {"emails": ["all@example.com", "qa@example.com"]}}}
    gate = [{"name": "qa", "emails": ["qa@example.com"]}]
    lines = said(changed(config_of("dev"), (NOTIFICATIONS, told), ((*STOREFRONT, "approvals"), gate)), stack="dev")
    assert ["by emails already" in lines[0], "approval-needed by the approval of storefront" in lines[1]] == [
        True,
        True,
    ]


def test_who_approves_in_a_stage_of_ones_own_is_not_told_the_same_again() -> None:
    ask = {"provider": "manual", "name": "yes", "emails": ["a@example.com"]}
    stages = [{"name": "Ask", "before": "Deploy", "actions": [ask]}]
    file = changed(config_of("dev"), (NOTIFICATIONS, audience(**MAIL)), ((*STOREFRONT, "stages"), stages))
    (line,) = said(file, stack="dev")
    assert "approval-needed by the approval of storefront" in line


def test_a_channel_belongs_to_one_audience() -> None:
    audiences = {"team": {"slack": SLACK}, "board": {"slack": SLACK}}
    (line,) = said(changed(config_of("dev"), (NOTIFICATIONS, {"audiences": audiences})), stack="dev")
    assert line.endswith("allowed: another channel: team has this one")
