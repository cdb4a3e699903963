"""Quiet hours: when they hold, on which clock, and what the digest after them says."""

import json
import os
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from deliver_digest.decide import Parameters
from deliver_digest.handler import visit
from notices.audience import Quiet, local_time
from pipeline_job.failures import RefusedError
from plans.time_zones import posix_rule
from repository_events.event import Event, parse_event
from tell_people.decide import Parameters as TellParameters
from tell_people.handler import visit as tell
from tests.unit.functions.fake_delivery import (
    ACCOUNT,
    AT_NIGHT,
    BERLIN,
    REGION,
    TEAM,
    TIME,
    FakeDelivery,
    happening,
    parameters,
    queue,
    topic,
)

HELD = queue("team-held")


@pytest.mark.parametrize(
    ("begins", "ends", "at", "quiet"),
    [
        ("19:00", "07:00", "18:59", False),
        ("19:00", "07:00", "19:00", True),
        ("19:00", "07:00", "23:59", True),
        ("19:00", "07:00", "00:00", True),
        ("19:00", "07:00", "06:59", True),
        ("19:00", "07:00", "07:00", False),
        ("12:00", "13:00", "11:59", False),
        ("12:00", "13:00", "12:00", True),
        ("12:00", "13:00", "13:00", False),
    ],
)
def test_they_hold_from_their_first_minute_to_the_one_before_their_last(
    begins: str, ends: str, at: str, quiet: bool
) -> None:
    hours = Quiet(begins=time.fromisoformat(begins), ends=time.fromisoformat(ends), zone="UTC0")
    assert hours.holds(datetime.fromisoformat(f"2026-11-23T{at}:30+00:00")) is quiet


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Sydney", "UTC"])
def test_the_rule_of_a_zone_tells_its_time_in_every_month(zone: str) -> None:
    rule = posix_rule(zone)
    for month in range(1, 13):
        now = datetime(2027, month, 28, 22, 17, tzinfo=UTC)
        there = now.astimezone(ZoneInfo(zone))
        assert local_time(now, zone=rule) == time(there.hour, there.minute)


@pytest.mark.parametrize(("instant", "here"), [("2027-03-28T00:59", "01:59"), ("2027-03-28T01:00", "03:00")])
def test_the_clocks_change_in_the_minute_in_which_they_do(instant: str, here: str) -> None:
    assert local_time(datetime.fromisoformat(f"{instant}+00:00"), zone=BERLIN) == time.fromisoformat(here)


def test_a_look_at_another_clock_leaves_the_functions_own_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    local_time(AT_NIGHT, zone=BERLIN)
    assert "TZ" not in os.environ


def test_a_zone_that_this_machine_does_not_know_is_an_error() -> None:
    with pytest.raises(LookupError, match="Mars/Olympus"):
        posix_rule("Mars/Olympus")


def over(audience: str = "team") -> Event:
    """The quiet hours of an audience are over."""
    return parse_event(
        {
            "detail-type": "Delivery Digest",
            "account": ACCOUNT,
            "region": REGION,
            "time": "2026-11-24T06:05:00Z",
            "detail": {"audience": audience},
        }
    )


def digest(aws: FakeDelivery, event: Event) -> str:
    told = {"environment": "prod", "audiences": [TEAM], "topic": topic("events")}
    return visit(event, parameters=Parameters.parse(json.dumps(told)), clients=aws.clients)


def night(aws: FakeDelivery, *events: Event) -> None:
    """These happened in the quiet hours."""
    told = TellParameters.parse(parameters(TEAM))
    for event in events:
        tell(event, parameters=told, clients=aws.clients, clock=lambda: AT_NIGHT)


def test_a_digest_tells_once_and_in_order_what_was_held_back_and_forgets_it() -> None:
    aws = FakeDelivery()
    late = happening("superseded", time="2026-11-23T23:10:00Z")
    night(aws, late, happening("succeeded"), happening("succeeded"))
    digest(aws, over())
    ((subject, text),) = aws.mails("team-mail")
    assert subject == "[prod] 2 notices of the quiet hours"
    assert text.splitlines()[:4] == [
        "2 notices of the quiet hours:",
        "",
        "21:30 UTC  storefront in prod runs 3e5983e4",
        "23:10 UTC  storefront in prod: 3e5983e4 was overtaken",
    ]
    assert text.count("What to do now") == 2
    assert set(aws.held[HELD]) == {""}


def test_chat_and_webhook_get_the_digest_in_their_own_words() -> None:
    aws = FakeDelivery()
    night(aws, happening("succeeded"))
    digest(aws, over())
    chat = json.loads(aws.mails("team-chat")[0][1])
    assert chat["content"]["title"] == "prod: 1 notice of the quiet hours"
    (invoked,) = aws.invoked
    body = json.loads(json.loads(invoked["Payload"])["detail"]["body"])
    assert (body["type"], [one["kind"] for one in body["notices"]]) == ("digest", ["succeeded"])


def test_a_quiet_night_sends_no_message() -> None:
    aws = FakeDelivery()
    assert digest(aws, over()) == "nothing was held back for team"
    assert aws.published == []


def test_a_digest_takes_more_than_one_answer_of_the_queue_holds() -> None:
    aws = FakeDelivery()
    night(aws, *(happening("succeeded", time=f"2026-11-23T21:{minute:02}:00Z") for minute in range(25)))
    digest(aws, over())
    assert aws.mails("team-mail")[0][0] == "[prod] 25 notices of the quiet hours"


def test_what_nobody_was_told_stays_in_the_queue() -> None:
    aws = FakeDelivery()
    night(aws, happening("succeeded"))
    aws.refuse("Publish", "NotFound", times=9)
    aws.refuse("Invoke", "ResourceNotFoundException")
    with pytest.raises(Exception, match="Nobody was told"):
        digest(aws, over())
    assert "" not in aws.held[HELD]


def test_an_audience_without_quiet_hours_has_no_digest() -> None:
    with pytest.raises(RefusedError, match="No audience board has quiet hours"):
        digest(FakeDelivery(), over("board"))


def test_an_hour_before_midnight_in_utc_is_night_in_berlin() -> None:
    hours = Quiet(begins=time(23, 0), ends=time(1, 0), zone=BERLIN)
    assert not hours.holds(datetime.fromisoformat(TIME))
    assert hours.holds(datetime(2026, 11, 23, 22, 30, tzinfo=UTC))
